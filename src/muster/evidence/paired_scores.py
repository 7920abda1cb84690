"""Two scores of the same rows with their labels: the cells of each alone, and cells of both together.

The areas come from the fine cells of each score. How alike both rank rows, which DeLong's covariance needs, comes from
the cells of both together; these are coarse, and what they hide of a variance is bounded.
"""

from collections.abc import Mapping
from math import sqrt
from typing import Self

import numpy as np
from pydantic import FiniteFloat

from muster.core.canonical import Frozen
from muster.evidence.check import Steps
from muster.evidence.grid import grid_key, read_grid
from muster.evidence.plan import Bins, Columns, Key, Plan, Tallies, as_float, number
from muster.evidence.scores import (
    EXACT,
    GRID,
    ScoreCells,
    common_scale,
    count_scores,
    placements,
    scale_for,
    shrink,
)
from muster.evidence.statistics import Counts, Floats, divide

Rows = Counts | tuple[int, ...]
COUNTED = 250_000
"""Rows up to which every pair of scores is counted."""
FOLDED = 32
"""Fine cells in a coarse one, of scores that are no probabilities."""
BREAKS = tuple(np.unique(np.round(GRID / (1 + np.exp(-np.arange(-56, 57) / 8)))).tolist())
"""Fine cells at which coarse ones of probabilities begin: log odds from -7 to 7 in steps of 1/8."""


class PairedScores(Frozen):
    """Labelled rows by two scores: `mine` and `theirs` alone, and both together.

    Pair i stands `at` these two places. `scales` are 0 while places are the scores themselves; else they are coarse
    cells of a grid of that scale. `variance` is that of the difference of the areas, where it was known before scores
    fell into cells; merged cells do not know it any more.
    """

    mine: ScoreCells = ScoreCells()
    theirs: ScoreCells = ScoreCells()
    scales: tuple[FiniteFloat, FiniteFloat] = (0.0, 0.0)
    at: tuple[tuple[FiniteFloat, ...], tuple[FiniteFloat, ...]] = ((), ())
    positives: tuple[int, ...] = ()
    negatives: tuple[int, ...] = ()
    variance: FiniteFloat | None = None

    @property
    def is_exact(self) -> bool:
        """Say whether cells hide nothing of the variance."""
        return self.variance is not None or not self.scales[0]

    def merged(self, other: Self) -> "PairedScores":
        """Return the cells of both data together.

        Raises:
            NotMergeable: if one holds probabilities in a grid, and the other has scores beyond 0 to 1.
        """
        if not self.positives or not other.positives:
            return self if self.positives else other
        mine, theirs = self.mine.merged(other.mine), self.theirs.merged(other.theirs)
        parts: list[PairedScores] = [self, other]
        if self.scales[0] or other.scales[0]:
            one, two = (
                common_scale(a, b, cells.low, cells.high)
                for a, b, cells in zip(self.scales, other.scales, (mine, theirs), strict=True)
            )
            parts = [part.folded((one, two)) for part in parts]
        at = np.concatenate([np.array(part.at) for part in parts], axis=1)
        over, under = parts[0].positives + parts[1].positives, parts[0].negatives + parts[1].negatives
        if not parts[0].scales[0]:
            return keep_pairs(at, np.array(over), np.array(under))
        return _reduce(PairedScores(mine=mine, theirs=theirs, scales=parts[0].scales), at, over, under)

    def folded(self, scales: tuple[float, float]) -> "PairedScores":
        """Return both together in coarse cells of grids that are not finer than the present ones."""
        at = [
            np.floor(np.array(places) * (scale / own)) if own else fold(np.floor(np.array(places) * scale), scale)
            for places, own, scale in zip(self.at, self.scales, scales, strict=True)
        ]
        return _reduce(self.model_copy(update={"scales": scales}), np.stack(at), self.positives, self.negatives)

    def difference_variance(self) -> float | None:
        """Return DeLong's variance of the difference of the areas (None for fewer than two of a class).

        The variance over the positives of the difference of their placements by the two scores, and the same of the
        negatives: the sum of both variances less twice the covariance. In coarse cells it is the most it can be: the
        root of the sum of squares within the cells of either score is added to that between cells, in full.
        Source: DeLong, DeLong, Clarke-Pearson, Biometrics 44 (1988).
        """
        counts = [np.array(each) for each in (self.positives, self.negatives)]
        if self.variance is not None or min(each.sum() for each in counts) < 2:  # noqa: PLR2004 - a variance needs two
            return self.variance
        axes = zip((self.mine, self.theirs), self.scales, self.at, strict=True)
        mine, theirs = (_place(cells, scale, np.array(places)) for cells, scale, places in axes)
        total = 0.0
        for rows, (m, hidden_m), (t, hidden_t) in zip(counts, mine, theirs, strict=True):
            n = int(rows.sum())
            kept = rows > 0
            apart = (m - t)[kept]
            between = rows[kept] @ (apart - rows[kept] @ apart / n) ** 2
            total += (sqrt(between) + hidden_m + hidden_t) ** 2 / (n - 1) / n
        return total


