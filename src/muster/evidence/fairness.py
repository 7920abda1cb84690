"""Group fairness: rates of every group and intersection, gaps between the best and the worst served."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import combinations
from types import MappingProxyType
from typing import Any, ClassVar, Self

import numpy as np
from pydantic import Field, FiniteFloat, model_validator

from muster.core.figures import Figure
from muster.evidence.binary import MISSING, Binary, as_decision, binary, thresholded
from muster.evidence.check import Findings, Parameters, Statistics, Steps
from muster.evidence.errors import DataError, ParameterError
from muster.evidence.gaps import Gap, compute_gaps
from muster.evidence.groups import name_values
from muster.evidence.plan import RELATION, Columns, Key, Plan, quote, whole
from muster.evidence.rates import DEFINITIONS, OUTCOMES, group_rows, overall_figures
from muster.evidence.statistics import Cells, Counts, Groups, roll_up, tabulate
from muster.evidence.table import Table

VERSION = "1"
CELL_LIMIT = 20_000
GROUP_LIMIT = 50_000
VALUE_LIMIT = 5_000
DEEPEST = 3
FIRST_ROWS = 20_000


class FairnessParameters(Parameters):
    """What to compare, for whom.

    `protected`: columns of protected attributes. The decision is `prediction` (two values), or `score`
    reaching `threshold`. `label` is optional: without it only selection rates are estimable. `positive` is
    the value that counts as positive, in label and prediction; in a prediction of numbers or booleans beside
    a text label it is 1. `minimum` is the smallest denominator with which a group may decide a gap.
    """

    judged: ClassVar[Mapping[str, Any]] = {**Parameters.judged, "minimum": True, "depth": True}

    protected: tuple[str, ...] = Field(default=(), description="A protected attribute. Again for each.")
    prediction: str | None = Field(default=None, description="The column of decisions, two values.")
    score: str | None = Field(default=None, description="The column of scores, instead of a prediction.")
    threshold: FiniteFloat = Field(default=0.5, description="The score from which on a row is selected.")
    label: str | None = Field(default=None, description="The column of the truth; without it selection rates only.")
    positive: str = Field(default="1", description="The value of label and prediction that counts as positive.")
    minimum: int = Field(default=30, ge=1, description="The smallest denominator that may decide a gap.")
    depth: int = Field(default=DEEPEST, ge=1, description="Intersections of up to this many attributes.")

    @model_validator(mode="after")
    def _one_decision(self) -> "FairnessParameters":
        if (self.prediction is None) == (self.score is None):
            raise ValueError("name either a prediction column or a score column with a threshold")
        if len(set(self.protected)) != len(self.protected):
            raise ValueError("each protected attribute is named once")
        return self


class CellStatistics(Statistics):
    """Rows by cell of all attributes together: each of `cells` is the attributes' values, then a count an outcome."""

    attributes: tuple[str, ...]
    outcomes: tuple[str, ...] = OUTCOMES
    cells: tuple[tuple[str | int, ...], ...]

    @model_validator(mode="after")
    def _counted(self) -> Self:
        width, several = len(self.attributes), len(self.outcomes)
        for row in self.cells:
            if len(row) != width + several or not all(isinstance(n, int) and n >= 0 for n in row[width:]):
                raise ValueError("a cell is a value of every attribute, then a count of every outcome")
        return self

    def table(self) -> Cells:
        """Return the cells as arrays."""
        width = len(self.attributes)
        keys = [[str(row[i]) for row in self.cells] for i in range(width)]
        counts = np.array([row[width:] for row in self.cells], dtype=np.int64).reshape(-1, len(self.outcomes))
        return tabulate(self.attributes, keys, self.outcomes, counts)

    def merged(self, other: Self) -> Self:
        rows = self.model_copy(update={"cells": (*self.cells, *other.cells)})
        return type(self).of(rows.table())

    @classmethod
    def of(cls, cells: Cells) -> Self:
        """Return the cells as they are stored."""
        names = [[cells.values[i][code] for i, code in enumerate(codes)] for codes in cells.codes.tolist()]
        rows = tuple((*name, *counts) for name, counts in zip(names, cells.counts.tolist(), strict=True))
        return cls(attributes=cells.attributes, outcomes=cells.outcomes, cells=rows)


