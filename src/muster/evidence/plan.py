"""A plan: the one aggregation that a check asks of the data, in words that every SQL engine knows.

Only select, filter, CASE, GROUP BY, count, sum, min and max appear, so that the same plan can be rendered
for a warehouse. Two-valued columns are read as codes: 0, 1, and what must be refused or set apart.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from muster.evidence.errors import DataError
from muster.evidence.source import Columns, Source, literal, quote

MISSING = 2  # no value
BROKEN = 3  # NaN or infinite
GROUP_MISSING = "(missing)"


@dataclass(frozen=True)
class Plan:
    """Keys to group by, aggregates to compute, rows to keep; each a name and an SQL expression."""

    aggregates: Mapping[str, str]
    keys: Mapping[str, str] = field(default_factory=dict)
    where: str = ""

    def sql(self, relation: str, *, limit: int | None = None) -> str:
        """Render the plan as one SELECT over `relation`, ordered by its keys."""
        chosen = [f"{e} as {quote(name)}" for name, e in {**self.keys, **self.aggregates}.items()]
        lines = ["select " + ",\n  ".join(chosen), f"from {relation}"]
        if self.where:
            lines.append(f"where {self.where}")
        if self.keys:
            places = ", ".join(str(i + 1) for i in range(len(self.keys)))
            lines += [f"group by {places}", f"order by {places}"]
        if limit is not None:
            lines.append(f"limit {limit}")
        return "\n".join(lines)


@dataclass(frozen=True)
class Binary:
    """A column of two values, read as 1 (the positive one), 0 (the other), `MISSING` or `BROKEN`.

    The smallest and largest value besides the positive one travel along as aggregates: where they differ, the
    column has three values or more and is refused.
    """

    alias: str
    column: str
    code: str
    others: str = ""
    positive: str = ""

    def aggregates(self) -> dict[str, str]:
        """Return the aggregates that tell a third value apart; none for a score with a threshold."""
        if not self.others:
            return {}
        return {f"{self.alias}_low": f"min({self.others})", f"{self.alias}_high": f"max({self.others})"}

    def refuse_third_value(self, source: Source, cells: Columns) -> None:
        """Raise `DataError` if the column holds a third value, or a text column never the positive one."""
        if not self.others:
            return
        lows = [str(v) for v in cells[f"{self.alias}_low"].tolist() if v is not None]
        highs = [str(v) for v in cells[f"{self.alias}_high"].tolist() if v is not None]
        if lows and min(lows) != max(highs):
            raise DataError("not_binary", self.column, positive=self.positive, low=min(lows), high=max(highs))
        text = not source.is_number(self.column) and source.columns[self.column] != "BOOLEAN"
        if text and lows and 1 not in cells[self.alias].tolist():
            raise DataError("positive_never", self.column, positive=self.positive)

    def refuse_gaps(self, source: Source, cells: Columns) -> None:
        """Raise `DataError` if rows have no value, or none that is a finite number."""
        for code, word, condition in (
            (BROKEN, "not_finite", f"not isfinite({present(source, self.column, nan=True)})"),
            (MISSING, "missing_values", f"{present(source, self.column)} is null"),
        ):
            count = int(cells["n"][cells[self.alias] == code].sum())
            if count:
                raise DataError(word, self.column, count=count, row=source.first_row(condition))


def binary(source: Source, alias: str, column: str, positive: str) -> Binary:
    """Read `column` as two-valued; `positive` is compared as a number in number columns, else as text."""
    kind = source.require(column)
    value = present(source, column)
    if kind == "BOOLEAN":
        value = f"case when {value} then '1' when not {value} then '0' end"
        positive = {"true": "1", "false": "0"}.get(positive.casefold(), positive)
        wanted = literal(positive)
    elif source.is_number(column):
        wanted = _number(column, positive, kind)
    else:
        value, wanted = f"cast({value} as varchar)", literal(positive)
    code = f"case when {value} is null then {MISSING} when {value} = {wanted} then 1 else 0 end"
    others = f"case when {value} <> {wanted} then cast({value} as varchar) end"
    return Binary(alias, column, code, others, positive)


def thresholded(source: Source, alias: str, column: str, threshold: float) -> Binary:
    """Read a score as 1 where it reaches `threshold`, else 0; NaN and infinities as `BROKEN`."""
    source.require_number(column)
    value = f"cast({quote(column)} as double)"
    code = (
        f"case when {value} is null then {MISSING} when not isfinite({value}) then {BROKEN} "
        f"when {value} >= {threshold!r} then 1 else 0 end"
    )
    return Binary(alias, column, code)


def present(source: Source, column: str, *, nan: bool = False) -> str:
    """Return the expression of a column in which NaN counts as missing (unless `nan` keeps it)."""
    name = quote(column)
    if source.require(column) in {"FLOAT", "DOUBLE"} and not nan:
        return f"(case when not isnan({name}) then {name} end)"
    return name


def group_key(source: Source, column: str) -> str:
    """Return the expression of a protected attribute as text, missing values as a group of their own."""
    return f"coalesce(cast({present(source, column)} as varchar), {literal(GROUP_MISSING)})"


def _number(column: str, positive: str, kind: str) -> str:
    try:
        return repr(float(positive))
    except ValueError:
        raise DataError("wrong_type", column, found=kind, wanted=f"text ({positive})") from None
