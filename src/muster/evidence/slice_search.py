"""The search for slices: level by level over sets of features, leaving out what cannot enter the list.

The score of a slice is sqrt(n) (its mean loss - everyone's) / everyone's standard deviation: the mean test of
subgroup discovery (W. Kloesgen, 1996). No part of a slice S with at least `minimum` rows can score more than its
`bounds`; so a set of features is asked for only if one of its cells lies in slices that could still hold a better
one than the worst that is listed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, combinations
from math import prod, sqrt

import numpy as np
from numpy.typing import NDArray

from muster.evidence.check import Steps
from muster.evidence.plan import Tallies, as_float, quote
from muster.evidence.slice_features import Coded
from muster.evidence.slice_losses import Loss
from muster.evidence.slice_tests import Moments, chernoff, p_value
from muster.evidence.statistics import Floats, normal_quantile

Names = tuple[int, ...]
Items = tuple[tuple[int, int], ...]
"""A slice: features by their place, each with a code."""

_BITS = 12  # of all codes of a block together: DuckDB then counts without hashing
_BLOCKS = 128
_NEARLY = 0.8


@dataclass(frozen=True)
class Limits:
    """How far to search: `depth`, rows a slice must have, slices to list, sets of features a level, error rate."""

    depth: int
    minimum: int
    top: int
    beam: int
    alpha: float


@dataclass(frozen=True)
class Cube:
    """Rows, losses and squares in every cell of a set of features: arrays of one axis a feature."""

    n: Floats
    total: Floats
    squares: Floats

    def at(self, codes: Sequence[int]) -> Moments:
        """Return the moments of one cell."""
        place = tuple(codes)
        return Moments(int(self.n[place]), float(self.total[place]), float(self.squares[place]))


@dataclass
class Found:
    """What a search found: `worse` with their scores, the `best` of any, and how much was looked at."""

    cubes: dict[Names, Cube]
    space: int
    worse: list[tuple[float, Items]] = field(default_factory=list)
    best: tuple[float, Items] | None = None
    looked: int = 0
    complete: bool = True

    def threshold(self, top: int) -> float:
        """Return the score that a slice must exceed to be listed."""
        self.worse.sort(key=lambda each: (-each[0], each[1]))
        return self.worse[top - 1][0] if len(self.worse) >= top else float("-inf")

    def moments(self, items: Items) -> Moments | None:
        """Return the moments of a slice, None if its features were not counted together."""
        cube = self.cubes.get(tuple(name for name, _ in items))
        return cube.at([code for _, code in items]) if cube else None


def search(coded: Sequence[Coded], loss: Loss, rows: int, limits: Limits) -> Steps:
    """Search all slices of up to `depth` features and return what was `Found`."""
    cards = [len(each.feature.labels) for each in coded]
    deepest = min(limits.depth, len(coded))
    found = Found({}, sum(_space(cards, rows, size, limits.minimum) for size in range(1, deepest + 1)))
    for size in range(1, deepest + 1):
        wanted = _wanted(found, cards, size, limits)
        blocks = list(cover(wanted, cards))
        for start in range(0, len(blocks), _BLOCKS):
            several = blocks[start : start + _BLOCKS]
            answer = yield _tallies(coded, loss, several)
            covered = [
                names
                for i, block in enumerate(several)
                for names in _store(found, block, answer[str(i)], cards=cards, size=size, loss=loss)
            ]
            for names in sorted(covered):
                _look(found, names, limits, two_valued=loss.two_valued)
    return found


def bounds(cube: Cube, everyone: Moments, minimum: int, *, two_valued: bool) -> Floats:
    """Return for each slice a score that no part of it with `minimum` rows exceeds; none for one too small.

    The excess of a part over the mean m is at most the root of its rows times the root of the summed squares of
    the excess (Cauchy-Schwarz); for losses of 0 and 1 only rows of loss 1 have any, each 1 - m.
    """
    mean, deviation = everyone.mean, sqrt(everyone.variance)
    if two_valued:
        most = np.minimum(np.sqrt(cube.total), cube.total / sqrt(minimum)) * (1 - mean)
    else:
        squares = cube.squares - 2 * mean * cube.total + cube.n * mean * mean
        most = np.sqrt(np.maximum(squares, 0))
    reached: Floats = np.where(cube.n >= minimum, most / deviation if deviation else 0.0, -np.inf)
    return reached


def scores(cube: Cube, everyone: Moments) -> Floats:
    """Return the score of every slice of a cube; 0 where there are no rows."""
    deviation = sqrt(everyone.variance) or 1.0
    excess = cube.total - cube.n * everyone.mean
    value: Floats = excess / np.sqrt(np.maximum(cube.n, 1)) / deviation
    return value


def cover(wanted: Sequence[Names], cards: Sequence[int]) -> Iterator[Names]:
    """Yield few blocks of features in which each wanted set lies; a block's codes fit into 12 bits where they can."""
    bits = [card.bit_length() for card in cards]
    left = dict.fromkeys(wanted)
    if not left:
        return
    size = len(wanted[0])
    while left:
        block = next(iter(left))
        while True:
            used = sum(bits[i] for i in block)
            gains = [
                (sum(tuple(sorted((*part, i))) in left for part in combinations(block, size - 1)), -i)
                for i in range(len(cards))
                if i not in block and used + bits[i] <= _BITS
            ]
            gain, place = max(gains, default=(0, 0))
            if not gain:
                break
            block = tuple(sorted((*block, -place)))
        for part in combinations(block, size):
            left.pop(part, None)
        yield block


