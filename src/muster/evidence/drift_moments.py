"""Numbers of one window together: counts, sums and cross products, by halves of its rows, from one aggregation.

The half of a row is decided by a hash of its values, so it does not depend on the order of the rows, and rows that
are alike fall into one half: what one half teaches is tried on rows that took no part in it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np
from pydantic import Field, FiniteFloat

from muster.core.canonical import Frozen
from muster.evidence.errors import DataError
from muster.evidence.plan import RELATION, Columns, Plan, as_float, double, finite, number, quote
from muster.evidence.statistics import Floats
from muster.evidence.table import Table

FAR = 1e150
HALVES = (0, 1)
GOLDEN = 0.6180339887498949
POWERS = (0, 9, 18, 27, 153)


class Moments(Frozen):
    """Of `n` rows: the sum of each column and, pair by pair (0,0), (0,1), ..., the sums of products.

    Columns are measured from the mean of the reference, in units of its farthest value, so that squares stay small.
    """

    n: int = Field(ge=0)
    sums: tuple[FiniteFloat, ...]
    products: tuple[FiniteFloat, ...]

    def merged(self, other: "Moments") -> "Moments":
        """Return the moments of both."""
        return Moments(
            n=self.n + other.n,
            sums=tuple(a + b for a, b in zip(self.sums, other.sums, strict=True)),
            products=tuple(a + b for a, b in zip(self.products, other.products, strict=True)),
        )

    def same(self, other: "Moments") -> bool:
        """Say whether both are those of the same rows: the last digits depend on the order of adding."""
        mine, theirs = (np.array((*each.sums, *each.products)) for each in (self, other))
        return self.n == other.n and mine.shape == theirs.shape and np.allclose(mine, theirs, rtol=1e-9, atol=1e-9)

    @property
    def mean(self) -> Floats:
        """Return the mean of each column, (columns,)."""
        return np.array(self.sums, dtype=np.float64) / self.n

    @property
    def scatter(self) -> Floats:
        """Return the sums of products of deviations from the mean, (columns, columns)."""
        k = len(self.sums)
        full = np.zeros((k, k))
        at = np.triu_indices(k)
        full[at] = self.products
        full.T[at] = self.products
        return full - self.n * np.outer(self.mean, self.mean)


@dataclass(frozen=True)
class Layout:
    """How rows are measured: `names`, the `centres` and `scales` of the reference, and which rows are complete."""

    names: tuple[str, ...]
    centres: Floats
    scales: Floats
    complete: str

    @property
    def scaled(self) -> list[str]:
        """Return the expression of each column, measured."""
        return [
            f"(({double(quote(name))} - {number(centre)}) * {number(scale)})"
            for name, centre, scale in zip(self.names, self.centres, self.scales, strict=True)
        ]

    def rows(self, half: str) -> str:
        """Return the subquery of complete rows: ``half`` and the columns ``z0``, ``z1``, ..."""
        columns = ", ".join(f"{expression} as z{i}" for i, expression in enumerate(self.scaled))
        return f"select {half} as half, {columns} from {RELATION} where {self.complete}"  # noqa: S608


def split_half(table: Table, by: str | None) -> str:
    """Return the expression of a row's half, 0 or 1: a hash of the column `by`, or of all columns of the row.

    Writing a double as text is dear, and every engine writes it in its own way: of all doubles of a row the first
    digits of one weighted sum are written.
    """
    if by is not None:
        table.require(by)
    names = [by] if by is not None else [n for n, c in table.columns.items() if c.kind != "other" and not c.zoned]
    doubles = [name for name in names if table.columns[name].kind == "number" and by is None]
    parts = [f"cast({quote(name)} as varchar)" for name in names if name not in doubles]
    if doubles:
        weights: Floats = np.array([0.5 + i * GOLDEN % 1 for i in range(1, len(doubles) + 1)])
        values = [_within_reach(double(quote(name))) for name in doubles]
        parts.append(f"cast({_first_digits(linear(weights, values))} as varchar)")
    text = " || '|' || ".join(f"coalesce({part}, '')" for part in parts)
    return f"case when md5({text}) < '8' then 0 else 1 end"


def _within_reach(value: str) -> str:
    return f"case when abs({value}) <= {number(FAR)} then {value} else {number(0)} end"


def _first_digits(value: str) -> str:
    """Return a whole number that holds the first 9 to 18 digits of a double: an engine writes it as any other does."""
    scaled = [(f"abs({value}) < {number(10.0**power)}", f"{value} * {number(10.0**-power)}") for power in POWERS]
    ladder = " ".join(f"when {small} then {moved}" for small, moved in scaled)
    return f"cast(floor((case {ladder} else {number(0)} end) * {number(1e18)}) as bigint)"


def complete_rows(names: Sequence[str]) -> str:
    """Return the condition that a row has a finite value in every column; beyond 1e150 squares are none."""
    each = [double(quote(name)) for name in names]
    return " and ".join(f"({finite(value)} and abs({value}) <= {number(FAR)})" for value in each)


def ask_ends(names: Sequence[str], complete: str, source: str) -> Plan:
    """Ask for the number of complete rows, and each column's sum and ends."""
    aggregates = {"n": "count(*)"}
    for i, name in enumerate(names):
        value = double(quote(name))
        aggregates |= {f"sum{i}": f"sum({value} / {number(2.0**64)})", f"low{i}": f"min({value})"}
        aggregates[f"high{i}"] = f"max({value})"
    return Plan(aggregates, where=complete, table=source)


