"""Fairness of numbers: how high predictions are, and how far off, by group."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from pydantic import FiniteFloat

from muster.contract.evidence import GroupRow
from muster.core.canonical import Frozen
from muster.core.figures import Figure
from muster.evidence.check import Definition, Findings, Steps
from muster.evidence.columns import broken, count_faults, number_faults, plain, refuse_faults, require_numbers
from muster.evidence.fairness_cells import (
    CELL_LIMIT,
    first_rows,
    gap_figure,
    limited_subsets,
    refuse_cells,
    refuse_identifiers,
    require_reference,
)
from muster.evidence.fairness_parameters import FairnessParameters
from muster.evidence.group_rows import Measured, write_rows
from muster.evidence.groups import name_values
from muster.evidence.means import STUDENT, Means, spread_means
from muster.evidence.measured import write_figure
from muster.evidence.plan import Columns, Plan, as_float, number, quote, scalar, whole
from muster.evidence.rates import define_below
from muster.evidence.spreads import Gap, Rule, below_minimum, find_gap
from muster.evidence.sums import Rolled, SumCells
from muster.evidence.table import Table

_COUNTED = ("n", "labelled")
_SUMMED = ("p", "p2", "e", "abs_e", "e2", "e4")


@dataclass(frozen=True)
class _Mean:
    """What is averaged: the sums of the terms and of their squares, over which rows, which end is badly served."""

    terms: str
    squares: str
    worse: Rule
    needs_label: bool = True
    root: bool = False


_MEANS: Mapping[str, _Mean] = {
    "mean_prediction": _Mean("p", "p2", Rule(method=STUDENT, needs_label=False), needs_label=False),
    "mean_error": _Mean("e", "e2", Rule(worse="far", method=STUDENT)),
    "mae": _Mean("abs_e", "e2", Rule(worse="high", method=STUDENT)),
    "rmse": _Mean("e2", "e4", Rule(worse="high", method=STUDENT), root=True),
}


class NumberCells(Frozen):
    """Sums by cell: p is prediction minus `middle` (so that nothing cancels), e is prediction minus label."""

    middle: FiniteFloat
    cells: SumCells

    def merged(self, other: Self) -> Self:
        """Return the sums of both data together, about the middle of the first."""
        return self.model_copy(update={"cells": self.cells.merged(other.about(self.middle))})

    def about(self, middle: float) -> SumCells:
        """Return the cells with p taken from another middle."""
        moved, held, width = self.middle - middle, self.cells, len(self.cells.keys)
        rows = []
        for row in held.cells:
            n, labelled, p, p2, *errors = row[width:]
            n, p, p2 = int(n), float(p), float(p2)
            squares = p2 + 2 * moved * p + n * moved * moved
            rows.append((*row[:width], n, labelled, p + n * moved, squares, *errors))
        return held.model_copy(update={"cells": tuple(rows)})


def measure_numbers(table: Table, parameters: FairnessParameters) -> Steps:
    """Ask for the mean prediction, then for sums by cell around it.

    Raises:
        DataError: for columns that are not numbers, and for missing or infinite values.
    """
    assert parameters.prediction is not None
    for name in parameters.protected:
        table.require(name)
    named = [name for name in (parameters.prediction, parameters.label) if name is not None]
    yield from require_numbers(table, *named)
    faults = number_faults(parameters.prediction)
    if parameters.label:
        faults.append((parameters.label, "not_finite", broken(table.value(parameters.label))))
    prediction = plain(parameters.prediction)
    inside = f"case when not ({broken(prediction)}) then {prediction} end"
    look = Plan({"rows": "count(*)", "total": f"sum({inside})", **count_faults(faults)})
    first, looked = yield first_rows(parameters), look
    refuse_identifiers(parameters, first)
    refuse_faults(table, faults, looked)
    rows = whole(looked, "rows")
    middle = (scalar(looked, "total") or 0.0) / rows if rows else 0.0
    asked = yield _plan(table, parameters, middle)
    refuse_cells(parameters.protected, asked)
    return NumberCells(middle=middle, cells=_cells(parameters, asked))


def judge_numbers(numbers: NumberCells, parameters: FairnessParameters) -> Findings:
    """Return rows and figures of every group. A pure function: it reads no data."""
    everyone = numbers.cells.roll(())
    figures = [_overall(name, _means(name, everyone, numbers.middle), parameters) for name in _MEANS]
    rows: list[GroupRow] = []
    known: set[str] = set()
    for rolled in limited_subsets(numbers.cells.roll, parameters):
        known |= set(rolled.names)
        rows += _rows(rolled, numbers.middle, parameters)
        figures += [gap_figure(gap, parameters) for gap in _gaps(rolled, numbers.middle, parameters)]
    require_reference(parameters, known)
    return Findings(tuple(figures), tuple(rows), DEFINITIONS)


def _plan(table: Table, parameters: FairnessParameters, middle: float) -> Plan:
    prediction = plain(str(parameters.prediction))
    p = f"({prediction} - {number(middle)})"
    aggregates = {"n": "count(*)", "p": f"sum({p})", "p2": f"sum({p} * {p})"}
    if parameters.label:
        label = table.value(parameters.label)
        e = f"({prediction} - {label})"
        aggregates |= {"labelled": f"count({label})", "e": f"sum({e})", "abs_e": f"sum(abs({e}))"}
        aggregates |= {"e2": f"sum({e} * {e})", "e4": f"sum({e} * {e} * {e} * {e})"}
    keys = {f"a{i}": quote(name) for i, name in enumerate(parameters.protected)}
    return Plan(aggregates, keys, limit=CELL_LIMIT + 1)


def _cells(parameters: FairnessParameters, asked: Columns) -> SumCells:
    many = len(asked["n"])
    values = list(zip(*(name_values(asked[f"a{i}"]) for i in range(len(parameters.protected))), strict=True))
    counts = np.stack([_column(asked, name, many) for name in _COUNTED], axis=1).astype(np.int64)
    sums = np.stack([_column(asked, name, many) for name in _SUMMED], axis=1)
    rows = list(zip(values, counts.tolist(), sums.tolist(), strict=True))
    return SumCells.of(parameters.protected, _COUNTED, _SUMMED, rows)


def _column(asked: Columns, name: str, many: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return a column of the answer, 0 where there was nothing to sum; a sum that is no number stays one."""
    if name not in asked:
        return np.zeros(many)
    column = as_float(asked[name])
    gone = np.ma.getmaskarray(np.ma.asarray(asked[name])) | np.array([v is None for v in asked[name]], dtype=bool)
    return np.where(gone, 0.0, column)


