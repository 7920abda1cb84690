"""Group fairness: rates of every group and intersection, gaps between the best and the worst served."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Self

import numpy as np

from muster.core.figures import Figure
from muster.evidence.binary import MISSING, Binary, as_decision, binary, thresholded
from muster.evidence.check import Findings, Statistics, Steps
from muster.evidence.errors import NotMergeable, ParameterError
from muster.evidence.fairness_calibration import DEFINITIONS as CALIBRATION_DEFINITIONS
from muster.evidence.fairness_calibration import ScoreBins, calibration_figures, calibration_rates, measure_bins
from muster.evidence.fairness_cells import (
    CELL_LIMIT,
    first_rows,
    gap_figure,
    limited_subsets,
    refuse_cells,
    refuse_identifiers,
    require_reference,
)
from muster.evidence.fairness_costs import DEFINITIONS as COST_DEFINITIONS
from muster.evidence.fairness_costs import cost_figures, cost_rates, prices
from muster.evidence.fairness_parameters import FairnessParameters
from muster.evidence.fairness_ranking import RankCells, judge_ranks, measure_ranks
from muster.evidence.fairness_regression import NumberCells, judge_numbers, measure_numbers
from muster.evidence.fairness_tests import DEFINITIONS as TEST_DEFINITIONS
from muster.evidence.fairness_tests import significance_figures
from muster.evidence.gaps import compute_gaps
from muster.evidence.group_rows import Measured, add_rates
from muster.evidence.groups import name_values
from muster.evidence.plan import RELATION, Columns, Key, Plan, quote
from muster.evidence.rates import DEFINITIONS, OUTCOMES, group_rows, overall_figures
from muster.evidence.statistics import Cells, Counts, Groups, roll_up, tabulate
from muster.evidence.table import Table

VERSION = "1"


class CellStatistics(Statistics):
    """Rows by cell of all attributes together: each of `cells` is the attributes' values, then a count an outcome."""

    attributes: tuple[str, ...]
    outcomes: tuple[str, ...] = OUTCOMES
    cells: tuple[tuple[str | int, ...], ...]

    def table(self) -> Cells:
        """Return the cells as arrays."""
        width = len(self.attributes)
        keys = [[str(row[i]) for row in self.cells] for i in range(width)]
        counts = np.array([row[width:] for row in self.cells], dtype=np.int64).reshape(-1, len(self.outcomes))
        return tabulate(self.attributes, keys, self.outcomes, counts)

    def merged(self, other: Self) -> Self:
        rows = self.model_copy(update={"cells": (*self.cells, *other.cells)})
        return self.model_copy(update={"cells": self.stored(rows.table())})

    @classmethod
    def of(cls, cells: Cells) -> Self:
        """Return the cells as they are stored."""
        return cls(attributes=cells.attributes, outcomes=cells.outcomes, cells=cls.stored(cells))

    @staticmethod
    def stored(cells: Cells) -> tuple[tuple[str | int, ...], ...]:
        """Return the rows of the cells."""
        names = [[cells.values[i][code] for i, code in enumerate(codes)] for codes in cells.codes.tolist()]
        return tuple((*name, *counts) for name, counts in zip(names, cells.counts.tolist(), strict=True))


class FairnessStatistics(CellStatistics):
    """The cells of a classification with the bins of its score; of the other tasks the sums that take their place."""

    bins: ScoreBins | None = None
    numbers: NumberCells | None = None
    ranks: RankCells | None = None

    def merged(self, other: Self) -> Self:
        parts: dict[str, object] = {}
        for name in ("bins", "numbers", "ranks"):
            mine, theirs = getattr(self, name), getattr(other, name)
            if (mine is None) != (theirs is None):
                raise NotMergeable("other_parameters", "fairness")
            parts[name] = mine and mine.merged(theirs)
        return super().merged(other).model_copy(update=parts)