def keep_pairs(at: Floats, positives: Counts, negatives: Counts) -> PairedScores:
    """Return the cells of pairs of scores `at` (2, pairs; in any order, repeated or not) with their labels."""
    if not at.size:
        return PairedScores()
    pairs, over, under = _add_up(at, positives, negatives)
    exact = PairedScores(
        mine=count_scores(pairs[0], over, under),
        theirs=count_scores(pairs[1], over, under),
        at=(tuple(pairs[0].tolist()), tuple(pairs[1].tolist())),
        positives=tuple(over.tolist()),
        negatives=tuple(under.tolist()),
    )
    if pairs.shape[1] <= EXACT:
        return exact
    mine, theirs = exact.mine, exact.theirs
    known = exact.model_copy(update={"variance": exact.difference_variance()})
    coarse = known.folded((scale_for(mine.low, mine.high), scale_for(theirs.low, theirs.high)))
    return coarse.model_copy(update={"mine": shrink(mine), "theirs": shrink(theirs)})


def fold(cells: Floats, scale: float) -> Floats:
    """Return the coarse cells of the fine ones of a grid: of probabilities numbered from 0, as `Bins` does."""
    coarse = np.searchsorted(BREAKS, cells, side="right") if scale == GRID else np.floor(cells / FOLDED)
    return coarse.astype(np.float64)


def measure_pairs(columns: Mapping[str, str], scales: tuple[float, float] | None, *, where: str, over: str) -> Steps:
    """Ask for both scores with their labels, by one scan: every pair, or cells in grids of these `scales`.

    `columns` holds expressions of the label ``y`` (1 or 0) and of the scores ``m`` and ``t`` (doubles).
    """
    if scales is None:
        asked = yield Plan({"n": "count(*)"}, columns, where, over=over)
        return keep_pairs(_places(asked, "m", "t"), *_by_label(asked, "y"))
    named = dict(zip("mt", scales, strict=True))
    sets: dict[str, tuple[Key, ...]] = {name: ("y", grid_key(name, scale)) for name, scale in named.items()}
    sets["both"] = ("y", *(_coarse_key(name, scale) for name, scale in named.items()))
    aggregates = {"n": "count(*)"}
    for name in named:
        aggregates |= {f"{word}_{name}": f"{word}({name})" for word in ("sum", "min", "max")}
    asked = yield Tallies(sets, aggregates, where, columns=columns, over=over)
    mine, theirs = (_read_cells(asked[name], name, scale) for name, scale in named.items())
    both = asked["both"]
    return _reduce(
        PairedScores(mine=mine, theirs=theirs, scales=scales), _places(both, "k1", "k2"), *_by_label(both, "k0")
    )


def _coarse_key(score: str, scale: float) -> Key:
    """Return the key of a coarse cell, as `fold` of its fine one: breaks are whole, so that no floor is needed."""
    cell = f"{score} * {number(scale)}"
    return Bins(cell, BREAKS) if scale == GRID else f"floor(floor({cell}) / {number(FOLDED)})"


def _places(asked: Columns, *names: str) -> Floats:
    return np.stack([as_float(asked[name]) for name in names])


def _by_label(asked: Columns, label: str) -> tuple[Counts, Counts]:
    n, y = (np.asarray(asked[name], dtype=np.int64) for name in ("n", label))
    return np.where(y == 1, n, 0), np.where(y == 0, n, 0)


def _read_cells(asked: Columns, name: str, scale: float) -> ScoreCells:
    words = {"total": f"sum_{name}", "low": f"min_{name}", "high": f"max_{name}", "n": "n", "y": "k0", "s": "k1"}
    return read_grid({word: asked[alias] for word, alias in words.items()}, scale)


def _place(cells: ScoreCells, scale: float, at: Floats) -> list[tuple[Floats, float]]:
    """Return for the positives, then the negatives: the mean placement at each pair, and what coarse cells hide.

    That is the root of the sum of squares within them: 0 where the places are the scores themselves.
    """
    scores = cells.scores
    place = np.array(cells.at)
    if scale:
        place = fold(place if cells.scale else np.floor(place * scale), scale)
    coarse, where = np.unique(place, return_inverse=True)
    found = []
    for rows, placed in zip((scores.positives, scores.negatives), placements(scores)[1:], strict=True):
        means = np.nan_to_num(divide(np.bincount(where, rows * placed), np.bincount(where, rows)))
        hidden = sqrt(rows @ (placed - means[where]) ** 2) if scale else 0.0
        found.append((means[np.searchsorted(coarse, at)], hidden))
    return found


def _reduce(pairs: PairedScores, at: Floats, positives: Rows, negatives: Rows) -> PairedScores:
    """Add up what falls into the same cell of both."""
    places, over, under = _add_up(at, positives, negatives)
    kept = {"positives": tuple(over.tolist()), "negatives": tuple(under.tolist())}
    return pairs.model_copy(update={"at": (tuple(places[0].tolist()), tuple(places[1].tolist())), **kept})


def _add_up(at: Floats, positives: Rows, negatives: Rows) -> tuple[Floats, Counts, Counts]:
    """Return the distinct places in rising order (2, pairs), with the positives and negatives at each."""
    (one, of_one), (two, of_two) = (np.unique(axis, return_inverse=True) for axis in at)
    packed, where = np.unique(of_one * len(two) + of_two, return_inverse=True)
    over, under = (np.bincount(where, each).astype(np.int64) for each in (positives, negatives))
    return np.stack([one[packed // len(two)], two[packed % len(two)]]), over, under
