"""The figures of a profile. Pure."""

import math
from collections.abc import Iterator

from muster.core.figures import Figure
from muster.evidence.check import Definition
from muster.evidence.measured import write_share
from muster.evidence.profile_columns import ColumnStatistics, ProfileStatistics, Spread
from muster.evidence.statistics import normal_quantile

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_WILSON = "interval: Wilson, JASA 22 (1927)"
_TIMES = frozenset({"date", "timestamp"})


def figures(statistics: ProfileStatistics, *, level: float) -> tuple[Figure, ...]:
    """Return the figures of every column, the column as their group."""
    return (
        Figure(name="rows", value=float(statistics.rows), n=statistics.rows),
        *(figure for column in statistics.columns for figure in _of_column(column, level)),
    )


def histogram(spread: Spread, bins: int = 20) -> tuple[tuple[float, float, int], ...]:
    """Return a histogram of equal-width bins (from, to, n); a bucket of the grid is counted at its middle."""
    low, high = spread.low, spread.high
    if low == high:
        return ((low, high, spread.n),)
    counts = [0] * bins
    for each in spread.buckets:
        middle = each.low + (each.high - each.low) / 2
        counts[min(bins - 1, max(0, int((middle - low) / (high - low) * bins)))] += each.n
    edges = [low + (high - low) * i / bins for i in range(bins + 1)]
    return tuple((edges[i], edges[i + 1], counts[i]) for i in range(bins))


def _of_column(column: ColumnStatistics, level: float) -> Iterator[Figure]:
    missing = column.rows - column.n
    yield write_share("missing_share", missing, column.rows, level=level, group=column.name)
    yield _distinct(column)
    if column.spread is not None:
        yield from _of_numbers(column, column.spread, level)
    if column.lengths is not None:
        least, total, most = column.lengths
        for name, value in (("length_min", least), ("length_mean", total / column.n), ("length_max", most)):
            yield Figure(name=name, value=float(value), n=column.n, group=column.name)
    for each in column.top:
        share = write_share("top_share", each.n, column.n, level=level, group=column.name)
        yield share.model_copy(update={"reference": each.value})
    if column.pooled:
        yield Figure(name="pooled_share", value=column.pooled / column.n, n=column.n, group=column.name)


def _distinct(column: ColumnStatistics) -> Figure:
    if column.distinct is None:
        why = "counted_apart" if column.parts > 1 else "kind_not_counted"
        return Figure(name="distinct", value=None, n=column.n, group=column.name, not_estimable=why)
    name = "distinct" if column.exact else "distinct.approximate"
    return Figure(name=name, value=float(column.distinct), n=column.n, group=column.name)


def _of_numbers(column: ColumnStatistics, spread: Spread, level: float) -> Iterator[Figure]:
    n, about = spread.n, column.name
    yield Figure(name="min", value=spread.low, n=n, group=about)
    yield Figure(name="max", value=spread.high, n=n, group=about)
    for probability in QUANTILES:
        yield Figure(name=f"quantile.{probability:g}", value=spread.quantile(probability), n=n, group=about)
    if spread.infinite:
        yield Figure(name="infinite", value=float(spread.infinite), n=column.n, group=about)
    if column.kind in _TIMES:
        return
    if n < 2:  # noqa: PLR2004 - one number has no deviation
        yield Figure(name="mean", value=spread.mean, n=n, group=about)
        yield Figure(name="sd", value=None, n=n, group=about, not_estimable="one_value")
        return
    deviation = math.sqrt(spread.squares / (n - 1))
    half = normal_quantile(level) * deviation / math.sqrt(n)
    yield Figure(
        name="mean", value=spread.mean, n=n, group=about,
        low=spread.mean - half, high=spread.mean + half, level=level, interval="normal",
    )  # fmt: skip
    yield Figure(name="sd", value=deviation, n=n, group=about)


_GRID = "smallest value that at least this share does not exceed; on a grid, right to 5 % of the value"
DEFINITIONS = {
    "rows": Definition(formula="rows of the table", source="Muster"),
    "missing_share": Definition(formula="rows without a value / rows; NaN counts as none", source=_WILSON),
    "distinct": Definition(formula="different values, counted", source="Muster"),
    "distinct.approximate": Definition(formula="different values, as the engine's sketch estimates them", source=(
        "Flajolet, Fusy, Gandouet, Meunier (2007), HyperLogLog"
    )),
    "min": Definition(formula="least finite number; times by their day, as seconds since 1970", source="Muster"),
    "max": Definition(formula="greatest finite number; times by their day, as seconds since 1970", source="Muster"),
    "mean": Definition(formula="sum / n of the finite numbers", source="Muster"),
    "sd": Definition(formula="root of the squared deviations from the mean / (n - 1)", source="Muster"),
    "infinite": Definition(formula="rows with an infinite number", source="Muster"),
    "length_min": Definition(formula="signs of the shortest text", source="Muster"),
    "length_mean": Definition(formula="signs of all texts / texts", source="Muster"),
    "length_max": Definition(formula="signs of the longest text", source="Muster"),
    "top_share": Definition(formula="rows with the value / rows with any", source=_WILSON),
    "pooled_share": Definition(formula="rows of the values that are not listed / rows with any", source="Muster"),
    **{f"quantile.{p:g}": Definition(formula=_GRID, source="Masson, Rim, Lee (2019), DDSketch") for p in QUANTILES},
}  # fmt: skip
