"""A linear classifier between two windows, fitted without rows: Fisher's discriminant from sums and cross products.

Each half of the rows is ranked by the direction that the other half teaches, so the area under the ROC curve is
that of rows the classifier has not seen.
"""

from math import sqrt

import numpy as np
from pydantic import Field, FiniteFloat

from muster.core.canonical import Frozen
from muster.core.figures import Figure
from muster.evidence.drift_moments import HALVES, Layout, Moments, linear
from muster.evidence.measured import write_figure
from muster.evidence.plan import Bins, Columns, Plan, Quantiles, Segments, as_float, double, key_sql, quote
from muster.evidence.scores import Scores, auc
from muster.evidence.statistics import Floats, normal_quantile

CELLS = 32
FEW = 12
PROBES = (0.0, 0.001, 0.01, *(i / 16 for i in range(1, 16)), 0.99, 0.999, 1.0)
HAIR = 1e-9
"""Scores nearer than this, in standard deviations of the reference, are one."""
Cut = tuple[tuple[float, ...], int]


class Fold(Frozen):
    """One half, ranked by the direction of the other: area, DeLong's variance, and what cells of scores may hide."""

    area: FiniteFloat = Field(ge=0, le=1)
    variance: FiniteFloat = Field(ge=0)
    hidden: FiniteFloat = Field(ge=0)
    n: int = Field(ge=0)


def fit_direction(reference: Moments, data: Moments, spread: Floats) -> Floats:
    """Return Fisher's direction on measured columns, of length 1 in standard deviations of the reference.

    The pooled covariance within the windows, inverted where it is not flat, times the difference of their means.
    Source: R. A. Fisher, Annals of Eugenics 7 (1936).
    """
    unit = np.outer(spread, spread)
    within = (reference.scatter + data.scatter) / (reference.n + data.n) / unit
    weights = np.linalg.pinv(within, rcond=1e-10, hermitian=True) @ ((data.mean - reference.mean) / spread)
    length = float(np.linalg.norm(weights))
    direction: Floats = (weights / length if length else weights) / spread
    return direction


def ask_scores(layout: Layout, half: str, directions: tuple[Floats, Floats]) -> tuple[Quantiles, Quantiles]:
    """Ask for the quantiles of the scores of the reference, half by half: they cut the cells."""
    columns = [double(quote(name)) for name in layout.names]
    asked = []
    for fold in HALVES:
        weights = directions[1 - fold] * layout.scales
        score = linear(weights, columns, float(weights @ layout.centres))
        asked.append(Quantiles({"s": score}, PROBES, where=f"{layout.complete} and {half} = {fold}", table="reference"))
    return asked[0], asked[1]


def choose_cells(quantiles: Floats) -> Cut:
    """Choose cells for scores: few values get one each, else equal ones lie between any two of the quantiles.

    Edges lie a hair below the quantiles, which are scores of rows: rounding must not decide on which side these fall.
    """
    known = np.unique(quantiles[~np.isnan(quantiles)])
    hair = HAIR * max(1.0, float(np.abs(known).max(initial=0.0)))
    known = known[np.diff(known, prepend=-np.inf) > 2 * hair] - hair
    return tuple(known.tolist()), 0 if len(known) <= FEW else CELLS


def ask_ranks(layout: Layout, half: str, source: str, directions: tuple[Floats, Floats], cuts: tuple[Cut, Cut]) -> Plan:
    """Ask by half how many rows of a window lie in each cell of the scores, and the ends of these scores."""
    columns = [f"z{i}" for i in range(len(layout.names))]
    scores = [linear(directions[1 - fold], columns) for fold in HALVES]
    score = f"case when half = 0 then {scores[0]} else {scores[1]} end"
    over = f"select half, {score} as s from ({layout.rows(half)}) as muster_measured"  # noqa: S608
    trees = [key_sql(Segments("s", *cut) if cut[1] else Bins("s", cut[0])) for cut in cuts]
    keys = {"half": "half", "cell": f"case when half = 0 then {trees[0]} else {trees[1]} end"}
    return Plan({"n": "count(*)", "low": "min(s)", "high": "max(s)"}, keys, table=source, over=over)


def read_fold(reference: Columns, data: Columns, fold: int, cut: Cut) -> Fold:
    """Rank the data (positives) above the reference (negatives); cells that hold one score hide nothing."""
    breaks, cells = cut
    size = 1 + (len(breaks) if not cells else (len(breaks) - 1) * cells + 1)
    counts = np.zeros((2, size), dtype=np.int64)
    low, high = np.full(size, np.inf), np.full(size, -np.inf)
    for place, answer in enumerate((reference, data)):
        here = np.asarray(answer["half"], dtype=np.int64) == fold
        at = np.asarray(answer["cell"], dtype=np.int64)[here]
        counts[place, at] = np.asarray(answer["n"], dtype=np.int64)[here]
        low[at] = np.minimum(low[at], as_float(answer["low"])[here])
        high[at] = np.maximum(high[at], as_float(answer["high"])[here])
    before, after = counts
    area, variance = auc(Scores(np.arange(size, dtype=np.float64), after, before))
    pairs = float(before.sum()) * float(after.sum())
    wide = np.zeros(size, dtype=bool)
    seen = counts.sum(axis=0) > 0
    wide[seen] = high[seen] - low[seen] > HAIR * np.maximum(1.0, np.abs(high[seen]))
    hidden = float((before.astype(np.float64) * after)[wide].sum()) / (2 * pairs)
    return Fold(area=area, variance=variance or 0.0, hidden=hidden, n=int(min(before.sum(), after.sum())))


def classifier_figures(folds: tuple[Fold, Fold] | None, reason: str, n: int, level: float) -> tuple[Figure, ...]:
    """Return the mean area of both halves, and the most that cells hide of it.

    Interval: DeLong's standard errors of the halves, averaged as if these erred together: without drift they nearly
    do, for each is ranked along the difference that the other shows. So it is never too short for the directions.
    """
    if folds is None:
        none = [
            write_figure(name, None, n, level=level, reason=reason)
            for name in ("domain_classifier_auc", "domain_classifier_auc_error")
        ]
        return tuple(none)
    area = (folds[0].area + folds[1].area) / 2
    half = normal_quantile(level) * (sqrt(folds[0].variance) + sqrt(folds[1].variance)) / 2
    ends = max(0.0, area - half), min(1.0, area + half)
    return (
        write_figure("domain_classifier_auc", area, n, ends=ends, level=level, method="delong"),
        write_figure("domain_classifier_auc_error", (folds[0].hidden + folds[1].hidden) / 2, n, level=level),
    )