class Fairness:
    """The check ``fairness``."""

    name = "fairness"
    version = VERSION
    title: Mapping[str, str] = MappingProxyType({"en": "Group fairness", "zh": "群体公平性"})
    inputs: Mapping[str, bool] = MappingProxyType({"data": True})
    parameters = FairnessParameters
    statistics = CellStatistics

    def measure(self, tables: Mapping[str, Table], parameters: FairnessParameters) -> Steps:
        """Ask the data one aggregation: counts by attributes, decision and label."""
        table = tables["data"]
        if not parameters.protected:
            raise ParameterError("no_protected", "protected")
        decision, label = _columns(table, parameters)
        first = yield _first_rows(parameters)
        _refuse_identifiers(parameters, first)
        asked = yield _plan(parameters, decision, label)
        return CellStatistics.of(_cells(table, parameters, asked, decision, label))

    def judge(self, statistics: CellStatistics, parameters: FairnessParameters, *, now: datetime) -> Findings:
        """Return the rates of every group, and the figures that a framework judges."""
        del now
        cells = statistics.table()
        groups = list(_groups(cells, parameters))
        rows = tuple(row for each in groups for row in group_rows(each, parameters))
        return Findings(figures(cells, groups, parameters), rows, DEFINITIONS)


def figures(cells: Cells, groups: list[Groups], parameters: FairnessParameters) -> tuple[Figure, ...]:
    """Return the figures that a framework judges: everyone's rates, then the gaps of each set of attributes.

    Gaps of intersections carry the suffix ``.intersection``. A pure function of the cells: it reads no data.
    """
    everyone = overall_figures(roll_up(cells, ()), parameters)
    gaps = compute_gaps(cells, groups, parameters)
    labelled = parameters.label is not None
    return (*everyone, *(_figure(gap, parameters, labelled=labelled) for gap in gaps))


def _columns(table: Table, parameters: FairnessParameters) -> tuple[Binary, Binary | None]:
    for name in parameters.protected:
        table.require(name)
    label = binary(table, "y", parameters.label, parameters.positive) if parameters.label else None
    if parameters.score is not None:
        return thresholded(table, "p", parameters.score, parameters.threshold), label
    assert parameters.prediction is not None
    return as_decision(table, "p", parameters.prediction, parameters.positive, label=parameters.label), label


def _plan(parameters: FairnessParameters, decision: Binary, label: Binary | None) -> Plan:
    """Count by raw values first, and read the few counted rows as codes: nothing is computed for each row."""
    raw = {quote(name): quote(name) for name in parameters.protected}
    keys: dict[str, Key] = {f"a{i}": quote(name) for i, name in enumerate(parameters.protected)}
    aggregates = {"n": "cast(sum(muster_n) as bigint)"}
    for column in (decision, label):
        if column is None:
            continue
        # A score is a code already when it is counted: it has far too many values.
        inner = quote(column.column) if column.others else f"muster_{column.alias}"
        raw[inner] = quote(column.column) if column.others else column.code
        keys[column.alias] = column.code if column.others else inner
        aggregates |= column.aggregates()
    chosen = ", ".join(sql if sql == name else f"{sql} as {name}" for name, sql in raw.items())
    grouped = ", ".join(str(i + 1) for i in range(len(raw)))
    over = f"select {chosen}, count(*) as muster_n from {RELATION} group by {grouped}"  # noqa: S608
    return Plan(aggregates, keys, limit=CELL_LIMIT + 1, over=over)


