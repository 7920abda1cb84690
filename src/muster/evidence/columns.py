"""Columns of numbers, looked at before they are used: text that is only an empty column is told apart."""

from collections.abc import Sequence
from typing import TypeAlias

from muster.evidence.check import Steps
from muster.evidence.errors import DataError
from muster.evidence.plan import Columns, Plan, count_if, double, finite, quote, whole
from muster.evidence.table import NUMBERS, Column, Table

Fault: TypeAlias = tuple[str, str, str]
"""A column, the code of the refusal, and the condition on its rows that calls for it."""


def require_numbers(table: Table, *names: str, input_name: str = "data") -> Steps:
    """Raise `DataError` unless all columns hold numbers; a column without any value is called empty.

    A reader of CSV gives such a column the type of text, which would be the wrong thing to complain about.
    """
    for name in names:
        if table.is_number(name):
            continue
        asked = yield Plan({"n": f"count({quote(name)})"}, table=input_name)
        if not whole(asked, "n"):
            raise DataError("empty_column", name)
        table.require_number(name)


def refuse(table: Table, code: str, column: str, count: int, condition: str) -> None:
    """Raise `DataError` about `count` rows for which `condition` holds, naming the first; nothing for none."""
    if count:
        row = table.first_row(condition)
        raise DataError(code, column, count=count, row="?" if row is None else row)


def count_faults(faults: Sequence[Fault]) -> dict[str, str]:
    """Return the aggregates that count the rows of each fault, for `refuse_faults`."""
    return {f"fault{i}": count_if(condition) for i, (_, _, condition) in enumerate(faults)}


def refuse_faults(table: Table, faults: Sequence[Fault], asked: Columns) -> None:
    """Raise `DataError` about the first fault that rows have, naming the first row; nothing for none."""
    for i, (column, code, condition) in enumerate(faults):
        refuse(table, code, column, whole(asked, f"fault{i}"), condition)


def number_faults(name: str) -> list[Fault]:
    """Return the faults of a column of numbers that must be there on every row: missing, and not finite."""
    value = plain(name)
    return [(name, "missing_values", f"{value} is null"), (name, "not_finite", broken(value))]


def plain(name: str) -> str:
    """Return the expression of a number column as a double, NaN and all."""
    return double(quote(name))


def broken(expression: str) -> str:
    """Return the condition that a double is NaN or infinite."""
    return f"not ({finite(expression)})"


def refuse_unlike(name: str, one: Column, other: str, two: Column) -> None:
    """Refuse keys that the engine would compare only after a conversion: 7 and '07' are not the same key."""
    if one.kind != two.kind and not {one.kind, two.kind} <= NUMBERS:
        raise DataError("not_comparable", name, kind=one.type, other=other, found=two.type, operator="=")
    if one.zoned != two.zoned:
        raise DataError("zone_mix", name, other=other)
