"""Calibration: does a score of 0.7 come true in 70 of 100 rows? From the cells of the scores."""

import math

import numpy as np

from muster.contract.evidence import GroupRow, Rate
from muster.core.figures import Figure
from muster.evidence.check import Definition
from muster.evidence.measured import write_figure
from muster.evidence.scores import ScoreCells, Scores, means
from muster.evidence.significance import chi_square_tail
from muster.evidence.statistics import Floats, divide, normal_quantile, wilson

NAMES = ("ece", "calibration_gap", "calibration_slope", "calibration_intercept", "hosmer_lemeshow_p")
_STEPS = 50
_CLOSE = 1e-10
_FAR = 30.0  # a coefficient that large says that the classes are separable


def calibration_figures(cells: ScoreCells, *, bins: int, level: float) -> tuple[Figure, ...]:
    """Return the calibration figures of probabilities. A pure function: it reads no data."""
    return (
        _ece(cells, bins, level),
        _gap(cells, level),
        *_line(cells, level),
        _hosmer_lemeshow(cells, bins, level),
    )


def calibration_rows(cells: ScoreCells, *, bins: int, level: float, minimum: int) -> tuple[GroupRow, ...]:
    """Return the share of positives of each filled bin, beside the mean score that promised it."""
    rows, positives, promised = means(cells, bins)
    low, high = wilson(positives, rows, level)
    span = (0.0, 1.0) if cells.are_probabilities else (cells.low, cells.high)
    width = (span[1] - span[0]) / bins
    found = []
    for i in np.flatnonzero(rows).tolist():
        many = int(rows[i])
        true = Rate(
            name="positive_rate",
            numerator=int(positives[i]),
            denominator=many,
            value=float(positives[i] / many),
            low=float(low[i]),
            high=float(high[i]),
            enough=many >= minimum,
        )
        score = Rate(
            name="mean_score",
            numerator=float(promised[i] * many),
            denominator=many,
            value=float(promised[i]),
            enough=many >= minimum,
        )
        name = f"score={span[0] + i * width:.6g}-{span[0] + (i + 1) * width:.6g}"
        found.append(GroupRow(attributes=("score",), group=name, n=many, labelled=many, rates=(true, score)))
    return tuple(found)


def _ece(cells: ScoreCells, bins: int, level: float) -> Figure:
    rows, positives, promised = means(cells, bins)
    gaps = np.abs(divide(positives, rows) - promised)
    n = int(rows.sum())
    return write_figure("ece", float(np.nansum(gaps * rows) / n), n, level=level)


def _gap(cells: ScoreCells, level: float) -> Figure:
    """Calibration in the large: share of positives minus mean score; its variance is that of label - score."""
    n, over, under = _n(cells), *cells.losses
    scores = cells.scores
    value = float(scores.positives.sum() - scores.values @ scores.rows) / n
    ends = None
    if n > 1:
        spread = max(0.0, over.square + under.square - n * value * value) / (n - 1)
        half = normal_quantile(level) * math.sqrt(spread / n)
        ends = value - half, value + half
    return write_figure("calibration_gap", value, n, ends=ends, level=level, method="normal")


def _line(cells: ScoreCells, level: float) -> tuple[Figure, Figure]:
    """Regress the label on the log odds of the score: slope 1 and intercept 0 are perfect."""
    names = ("calibration_slope", "calibration_intercept")
    scores, n = cells.scores, _n(cells)
    fitted, reason = fit_line(scores)
    if fitted is None:
        none = [write_figure(name, None, 0, level=level, reason=reason) for name in names]
        return none[0], none[1]
    z = normal_quantile(level)
    figures = [
        write_figure(name, value, n, ends=(value - z * error, value + z * error), level=level, method="wald")
        for name, value, error in zip(names, fitted[0], fitted[1], strict=True)
    ]
    return figures[0], figures[1]


Line = tuple[tuple[float, float], tuple[float, float]]
"""Slope and intercept, then their standard errors."""


