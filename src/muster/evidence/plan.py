"""What a check may ask of data: three kinds of request, in words that every SQL engine knows.

Only select, filter, CASE, casts, comparisons, arithmetic, GROUP BY, count, sum, min and max appear, so that the
same request can be rendered for a warehouse. Keys are raw expressions; names are made from their values in Python.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Columns: TypeAlias = dict[str, NDArray[Any]]
"""Columns of an answer: numpy arrays, masked (or holding None) where there is no value."""

RELATION = "{relation}"
GREATEST = 1.7976931348623157e308


def quote(name: str) -> str:
    """Return a column name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: object) -> str:
    """Return a text as an SQL literal."""
    return "'" + str(value).replace("'", "''") + "'"


def double(expression: str) -> str:
    """Return the expression as a double."""
    return f"cast({expression} as double)"


def number(value: float) -> str:
    """Return a number as an SQL literal of the type double."""
    return double(literal(repr(float(value))))


def nan(expression: str) -> str:
    """Return the condition that a double is NaN, which every engine sorts above infinity."""
    return f"{expression} > cast('Infinity' as double)"


def finite(expression: str) -> str:
    """Return the condition that a double is neither NaN nor infinite; unknown where it is missing."""
    return f"abs({expression}) <= {number(GREATEST)}"


def distinct_about(expression: str) -> str:
    """Return the aggregate that estimates how many different values there are, by the engine's own sketch.

    Written as DuckDB and Spark have it; an engine without one counts them.
    """
    return f"approx_count_distinct({expression})"


def matches(expression: str, pattern: str) -> str:
    """Return the condition that a whole text matches a pattern (of the portable subset: see `rules_pattern`).

    Written as DuckDB has it; a warehouse translates this one function (``~ '^(?:...)$'``, ``rlike``).
    """
    return f"regexp_full_match({expression}, {literal(pattern)})"


def count_if(condition: str) -> str:
    """Return the aggregate that counts rows for which `condition` holds; 0 for no rows."""
    return f"count(case when {condition} then 1 end)"


@dataclass(frozen=True)
class Bins:
    """A key: the number of `edges` (rising) that the value of a double reaches; missing and NaN have none.

    Bin 0 lies below the first edge, bin i holds edges[i-1] <= value < edges[i].
    """

    expression: str
    edges: tuple[float, ...]

    def sql(self) -> str:
        """Render as a tree of CASE: as deep as the logarithm of the number of edges."""
        value = self.expression
        return f"case when not ({nan(value)}) then {self._between(value, 0, len(self.edges))} end"

    def _between(self, value: str, low: int, high: int) -> str:
        if low == high:
            return str(low)
        middle = (low + high) // 2
        below, above = self._between(value, low, middle), self._between(value, middle + 1, high)
        return f"case when {value} < {number(self.edges[middle])} then {below} else {above} end"


@dataclass(frozen=True)
class Segments:
    """A key: spans between `breaks` (rising), each cut into `cells` of equal width; as `Bins` otherwise.

    Number 0 lies below the first break, 1 + i * cells + j is cell j of span i, the last is reached by the last break.
    Arithmetic finds the cell, so hundreds of cells cost what a tree of the few breaks costs.
    """

    expression: str
    breaks: tuple[float, ...]
    cells: int

    def sql(self) -> str:
        """Render as a tree of CASE over the breaks, whose leaves number the cells."""
        value = self.expression
        return f"case when not ({nan(value)}) then {self._between(0, len(self.breaks))} end"

    def _between(self, low: int, high: int) -> str:
        if low == high:
            return self._leaf(low)
        middle = (low + high) // 2
        below, above = self._between(low, middle), self._between(middle + 1, high)
        return f"case when {self.expression} < {number(self.breaks[middle])} then {below} else {above} end"

    def _leaf(self, place: int) -> str:
        if place == 0:
            return "0"
        before = 1 + (place - 1) * self.cells
        if place == len(self.breaks):
            return str(before)
        start = self.breaks[place - 1]
        width = self.breaks[place] - start
        return (
            f"cast(floor(({self.expression} - {number(start)}) * {number(self.cells / width)}) as integer) + {before}"
        )


Key: TypeAlias = str | Bins | Segments