def _means(name: str, rolled: Rolled, middle: float) -> Means:
    rule = _MEANS[name]
    n = rolled.counts[:, _COUNTED.index("labelled" if rule.needs_label else "n")]
    terms, squares = (rolled.sums[:, _SUMMED.index(each)] for each in (rule.terms, rule.squares))
    least = 0.0 if name == "mae" else float("-inf")
    return Means(n, terms, squares, rule.root, middle=0.0 if rule.needs_label else middle, least=least)


def _rows(rolled: Rolled, middle: float, parameters: FairnessParameters) -> tuple[GroupRow, ...]:
    measured = []
    for name in _MEANS:
        means = _means(name, rolled, middle)
        low, high = means.ends(parameters.level)
        over = means.totals + means.middle * means.n
        measured.append(Measured(name, over, means.n, means.values, low, high, _no_labels(parameters)))
    sizes = rolled.counts[:, 0], rolled.counts[:, 1]
    return write_rows(rolled.attributes, rolled.names, sizes, measured, parameters.minimum)


def _overall(name: str, means: Means, parameters: FairnessParameters) -> Figure:
    n, value = int(means.n[0]), float(means.values[0])
    if not n:
        reason = _no_labels(parameters) if _MEANS[name].needs_label else "no_rows"
        return write_figure(name, None, 0, level=parameters.level, reason=reason)
    low, high = (float(end[0]) for end in means.ends(parameters.level))
    ends = (low, high) if n > 1 else None
    return write_figure(name, value, n, ends=ends, level=parameters.level, method="normal")


def _gaps(rolled: Rolled, middle: float, parameters: FairnessParameters) -> list[Gap]:
    gaps = []
    for name, rule in _MEANS.items():
        spread = spread_means(rolled.attributes, rolled.names, _means(name, rolled, middle), parameters)
        gap = find_gap(
            f"{name}_difference",
            spread,
            rule.worse,
            reference=parameters.reference,
            minimum=parameters.minimum,
            level=parameters.level,
        )
        gaps.append(gap)
    n, labelled = rolled.counts[:, 0], rolled.counts[:, 1]
    denominators = {"mean_prediction": n, "mean_error": labelled}
    return [*gaps, *below_minimum(rolled.attributes, n, denominators, parameters.minimum)]


def _no_labels(parameters: FairnessParameters) -> str:
    return "no_labels" if parameters.label else "no_label"


_NORMAL = "interval: normal, from the variance of the terms"
_GAP = (
    "{0} of groups with enough rows; interval: simultaneous over all compared pairs, calibrated on draws of each mean"
    " from Student's t (for two groups: that of Behrens and Fisher, close to Welch's)"
)
_ACCURACY = "ISO 5725-1 (trueness and precision)"
_SOURCE = "Agarwal, Dudik, Wu, Fair Regression: Quantitative Definitions and Reduction-Based Algorithms, ICML (2019)"
DEFINITIONS: dict[str, Definition] = {
    "mean_prediction": Definition(formula=f"sum of predictions / n; {_NORMAL}", source=_SOURCE),
    "mean_error": Definition(formula=f"mean of prediction - label, labelled rows; {_NORMAL}", source=_ACCURACY),
    "mae": Definition(formula=f"mean of |prediction - label|, labelled rows; {_NORMAL}", source=_ACCURACY),
    "rmse": Definition(
        formula=f"root of the mean of (prediction - label)^2, labelled rows; {_NORMAL} of squares", source=_ACCURACY
    ),
    "mean_prediction_difference": Definition(formula=_GAP.format("highest - lowest mean prediction"), source=_SOURCE),
    "mean_error_difference": Definition(formula=_GAP.format("highest - lowest mean error"), source=_SOURCE),
    "mae_difference": Definition(formula=_GAP.format("highest - lowest mean absolute error"), source=_SOURCE),
    "rmse_difference": Definition(formula=_GAP.format("highest - lowest root mean squared error"), source=_SOURCE),
    **define_below("mean_prediction", "mean_error"),
}
