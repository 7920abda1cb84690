"""Sufficient statistics: a table of counts per cell, its roll-up to any subset, its intervals.

Everything here is a function of a few hundred counts, whatever the size of the data.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import ceil, hypot
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

_DRAWN_AT_ONCE = 2_000_000


@dataclass(frozen=True)
class Cells:
    """Counts per cell of all attributes together.

    `values`: per attribute its sorted values; `codes` (cells, attributes): positions in them; `counts`
    (cells, outcomes): rows of each outcome.
    """

    attributes: tuple[str, ...]
    values: tuple[tuple[str, ...], ...]
    outcomes: tuple[str, ...]
    codes: NDArray[np.int64]
    counts: Counts


@dataclass(frozen=True)
class Groups:
    """Cells summed up to the groups of some attributes: `names` per group, `member` (cells,) its group."""

    attributes: tuple[str, ...]
    names: tuple[str, ...]
    member: NDArray[np.int64]
    counts: Counts


def subsets_of(attributes: Sequence[str], depth: int) -> list[tuple[str, ...]]:
    """Return the sets of attributes whose groups are looked at: each alone, then intersections down to `depth`."""
    deepest = min(depth, len(attributes))
    return [names for size in range(1, deepest + 1) for names in combinations(attributes, size)]


def tabulate(attributes: Sequence[str], keys: Sequence[Sequence[str]], outcomes: Sequence[str], rows: Counts) -> Cells:
    """Build cells from rows: `keys` (attributes, rows) of values and `rows` (rows, outcomes) of counts.

    Rows with the same key are added together.
    """
    values, columns = [], []
    for column in keys:
        known, codes = np.unique(np.asarray(column, dtype=str), return_inverse=True)
        values.append(tuple(str(v) for v in known))
        columns.append(codes.astype(np.int64))
    stacked = np.stack(columns, axis=1) if columns else np.zeros((len(rows), 0), dtype=np.int64)
    finest, member = _classes(stacked, [len(v) for v in values])
    counts = np.zeros((len(finest), len(outcomes)), dtype=np.int64)
    np.add.at(counts, member, rows)
    return Cells(tuple(attributes), tuple(values), tuple(outcomes), finest, counts)


def roll_up(cells: Cells, attributes: Sequence[str]) -> Groups:
    """Sum the cells up to the groups of `attributes` (none: one group of everyone)."""
    at = [cells.attributes.index(name) for name in attributes]
    kept, member = _classes(cells.codes[:, at], [len(cells.values[i]) for i in at])
    counts = np.zeros((len(kept), cells.counts.shape[1]), dtype=np.int64)
    np.add.at(counts, member, cells.counts)
    names = tuple(
        " & ".join(f"{cells.attributes[i]}={cells.values[i][code]}" for i, code in zip(at, row, strict=True))
        for row in kept
    )
    return Groups(tuple(attributes), names, member, counts)


def replicates(cells: Cells, *, number: int, seed: int) -> Iterator[Counts]:
    """Yield blocks (replicates, cells, outcomes) of the row bootstrap.

    Drawing n rows with replacement and counting cells is one multinomial draw over the cell counts, so the
    cost does not depend on n. The stream of one seed does not depend on the size of the blocks.
    """
    flat = cells.counts.ravel()
    filled = np.flatnonzero(flat)
    total = int(flat.sum())
    shares = flat[filled] / total
    generator = np.random.Generator(np.random.PCG64(seed))
    block = max(1, _DRAWN_AT_ONCE // max(1, flat.size))
    for start in range(0, number, block):
        size = min(block, number - start)
        drawn = np.zeros((size, flat.size), dtype=np.int64)
        drawn[:, filled] = generator.multinomial(total, shares, size=size)
        yield drawn.reshape(size, *cells.counts.shape)


def roll_up_block(block: Counts, member: NDArray[np.int64]) -> Counts:
    """Sum a block (replicates, cells, outcomes) up to groups: (replicates, groups, outcomes)."""
    if np.all(np.diff(member) >= 0):  # cells come in order: the groups of the first attributes lie together
        starts = np.searchsorted(member, np.arange(int(member.max()) + 1))
        return np.add.reduceat(block, starts, axis=1)
    order = np.argsort(member, kind="stable")
    starts = np.searchsorted(member[order], np.arange(int(member.max()) + 1))
    return np.add.reduceat(block[:, order, :], starts, axis=1)


def divide(numerator: Any, denominator: Any) -> Floats:
    """Divide elementwise; NaN, never 0, where there is nothing to divide by."""
    top, bottom = np.asarray(numerator, dtype=np.float64), np.asarray(denominator, dtype=np.float64)
    empty: Floats = np.full(np.broadcast(top, bottom).shape, np.nan)
    np.divide(top, bottom, out=empty, where=bottom != 0)
    return empty


def wilson(successes: Any, trials: Any, level: float) -> tuple[Floats, Floats]:
    """Return the ends of Wilson's score interval, without continuity correction; NaN for no trials.

    Source: E. B. Wilson, Probable inference, the law of succession, ..., JASA 22 (1927).
    """
    z = normal_quantile(level)
    n = np.asarray(trials, dtype=np.float64)
    rate = divide(successes, n)
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = (rate + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * np.sqrt(rate * (1 - rate) / n + z * z / (4 * n * n))
    low = np.where(rate == 0, 0.0, np.clip(middle - half, 0, 1))
    high = np.where(rate == 1, 1.0, np.clip(middle + half, 0, 1))
    return low, high


def newcombe(over: float, under: float, rest_over: float, rest_under: float, level: float) -> tuple[float, float]:
    """Return the ends of the interval of over / under - rest_over / rest_under, from Wilson's of both shares.

    Source: R. G. Newcombe, Interval estimation for the difference between independent proportions, Statistics in
    Medicine 17 (1998), method 10.
    """
    share, rest = over / under, rest_over / rest_under
    low, high = wilson([over, rest_over], [under, rest_under], level)
    below, above = hypot(share - low[0], high[1] - rest), hypot(high[0] - share, rest - low[1])
    return share - rest - below, share - rest + above


def normal_quantile(level: float) -> float:
    """Return how many standard errors a two-sided interval of `level` reaches (0.95: 1.96), however near 1 it is."""
    return -NormalDist().inv_cdf((1 - level) / 2)


@dataclass(frozen=True)
class Sample:
    """A rate by group: counts (groups,), and in replicates: `drawn` rates (replicates, groups).

    `rest` is the same of everybody outside each group, where that is asked for.
    """

    over: Counts
    under: Counts
    drawn: Floats | None
    rest: "Sample | None" = None

    @property
    def rates(self) -> Floats:
        return divide(self.over, self.under)

    @property
    def smoothed(self) -> Floats:
        """Return the rates with half a row added on either side: never 0 or 1."""
        return (self.over + 0.5) / (self.under + 1.0)

    @property
    def errors(self) -> Floats:
        """Return the standard errors of the rates, never 0."""
        errors: Floats = np.sqrt(divide(self.smoothed * (1 - self.smoothed), self.under))
        return errors


def difference_interval(
    value: float, samples: Sequence[Sample], level: float, *, mean: bool = False
) -> tuple[float, float] | None:
    """Return the interval of the largest gap between any two groups, over all `samples` together.

    With `mean`, of the mean of the largest gaps of each sample.

    It is simultaneous: with probability `level` the differences of *all* pairs lie within q (se_i + se_j) of
    those observed, q being calibrated on the bootstrap; so it stays right although the worst pair was picked
    after looking, and it reaches 0 where the groups do not differ. None if too many replicates miss a group.
    Source of the idea: J. P. Romano, M. Wolf, Exact and approximate stepdown methods, JASA 100 (2005).
    """
    drawn = _whole([sample.drawn for sample in samples])
    if drawn is None:
        return None
    moved = [d - sample.rates for d, sample in zip(drawn, samples, strict=True)]
    reach = calibrate(moved, [sample.errors for sample in samples], level)
    ends = [range_ends(sample.rates, reach * sample.errors) for sample in samples]
    if mean:  # no gap is below 0, whatever its ends allow
        low, high = (sum(max(0.0, side) for side in sides) / len(ends) for sides in zip(*ends, strict=True))
    else:
        low, high = max(low for low, _ in ends), max(high for _, high in ends)
    return max(0.0, min(value, low)), min(1.0, max(value, high))


def ratio_interval(value: float, sample: Sample, level: float) -> tuple[float, float] | None:
    """Return the interval of the lowest to the highest rate: `difference_interval` on logarithms.

    Half a row is added on either side, so that a rate of 0 has a logarithm.
    """
    drawn = _whole([sample.drawn])
    if drawn is None:
        return None
    logs, errors = np.log(sample.smoothed), sample.errors / sample.smoothed
    smoothed = (drawn[0] * sample.under + 0.5) / (sample.under + 1.0)
    reach = calibrate([np.log(smoothed) - logs], [errors], level)
    least, most = range_ends(logs, reach * errors)
    return min(value, float(np.exp(-most))), min(1.0, max(value, float(np.exp(-least))))


def percentile_interval(drawn: Floats, level: float) -> tuple[float, float] | None:
    """Return the percentile bootstrap interval; None if more than half of the replicates are undefined."""
    usable = drawn[~np.isnan(drawn)]
    if usable.size * 2 <= drawn.size:
        return None
    return float(np.quantile(usable, 0.5 - level / 2)), float(np.quantile(usable, 0.5 + level / 2))


def _whole(drawn: Sequence[Floats | None]) -> list[Floats] | None:
    """Keep the replicates in which every group has a rate; None if these are fewer than half."""
    given = [d for d in drawn if d is not None]
    if len(given) < len(drawn):
        return None
    kept = np.logical_and.reduce([~np.isnan(d).any(axis=1) for d in given])
    return [d[kept] for d in given] if kept.sum() * 2 >= kept.size else None


def range_ends(middles: Floats, halves: Floats) -> tuple[float, float]:
    lows, highs = middles - halves, middles + halves
    return float(lows.max() - highs.min()), float(highs.max() - lows.min())


def calibrate(moved: Sequence[Floats], errors: Sequence[Floats], level: float) -> float:
    """Return the smallest q that keeps every pair within q (se_i + se_j) in a share `level` of replicates.

    e_i - e_j <= q (se_i + se_j) for all pairs is max(e - q se) + max(-e - q se) <= 0: no loop over pairs.
    """
    needed = np.sort(np.maximum.reduce([_needed(m, e) for m, e in zip(moved, errors, strict=True)]))
    return float(needed[min(len(needed), ceil(round(level * len(needed), 9))) - 1])


def _needed(moved: Floats, errors: Floats) -> Floats:
    """Return for each replicate the smallest q that keeps every pair within reach.

    The left side of the condition is convex, falling and made of straight pieces, so Newton's steps from q = 0
    never overshoot and end on the root after a few pieces.
    """
    q: Floats = np.zeros(len(moved))
    open_ = np.arange(len(moved))
    while open_.size:
        reach = q[open_, None] * errors
        above, below = (moved[open_] - reach).argmax(axis=1), (-moved[open_] - reach).argmax(axis=1)
        step = (moved[open_, above] - moved[open_, below]) / (errors[above] + errors[below])
        rising = step > q[open_] * (1 + 1e-12)
        open_ = open_[rising]
        q[open_] = step[rising]
    return q


def _classes(codes: NDArray[np.int64], sizes: Sequence[int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the distinct rows of `codes`, in order, and for each row the position of its class."""
    if not sizes:
        return np.zeros((1, 0), dtype=np.int64), np.zeros(len(codes), dtype=np.int64)
    packed = np.zeros(len(codes), dtype=np.int64)
    for column, size in zip(codes.T, sizes, strict=True):
        # Renumbered after each attribute, so that many attributes never overflow the packed number.
        packed = np.unique(packed * size + column, return_inverse=True)[1].astype(np.int64)
    _, first, member = np.unique(packed, return_index=True, return_inverse=True)
    return codes[first], member.astype(np.int64)