@dataclass(frozen=True)
class Plan:
    """One SELECT: keys to group by, aggregates to compute, rows to keep; each a name and an SQL expression.

    `table` names the input that is asked, `limit` the largest number of groups worth having. `over` is a subquery
    that is asked in place of the table itself (for windows); `RELATION` in it stands for the table.
    The answer holds each name's column, in no particular order of groups.
    """

    aggregates: Mapping[str, str]
    keys: Mapping[str, Key] = field(default_factory=dict)
    where: str = ""
    table: str = "data"
    limit: int | None = None
    over: str = ""

    def sql(self, relation: str) -> str:
        """Render the plan as one SELECT over `relation`."""
        keys = {name: key_sql(key) for name, key in self.keys.items()}
        chosen = [f"{expression} as {quote(name)}" for name, expression in {**keys, **self.aggregates}.items()]
        lines = ["select " + ",\n  ".join(chosen), f"from {_over(self.over, relation)}"]
        if self.where:
            lines.append(f"where {self.where}")
        if keys:
            lines.append("group by " + ", ".join(str(i + 1) for i in range(len(keys))))
        if self.limit is not None:
            lines.append(f"limit {self.limit}")
        return "\n".join(lines)


@dataclass(frozen=True)
class Tallies:
    """Many GROUP BYs over one table: for each name a tuple of keys, the same aggregates for all.

    The answer holds for each name the columns ``k0``, ``k1``, ... and one for each aggregate. `columns`, if given,
    are computed once for every row that `where` keeps; keys and aggregates then speak of these alone, and an engine
    may hold on to them from one request to the next. `over` as in `Plan`.
    """

    sets: Mapping[str, tuple[Key, ...]]
    aggregates: Mapping[str, str] = field(default_factory=lambda: {"n": "count(*)"})
    where: str = ""
    table: str = "data"
    columns: Mapping[str, str] = field(default_factory=dict)
    over: str = ""

    def plan(self, name: str) -> Plan:
        """Return one of the tallies as a plan of its own."""
        keys = {f"k{i}": key for i, key in enumerate(self.sets[name])}
        where, over = ("", "") if self.columns else (self.where, self.over)
        return Plan(self.aggregates, keys, where, self.table, over=over)

    def projection(self, relation: str) -> str:
        """Render the SELECT of the columns that are computed once for every row."""
        chosen = ", ".join(f"{expression} as {quote(name)}" for name, expression in self.columns.items())
        where = f" where {self.where}" if self.where else ""
        return f"select {chosen} from {_over(self.over, relation)}{where}"  # noqa: S608

    def source(self, relation: str) -> str:
        """Return what is counted, as it stands after FROM: `relation`, or its projection."""
        return f"({self.projection(relation)}) as muster_projected" if self.columns else _over(self.over, relation)


@dataclass(frozen=True)
class Quantiles:
    """Exact quantiles of doubles: the smallest value that at least that share of the values does not exceed.

    Missing values and NaN take no part. The answer holds for each name an array, one value for each probability
    (all NaN where there is no value). Being values of the data, they are the same on every engine.
    """

    columns: Mapping[str, str]
    probabilities: tuple[float, ...]
    where: str = ""
    table: str = "data"


Request: TypeAlias = Plan | Tallies | Quantiles
Answer: TypeAlias = Any
"""`Columns` for a `Plan`, a dict of `Columns` for `Tallies`, a dict of arrays for `Quantiles`."""


def key_sql(key: Key) -> str:
    """Render a key."""
    return key if isinstance(key, str) else key.sql()


def _over(subquery: str, relation: str) -> str:
    """Return what is asked, as it stands after FROM: the relation, or a subquery over it."""
    return f"({subquery.replace(RELATION, relation)}) as muster_over" if subquery else relation


def scalar(answer: Columns, name: str) -> float | None:
    """Return the one value of an aggregate without keys; None where there is none."""
    value = answer[name][0]
    return None if value is None or value is np.ma.masked else float(value)


def whole(answer: Columns, name: str) -> int:
    """Return the one value of a count or of a sum of whole numbers; 0 where there were no rows."""
    value = answer[name][0]
    return 0 if value is None or value is np.ma.masked else int(value)


def counts(answer: Columns, names: Sequence[str]) -> NDArray[np.int64]:
    """Return aggregates of a grouped answer as whole numbers, one column a name."""
    return np.stack([np.asarray(np.ma.filled(answer[name], 0), dtype=np.int64) for name in names], axis=1)


def as_float(values: Any) -> NDArray[np.float64]:
    """Return a column as plain floats, NaN where it was missing."""
    masked = np.ma.asarray(values)
    if masked.dtype == object:
        return np.array([np.nan if v is None or v is np.ma.masked else float(v) for v in masked], dtype=np.float64)
    return np.ma.filled(masked.astype(np.float64), np.nan)


def seconds(value: Any) -> float | None:
    """Return a date or time as seconds since 1970 (times without zone are UTC); None for no value."""
    if value is None or value is np.ma.masked:
        return None
    if isinstance(value, np.datetime64):
        return None if np.isnat(value) else float(value.astype("datetime64[us]").astype(np.int64)) / 1e6
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=UTC)
    return float((value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp())
