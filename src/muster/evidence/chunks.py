"""Chunks of data: by calendar, by equal numbers of rows in the order of a column, or in the order of the rows."""

from datetime import date
from typing import Literal

import numpy as np

from muster.evidence.check import Steps
from muster.evidence.errors import DataError
from muster.evidence.plan import Bins, Columns, Key, Quantiles, quote
from muster.evidence.table import Table

Period = Literal["day", "week", "month", "quarter", "year"]
TIMES = frozenset({"date", "timestamp"})
_PARTS = {"year": ("year",), "quarter": ("year", "month"), "month": ("year", "month")}
_MISSING = "(missing)"
_CHUNK = "chunk"


class Chunks:
    """How data are cut: `keys` and the subquery `over` for a plan, and the `names` of the chunks in its answer."""

    def __init__(self, keys: dict[str, Key], over: str, period: Period | None) -> None:
        self.keys = keys
        self.over = over
        self.period = period

    def names(self, asked: Columns) -> list[str]:
        """Return the name of the chunk of each row of an answer; names of one cut sort as they follow in time."""
        if self.period is None:
            numbers = np.ma.asarray(asked[_CHUNK]).tolist()
            numbered = _number(set(numbers))
            return [numbered[each] for each in numbers]
        parts = [np.ma.asarray(asked[name]).tolist() for name in self.keys]
        rows = list(zip(*parts, strict=True))
        known = {row: f"{self.period}={_calendar(self.period, row)}" for row in set(rows)}
        return [known[row] for row in rows]


def cut(table: Table, time: str | None, period: Period | None, number: int) -> Steps:
    """Return the `Chunks` of a table.

    Raises:
        DataError: for a column that is no time where a calendar is asked, and for rows without an order.
    """
    if time is None:
        return _by_rows(table, number)
    kind = table.require(time).kind
    if period is not None:
        if kind not in TIMES:
            raise DataError("wrong_type", time, found=table.columns[time].type, wanted="a date or a time")
        parts = _PARTS.get(period, ("year", "month", "day"))
        return Chunks({part: f"extract({part} from {quote(time)})" for part in parts}, "", period)
    if kind not in TIMES and not table.is_number(time):
        wanted = "a date, a time or a number"
        raise DataError("wrong_type", time, found=table.columns[time].type, wanted=wanted)
    value = f"cast(extract(epoch from {quote(time)}) as double)" if kind in TIMES else table.value(time)
    asked = yield Quantiles({"time": value}, tuple(i / number for i in range(1, number)))
    # A chunk ends with its quantile, and a bin ends before its edge: the next number above it.
    edges = sorted({float(np.nextafter(each, np.inf)) for each in asked["time"] if not np.isnan(each)})
    return Chunks({_CHUNK: Bins(value, tuple(edges))}, "", None)


def _by_rows(table: Table, number: int) -> Chunks:
    numbered = table.numbered()
    if numbered is None:
        raise DataError("no_row_order", "time")
    return Chunks({_CHUNK: f"floor(muster_row * {number} / {table.rows})"}, f"select * from {numbered}", None)  # noqa: S608


def _number(chunks: set[float | None]) -> dict[float | None, str]:
    """Return the names of numbered chunks, from 1 and all of one width; None is the one of rows without a time."""
    wide = len(str(1 + int(max(each for each in chunks if each is not None)))) if chunks - {None} else 1
    return {each: f"chunk={_MISSING}" if each is None else f"chunk={int(each) + 1:0{wide}}" for each in chunks}


def _calendar(period: Period, parts: tuple[int | None, ...]) -> str:
    if any(part is None for part in parts):
        return _MISSING
    numbers = [int(part or 0) for part in parts]
    if period == "year":
        return str(numbers[0])
    if period == "quarter":
        return f"{numbers[0]}-Q{(numbers[1] + 2) // 3}"
    if period == "month":
        return f"{numbers[0]}-{numbers[1]:02}"
    day = date(*numbers)
    if period == "day":
        return day.isoformat()
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"
