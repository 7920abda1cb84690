"""Performance without labels: scores calibrated on a reference say how many of the decisions will have been right.

A pure function of two small tables. Source of the method: J. Bialek et al., Estimating Model Performance Under
Covariate Shift Without Labels, arXiv:2401.08348 (2024); the intervals are our own.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from muster.evidence.statistics import Counts, Floats, divide

CELLS = 1_000
"""Cells of the score between 0 and 1; a score of 1 is in one of its own."""
FINE = 10_000
"""Cells where there are few rows, whose pools would feel the width of a cell."""
FEW = 50_000
"""Rows up to which data are few."""
METRICS = ("accuracy", "precision", "recall", "f1", "auc")


@dataclass(frozen=True)
class Calibration:
    """The share of positives (cells,) that isotonic regression gives each score cell, and how sure it is.

    `block` is the pool that a cell belongs to, `variance` (blocks,) the variance of its share.
    """

    share: Floats
    block: NDArray[np.int64]
    variance: Floats


@dataclass(frozen=True)
class Cells:
    """Rows by score cell and decision: all arrays (cells,). `labelled` and `positives` of them as far as known."""

    at: NDArray[np.int64]
    selected: NDArray[np.bool_]
    rows: Counts
    labelled: Counts
    positives: Counts

    @property
    def n(self) -> int:
        return int(self.rows.sum())

    def among_labelled(self) -> "Cells":
        """Return the labelled rows alone."""
        known = self.among(self.labelled > 0)
        return replace(known, rows=known.labelled)

    def among(self, kept: NDArray[np.bool_]) -> "Cells":
        """Return the cells that are `kept`."""
        counts = (each[kept] for each in (self.rows, self.labelled, self.positives))
        return Cells(self.at[kept], self.selected[kept], *counts)


class Estimate(NamedTuple):
    """A figure and its variance; NaN where it is undefined."""

    value: float
    variance: float


def pool_adjacent(values: Floats, weights: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """Return the rising sequence closest to `values`, and for each place the number of its pool.

    Pool adjacent violators. Source: Barlow et al., Statistical Inference under Order Restrictions (1972), 1.2.
    """
    means: list[float] = []
    heavy: list[float] = []
    sizes: list[int] = []
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        mean, total, size = value, weight, 1
        while means and means[-1] >= mean:
            before = heavy.pop()
            mean = (means.pop() * before + mean * total) / (before + total)
            total += before
            size += sizes.pop()
        means.append(mean)
        heavy.append(total)
        sizes.append(size)
    pools = np.repeat(np.arange(len(sizes)), sizes)
    return np.array(means)[pools], pools


def calibrate(at: NDArray[np.int64], rows: Counts, positives: Counts, cells: int = CELLS) -> Calibration:
    """Fit the calibration on the reference: rows and positives by filled score cell, rising.

    A cell that the reference does not fill lies between its neighbours, and is as sure as the nearer one.
    """
    share, pools = pool_adjacent(positives / rows, rows.astype(np.float64))
    many = np.bincount(pools, weights=rows)
    over = np.bincount(pools, weights=positives)
    smoothed = (over + 0.5) / (many + 1)  # a pool of one label is not certain
    every = np.arange(cells + 1)
    place = np.clip(np.searchsorted((at[1:] + at[:-1]) / 2, every), 0, len(at) - 1)
    return Calibration(np.interp(every, at, share), pools[place], smoothed * (1 - smoothed) / many)


def estimate(cells: Cells, calibration: Calibration) -> dict[str, Estimate]:
    """Return each metric that the rows are expected to have, with the variance of the realised one around it.

    Every metric is a smooth function of the share of positives in each cell. To first order its variance is that
    of the labels within cells, plus that of the calibration, whose pools err together.
    """
    share = calibration.share[cells.at]
    blocks = calibration.block[cells.at]
    found = {}
    for name, (value, slope) in _metrics(cells, share).items():
        noise = (slope**2 * share * (1 - share) / cells.rows).sum()
        pooled = np.bincount(blocks, weights=slope, minlength=len(calibration.variance))
        found[name] = Estimate(value, float(noise + (pooled**2 * calibration.variance).sum()))
    return found


def realise(cells: Cells) -> dict[str, float]:
    """Return each metric as it was, of rows that all have labels; NaN where undefined."""
    return {name: value for name, (value, _) in _metrics(cells, cells.positives / cells.rows).items()}


def _metrics(cells: Cells, share: Floats) -> dict[str, tuple[float, Floats]]:
    """Return each metric with its derivative by the share of positives in each cell."""
    n, chosen = cells.rows.astype(np.float64), cells.selected.astype(np.float64)
    total, selected, positives = n.sum(), n @ chosen, n @ share
    tp = float((n * chosen) @ share)
    accuracy = float(n @ np.where(cells.selected, share, 1 - share) / total)
    precision, recall, f1 = (
        float(divide(over, under)) for over, under in ((tp, selected), (tp, positives), (2 * tp, selected + positives))
    )
    return {
        "accuracy": (accuracy, n * (2 * chosen - 1) / total),
        "precision": (precision, divide(n * chosen, selected)),
        "recall": (recall, divide(n * (chosen - recall), positives)),
        "f1": (f1, divide(n * (2 * chosen - f1), selected + positives)),
        "auc": _auc(cells, share),
    }


def _auc(cells: Cells, share: Floats) -> tuple[float, Floats]:
    """Pairs of an expected positive and an expected negative, ranked rightly by their cells; ties half."""
    over, under = (np.bincount(cells.at, weights=cells.rows * each) for each in (share, 1 - share))
    positives, negatives = over.sum(), under.sum()
    if not positives or not negatives:
        return float("nan"), np.full(len(share), np.nan)
    below, above = np.cumsum(under) - under / 2, positives - np.cumsum(over) + over / 2
    area = float(over @ below / positives / negatives)
    slope = (below - above)[cells.at] - area * (negatives - positives)
    return area, slope * cells.rows / positives / negatives
