"""Columns of two values, read as codes: the positive one, the other, none, and what must be refused."""

from contextlib import suppress
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np

from muster.evidence.columns import broken, plain, refuse
from muster.evidence.errors import DataError
from muster.evidence.plan import Columns, literal, number
from muster.evidence.table import Table

MISSING = 2  # no value
BROKEN = 3  # NaN or infinite


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

    def refuse_third_value(self, table: Table, cells: Columns) -> None:
        """Raise `DataError` if the column holds a third value, or a text column never the positive one."""
        if not self.others:
            return
        lows, highs = (_values(cells[f"{self.alias}_{end}"]) for end in ("low", "high"))
        if lows and min(lows) != max(highs):
            low, high = str(min(lows)), str(max(highs))
            raise DataError("not_binary", self.column, positive=self.positive, low=low, high=high)
        text = not table.is_number(self.column) and table.columns[self.column].kind != "boolean"
        if text and lows and 1 not in cells[self.alias].tolist():
            raise DataError("positive_never", self.column, positive=self.positive)

    def refuse_gaps(self, table: Table, cells: Columns) -> None:
        """Raise `DataError` if rows have no value, or none that is a finite number."""
        floating = table.require(self.column).floating
        for code, word, condition in (
            (BROKEN, "not_finite", broken(plain(self.column)) if floating else "false"),
            (MISSING, "missing_values", f"{table.present(self.column)} is null"),
        ):
            count = int(cells["n"][np.asarray(cells[self.alias]) == code].sum())
            refuse(table, word, self.column, count, condition)


def binary(table: Table, alias: str, column: str, positive: str) -> Binary:
    """Read `column` as two-valued; `positive` is compared as a number in number columns, else as text."""
    kind = table.require(column)
    value = table.present(column)
    if kind.kind == "boolean":
        value = f"case when {value} then '1' when not {value} then '0' end"
        positive = {"true": "1", "false": "0"}.get(positive.casefold(), positive)
        wanted = literal(positive)
    elif table.is_number(column):
        wanted = _number(column, positive, kind.type)
    else:
        value, wanted = f"cast({value} as varchar)", literal(positive)
    code = f"case when {value} is null then {MISSING} when {value} = {wanted} then 1 else 0 end"
    return Binary(alias, column, code, f"case when {value} <> {wanted} then {value} end", positive)


def thresholded(table: Table, alias: str, column: str, threshold: float) -> Binary:
    """Read a score as 1 where it reaches `threshold`, else 0; NaN and infinities as `BROKEN`."""
    table.require_number(column)
    value = plain(column)
    code = (
        f"case when {value} is null then {MISSING} when {broken(value)} then {BROKEN} "
        f"when {value} >= {number(threshold)} then 1 else 0 end"
    )
    return Binary(alias, column, code)


def as_decision(table: Table, alias: str, column: str, positive: str, *, label: str | None) -> Binary:
    """Read a prediction as two-valued; one of numbers or booleans beside a text label is positive at 1."""
    coded = table.is_number(column) or table.columns[column].kind == "boolean"
    text_label = label is not None and not table.is_number(label)
    return binary(table, alias, column, "1" if coded and text_label else positive)


def _number(column: str, positive: str, kind: str) -> str:
    with suppress(ValueError):
        return str(int(positive))  # exact, however many digits
    try:
        value = float(positive)
    except ValueError:
        value = float("nan")
    if not isfinite(value):
        raise DataError("wrong_type", column, found=kind, wanted=f"text ({positive})")
    return str(int(value)) if value.is_integer() else repr(value)


def _values(column: object) -> list[Any]:
    values: list[Any] = np.ma.asarray(column).tolist()
    return [value for value in values if value is not None]
