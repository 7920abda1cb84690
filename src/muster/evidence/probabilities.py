"""Figures of a score: ranking (AUC), calibration, and the losses of a probability."""

import numpy as np

from muster.core.figures import Figure
from muster.evidence.calibration import NAMES as CALIBRATION_NAMES
from muster.evidence.calibration import calibration_figures
from muster.evidence.check import Definition
from muster.evidence.measured import write_figure, write_mean
from muster.evidence.scores import ScoreCells, auc, auc_bounds
from muster.evidence.statistics import normal_quantile

NAMES = ("brier", "skill", "log_loss", *CALIBRATION_NAMES)


def probability_figures(cells: ScoreCells | None, n: int, *, bins: int, level: float) -> tuple[Figure, ...]:
    """Return AUC, Brier score, log loss and calibration, or why there are none. A pure function.

    A score outside 0 to 1 still ranks, so it has an AUC and nothing else.
    """
    if cells is None or n == 0:
        reason = "no_score" if cells is None else "no_labels"
        return _none(("auc", *NAMES), reason, level)
    ranking = auc_figures(cells, level)
    if not cells.are_probabilities:
        return *ranking, *_none(NAMES, "score_not_probability", level)
    return (
        *ranking,
        _brier(cells, n, level),
        _skill(cells, n, level),
        _log_loss(cells, n, level),
        *calibration_figures(cells, bins=bins, level=level),
    )


def auc_figures(cells: ScoreCells, level: float, name: str = "auc") -> tuple[Figure, ...]:
    """Return the AUC, and where cells hide the order of some pairs, how far it may be off for that."""
    scores = cells.scores
    if not scores.positives.sum() or not scores.negatives.sum():
        return (write_figure(name, None, 0, level=level, reason="one_class"),)
    low, high = auc_bounds(cells)
    variance = cells.variance if cells.variance is not None else auc(scores)[1]
    area, error = (low + high) / 2, (high - low) / 2
    ends, method = None, "delong"
    if variance:  # none, or a perfect ranking whose variance of 0 would claim certainty
        half = normal_quantile(level) * float(np.sqrt(variance))
        ends = max(0.0, low - half), min(1.0, high + half)
    if not error:
        return (write_figure(name, area, scores.n, ends=ends, level=level, method=method),)
    return (
        write_figure(name, area, scores.n, ends=ends, level=level, method="delong + cells"),
        write_figure(f"{name}_cell_error", error, scores.n, level=level),
    )


def _none(names: tuple[str, ...], reason: str, level: float) -> tuple[Figure, ...]:
    return tuple(write_figure(name, None, 0, level=level, reason=reason) for name in names)


def _brier(cells: ScoreCells, n: int, level: float) -> Figure:
    over, under = cells.losses
    return write_mean("brier", over.square + under.square, over.fourth + under.fourth, n, level=level, floor=0.0)


def _skill(cells: ScoreCells, n: int, level: float) -> Figure:
    """How much of the squared error of always giving the base rate is saved; the delta method for a ratio of means."""
    over, under = cells.losses
    positives = sum(cells.positives)
    base = positives / n
    if positives in {0, n}:
        return write_figure("skill", None, 0, level=level, reason="one_class")
    variance = base * (1 - base)
    ratio = (over.square + under.square) / n / variance
    spread = sum(
        each.fourth - 2 * rival * each.square + many * rival * rival
        for each, many, rival in (
            (over, positives, ratio * (1 - base) ** 2),
            (under, n - positives, ratio * base**2),
        )
    )
    half = normal_quantile(level) * float(np.sqrt(max(0.0, spread / n / n))) / variance
    value = 1 - ratio
    return write_figure("skill", value, n, ends=(value - half, min(1.0, value + half)), level=level, method="normal")


def _log_loss(cells: ScoreCells, n: int, level: float) -> Figure:
    over, under = cells.losses
    if over.wrong or under.wrong:
        return write_figure("log_loss", None, 0, level=level, reason="infinite_loss")
    return write_mean("log_loss", over.log + under.log, over.log_square + under.log_square, n, level=level, floor=0.0)


DEFINITIONS = {
    "auc": Definition(
        formula="pairs (positive, negative) with the positive scored higher, ties half; interval: DeLong, normal",
        source="DeLong, DeLong, Clarke-Pearson, Biometrics 44 (1988)",
    ),
    "auc_cell_error": Definition(
        formula="half the share of pairs whose scores fell into one cell of the stored grid: auc is that sure",
        source="Muster",
    ),
    "brier": Definition(
        formula="mean of (score - label)^2; interval: normal", source="Brier, Monthly Weather Review 78 (1950)"
    ),
    "skill": Definition(
        formula="1 - brier / (base rate x (1 - base rate)): 0 is always giving the base rate; interval: delta, normal",
        source="Murphy, A New Vector Partition of the Probability Score, J. Appl. Meteorology 12 (1973)",
    ),
    "log_loss": Definition(
        formula="mean of -ln(score of what happened), unclipped; interval: normal",
        source="Good, Rational Decisions, JRSS B 14 (1952)",
    ),
}