class Fairness:
    """The check ``fairness``."""

    name = "fairness"
    version = VERSION
    title: Mapping[str, str] = MappingProxyType({"en": "Group fairness", "zh": "群体公平性"})
    inputs: Mapping[str, bool] = MappingProxyType({"data": True})
    parameters = FairnessParameters
    statistics = FairnessStatistics

    def measure(self, tables: Mapping[str, Table], parameters: FairnessParameters) -> Steps:
        """Ask the data one aggregation: counts by attributes, decision and label, or sums."""
        table = tables["data"]
        if not parameters.protected:
            raise ParameterError("no_protected", "protected")
        if parameters.task == "regression":
            numbers = yield from measure_numbers(table, parameters)
            return FairnessStatistics(attributes=parameters.protected, cells=(), numbers=numbers)
        if parameters.task == "ranking":
            ranks = yield from measure_ranks(table, parameters)
            return FairnessStatistics(attributes=parameters.protected, cells=(), ranks=ranks)
        decision, label = _columns(table, parameters)
        first = yield first_rows(parameters)
        refuse_identifiers(parameters, first)
        asked = yield _plan(parameters, decision, label)
        cells = _cells(table, parameters, asked, decision, label)
        bins = None
        if parameters.score is not None and label is not None:
            bins = yield from measure_bins(table, parameters, label)
        return FairnessStatistics.of(cells).model_copy(update={"bins": bins})

    def judge(self, statistics: CellStatistics, parameters: FairnessParameters, *, now: datetime) -> Findings:
        """Return the rates of every group, and the figures that a framework judges."""
        del now
        bins = None
        if isinstance(statistics, FairnessStatistics):
            if statistics.numbers is not None:
                return judge_numbers(statistics.numbers, parameters)
            if statistics.ranks is not None:
                return judge_ranks(statistics.ranks, parameters)
            bins = statistics.bins
        return _judge_decisions(statistics.table(), bins, parameters)


def _judge_decisions(cells: Cells, bins: ScoreBins | None, parameters: FairnessParameters) -> Findings:
    groups = list(limited_subsets(lambda subset: roll_up(cells, subset), parameters))
    require_reference(parameters, {name for each in groups for name in each.names})
    rows = tuple(
        row
        for each in groups
        for row in add_rates(group_rows(each, parameters), _more(each, bins, parameters), parameters.minimum)
    )
    found, defined = figures(cells, groups, parameters), dict(DEFINITIONS)
    if costs := prices(parameters):
        found, defined = (*found, *cost_figures(cells, groups, costs, parameters)), defined | COST_DEFINITIONS
    if bins is not None:
        found, defined = (*found, *calibration_figures(bins, parameters)), defined | CALIBRATION_DEFINITIONS
    if tested := significance_figures(groups, parameters):
        found, defined = (*found, *tested), defined | TEST_DEFINITIONS
    return Findings(found, rows, defined)


def _more(groups: Groups, bins: ScoreBins | None, parameters: FairnessParameters) -> list[Measured]:
    """Return what stands in the rows of groups besides their rates: costs, and calibration."""
    costs = prices(parameters)
    more = [cost_rates(groups, costs, parameters)] if costs else []
    if bins is not None:
        more += calibration_rates(bins, groups.attributes, groups.names, parameters)
    return more


def figures(cells: Cells, groups: list[Groups], parameters: FairnessParameters) -> tuple[Figure, ...]:
    """Return the figures that a framework judges: everyone's rates, then the gaps of each set of attributes.

    Gaps of intersections carry the suffix ``.intersection``. A pure function of the cells: it reads no data.
    """
    everyone = overall_figures(roll_up(cells, ()), parameters)
    return (*everyone, *(gap_figure(gap, parameters) for gap in compute_gaps(cells, groups, parameters)))


def _columns(table: Table, parameters: FairnessParameters) -> tuple[Binary, Binary | None]:
    for name in parameters.protected:
        table.require(name)
    label = binary(table, "y", parameters.label, parameters.positive) if parameters.label else None
    if parameters.prediction is None:
        assert parameters.score is not None
        return thresholded(table, "p", parameters.score, parameters.threshold), label
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


def _cells(
    table: Table, parameters: FairnessParameters, asked: Columns, decision: Binary, label: Binary | None
) -> Cells:
    refuse_cells(parameters.protected, asked)
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


check = Fairness()

__all__ = ["CELL_LIMIT", "CellStatistics", "Fairness", "FairnessParameters", "FairnessStatistics", "check", "figures"]