def fit_line(scores: Scores) -> tuple[Line | None, str]:
    """Fit the label on the log odds of the scores; return the line, or None and the reason why there is none."""
    if not scores.positives.sum() or not scores.negatives.sum():
        return None, "one_class"
    if scores.values[0] == scores.values[-1]:
        return None, "constant_score"
    if not ((scores.values > 0) & (scores.values < 1)).all():
        return None, "certain_scores"
    fitted = _logistic(np.log(scores.values / (1 - scores.values)), scores)
    return fitted, "" if fitted else "separable"


def _logistic(x: Floats, scores: Scores) -> Line | None:
    """Fit label ~ intercept + slope x by Newton's method; return slope and intercept with standard errors."""
    rows, over = scores.rows.astype(np.float64), scores.positives.astype(np.float64)
    design = np.stack([x, np.ones_like(x)], axis=1)
    beta = np.array([1.0, 0.0])
    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-np.clip(design @ beta, -500, 500)))
        information = (design * (rows * p * (1 - p))[:, None]).T @ design
        if abs(np.linalg.det(information)) < _CLOSE**2 or np.abs(beta).max() > _FAR:
            return None
        step = np.linalg.solve(information, design.T @ (over - rows * p))
        beta = beta + step
        if np.abs(step).max() < _CLOSE:
            variances = np.diag(np.linalg.inv(information))
            if (variances <= 0).any():  # separable but for rounding
                return None
            errors = np.sqrt(variances)
            return (float(beta[0]), float(beta[1])), (float(errors[0]), float(errors[1]))
    return None


def _hosmer_lemeshow(cells: ScoreCells, bins: int, level: float) -> Figure:
    """Chi-square of observed against promised positives over groups of equal size; it informs, it decides nothing."""
    scores, n = cells.scores, _n(cells)
    middle = (np.cumsum(scores.rows) - scores.rows / 2) / n
    at = np.minimum((middle * bins).astype(np.int64), bins - 1)
    rows, seen, promised = (np.bincount(at, weights=w, minlength=bins) for w in _columns(cells))
    filled = rows > 0
    spread = promised * (1 - divide(promised, rows))
    groups = int(filled.sum())
    if groups < 3:  # noqa: PLR2004 - groups minus two degrees of freedom
        return write_figure("hosmer_lemeshow_p", None, 0, level=level, reason="too_few_scores")
    if (spread[filled] <= 0).any():
        return write_figure("hosmer_lemeshow_p", None, 0, level=level, reason="certain_scores")
    statistic = float((((seen - promised) ** 2)[filled] / spread[filled]).sum())
    return write_figure("hosmer_lemeshow_p", chi_square_tail(statistic, groups - 2), n, level=level)


def _columns(cells: ScoreCells) -> tuple[Floats, Floats, Floats]:
    scores = cells.scores
    return (
        scores.rows.astype(np.float64),
        scores.positives.astype(np.float64),
        scores.values * scores.rows,
    )


def _n(cells: ScoreCells) -> int:
    return sum(cells.positives) + sum(cells.negatives)


DEFINITIONS = {
    "ece": Definition(
        formula="mean over equal-width bins, weighted by rows, of |share of positives - mean score|; no interval",
        source="Naeini, Cooper, Hauskrecht, AAAI (2015)",
    ),
    "calibration_gap": Definition(
        formula="share of positives - mean score (calibration in the large); interval: normal",
        source="Van Calster et al., Calibration: the Achilles heel of predictive analytics, BMC Medicine 17 (2019)",
    ),
    "calibration_slope": Definition(
        formula="slope of the logistic regression of the label on the log odds of the score: 1 is perfect, below 1 the"
        " scores are too extreme; interval: Wald; in a grid, scores count as the mean of their cell",
        source="Cox, Two further applications of a model for binary regression, Biometrika 45 (1958)",
    ),
    "calibration_intercept": Definition(
        formula="intercept of the same regression: 0 is perfect; interval: Wald", source="Cox, Biometrika 45 (1958)"
    ),
    "hosmer_lemeshow_p": Definition(
        formula="chi-square of observed against promised positives in groups of equal size, groups - 2 degrees of"
        " freedom; informs only: with many rows every model fails it",
        source="Hosmer, Lemeshow, Applied Logistic Regression (2000), 5.2.2",
    ),
}
