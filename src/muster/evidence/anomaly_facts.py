"""What of a profile is compared over time, each on a scale where it is roughly normal."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from muster.evidence.profile_columns import ColumnStatistics, ProfileStatistics


@dataclass(frozen=True)
class Fact:
    """One fact of one column (of the whole table: no column): its value, the value on its scale, its sampling error.

    `back` leads from the scale to the value.
    """

    name: str
    column: str
    value: float
    scaled: float
    error: float
    back: Callable[[float], float]

    @property
    def key(self) -> str:
        return f"{self.name}|{self.column}"


def facts(statistics: ProfileStatistics) -> tuple[Fact, ...]:
    """Return what is compared: rows, and for each column missing share, distinct, mean, deviation, mean length."""
    rows = Fact("rows", "", float(statistics.rows), math.log(statistics.rows), 0.0, _exp)
    return (rows, *(fact for column in statistics.columns for fact in _of_column(column)))


def _of_column(column: ColumnStatistics) -> list[Fact]:
    missing, about, n = column.rows - column.n, column.name, column.n
    odds = math.log((missing + 0.5) / (n + 0.5))
    error = math.sqrt(1 / (missing + 0.5) + 1 / (n + 0.5))
    found = [Fact("missing_share", about, missing / column.rows, odds, error, lambda x: _share(x, column.rows))]
    if column.exact and column.distinct:
        found.append(Fact("distinct", about, float(column.distinct), math.log(column.distinct), 0.0, _exp))
    spread = column.spread
    if spread is not None and column.kind in {"integer", "number"} and spread.n > 1:
        deviation = math.sqrt(spread.squares / (spread.n - 1))
        found.append(Fact("mean", about, spread.mean, spread.mean, deviation / math.sqrt(spread.n), float))
        if deviation > 0:
            found.append(Fact("sd", about, deviation, math.log(deviation), 1 / math.sqrt(2 * spread.n), _exp))
    if column.lengths is not None and n:
        length = column.lengths[1] / n
        found.append(Fact("length_mean", about, length, length, 0.0, float))
    return found


def _share(odds: float, rows: int) -> float:
    """Undo the logarithm of the odds, and the halves that keep it finite."""
    return min(1.0, max(0.0, ((rows + 1) / (1 + _exp(-odds)) - 0.5) / rows))


def _exp(x: float) -> float:
    return math.exp(min(700.0, max(-700.0, x)))
