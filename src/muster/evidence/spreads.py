"""How far a figure lies apart between groups: the pair that is compared, and an interval that knows it was picked.

Any figure with a standard error and replicates takes part; who is compared with whom is the `reference`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import ceil
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from muster.evidence.statistics import Counts, Floats, calibrate, range_ends

BEST, REST = "best", "rest"
CELLS = "simultaneous cell bootstrap"
PAIR = 2
_EQUAL = 1e-9  # of pairs that differ by rounding only the first is named, whatever the order of summing
_NEVER_ZERO = 1e-300  # a standard error of 0 must not divide


@dataclass(frozen=True)
class Gap:
    """A gap of one set of attributes: worst served `group`, best served `reference`, `n` the rows of both."""

    name: str
    attributes: tuple[str, ...]
    value: float
    n: int
    group: str = ""
    reference: str = ""
    interval: tuple[float, float] | None = None
    not_estimable: str = ""
    needs_label: bool = False
    method: str = CELLS


@dataclass(frozen=True)
class Drawn:
    """A figure by group: `values` (groups,), standard `errors`, and in replicates (replicates, groups)."""

    values: Floats
    errors: Floats
    replicates: Floats | None

    def at(self, places: NDArray[np.int64]) -> "Drawn":
        """Return the figure of some of the groups."""
        drawn = None if self.replicates is None else self.replicates[:, places]
        return Drawn(self.values[places], self.errors[places], drawn)

    def logs(self) -> "Drawn":
        """Return the logarithms; the figure must be above 0. A replicate at or below 0 has none."""
        drawn = self.replicates
        if drawn is not None:
            drawn = np.log(np.where(drawn > 0, drawn, np.nan))
        return Drawn(np.log(self.values), self.errors / self.values, drawn)


@dataclass(frozen=True)
class Spread:
    """A figure in those groups of one set of attributes that have enough rows to decide.

    `known` names all groups of the set, `any_rows` says whether any of them has a denominator. `rest` is the figure of
    everybody outside each group, where groups are compared with that; `rest_n` its rows. `logs` (and `rest_logs`)
    stand in for the logarithms in the interval of a ratio, where the figure itself may be 0.
    """

    attributes: tuple[str, ...]
    known: tuple[str, ...]
    any_rows: bool
    names: tuple[str, ...]
    n: Counts
    figure: Drawn
    rest_n: Counts | None = None
    rest: Drawn | None = None
    logs: Drawn | None = None
    rest_logs: Drawn | None = None


@dataclass(frozen=True)
class Rule:
    """How a gap is read: difference or ratio, which end is badly served, what limits it has, how it is drawn."""

    kind: Literal["difference", "ratio"] = "difference"
    worse: Literal["low", "high", "far"] = "low"
    most: float = float("inf")
    method: str = CELLS
    needs_label: bool = True
    none: str = "not_above_zero"


@dataclass(frozen=True)
class _Pairs:
    """Who is compared with whom: places in the groups, the rest of each standing after them."""

    one: NDArray[np.int64]
    other: NDArray[np.int64]


def is_compared_with_best(reference: str, known: tuple[str, ...]) -> bool:
    """Say whether the groups are compared with the best of them, as where a named group is not among them."""
    return reference == BEST or (reference != REST and reference not in known)


def find_gap(name: str, spread: Spread, rule: Rule, *, reference: str, minimum: int, level: float) -> Gap:
    """Return the widest gap of any compared pair, with an interval simultaneous over all of them."""
    gap = Gap(name, spread.attributes, 0.0, 0, needs_label=rule.needs_label, method=rule.method)
    pairs = _choose(spread, reference, minimum)
    if isinstance(pairs, str):
        return replace(gap, not_estimable=pairs)
    figure = _joined(spread.figure, spread.rest)
    distance = np.abs(figure.values[pairs.one] - figure.values[pairs.other])
    if rule.kind == "ratio":
        used = np.union1d(pairs.one, pairs.other)
        if figure.values[used].max() <= 0 or (spread.logs is None and figure.values[used].min() <= 0):
            return replace(gap, not_estimable=rule.none)
        low = np.minimum(figure.values[pairs.one], figure.values[pairs.other])
        high = np.maximum(figure.values[pairs.one], figure.values[pairs.other])
        distance = np.where(high > 0, 1 - low / np.where(high > 0, high, 1.0), 0.0)
    widest = int(np.argmax(distance >= distance.max() * (1 - _EQUAL)))
    worst, best = _ordered(figure.values, int(pairs.one[widest]), int(pairs.other[widest]), rule)
    names = (*spread.names, *(f"not {each}" for each in spread.names))
    n = np.concatenate([spread.n, spread.n if spread.rest_n is None else spread.rest_n])
    gap = replace(gap, group=names[worst], reference=names[best], n=int(n[worst] + n[best]))
    value = float(distance[widest])
    picked = is_compared_with_best(reference, spread.known)
    if rule.kind == "difference":
        ends = _ends(figure, pairs, level, every=picked)
        return replace(gap, value=value, interval=ends and (min(value, ends[0]), min(rule.most, max(value, ends[1]))))
    logs = _joined(spread.logs, spread.rest_logs) if spread.logs is not None else _positive_logs(figure, pairs)
    ends = _ends(logs, pairs, level, every=picked)
    ratio = 1 - value
    interval = ends and (min(ratio, float(np.exp(-ends[1]))), min(1.0, max(ratio, float(np.exp(-ends[0])))))
    return replace(gap, value=ratio, interval=interval)


def below_minimum(
    attributes: tuple[str, ...], rows: Counts, denominators: Mapping[str, Counts], minimum: int
) -> list[Gap]:
    """Return how many groups are too small to decide about anything, then about what; `n` is the rows in them.

    `denominators`: name of a rate -> its denominator by group. One that no group has decides nothing anyway.
    """
    small = {name: under < minimum for name, under in denominators.items() if under.any()}
    left_out = {"": np.any([rows < minimum, *small.values()], axis=0)}
    if len(small) > 1:
        left_out |= {f".{name}": each for name, each in small.items() if each.any()}
    return [
        Gap(f"groups_below_minimum{name}", attributes, float(each.sum()), int(rows[each].sum()))
        for name, each in left_out.items()
    ]


def _choose(spread: Spread, reference: str, minimum: int) -> _Pairs | str:
    """Return the compared pairs, or the reason why there are none."""
    at = np.arange(len(spread.names))
    pairs: _Pairs | None
    if is_compared_with_best(reference, spread.known):
        pairs = _farthest(spread.figure.values)
    elif reference == REST:
        enough = at if spread.rest_n is None else at[spread.rest_n >= minimum]
        pairs = _Pairs(enough, enough + len(at))
    elif reference in spread.names:
        others = at[at != spread.names.index(reference)]
        pairs = _Pairs(others, np.full(len(others), spread.names.index(reference)))
    else:
        pairs = None
    if pairs is not None and len(pairs.one):
        return pairs
    if len(spread.known) == 1:
        return "one_group"
    if not spread.any_rows:
        return "undefined_in_every_group"
    return "reference_too_small" if pairs is None else "fewer_than_two_groups_large_enough"


def _farthest(values: Floats) -> _Pairs:
    """Return the lowest and the highest; none for fewer than two."""
    if len(values) < PAIR:
        return _Pairs(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    low, high = int(np.argmin(values)), int(np.argmax(values))
    if low == high:  # all alike: any two show it
        low, high = 0, 1
    return _Pairs(np.array([low]), np.array([high]))


def _ordered(values: Floats, one: int, other: int, rule: Rule) -> tuple[int, int]:
    """Return worst and best served of two."""
    badness = {"low": -values, "high": values, "far": np.abs(values)}[rule.worse]
    return (one, other) if badness[one] >= badness[other] else (other, one)


def _joined(figure: Drawn, rest: Drawn | None) -> Drawn:
    """Return groups and their rests as one row of figures."""
    if rest is None:
        return figure
    drawn = None
    if figure.replicates is not None and rest.replicates is not None:
        drawn = np.concatenate([figure.replicates, rest.replicates], axis=1)
    return Drawn(np.concatenate([figure.values, rest.values]), np.concatenate([figure.errors, rest.errors]), drawn)


def _positive_logs(figure: Drawn, pairs: _Pairs) -> Drawn:
    """Return the logarithms; those of groups that are compared with nobody do not matter."""
    used = np.isin(np.arange(len(figure.values)), np.union1d(pairs.one, pairs.other))
    return replace(figure, values=np.where(used | (figure.values > 0), figure.values, 1.0)).logs()


def _ends(figure: Drawn, pairs: _Pairs, level: float, *, every: bool) -> tuple[float, float] | None:
    """Return the ends of the widest distance: over `every` pair of groups, or over the compared ones only."""
    places = np.arange(len(figure.values)) if every else np.union1d(pairs.one, pairs.other)
    if figure.replicates is None or not np.isfinite(figure.errors[places]).all():
        return None
    whole = ~np.isnan(figure.replicates[:, places]).any(axis=1)
    if whole.sum() * 2 < whole.size:
        return None
    drawn, errors = figure.replicates[whole], np.maximum(figure.errors, _NEVER_ZERO)
    if every:
        reach = calibrate([drawn - figure.values], [errors], level)
        low, high = range_ends(figure.values, reach * errors)
        return max(0.0, low), max(0.0, high)
    seen = figure.values[pairs.one] - figure.values[pairs.other]
    error = np.maximum(np.hypot(errors[pairs.one], errors[pairs.other]), _NEVER_ZERO)
    moved = np.abs(drawn[:, pairs.one] - drawn[:, pairs.other] - seen)
    needed = np.sort((moved / error).max(axis=1))
    reach = float(needed[min(len(needed), ceil(round(level * len(needed), 9))) - 1])
    return max(0.0, float((np.abs(seen) - reach * error).max())), float((np.abs(seen) + reach * error).max())
