"""The threshold curve: what selecting from each score on would mean, read off the stored cells."""

from collections.abc import Iterator

import numpy as np

from muster.contract.evidence import GroupRow, Rate
from muster.evidence.cost import Costs
from muster.evidence.measured import measure_rate
from muster.evidence.scores import ScoreCells
from muster.evidence.statistics import Counts, Floats

STEPS = 20
"""The curve is shown at 0.05, 0.10, ... 0.95; of scores that are no probabilities at as many quantiles."""


def curve(cells: ScoreCells) -> tuple[Floats, Counts]:
    """Return every threshold that tells cells apart, rising, and (thresholds, 4) rows: tp, fp, fn, tn.

    Selected is who reaches the threshold; the last one, beyond the highest score, selects nobody.
    """
    scores = cells.scores
    values = np.array(cells.at, dtype=np.float64)
    limits = np.append(values / cells.scale if cells.scale else values, np.inf)
    over, under = (np.append(np.cumsum(each[::-1])[::-1], 0) for each in (scores.positives, scores.negatives))
    return limits, np.stack([over, under, over[0] - over, under[0] - under], axis=1)


def threshold_rows(cells: ScoreCells, costs: Costs | None, *, level: float, minimum: int) -> tuple[GroupRow, ...]:
    """Return selection rate, precision, recall and false-positive rate (and mean cost) along the curve."""
    if not cells.at:
        return ()
    limits, rows = curve(cells)
    return tuple(
        GroupRow(
            attributes=("threshold",),
            group=f"threshold={shown:.6g}",
            n=int(counts.sum()),
            labelled=int(counts.sum()),
            rates=tuple(_rates(counts, costs, level, minimum)),
        )
        for shown, counts in ((t, rows[int(np.searchsorted(limits, t - 1e-12))]) for t in _shown(cells))
    )


def _shown(cells: ScoreCells) -> list[float]:
    if cells.are_probabilities:
        return [i / STEPS for i in range(1, STEPS)]
    scores = cells.scores
    share = np.cumsum(scores.rows) / scores.n
    limits, _ = curve(cells)
    at = np.searchsorted(share, np.arange(1, STEPS) / STEPS)
    return list(dict.fromkeys(limits[np.minimum(at, len(share) - 1)].tolist()))


def _rates(counts: Counts, costs: Costs | None, level: float, minimum: int) -> Iterator[Rate]:
    tp, fp, fn, tn = (int(each) for each in counts)
    n = tp + fp + fn + tn
    for name, over, under, reason in (
        ("selection_rate", tp + fp, n, "no_labels"),
        ("precision", tp, tp + fp, "nobody_selected"),
        ("recall", tp, tp + fn, "no_positives"),
        ("false_positive_rate", fp, fp + tn, "no_negatives"),
    ):
        yield measure_rate(name, over, under, level=level, minimum=minimum, reason=reason)
    if costs is not None:
        total = float(counts @ costs.weights)
        yield Rate(name="mean_cost", numerator=total, denominator=n, value=total / n, enough=n >= minimum)