def generalisations(items: Items) -> Iterator[Items]:
    """Yield every wider slice: each smaller part of the conditions, the slice of everyone first."""
    return chain.from_iterable(combinations(items, size) for size in range(len(items)))


def _space(cards: Sequence[int], rows: int, size: int, minimum: int) -> int:
    """Return how many slices of `size` features there can be: no more than have room for their rows."""
    room = rows // minimum
    return sum(min(prod(cards[i] for i in names), room) for names in combinations(range(len(cards)), size))


def _wanted(found: Found, cards: Sequence[int], size: int, limits: Limits) -> list[Names]:
    everything = list(combinations(range(len(cards)), size))
    if size == 1:
        return everything
    least = found.threshold(limits.top)
    reach = [(_reach(found, names, limits), names) for names in everything]
    open_sets = [(most, names) for most, names in reach if most > max(least, 0.0)]
    if len(open_sets) > limits.beam:
        found.complete = False
        open_sets = sorted(open_sets, key=lambda each: (-each[0], each[1]))[: limits.beam]
    return sorted(names for _, names in open_sets)


def _reach(found: Found, names: Names, limits: Limits) -> float:
    """Return the largest score that a slice of this set of features may have, by the bounds of all wider ones."""
    everyone = found.cubes[()].at(())
    most: Floats | None = None
    for place in range(len(names)):
        cube = found.cubes.get(names[:place] + names[place + 1 :])
        if cube is None:  # ruled out before, and all that is in it with it
            return float("-inf")
        two_valued = cube.total is cube.squares
        bound = np.expand_dims(bounds(cube, everyone, limits.minimum, two_valued=two_valued), place)
        most = bound if most is None else np.minimum(most, bound)
    return float(most.max()) if most is not None else float("-inf")


def _tallies(coded: Sequence[Coded], loss: Loss, blocks: Sequence[Names]) -> Tallies:
    kind = "smallint" if loss.two_valued else "double"
    columns = {f"f{i}": f"cast({each.sql} as smallint)" for i, each in enumerate(coded)}
    columns["loss"] = f"cast({loss.sql} as {kind})"
    aggregates = {"n": "count(*)", "total": 'sum("loss")'}
    if not loss.two_valued:
        aggregates["squares"] = 'sum("loss" * "loss")'
    sets = {str(i): tuple(quote(f"f{name}") for name in block) for i, block in enumerate(blocks)}
    return Tallies(sets, aggregates, loss.where, columns=columns)