def _first_rows(parameters: FairnessParameters) -> Plan:
    """Ask how many values each attribute has among the first rows: an id is found out before it fills the memory."""
    columns = [quote(name) for name in parameters.protected]
    over = f"select {', '.join(columns)} from {RELATION} limit {FIRST_ROWS}"  # noqa: S608
    return Plan({f"d{i}": f"count(distinct {column})" for i, column in enumerate(columns)}, over=over)


def _refuse_identifiers(parameters: FairnessParameters, first: Columns) -> None:
    for i, name in enumerate(parameters.protected):
        values = whole(first, f"d{i}")
        if values > VALUE_LIMIT:
            raise DataError("too_many_values_in_attribute", name, count=values, rows=FIRST_ROWS, limit=VALUE_LIMIT)


def _cells(
    table: Table, parameters: FairnessParameters, asked: Columns, decision: Binary, label: Binary | None
) -> Cells:
    refuse_cells(parameters, asked)
    decision.refuse_gaps(table, asked)
    for column in (decision, label):
        if column:
            column.refuse_third_value(table, asked)
    n = np.asarray(asked["n"], dtype=np.int64)
    truth = np.asarray(asked["y"]) if label is not None else np.full(len(n), MISSING)
    return tabulate(
        parameters.protected,
        [name_values(asked[f"a{i}"]) for i in range(len(parameters.protected))],
        OUTCOMES,
        count_outcomes(n, np.asarray(asked["p"]) == 1, truth),
    )


def count_outcomes(n: Counts, selected: np.ndarray, label: np.ndarray) -> Counts:
    """Return the counts of the `OUTCOMES`, a row for each cell of `n` rows that are `selected` and of one `label`."""
    # Positions in OUTCOMES: tp fp fn tn, then selected and not selected without a label.
    place = np.where(selected, 0, 2) + np.where(label == 1, 0, 1)
    place = np.where(label == MISSING, np.where(selected, 4, 5), place)
    counts = np.zeros((len(n), len(OUTCOMES)), dtype=np.int64)
    counts[np.arange(len(n)), place] = n
    return counts


def refuse_cells(parameters: FairnessParameters, asked: Columns) -> None:
    """Raise `DataError` where there are too many cells, saying how many values each attribute has."""
    if len(asked["n"]) <= CELL_LIMIT:
        return
    sizes = {name: len(set(name_values(asked[f"a{i}"]))) for i, name in enumerate(parameters.protected)}
    values = ", ".join(f"{name}: {size}" for name, size in sorted(sizes.items(), key=lambda each: -each[1]))
    raise DataError("too_many_groups", " & ".join(parameters.protected), limit=CELL_LIMIT, values=values)


def _groups(cells: Cells, parameters: FairnessParameters) -> Iterator[Groups]:
    count = 0
    for subset in subsets_of(parameters):
        rolled = roll_up(cells, subset)
        count += len(rolled.names)
        if count > GROUP_LIMIT:
            raise DataError("too_deep", " & ".join(parameters.protected), limit=GROUP_LIMIT, depth=parameters.depth)
        yield rolled


def subsets_of(parameters: FairnessParameters) -> list[tuple[str, ...]]:
    """Return the sets of attributes whose groups are compared: each alone, then intersections down to `depth`."""
    deepest = min(parameters.depth, len(parameters.protected))
    return [s for size in range(1, deepest + 1) for s in combinations(parameters.protected, size)]


def _figure(gap: Gap, parameters: FairnessParameters, *, labelled: bool) -> Figure:
    suffix = ".intersection" if len(gap.attributes) > 1 else ""
    reason = gap.not_estimable
    if reason and not labelled and gap.needs_label:
        reason = "no_label"
    ends = gap.interval or (None, None)
    return Figure(
        name=gap.name + suffix,
        value=None if reason else gap.value,
        n=gap.n,
        group=gap.group or " & ".join(gap.attributes),
        reference=gap.reference,
        low=ends[0],
        high=ends[1],
        level=parameters.level if gap.interval else None,
        interval="simultaneous cell bootstrap" if gap.interval else "",
        not_estimable=reason,
    )


check = Fairness()
