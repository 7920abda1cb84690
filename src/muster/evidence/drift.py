"""Drift: how far the columns of a current window have moved from those of a reference window."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, ClassVar, Self

from pydantic import Field, field_validator

from muster.core.canonical import Frozen
from muster.evidence.check import Findings, Statistics, Steps
from muster.evidence.drift_counts import (
    PROBABILITIES,
    Counted,
    choose_breaks,
    key,
    read_categories,
    read_numbers,
)
from muster.evidence.drift_figures import DEFINITIONS, figures
from muster.evidence.errors import DataError, NotMergeable
from muster.evidence.groups import name_value
from muster.evidence.plan import GREATEST, Columns, Plan, Quantiles, count_if, double, finite, nan, number, quote, whole
from muster.evidence.table import NUMBERS, Table

VERSION = "1"
MOST_VALUES = 20_000
Cut = tuple[tuple[float, ...], int]


class DriftParameters(Frozen):
    """Which columns, and what to hold them against when there is no reference data."""

    judged: ClassVar[Mapping[str, Any]] = {"bins": True, "level": True}

    columns: tuple[str, ...] = Field(
        default=(), description="The columns to compare; none named: every column of numbers, booleans and text."
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
    """Counts by column of the reference, and of the current window (none where a reference is registered)."""

    reference: dict[str, Counted]
    current: dict[str, Counted] | None = None
    stored: bool = False

    def merged(self, other: Self) -> Self:
        """Add the current windows up; the reference is added up too unless it is the same in both."""
        if self.reference.keys() != other.reference.keys() or (self.current is None) != (other.current is None):
            raise NotMergeable("other_cells", "drift")
        if self.stored != other.stored or (self.stored and self.reference != other.reference):
            raise NotMergeable("other_cells", "drift")
        same = self.stored or self.reference == other.reference  # one reference that both were held against
        reference = self.reference if same else _add(self.reference, other.reference)
        current = None if self.current is None or other.current is None else _add(self.current, other.current)
        return type(self)(reference=reference, current=current, stored=self.stored)


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
        stored = parameters.profile is not None and "reference" not in tables
        if stored:
            assert parameters.profile is not None
            reference = _chosen(parameters.profile, parameters)
        else:
            source = "reference" if "reference" in tables else "data"
            reference = yield from _measure(tables[source], source, parameters, None)
            if source == "data":
                return DriftStatistics(reference=reference)
            _refuse_types(tables["reference"], tables["data"], reference)
        current = yield from _measure(tables["data"], "data", parameters, reference)
        return DriftStatistics(reference=reference, current=current, stored=stored)

    def judge(self, statistics: DriftStatistics, parameters: DriftParameters, *, now: datetime) -> Findings:
        """Compare the windows column by column, and name the worst column of each distance."""
        del now
        current = statistics.current
        return Findings(figures(statistics.reference, current, parameters.bins, parameters.level), (), DEFINITIONS)


def _add(one: Mapping[str, Counted], other: Mapping[str, Counted]) -> dict[str, Counted]:
    return {name: counted.merged(other[name]) for name, counted in one.items()}


def _chosen(profile: Mapping[str, Counted], parameters: DriftParameters) -> dict[str, Counted]:
    for name in parameters.columns:
        if name not in profile:
            raise DataError("not_in_profile", name)
    names = parameters.columns or tuple(profile)
    return {name: profile[name] for name in names if name not in parameters.leave_out}


def _measure(table: Table, source: str, parameters: DriftParameters, reference: Mapping[str, Counted] | None) -> Steps:
    names = tuple(reference) if reference is not None else _names(table, parameters)
    numbers = [name for name in names if _is_number(table, name, reference)]
    cut: dict[str, Cut] = {}
    for name in numbers:
        if reference is not None:
            cut[name] = reference[name].breaks, reference[name].cells
            continue
        # One column at a time: exact quantiles hold a whole column in memory.
        value = _plain(name)
        asked = yield Quantiles({"q": f"case when {finite(value)} then {value} end"}, PROBABILITIES, table=source)
        cut[name] = choose_breaks(asked["q"])
    plans = [_tally(name, cut.get(name), source) for name in names]
    ends, *answers = yield (_ends(cut, reference or {}, source), *plans)
    infinite = [name for name in cut if whole(ends, f"{name} below") + whole(ends, f"{name} above")]
    finite_sums = (yield _finite_sums({name: cut[name] for name in infinite}, source)) if infinite else {}
    found = {}
    for name, answer in zip(names, answers, strict=True):
        if name in cut:
            found[name] = read_numbers(name, answer, ends | finite_sums, *cut[name])
        else:
            found[name] = _read_values(name, answer, (reference or {}).get(name), parameters.categories)
    return found


def _names(table: Table, parameters: DriftParameters) -> tuple[str, ...]:
    for name in (*parameters.columns, *parameters.leave_out):
        table.require(name)
    usable = NUMBERS | {"text", "boolean"}
    for name in parameters.columns:
        if table.columns[name].kind not in usable:
            found = table.columns[name].type
            raise DataError("wrong_type", name, found=found, wanted="a number, a boolean or a text")
    every = tuple(name for name, column in table.columns.items() if column.kind in usable)
    names = tuple(name for name in parameters.columns or every if name not in parameters.leave_out)
    if not names:
        raise DataError("nothing_to_compare", table.kind)
    return names


def _is_number(table: Table, name: str, reference: Mapping[str, Counted] | None) -> bool:
    column = table.require(name)
    number = column.kind in NUMBERS
    if reference is not None and number != (reference[name].kind == "numeric"):
        wanted = "a number" if reference[name].kind == "numeric" else "a text or a boolean"
        raise DataError("wrong_type", name, found=column.type, wanted=wanted)
    return number


def _refuse_types(reference: Table, current: Table, names: Sequence[str] | Mapping[str, Any]) -> None:
    for name in names:
        before, after = reference.require(name), current.require(name)
        if before.kind != after.kind and not {before.kind, after.kind} <= NUMBERS:
            raise DataError("other_type", name, before=before.type, after=after.type)


def _plain(name: str) -> str:
    return double(quote(name))


def _tally(name: str, cut: Cut | None, source: str) -> Plan:
    if cut is None:
        return Plan({"n": "count(*)"}, {"value": quote(name)}, table=source, limit=MOST_VALUES + 1)
    value = _plain(name)
    return Plan({"n": "count(*)", "total": f"sum({value})"}, {"cell": key(value, *cut)}, table=source)


def _ends(cut: Mapping[str, Cut], reference: Mapping[str, Counted], source: str) -> Plan:
    """Ask for what needs no cells: rows, ends, infinite values, values beyond the reference."""
    aggregates = {"rows": "count(*)"}
    for name in cut:
        value = _plain(name)
        inside = f"case when {finite(value)} then {value} end"
        aggregates[f"{name} least"] = f"min({inside})"
        aggregates[f"{name} greatest"] = f"max({inside})"
        aggregates[f"{name} below"] = count_if(f"{value} < {number(-GREATEST)}")
        aggregates[f"{name} above"] = count_if(f"{value} > {number(GREATEST)} and not ({nan(value)})")
        before = reference.get(name)
        if before is not None and before.least is not None and before.greatest is not None:
            beyond = f"({value} < {number(before.least)} or {value} > {number(before.greatest)})"
            aggregates[f"{name} outside"] = count_if(f"{finite(value)} and {beyond}")
    return Plan(aggregates, table=source)


def _finite_sums(cut: Mapping[str, Cut], source: str) -> Plan:
    """Ask again for the sums of the outermost cells, without the infinite values that lie there."""
    aggregates = {}
    for name, (breaks, _) in cut.items():
        value = _plain(name)
        inside = f"case when {finite(value)} then {value} end"
        if breaks:
            aggregates[f"{name} first"] = f"sum(case when {value} < {number(breaks[0])} then {inside} end)"
            aggregates[f"{name} last"] = f"sum(case when {value} >= {number(breaks[-1])} then {inside} end)"
    return Plan(aggregates or {"rows": "count(*)"}, table=source)


def _read_values(name: str, answer: Columns, reference: Counted | None, limit: int) -> Counted:
    values = answer["value"]
    if len(values) > MOST_VALUES:
        raise DataError("too_many_categories", name, most=MOST_VALUES)
    found: dict[str | None, int] = {}
    for value, rows in zip(values.tolist(), answer["n"].tolist(), strict=True):
        named = None if value is None else name_value(value)
        found[named] = found.get(named, 0) + int(rows)
    return read_categories(found, limit, reference)


check = Drift()
