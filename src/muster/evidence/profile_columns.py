"""What a profile keeps of a column: counts on a grid that is the same for all data, so that two days add up."""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Self

from pydantic import FiniteFloat

from muster.core.canonical import Frozen
from muster.evidence.check import Statistics
from muster.evidence.errors import NotMergeable
from muster.evidence.plan import number

# A step of the grid is 5 % of the value; below the smallest the grid has one bucket around zero.
STEP = 1.05
SMALLEST = 1e-6
_PER_LOG = 1 / math.log(STEP)
_SHIFT = 1 + math.ceil(-math.log(SMALLEST) * _PER_LOG)


class Bucket(NamedTuple):
    """`n` values of one step of the grid (or of one week), the least of them `low`, the greatest `high`."""

    key: int
    n: int
    low: FiniteFloat
    high: FiniteFloat


class Top(Frozen):
    """One frequent value, as text, and its rows. After merging, rows of a part where it was pooled are missing."""

    value: str
    n: int


class Spread(Frozen):
    """Numbers (times as seconds since 1970): how many, their mean, their squared deviations, their ends, their grid.

    `buckets` hold key, n, and the least and greatest number to six digits: enough for quantiles and histograms.
    """

    n: int
    mean: FiniteFloat
    squares: FiniteFloat
    low: FiniteFloat
    high: FiniteFloat
    infinite: int = 0
    buckets: tuple[Bucket, ...]

    def merged(self, other: "Spread") -> "Spread":
        """Return both together: moments by Chan, Golub and LeVeque (1979), buckets by their key."""
        n = self.n + other.n
        apart = other.mean - self.mean
        return Spread(
            n=n,
            mean=self.mean + apart * other.n / n,
            squares=self.squares + other.squares + apart * apart * self.n * other.n / n,
            low=min(self.low, other.low),
            high=max(self.high, other.high),
            infinite=self.infinite + other.infinite,
            buckets=joined((*self.buckets, *other.buckets)),
        )

    def quantile(self, probability: float) -> float:
        """Return the least value that at least that share of the numbers does not exceed: right to 5 % of it.

        Within a bucket the numbers are taken to lie evenly between the least and the greatest of them.
        """
        rank, before = max(1, math.ceil(probability * self.n)), 0
        for each in sorted(self.buckets, key=lambda bucket: bucket.low):
            if rank <= before + each.n:
                place = (rank - before - 1) / (each.n - 1) if each.n > 1 else 0.0
                return min(max(each.low + place * (each.high - each.low), self.low), self.high)
            before += each.n
        return self.high


class ColumnStatistics(Frozen):
    """One column: `n` of `rows` have a value; `distinct` values, `exact` or as the engine's sketch estimates them.

    `top` are the frequent values, `pooled` the rows of all others; `lengths` the least, the sum and the greatest
    number of signs of its texts.
    """

    name: str
    kind: str
    type: str
    rows: int
    n: int
    distinct: int | None = None
    exact: bool = False
    spread: Spread | None = None
    top: tuple[Top, ...] = ()
    pooled: int | None = None
    lengths: tuple[int, int, int] | None = None
    parts: int = 1

    def merged(self, other: "ColumnStatistics") -> "ColumnStatistics":
        """Return both together. How many values are distinct is kept only where every value of both is listed."""
        if (self.name, self.kind) != (other.name, other.kind):
            raise NotMergeable("other_columns", self.name)
        rows = {each.value: each.n for each in self.top}
        for each in other.top:
            rows[each.value] = rows.get(each.value, 0) + each.n
        listed = self.exact and other.exact and not self.pooled and not other.pooled and self.pooled is not None
        listed = listed and other.pooled is not None
        pooled = None if self.pooled is None or other.pooled is None else self.pooled + other.pooled
        return self.model_copy(
            update={
                "rows": self.rows + other.rows,
                "n": self.n + other.n,
                "distinct": len(rows) if listed else None,
                "exact": listed,
                "spread": _both(self.spread, other.spread),
                "top": tuple(Top(value=v, n=n) for v, n in sorted(rows.items(), key=lambda pair: (-pair[1], pair[0]))),
                "pooled": pooled,
                "lengths": _lengths(self.lengths, other.lengths),
                "parts": self.parts + other.parts,
            }
        )


class ProfileStatistics(Statistics):
    """Every column that was profiled, and the rows of the table."""

    rows: int
    columns: tuple[ColumnStatistics, ...]

    def merged(self, other: Self) -> Self:
        if [each.name for each in self.columns] != [each.name for each in other.columns]:
            raise NotMergeable("other_columns", "profile")
        pairs = zip(self.columns, other.columns, strict=True)
        columns = tuple(one.merged(two) for one, two in pairs)
        return self.model_copy(update={"rows": self.rows + other.rows, "columns": columns})


def grid_sql(value: str) -> str:
    """Return the key of a double on the grid, as SQL: 0 around zero, its sign that of the value."""
    size = f"cast(floor(ln(abs({value})) * {number(_PER_LOG)}) as integer) + {_SHIFT}"
    return f"case when abs({value}) < {number(SMALLEST)} then 0 when {value} > 0 then {size} else -({size}) end"


def grid(value: float) -> int:
    """Return the key of a number on the grid."""
    if abs(value) < SMALLEST:
        return 0
    return int(math.copysign(math.floor(math.log(abs(value)) * _PER_LOG) + _SHIFT, value))


def spread_of(pairs: Sequence[tuple[float, int]], infinite: int = 0) -> Spread | None:
    """Return the spread of numbers and how often each occurs; None for no finite number."""
    n = sum(count for _, count in pairs)
    if not n:
        return None
    mean = math.fsum(value * count for value, count in pairs) / n
    return Spread(
        n=n,
        mean=mean,
        squares=math.fsum((value - mean) ** 2 * count for value, count in pairs),
        low=min(value for value, _ in pairs),
        high=max(value for value, _ in pairs),
        infinite=infinite,
        buckets=joined(Bucket(grid(value), count, value, value) for value, count in pairs),
    )


def joined(buckets: Iterable[Bucket]) -> tuple[Bucket, ...]:
    """Return the buckets with those of one key put together, in the order of their keys, ends to six digits."""
    found: dict[int, Bucket] = {}
    for each in buckets:
        rounded = Bucket(each.key, each.n, float(f"{each.low:.6g}"), float(f"{each.high:.6g}"))
        known = found.get(each.key, rounded._replace(n=0))
        low, high = min(known.low, rounded.low), max(known.high, rounded.high)
        found[each.key] = Bucket(each.key, known.n + each.n, low, high)
    return tuple(found[key] for key in sorted(found))


def _both(one: Spread | None, two: Spread | None) -> Spread | None:
    return one.merged(two) if one and two else one or two


def _lengths(one: tuple[int, int, int] | None, two: tuple[int, int, int] | None) -> tuple[int, int, int] | None:
    if one is None or two is None:
        return one or two
    return min(one[0], two[0]), one[1] + two[1], max(one[2], two[2])
