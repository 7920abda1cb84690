"""Sampling: whom training data stand for, how often each group has the label, and what leaks into the test data."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, ClassVar, Self

import numpy as np
from pydantic import Field, model_validator

from muster.evidence.binary import MISSING, binary
from muster.evidence.check import Findings, Parameters, Statistics, Steps
from muster.evidence.errors import DataError, NotMergeable, ParameterError
from muster.evidence.fairness import CellStatistics
from muster.evidence.fairness_cells import CELL_LIMIT, refuse_cells
from muster.evidence.groups import name_values
from muster.evidence.leakage import Leak, count_leaks, require_alike
from muster.evidence.plan import Columns, Plan, as_float, count_if, double, finite, number, quote
from muster.evidence.representation import Population
from muster.evidence.sampling_figures import DEFINITIONS, OUTCOMES, sampling_figures, sampling_groups
from muster.evidence.statistics import tabulate
from muster.evidence.table import Table


class SamplingParameters(Parameters):
    """Whom to compare with the population, which label, and what may not be in both training and test data."""

    judged: ClassVar[Mapping[str, Any]] = {**Parameters.judged, "minimum": True, "depth": True}

    protected: tuple[str, ...] = Field(default=(), description="A protected attribute. Again for each.")
    weight: str | None = Field(
        default=None, description="The column of the reference that says how many people a row stands for."
    )
    label: str | None = Field(default=None, description="The column of the truth.")
    positive: str = Field(default="1", description="The value of the label that counts as positive.")
    key: tuple[str, ...] = Field(
        default=(), description="Columns that make a row of test the same as one of data; none: all that both have."
    )
    id: str | None = Field(default=None, description="The column of identifiers: none may be in data and test.")
    person: str | None = Field(default=None, description="The column that says whose row it is.")
    time: str | None = Field(default=None, description="The column of times: no row of data after the first of test.")
    minimum: int = Field(default=30, ge=1, description="The smallest number of rows that may decide.")
    depth: int = Field(default=2, ge=1, le=3, description="Intersections of up to this many attributes.")

    @model_validator(mode="after")
    def _once(self) -> "SamplingParameters":
        if len(set(self.protected)) != len(self.protected):
            raise ValueError("each protected attribute is named once")
        if self.label in self.protected:
            raise ValueError("the label is no protected attribute")
        return self


class SamplingStatistics(Statistics):
    """Rows by cell of the attributes and by label, the same people in the reference, and what leaks.

    `leaks`: kind of leak -> rows that leak, of how many; None where there were no test data.
    """

    people: CellStatistics | None = None
    population: Population | None = None
    leaks: Mapping[str, Leak] | None = None

    def merged(self, other: Self) -> Self:
        if self.leaks is not None or other.leaks is not None:
            raise NotMergeable("leaks_again", "test")
        if (self.people is None) != (other.people is None) or (self.population is None) != (other.population is None):
            raise NotMergeable("other_inputs", "sampling")
        people = self.people and other.people and self.people.merged(other.people)
        population = self.population and other.population and self.population.merged(other.population)
        return type(self)(people=people, population=population)


class Sampling:
    """The check ``sampling``."""

    name = "sampling"
    version = "1"
    title: Mapping[str, str] = MappingProxyType({"en": "Training data and splits", "zh": "训练数据与划分"})
    inputs: Mapping[str, bool] = MappingProxyType({"data": True, "reference": False, "test": False})
    parameters = SamplingParameters
    statistics = SamplingStatistics

    def measure(self, tables: Mapping[str, Table], parameters: SamplingParameters) -> Steps:
        """Ask data and reference one aggregation each, and count what data and test share."""
        _refuse_nothing(tables, parameters)
        people = population = leaks = None
        if parameters.protected:
            people = yield from _people(tables, parameters)
            if "reference" in tables:
                population = yield from _population(tables, parameters)
        if "test" in tables:
            leaks = yield from count_leaks(
                tables, key=parameters.key, identifier=parameters.id, person=parameters.person, time=parameters.time
            )
        return SamplingStatistics(people=people, population=population, leaks=leaks)

    def judge(self, statistics: SamplingStatistics, parameters: SamplingParameters, *, now: datetime) -> Findings:
        """Return representation, base rates and leaks; what was not asked for says so."""
        del now
        people, population = statistics.people, statistics.population
        cells = people.table() if people else None
        figures = sampling_figures(cells, population, statistics.leaks, parameters)
        groups = sampling_groups(cells, population, parameters) if cells else ()
        return Findings(figures, groups, DEFINITIONS)


def _refuse_nothing(tables: Mapping[str, Table], parameters: SamplingParameters) -> None:
    if not parameters.protected and "test" not in tables:
        raise ParameterError("nothing_to_sample", "protected")
    if not parameters.protected and "reference" in tables:
        raise ParameterError("no_protected", "protected")
    if parameters.weight is not None and "reference" not in tables:
        raise DataError("missing_input", "reference", check="sampling")


def _people(tables: Mapping[str, Table], parameters: SamplingParameters) -> Steps:
    data = tables["data"]
    label = binary(data, "y", parameters.label, parameters.positive) if parameters.label else None
    keys = _keys(data, tables.get("reference"), parameters) | ({"y": label.code} if label else {})
    asked = yield Plan({"n": "count(*)"} | (label.aggregates() if label else {}), keys, limit=CELL_LIMIT + 1)
    refuse_cells(parameters.protected, asked)
    n = np.asarray(asked["n"], dtype=np.int64)
    known = np.full(len(n), MISSING)
    if label:
        label.refuse_third_value(data, asked)
        known = np.asarray(asked["y"])
    place = np.where(known == 1, 0, np.where(known == MISSING, 2, 1))
    counts = np.zeros((len(n), len(OUTCOMES)), dtype=np.int64)
    counts[np.arange(len(n)), place] = n
    return CellStatistics.of(tabulate(parameters.protected, _values(asked, parameters), OUTCOMES, counts))


def _population(tables: Mapping[str, Table], parameters: SamplingParameters) -> Steps:
    reference, weight = tables["reference"], parameters.weight
    aggregates, broken = {"n": "count(*)"}, ""
    if weight is not None:
        value = reference.value(weight)
        broken = f"{value} is null or not ({finite(value)}) or {value} < {number(0)}"
        aggregates = {"n": f"sum({value})", "broken": count_if(broken)}
    keys = _keys(reference, tables["data"], parameters)
    asked = yield Plan(aggregates, keys, table="reference", limit=CELL_LIMIT + 1)
    refuse_cells(parameters.protected, asked)
    if weight is not None and (count := int(np.asarray(asked["broken"]).sum())):
        raise DataError("broken_weights", weight, count=count, row=reference.first_row(broken) or "?")
    found: dict[tuple[str, ...], float] = {}
    sizes = np.nan_to_num(as_float(asked["n"])).tolist()
    for values, size in zip(zip(*_values(asked, parameters), strict=True), sizes, strict=True):
        found[values] = found.get(values, 0.0) + size
    if not sum(found.values()):
        raise DataError("no_weight", weight or "reference")
    return Population(
        attributes=parameters.protected,
        cells=tuple(sorted(found.items())),
        known=weight is not None,
        digests=(reference.digest,),
    )


def _keys(table: Table, other: Table | None, parameters: SamplingParameters) -> dict[str, str]:
    keys = {}
    for i, name in enumerate(parameters.protected):
        table.require(name)
        unlike = other is not None and require_alike(table, other, name)
        keys[f"a{i}"] = double(quote(name)) if unlike else quote(name)
    return keys


def _values(asked: Columns, parameters: SamplingParameters) -> list[list[str]]:
    return [name_values(asked[f"a{i}"]) for i in range(len(parameters.protected))]


check = Sampling()
