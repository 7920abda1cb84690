"""Drift: how far the columns of a current window have moved from those of a reference window."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, ClassVar, Self

from pydantic import Field, field_validator

from muster.core.canonical import Frozen
from muster.evidence.check import Findings, Statistics, Steps
from muster.evidence.drift_columns import Choice, Told
from muster.evidence.drift_counts import Counted
from muster.evidence.drift_figures import DEFINITIONS, figures
from muster.evidence.drift_measure import measure_window
from muster.evidence.errors import NotMergeable
from muster.evidence.table import Table

VERSION = "2"


class DriftParameters(Frozen):
    """Which columns, and what to hold them against when there is no reference data."""

    judged: ClassVar[Mapping[str, Any]] = {"bins": True, "level": True}

    columns: tuple[str, ...] = Field(
        default=(),
        description="The columns to compare; none named: all of numbers, booleans and text that both windows have.",
    )
    leave_out: tuple[str, ...] = Field(default=(), description="Columns to leave out, such as identifiers.")
    profile: dict[str, Counted] | None = Field(
        default=None,
        description="A reference registered before: the result (JSON) of a drift check, or its reference statistics.",
    )
    categories: int = Field(
        default=100, ge=2, le=1000, description="How many values of a column are kept; the rest is pooled."
    )
    bins: int = Field(default=10, ge=2, le=50, description="The bins of nearly equal reference share for PSI and JS.")
    level: float = Field(default=0.95, gt=0.5, lt=1, description="The level of the intervals.")

    @field_validator("profile", mode="before")
    @classmethod
    def _of_result(cls, given: Any) -> Any:
        """Take the reference out of a whole result."""
        if not isinstance(given, Mapping):
            return given
        inside = given.get("statistics", given)
        return inside.get("reference", inside)


class DriftStatistics(Statistics):
    """Counts by column of the reference, and of the current window (none where a reference is registered).

    `told` are the columns that were not compared; none is known where the columns were named.
    """

    reference: dict[str, Counted]
    current: dict[str, Counted] | None = None
    stored: bool = False
    told: Told | None = None

    def merged(self, other: Self) -> Self:
        """Add the current windows up; a reference that is the same in both stays one, others are added up."""
        if self.reference.keys() != other.reference.keys() or (self.current is None) != (other.current is None):
            raise NotMergeable("other_cells", "drift")
        one = self.current is not None and _same(self.reference, other.reference)
        if self.stored != other.stored or (self.stored and not one):
            raise NotMergeable("other_cells", "drift")
        reference = self.reference if one else _add(self.reference, other.reference)
        current = None if self.current is None or other.current is None else _add(self.current, other.current)
        told = self.told.merged(other.told) if self.told and other.told else None
        return type(self)(reference=reference, current=current, stored=self.stored, told=told)


class Drift:
    """The check ``drift``."""

    name = "drift"
    version = VERSION
    title: Mapping[str, str] = MappingProxyType({"en": "Drift", "zh": "漂移"})
    inputs: Mapping[str, bool] = MappingProxyType({"data": True, "reference": False})
    parameters = DriftParameters
    statistics = DriftStatistics

    def measure(self, tables: Mapping[str, Table], parameters: DriftParameters) -> Steps:
        """Count the reference (unless it is registered), then the current window in the cells of the reference.

        Without a reference and without a profile, `data` themselves become the reference that is registered.
        """
        choice = Choice(parameters.columns, parameters.leave_out)
        data, profile, limit = tables["data"], parameters.profile, parameters.categories
        if "reference" in tables:
            chosen = choice.between(tables["reference"], data)
            reference = yield from measure_window(tables["reference"], "reference", chosen.names, limit, None)
        elif profile is not None:
            chosen = choice.among({name: each.is_number for name, each in profile.items()}, data)
            reference = {name: profile[name] for name in chosen.names}
        else:
            chosen = choice.alone(data)
            reference = yield from measure_window(data, "data", chosen.names, limit, None)
            return DriftStatistics(reference=reference, told=chosen.told)
        current = yield from measure_window(data, "data", chosen.names, limit, reference)
        stored = "reference" not in tables
        return DriftStatistics(reference=reference, current=current, stored=stored, told=chosen.told)

    def judge(self, statistics: DriftStatistics, parameters: DriftParameters, *, now: datetime) -> Findings:
        """Compare the windows column by column, and name the worst column of each distance."""
        del now
        found = figures(statistics.reference, statistics.current, parameters.bins, parameters.level)
        told = statistics.told.figures(found[0].n) if statistics.told else ()
        return Findings((found[0], *told, *found[1:]), (), DEFINITIONS)


def _add(one: Mapping[str, Counted], other: Mapping[str, Counted]) -> dict[str, Counted]:
    return {name: counted.merged(other[name]) for name, counted in one.items()}


def _same(one: Mapping[str, Counted], other: Mapping[str, Counted]) -> bool:
    """Say whether both are one window: sums apart, whose last digits depend on the order of adding."""
    return all(counted.without_sums() == other[name].without_sums() for name, counted in one.items())


check = Drift()