def _store(
    found: Found,
    block: Names,
    answer: dict[str, NDArray[np.float64]],
    *,
    cards: Sequence[int],
    size: int,
    loss: Loss,
) -> list[Names]:
    """Sum a block up to its sets of `size` features; return those that are new."""
    shape = tuple(cards[i] for i in block)
    places = tuple(np.asarray(answer[f"k{i}"], dtype=np.int64) for i in range(len(block)))
    dense = []
    for name in ("n", "total") if loss.two_valued else ("n", "total", "squares"):
        filled = np.zeros(shape)
        filled[places] = as_float(answer[name])
        dense.append(filled)
    new = []
    for names in combinations(block, size):
        if names in found.cubes:
            continue
        away = tuple(axis for axis, i in enumerate(block) if i not in names)
        n, total, *squares = (each.sum(axis=away) for each in dense)
        found.cubes[names] = Cube(n, total, squares[0] if squares else total)
        new.append(names)
        if () not in found.cubes:
            sums = [np.asarray(each.sum()) for each in dense]
            found.cubes[()] = Cube(sums[0], sums[1], sums[-1])
    return new


def _look(found: Found, names: Names, limits: Limits, *, two_valued: bool) -> None:
    """Look at every slice of one set of features."""
    cube, everyone = found.cubes[names], found.cubes[()].at(())
    large = cube.n >= limits.minimum
    found.looked += int(large.sum())
    value = np.where(large & (cube.n < everyone.n), scores(cube, everyone), -np.inf)
    place = np.unravel_index(int(value.argmax()), value.shape)
    top = (float(value[place]), tuple(zip(names, map(int, place), strict=True)))
    if np.isfinite(top[0]) and (found.best is None or top[0] > found.best[0]):
        found.best = top
    corrected = limits.alpha / max(1, found.space)
    reach = normal_quantile(1 - 2 * corrected) * (_NEARLY if two_valued else 1.0)
    for codes in np.argwhere(np.isfinite(value) & _clearly_worse(found, names, reach)).tolist():
        items = tuple(zip(names, codes, strict=True))
        if is_worse(found, items, corrected, two_valued=two_valued):
            found.worse.append((float(value[tuple(codes)]), items))


def _clearly_worse(found: Found, names: Names, reach: float) -> NDArray[np.bool_]:
    """Say which slices lie `reach` standard errors above the rest of every wider slice."""
    cube = found.cubes[names]
    worse = np.ones(cube.n.shape, dtype=bool)
    for wider in generalisations(tuple((name, 0) for name in names)):
        kept = tuple(name for name, _ in wider)
        axes = tuple(axis for axis, name in enumerate(names) if name not in kept)
        n, total, squares = (np.expand_dims(part, axes) for part in _parts(found.cubes[kept]))
        with np.errstate(divide="ignore", invalid="ignore"):
            variance = np.maximum(squares / n - (total / n) ** 2, 0)
            difference = cube.total / cube.n - (total - cube.total) / (n - cube.n)
            worse &= difference > reach * np.sqrt(variance * (1 / cube.n + 1 / (n - cube.n)))
    return worse


def _parts(cube: Cube) -> tuple[Floats, Floats, Floats]:
    return cube.n, cube.total, cube.squares


def is_worse(found: Found, items: Items, corrected: float, *, two_valued: bool) -> bool:
    """Say whether a slice is significantly worse than the rest of every wider slice; else it adds nothing to them."""
    part = found.moments(items)
    assert part is not None
    for wider in generalisations(items):
        whole = found.moments(wider)
        assert whole is not None
        if two_valued and chernoff(part, whole) <= corrected:
            continue
        if p_value(part, whole, two_valued=two_valued) > corrected:
            return False
    return True
