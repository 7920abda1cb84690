"""Figures of a score: ranking (AUC), calibration, and the losses of a probability."""

from dataclasses import dataclass

import numpy as np
from pydantic import JsonValue

from muster.core.figures import Figure
from muster.evidence.check import Definition
from muster.evidence.measured import write_figure
from muster.evidence.statistics import Counts, Floats, divide, normal_quantile

NAMES = ("auc", "brier", "skill", "log_loss", "ece")


@dataclass(frozen=True)
class Scores:
    """Distinct scores in rising order, with the positives and negatives at each."""

    values: Floats
    positives: Counts
    negatives: Counts

    @property
    def n(self) -> int:
        return int(self.positives.sum() + self.negatives.sum())

    @property
    def are_probabilities(self) -> bool:
        return bool(self.values.size and self.values[0] >= 0 and self.values[-1] <= 1)


def probability_figures(scores: Scores | None, n: int, *, bins: int, level: float) -> tuple[Figure, ...]:
    """Return AUC, Brier score, log loss and calibration error, or why there are none.

    A score outside 0 to 1 still ranks, so it has an AUC and nothing else.
    """
    if scores is None or n == 0:
        reason = "no_score" if scores is None else "no_labels"
        return tuple(write_figure(name, None, 0, level=level, reason=reason) for name in NAMES)
    auc = _auc_figure(scores, level)
    if not scores.are_probabilities:
        rest = NAMES[1:]
        return auc, *(write_figure(name, None, 0, level=level, reason="score_not_probability") for name in rest)
    return auc, _brier(scores, level), _skill(scores, level), _log_loss(scores, level), _ece(scores, bins, level)


def auc(scores: Scores) -> tuple[float, float | None]:
    """Return the area under the ROC curve and DeLong's variance (None for fewer than two of a class).

    The area is the share of pairs ranked rightly, ties counting half. Each positive's share of negatives below
    it (and each negative's of positives above it) has a variance; DeLong adds the two up.
    Source: DeLong, DeLong, Clarke-Pearson, Biometrics 44 (1988); midranks as in Sun, Xu (2014).
    """
    pos, neg = scores.positives.astype(np.float64), scores.negatives.astype(np.float64)
    many_pos, many_neg = pos.sum(), neg.sum()
    of_positives = (np.cumsum(neg) - neg / 2) / many_neg
    of_negatives = (many_pos - np.cumsum(pos) + pos / 2) / many_pos
    area = float((pos * of_positives).sum() / many_pos)
    if min(many_pos, many_neg) < 2:  # noqa: PLR2004 - a variance needs two
        return area, None
    within = (pos * (of_positives - area) ** 2).sum() / (many_pos - 1) / many_pos
    across = (neg * (of_negatives - area) ** 2).sum() / (many_neg - 1) / many_neg
    return area, float(within + across)


def bin_scores(scores: Scores, bins: int) -> list[JsonValue]:
    """Return rows, positives and mean score of each filled equal-width bin between lowest and highest score.

    For probabilities the bins divide 0 to 1.
    """
    if not scores.values.size:
        return []
    low, high = (0.0, 1.0) if scores.are_probabilities else (float(scores.values[0]), float(scores.values[-1]))
    n, positives, sums = _binned(scores, bins, low, high)
    width = (high - low) / bins
    return [
        {
            "from": low + i * width,
            "to": low + (i + 1) * width,
            "n": int(n[i]),
            "positives": int(positives[i]),
            "mean_score": float(sums[i] / n[i]),
        }
        for i in np.flatnonzero(n).tolist()
    ]


def _binned(scores: Scores, bins: int, low: float, high: float) -> tuple[Counts, Counts, Floats]:
    n = scores.positives + scores.negatives
    span = high - low or 1.0
    at = np.minimum(((scores.values - low) / span * bins).astype(np.int64), bins - 1)
    count = np.zeros(bins, dtype=np.int64)
    positives = np.zeros(bins, dtype=np.int64)
    np.add.at(count, at, n)
    np.add.at(positives, at, scores.positives)
    sums = np.zeros(bins, dtype=np.float64)
    np.add.at(sums, at, scores.values * n)
    return count, positives, sums


