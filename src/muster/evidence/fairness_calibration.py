"""Does a score mean the same for everybody? Labelled rows by cell and bin of the score, calibrated by group."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from muster.core.canonical import Frozen
from muster.core.figures import Figure
from muster.evidence.binary import MISSING, Binary
from muster.evidence.calibration import fit_line
from muster.evidence.check import Definition, Steps
from muster.evidence.columns import broken, plain, refuse
from muster.evidence.fairness_cells import CELL_LIMIT, gap_figure
from muster.evidence.fairness_parameters import FairnessParameters
from muster.evidence.group_rows import Measured
from muster.evidence.groups import name_values
from muster.evidence.means import STUDENT, Means, spread_means
from muster.evidence.measured import write_figure
from muster.evidence.plan import Bins, Key, Plan, as_float, count_if, quote, whole
from muster.evidence.scores import Scores
from muster.evidence.spreads import REST, Drawn, Gap, Rule, Spread, find_gap
from muster.evidence.statistics import Counts, Floats, divide, normal_quantile
from muster.evidence.sums import SumCells
from muster.evidence.table import Table

BINS = 10
BIN = "(bin)"
NORMAL = "simultaneous parametric bootstrap (normal)"
NAMES = ("calibration_gap", "ece", "calibration_slope")
_PLACES = tuple(str(i) for i in range(BINS))
_COUNTED, _SUMMED = ("n", "positives"), ("s", "s2", "sy")
_N, _POSITIVES, _SCORE, _SQUARE, _OF_POSITIVES = range(5)


class ScoreBins(Frozen):
    """Labelled rows by cell and bin of equal width: positives, sums of scores, of their squares, of positives' scores.

    `outside` counts scores below 0 or above 1. `cells` is None where there were too many.
    """

    outside: int
    cells: SumCells | None

    def merged(self, other: Self) -> Self:
        """Return the bins of both data together."""
        cells = self.cells.merged(other.cells) if self.cells and other.cells else None
        if cells is not None and len(cells.cells) > CELL_LIMIT:
            cells = None
        return self.model_copy(update={"outside": self.outside + other.outside, "cells": cells})

    @property
    def reason(self) -> str:
        """Say why nothing can be calibrated; empty if it can."""
        if self.outside:
            return "score_not_probability"
        return "too_many_cells" if self.cells is None else ""


@dataclass(frozen=True)
class Calibrated:
    """Groups of some attributes with their bins: `table` (groups, bins, sums)."""

    attributes: tuple[str, ...]
    names: tuple[str, ...]
    table: Floats

    @property
    def n(self) -> Counts:
        n: Counts = np.rint(self.table[..., _N].sum(axis=1)).astype(np.int64)
        return n

    @property
    def gaps(self) -> Means:
        """The mean of label - score."""
        total = self.table.sum(axis=1)
        squares = total[:, _POSITIVES] - 2 * total[:, _OF_POSITIVES] + total[:, _SQUARE]
        return Means(self.n, total[:, _POSITIVES] - total[:, _SCORE], squares, least=-1.0, most=1.0)

    @property
    def misses(self) -> Floats:
        """What the expected calibration error is the mean of: |positives - scores| of each bin, added up."""
        misses: Floats = np.abs(self.table[..., _POSITIVES] - self.table[..., _SCORE]).sum(axis=1)
        return misses

    def rest(self) -> "Calibrated":
        """Return everybody outside each group."""
        return Calibrated(self.attributes, self.names, self.table.sum(axis=0, keepdims=True) - self.table)

    def at(self, places: Counts) -> "Calibrated":
        """Return some of the groups."""
        return Calibrated(self.attributes, tuple(self.names[i] for i in places), self.table[places])

    def slopes(self) -> tuple[Floats, Floats, list[str]]:
        """Return slopes with their standard errors (NaN: none), and why there is none."""
        values, errors, reasons = np.full(len(self.names), np.nan), np.full(len(self.names), np.nan), []
        for i, bins in enumerate(self.table):
            line, reason = fit_line(_scores(bins)) if bins[:, _N].any() else (None, "no_labels")
            reasons.append(reason)
            if line:
                values[i], errors[i] = line[0][0], line[1][0]
        return values, errors, reasons


def measure_bins(table: Table, parameters: FairnessParameters, label: Binary) -> Steps:
    """Ask for labelled rows by cell and bin.

    Raises:
        DataError: for missing and infinite scores.
    """
    assert parameters.score is not None
    table.require_number(parameters.score)
    score, positive = plain(parameters.score), f"({label.code}) = 1"
    odd = {"none": f"{score} is null", "odd": broken(score), "outside": f"{score} < 0 or {score} > 1"}
    keys: dict[str, Key] = {f"a{i}": quote(name) for i, name in enumerate(parameters.protected)}
    keys["b"] = Bins(score, tuple(i / BINS for i in range(1, BINS)))
    sums = {"s": f"sum({score})", "s2": f"sum({score} * {score})"}
    sums["sy"] = f"sum(case when {positive} then {score} else 0 end)"
    aggregates = {"n": "count(*)", "positives": count_if(positive), **sums}
    counted = Plan(aggregates, keys, where=f"({label.code}) <> {MISSING}", limit=CELL_LIMIT + 1)
    looked, asked = yield Plan({name: count_if(condition) for name, condition in odd.items()}), counted
    refuse(table, "missing_values", parameters.score, whole(looked, "none"), odd["none"])
    refuse(table, "not_finite", parameters.score, whole(looked, "odd"), odd["odd"])
    outside, many = whole(looked, "outside"), len(asked["n"])
    if outside or many > CELL_LIMIT:
        return ScoreBins(outside=outside, cells=None)
    values = [name_values(asked[f"a{i}"]) for i in range(len(parameters.protected))]
    places = [str(int(place)) for place in np.asarray(asked["b"]).tolist()]
    counts = np.stack([as_float(asked[name]) for name in _COUNTED], axis=1).astype(np.int64).tolist()
    sums_of = np.stack([as_float(asked[name]) for name in _SUMMED], axis=1).tolist()
    rows = list(zip(zip(*values, places, strict=True), counts, sums_of, strict=True))
    return ScoreBins(outside=0, cells=SumCells.of((*parameters.protected, BIN), _COUNTED, _SUMMED, rows))


def calibrate_groups(bins: ScoreBins, attributes: Sequence[str]) -> Calibrated:
    """Return the groups of `attributes` with their bins; there must be cells."""
    assert bins.cells is not None
    return Calibrated(tuple(attributes), *bins.cells.split(attributes, BIN, _PLACES))


def calibration_rates(
    bins: ScoreBins, attributes: Sequence[str], names: Sequence[str], parameters: FairnessParameters
) -> list[Measured]:
    """Return what is added to the rows of the groups `names`; one without a label has no calibration."""
    single = len(attributes) == 1
    shown = NAMES if single else NAMES[:2]
    nothing = np.full(len(names), np.nan)
    if bins.reason:
        none = np.zeros(len(names), dtype=np.int64)
        return [Measured(name, np.zeros(len(names)), none, nothing, nothing, nothing, bins.reason) for name in shown]
    groups = _aligned(calibrate_groups(bins, attributes), names)
    gaps, n = groups.gaps, groups.n
    ends = gaps.ends(parameters.level)
    found = [
        Measured("calibration_gap", gaps.totals, n, gaps.values, *ends, "no_labels"),
        Measured("ece", groups.misses, n, divide(groups.misses, n), nothing, nothing, "no_labels"),
    ]
    if single:
        enough = n >= parameters.minimum
        values, errors, reasons = groups.at(np.flatnonzero(enough)).slopes()
        slope, half = nothing.copy(), nothing.copy()
        slope[enough], half[enough] = values, normal_quantile(parameters.level) * errors
        why = iter(reasons)
        told = [next(why) if each else "too_few_rows" for each in enough.tolist()]
        over = np.nan_to_num(slope) * n
        found.append(Measured("calibration_slope", over, n, slope, slope - half, slope + half, told))
    return found


def calibration_figures(bins: ScoreBins, parameters: FairnessParameters) -> tuple[Figure, ...]:
    """Return calibration of everyone, then the differences of each set of attributes."""
    figures = _overall(bins, parameters)
    for attributes in parameters.subsets:
        figures += [gap_figure(gap, parameters) for gap in _gaps(bins, attributes, parameters)]
    return tuple(figures)


def _overall(bins: ScoreBins, parameters: FairnessParameters) -> list[Figure]:
    level = parameters.level
    everyone = None if bins.reason else calibrate_groups(bins, ())
    if everyone is None or not everyone.n.sum():
        reason = bins.reason or "no_labels"
        return [write_figure(name, None, 0, level=level, reason=reason) for name in NAMES]
    n, gaps = int(everyone.n[0]), everyone.gaps
    low, high = (float(end[0]) for end in gaps.ends(level))
    ends = (low, high) if n > 1 else None
    values, errors, reasons = everyone.slopes()
    slope = None if np.isnan(values[0]) else float(values[0])
    half = normal_quantile(level) * float(errors[0])
    around = None if slope is None else (slope - half, slope + half)
    rows = n if slope is not None else 0
    return [
        write_figure(NAMES[0], float(gaps.values[0]), n, ends=ends, level=level, method="normal"),
        write_figure(NAMES[1], float(everyone.misses[0] / n), n, level=level),
        write_figure(NAMES[2], slope, rows, ends=around, level=level, method="wald", reason=reasons[0]),
    ]


def _gaps(bins: ScoreBins, attributes: tuple[str, ...], parameters: FairnessParameters) -> list[Gap]:
    names = NAMES if len(attributes) == 1 else NAMES[:2]
    if bins.reason:
        return [Gap(f"{name}_difference", attributes, 0.0, 0, not_estimable=bins.reason) for name in names]
    groups = calibrate_groups(bins, attributes)
    spreads = [
        (Rule(worse="far", most=2.0, method=STUDENT), spread_means(attributes, groups.names, groups.gaps, parameters)),
        (Rule(worse="high"), _spread(groups, parameters, "ece")),
    ]
    if len(attributes) == 1:
        spreads.append((Rule(worse="low", method=NORMAL), _spread(groups, parameters, "calibration_slope")))
    return [
        find_gap(
            f"{name}_difference",
            spread,
            rule,
            reference=parameters.reference,
            minimum=parameters.minimum,
            level=parameters.level,
        )
        for name, (rule, spread) in zip(names, spreads, strict=True)
    ]


def _spread(groups: Calibrated, parameters: FairnessParameters, name: str) -> Spread:
    """Return how calibration errors or slopes lie, of those groups where they are defined and have enough rows."""
    at = np.flatnonzero(groups.n >= parameters.minimum)
    some, others = groups.at(at), groups.rest().at(at)
    figure, rest = _drawn(some, parameters, name, 0), None
    kept = ~np.isnan(figure.values)
    if parameters.reference == REST:
        rest = _drawn(others, parameters, name, 1)
        kept &= ~np.isnan(rest.values)
    places = np.flatnonzero(kept)
    return Spread(
        attributes=groups.attributes,
        known=groups.names,
        any_rows=bool(groups.n.any()),
        names=tuple(some.names[i] for i in places),
        n=some.n[places],
        figure=figure.at(places),
        rest_n=None if rest is None else others.n[places],
        rest=None if rest is None else rest.at(places),
    )


def _drawn(groups: Calibrated, parameters: FairnessParameters, name: str, stream: int) -> Drawn:
    if name == "ece":  # it is biased upwards in small groups, which no interval would tell
        return Drawn(divide(groups.misses, groups.n), np.full(len(groups.names), np.nan), None)
    values, errors, _ = groups.slopes()
    drawn = None
    if parameters.replicates:
        generator = np.random.Generator(np.random.PCG64([parameters.seed, stream]))
        drawn = values + errors * generator.standard_normal((parameters.replicates, len(values)))
    return Drawn(values, errors, drawn)


def _aligned(groups: Calibrated, names: Sequence[str]) -> Calibrated:
    """Return the groups in the order of `names`; one that has no labelled row has empty bins."""
    place = {name: i for i, name in enumerate(groups.names)}
    table = np.zeros((len(names), *groups.table.shape[1:]))
    for i, name in enumerate(names):
        if name in place:
            table[i] = groups.table[place[name]]
    return Calibrated(groups.attributes, tuple(names), table)


def _scores(bins: Floats) -> Scores:
    """Return the filled bins as scores: each counts as the mean of its scores."""
    some = bins[bins[:, _N] > 0]
    n, positives = (np.rint(some[:, i]).astype(np.int64) for i in (_N, _POSITIVES))
    return Scores(some[:, _SCORE] / some[:, _N], positives, n - positives)


_PAIRS = "interval: simultaneous over all compared pairs, calibrated on draws from"
_SOURCE = "Kleinberg, Mullainathan, Raghavan, Inherent Trade-Offs in the Fair Determination of Risk Scores, ITCS (2017)"
_COX = "Cox, Two further applications of a model for binary regression, Biometrika 45 (1958)"
DEFINITIONS: dict[str, Definition] = {
    "calibration_gap": Definition(
        formula="share of positives - mean score, labelled rows; interval: normal, from label - score",
        source="Van Calster et al., Calibration: the Achilles heel of predictive analytics, BMC Medicine 17 (2019)",
    ),
    "ece": Definition(
        formula="mean over 10 equal-width bins, weighted by rows, of |share of positives - mean score|; no interval",
        source="Naeini, Cooper, Hauskrecht, AAAI (2015)",
    ),
    "calibration_slope": Definition(
        formula="slope of the logistic regression of the label on the log odds of the score, scores counting as the"
        " mean of their bin (10); 1 is perfect; interval: Wald",
        source=_COX,
    ),
    "calibration_gap_difference": Definition(
        formula=f"highest - lowest calibration gap of a group; {_PAIRS} Student's t", source=_SOURCE
    ),
    "ece_difference": Definition(
        formula="highest - lowest expected calibration error of a group (biased upwards in small ones); no interval",
        source=_SOURCE,
    ),
    "calibration_slope_difference": Definition(
        formula=f"highest - lowest calibration slope of a group, single attributes; {_PAIRS} the normal", source=_COX
    ),
}
