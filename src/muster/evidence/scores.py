"""Scores with their labels: every distinct score while there are few, a fixed grid of cells beyond that.

The cells are small whatever the data's size, and two tables of cells add up to the table of both data.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import FiniteFloat

from muster.core.canonical import Frozen
from muster.evidence.errors import NotMergeable
from muster.evidence.statistics import Counts, Floats, divide

EXACT = 2_000
"""Distinct scores that are kept as they are."""
GRID = 4_000
"""Cells between 0 and 1, and the most cells that scores of another range get."""


@dataclass(frozen=True)
class Scores:
    """Scores in rising order (in a grid: the mean of each cell), with the positives and negatives at each."""

    values: Floats
    positives: Counts
    negatives: Counts

    @property
    def n(self) -> int:
        return int(self.positives.sum() + self.negatives.sum())

    @property
    def rows(self) -> Counts:
        rows: Counts = self.positives + self.negatives
        return rows


class Losses(Frozen):
    """Sums over the rows of one label: squared error, its square, log loss, its square.

    `wrong` counts rows whose score was certain and wrong; they take no part in the log loss.
    """

    square: FiniteFloat = 0.0
    fourth: FiniteFloat = 0.0
    log: FiniteFloat = 0.0
    log_square: FiniteFloat = 0.0
    wrong: int = 0

    def plus(self, other: "Losses") -> "Losses":
        """Return the sums over both."""
        mine, theirs = self.model_dump(), other.model_dump()
        return Losses(**{name: mine[name] + theirs[name] for name in mine})


class ScoreCells(Frozen):
    """Labelled rows by score.

    `scale` is 0 while `at` holds the distinct scores themselves; else cell i holds i <= score x scale < i + 1 and
    `sums` the sum of its scores. `of_positives` and `of_negatives` are the losses of a probability in a grid.
    `area` holds the bounds of the AUC and `variance` its variance, where they were known before scores fell into
    cells; merged cells do not know them any more.
    """

    scale: FiniteFloat = 0.0
    at: tuple[FiniteFloat, ...] = ()
    positives: tuple[int, ...] = ()
    negatives: tuple[int, ...] = ()
    sums: tuple[FiniteFloat, ...] = ()
    low: FiniteFloat = 0.0
    high: FiniteFloat = 1.0
    of_positives: Losses | None = None
    of_negatives: Losses | None = None
    area: tuple[FiniteFloat, FiniteFloat] | None = None
    variance: FiniteFloat | None = None

    @property
    def are_probabilities(self) -> bool:
        return bool(self.at) and self.low >= 0 and self.high <= 1

    @property
    def scores(self) -> Scores:
        """The cells as arrays."""
        counts = [np.array(each, dtype=np.int64) for each in (self.positives, self.negatives)]
        values = np.array(self.at, dtype=np.float64)
        if self.scale:
            values = np.array(self.sums) / (counts[0] + counts[1])
        return Scores(values, *counts)

    @property
    def losses(self) -> tuple[Losses, Losses]:
        """The losses of the positives and of the negatives; the scores must be probabilities."""
        if self.of_positives is not None and self.of_negatives is not None:
            return self.of_positives, self.of_negatives
        scores = self.scores
        return _losses(scores.values, scores.positives), _losses(1 - scores.values, scores.negatives)

    def bins(self, number: int) -> NDArray[np.int64]:
        """Return for each cell its bin of `number` equal-width ones between 0 and 1 (or between low and high)."""
        if self.are_probabilities and self.scale and GRID % number == 0:
            return np.minimum(np.array(self.at, dtype=np.int64) * number // GRID, number - 1)
        low, high = (0.0, 1.0) if self.are_probabilities else (self.low, self.high)
        place = (self.scores.values - low) / ((high - low) or 1.0) * number
        return np.clip(place.astype(np.int64), 0, number - 1)

    def merged(self, other: Self) -> "ScoreCells":
        """Return the cells of both data together.

        Raises:
            NotMergeable: if one holds probabilities in a grid, and the other has scores beyond 0 to 1.
        """
        if not self.at or not other.at:
            return self if self.at else other
        if not self.scale and not other.scale:
            parts = (self.scores, other.scores)
            values, positives, negatives = (
                np.concatenate([getattr(part, name) for part in parts]) for name in ("values", "positives", "negatives")
            )
            return keep_scores(values, positives, negatives)
        low, high = min(self.low, other.low), max(self.high, other.high)
        scale = common_scale(self.scale, other.scale, low, high)
        return _add(self.rescaled(scale), other.rescaled(scale))

    def rescaled(self, scale: float) -> "ScoreCells":
        """Return the cells in a grid that is not finer than this one."""
        if scale == self.scale:
            return self
        if not self.scale:
            return lay_grid(self.scores, scale)
        at = np.floor(np.array(self.at) * (scale / self.scale))
        return _reduce(self, scale, at, np.array(self.sums))


def keep_scores(values: Floats, positives: Counts, negatives: Counts) -> ScoreCells:
    """Return the cells of scores (in any order, repeated or not) with the positives and negatives at each."""
    return shrink(count_scores(values, positives, negatives))


def count_scores(values: Floats, positives: Counts, negatives: Counts) -> ScoreCells:
    """Return every distinct score with its positives and negatives, however many these are."""
    distinct, where = np.unique(values, return_inverse=True)
    if not distinct.size:
        return ScoreCells()
    over, under = (np.zeros(len(distinct), dtype=np.int64) for _ in range(2))
    np.add.at(over, where, positives)
    np.add.at(under, where, negatives)
    return ScoreCells(
        at=tuple(distinct.tolist()),
        positives=tuple(over.tolist()),
        negatives=tuple(under.tolist()),
        low=float(distinct[0]),
        high=float(distinct[-1]),
    )


def shrink(cells: ScoreCells) -> ScoreCells:
    """Return distinct scores as they are if they are few, else in a grid."""
    return cells if len(cells.at) <= EXACT else lay_grid(cells.scores, scale_for(cells.low, cells.high))


def lay_grid(scores: Scores, scale: float) -> ScoreCells:
    """Return distinct scores in a grid; the AUC and its variance are taken before they fall into cells."""
    known = bool(scores.positives.sum() and scores.negatives.sum())
    area, variance = auc(scores) if known else (0.0, None)
    probable = scores.values[0] >= 0 and scores.values[-1] <= 1
    cells = ScoreCells(
        scale=scale,
        at=tuple(scores.values.tolist()),
        positives=tuple(scores.positives.tolist()),
        negatives=tuple(scores.negatives.tolist()),
        low=float(scores.values[0]),
        high=float(scores.values[-1]),
        of_positives=_losses(scores.values, scores.positives) if probable else None,
        of_negatives=_losses(1 - scores.values, scores.negatives) if probable else None,
        area=(area, area) if known else None,
        variance=variance,
    )
    return _reduce(cells, scale, np.floor(scores.values * scale), scores.values * scores.rows)


def scale_for(low: float, high: float) -> float:
    """Return how many cells a unit of the score has: of probabilities `GRID`, else a power of two."""
    if low >= 0 and high <= 1:
        return float(GRID)
    span = max(high - low, abs(high) * 2.0**-40, 2.0**-1000)
    return float(2.0 ** np.floor(np.log2(GRID / span)))


def auc(scores: Scores) -> tuple[float, float | None]:
    """Return the area under the ROC curve and DeLong's variance (None for fewer than two of a class).

    The area is the share of pairs ranked rightly, ties counting half. Each positive's share of negatives below
    it (and each negative's of positives above it) has a variance; DeLong adds the two up.
    Source: DeLong, DeLong, Clarke-Pearson, Biometrics 44 (1988); midranks as in Sun, Xu (2014).
    """
    area, of_positives, of_negatives = placements(scores)
    many_pos, many_neg = (int(each.sum()) for each in (scores.positives, scores.negatives))
    if min(many_pos, many_neg) < 2:  # noqa: PLR2004 - a variance needs two
        return area, None
    within = (scores.positives * (of_positives - area) ** 2).sum() / (many_pos - 1) / many_pos
    across = (scores.negatives * (of_negatives - area) ** 2).sum() / (many_neg - 1) / many_neg
    return area, float(within + across)


def placements(scores: Scores) -> tuple[float, Floats, Floats]:
    """Return the area, each score's share of negatives below it, and of positives above it; ties count half."""
    pos, neg = scores.positives.astype(np.float64), scores.negatives.astype(np.float64)
    many_pos, many_neg = pos.sum(), neg.sum()
    of_positives = (np.cumsum(neg) - neg / 2) / many_neg
    of_negatives = (many_pos - np.cumsum(pos) + pos / 2) / many_pos
    return float((pos * of_positives).sum() / many_pos), of_positives, of_negatives


def auc_bounds(cells: ScoreCells) -> tuple[float, float]:
    """Return the least and the largest AUC that the cells allow: equal, where nothing was lost by cells."""
    if cells.area is not None:
        return cells.area
    scores = cells.scores
    area, _ = auc(scores)
    if not cells.scale:
        return area, area
    pairs = float(scores.positives.sum()) * float(scores.negatives.sum())
    half = float(scores.positives.astype(np.float64) @ scores.negatives) / (2 * pairs)
    return area - half, area + half


def means(cells: ScoreCells, number: int) -> tuple[Counts, Counts, Floats]:
    """Return rows, positives and mean score (NaN for none) of `number` equal-width bins."""
    scores, at = cells.scores, cells.bins(number)
    rows, positives = (np.zeros(number, dtype=np.int64) for _ in range(2))
    sums = np.zeros(number, dtype=np.float64)
    np.add.at(rows, at, scores.rows)
    np.add.at(positives, at, scores.positives)
    np.add.at(sums, at, scores.values * scores.rows)
    return rows, positives, divide(sums, rows)


def _losses(certainty: Floats, rows: Counts) -> Losses:
    """Sum the losses of rows by the probability that was given to what happened."""
    square = (1 - certainty) ** 2
    sure = certainty <= 0
    log = -np.log(np.where(sure, 1.0, certainty))
    return Losses(
        square=float(rows @ square),
        fourth=float(rows @ square**2),
        log=float(rows @ log),
        log_square=float(rows @ log**2),
        wrong=int(rows[sure].sum()),
    )


def common_scale(one: float, other: float, low: float, high: float) -> float:
    """Return the scale at which cells of two scales (0: of none) meet, for scores from `low` to `high`."""
    probable = low >= 0 and high <= 1
    grids = [scale for scale in (one, other) if scale]
    if any((scale == GRID) != probable for scale in grids):
        raise NotMergeable("other_grid", "score")
    return min(*grids, scale_for(low, high)) if not probable else float(GRID)


def _add(one: ScoreCells, other: ScoreCells) -> ScoreCells:
    def both(a: Losses | None, b: Losses | None) -> Losses | None:
        return a.plus(b) if a is not None and b is not None else None

    joined = one.model_copy(
        update={
            "positives": one.positives + other.positives,
            "negatives": one.negatives + other.negatives,
            "low": min(one.low, other.low),
            "high": max(one.high, other.high),
            "of_positives": both(one.of_positives, other.of_positives),
            "of_negatives": both(one.of_negatives, other.of_negatives),
            "area": None,
            "variance": None,
        }
    )
    return _reduce(joined, one.scale, np.array(one.at + other.at), np.array(one.sums + other.sums))


def _reduce(cells: ScoreCells, scale: float, at: Floats, sums: Floats) -> ScoreCells:
    """Add up what falls into the same cell."""
    cell, where = np.unique(at, return_inverse=True)
    added = {}
    for name, given in (("positives", cells.positives), ("negatives", cells.negatives), ("sums", sums)):
        total = np.zeros(len(cell), dtype=np.asarray(given).dtype)
        np.add.at(total, where, given)
        added[name] = tuple(total.tolist())
    return cells.model_copy(update={"scale": scale, "at": tuple(cell.tolist()), **added})