def _auc_figure(scores: Scores, level: float) -> Figure:
    if not scores.positives.sum() or not scores.negatives.sum():
        return write_figure("auc", None, 0, level=level, reason="one_class")
    area, variance = auc(scores)
    ends = None
    if variance:  # none, or a perfect ranking whose variance of 0 would claim certainty
        half = normal_quantile(level) * float(np.sqrt(variance))
        ends = max(0.0, area - half), min(1.0, area + half)
    return write_figure("auc", area, scores.n, ends=ends, level=level, method="delong")


def _brier(scores: Scores, level: float) -> Figure:
    return _mean_loss("brier", scores, (1 - scores.values) ** 2, scores.values**2, level)


def _skill(scores: Scores, level: float) -> Figure:
    """How much of the squared error of always giving the base rate is saved; the delta method for a ratio of means."""
    n, positives = scores.n, float(scores.positives.sum())
    base = positives / n
    if base in {0.0, 1.0}:
        return write_figure("skill", None, 0, level=level, reason="one_class")
    variance = base * (1 - base)
    of_positive, of_negative = (1 - scores.values) ** 2, scores.values**2
    ratio = float((scores.positives @ of_positive + scores.negatives @ of_negative) / n) / variance
    spread = (
        scores.positives @ (of_positive - ratio * (1 - base) ** 2) ** 2
        + scores.negatives @ (of_negative - ratio * base**2) ** 2
    ) / n
    half = normal_quantile(level) * float(np.sqrt(spread / n)) / variance
    value = 1 - ratio
    return write_figure("skill", value, n, ends=(value - half, min(1.0, value + half)), level=level, method="normal")


def _log_loss(scores: Scores, level: float) -> Figure:
    with np.errstate(divide="ignore"):
        of_positive, of_negative = -np.log(scores.values), -np.log1p(-scores.values)
    certain = (scores.positives[scores.values == 0].sum(), scores.negatives[scores.values == 1].sum())
    if any(certain):
        return write_figure("log_loss", None, 0, level=level, reason="infinite_loss")
    of_positive[scores.values == 0] = 0.0  # nobody stands there, and 0 times infinity is no number
    of_negative[scores.values == 1] = 0.0
    return _mean_loss("log_loss", scores, of_positive, of_negative, level)


def _mean_loss(name: str, scores: Scores, of_positive: Floats, of_negative: Floats, level: float) -> Figure:
    n = scores.n
    mean = float((scores.positives @ of_positive + scores.negatives @ of_negative) / n)
    ends = None
    if n > 1:
        squares = scores.positives @ (of_positive - mean) ** 2 + scores.negatives @ (of_negative - mean) ** 2
        half = normal_quantile(level) * float(np.sqrt(squares / (n - 1) / n))
        ends = max(0.0, mean - half), mean + half
    return write_figure(name, mean, n, ends=ends, level=level, method="normal")


def _ece(scores: Scores, bins: int, level: float) -> Figure:
    n, positives, sums = _binned(scores, bins, 0.0, 1.0)
    gaps = np.abs(divide(positives, n) - divide(sums, n))
    return write_figure("ece", float(np.nansum(gaps * n) / scores.n), scores.n, level=level)


DEFINITIONS = {
    "auc": Definition(
        formula="pairs (positive, negative) with the positive scored higher, ties half; interval: DeLong, normal",
        source="DeLong, DeLong, Clarke-Pearson, Biometrics 44 (1988)",
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
    "ece": Definition(
        formula="mean over equal-width bins, weighted by rows, of |share of positives - mean score|; no interval",
        source="Naeini, Cooper, Hauskrecht, AAAI (2015)",
    ),
}