def lay_out(names: Sequence[str], ends: Columns, complete: str) -> tuple[Layout, tuple[str, ...]]:
    """Return how rows are measured, and the columns that are constant in the reference, which take no part."""
    n = float(as_float(ends["n"])[0])
    low, high, mean = (
        np.array([as_float(ends[f"{what}{i}"])[0] for i in range(len(names))]) for what in ("low", "high", "sum")
    )
    mean = np.clip(mean * 2.0**64 / n, low, high)
    reach = np.maximum(high - mean, mean - low)
    varies = reach > 0
    kept = tuple(name for name, moving in zip(names, varies, strict=True) if moving)
    constant = tuple(name for name, moving in zip(names, varies, strict=True) if not moving)
    return Layout(kept, mean[varies], 1 / reach[varies], complete), constant


def ask_moments(layout: Layout, half: str, source: str) -> Plan:
    """Ask for the moments of both halves of a window, in one aggregation."""
    aggregates = {"n": "count(*)"}
    aggregates |= {f"s{i}": f"sum(z{i})" for i in range(len(layout.names))}
    aggregates |= {f"p{i}_{j}": f"sum(z{i} * z{j})" for i, j in _pairs(len(layout.names))}
    return Plan(aggregates, {"half": "half"}, table=source, over=layout.rows(half))


def read_moments(answer: Columns, names: Sequence[str]) -> tuple[Moments, Moments]:
    """Read the moments of both halves.

    Raises:
        DataError: if a column's squares are too large to be added up.
    """
    halves = [_read_half(answer, names, half) for half in HALVES]
    return halves[0], halves[1]


def _read_half(answer: Columns, names: Sequence[str], half: int) -> Moments:
    at = np.flatnonzero(np.asarray(answer["half"], dtype=np.int64) == half)

    def of(name: str) -> float:
        return float(as_float(answer[name])[at[0]]) if at.size else 0.0

    for i, name in enumerate(names):
        if not np.isfinite(of(f"p{i}_{i}")):
            raise DataError("too_far", name)
    k = len(names)
    return Moments(
        n=int(of("n")),
        sums=tuple(of(f"s{i}") for i in range(k)),
        products=tuple(of(f"p{i}_{j}") for i, j in _pairs(k)),
    )


def _pairs(several: int) -> Iterator[tuple[int, int]]:
    return combinations_with_replacement(range(several), 2)


def linear(weights: Floats, columns: Sequence[str], offset: float = 0.0) -> str:
    """Return the expression of a weighted sum of `columns` less `offset`."""
    terms = " + ".join(f"{number(w)} * {column}" for w, column in zip(weights, columns, strict=True))
    return f"({terms} - {number(offset)})"
