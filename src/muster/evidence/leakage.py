"""Leakage between the data that a model was trained on and those that it is tested on, counted by the engine."""

from collections.abc import Mapping, Sequence

from muster.evidence.check import Steps
from muster.evidence.errors import DataError
from muster.evidence.plan import RELATION, Columns, Plan, count_if, quote, whole
from muster.evidence.table import NUMBERS, Table

Leak = tuple[int, int]
_TIMES = NUMBERS | {"date", "timestamp"}


def count_leaks(
    tables: Mapping[str, Table], *, key: Sequence[str], identifier: str | None, person: str | None, time: str | None
) -> Steps:
    """Return by kind of leak how many rows leak, of how many.

    ``rows``: rows of `test` whose values in `key` (none: all columns that both have, but for `identifier`) also occur
    in `data`; ``ids``, ``people``: the same for one column, of the rows that have a value in it; ``time``: rows of
    `data` later than the earliest of `test`.
    """
    data, test = tables["data"], tables["test"]
    shared = tuple(name for name in test.columns if name in data.columns and name != identifier)
    if not (key or shared):
        raise DataError("no_shared_columns", "test")
    asked = {"rows": _repeats(tables, key or shared)}
    for kind, column in (("ids", identifier), ("people", person)):
        if column is not None:
            asked[kind] = _repeats(tables, (column,), present=column)
    if time is not None:
        asked["time"] = _later(tables, time)
    answers = yield tuple(asked.values())
    return {kind: _leak(answer) for kind, answer in zip(asked, answers, strict=True)}


def require_alike(one: Table, other: Table, column: str) -> bool:
    """Raise `DataError` unless both tables hold values of one kind; say whether both are numbers of two kinds."""
    here, there = one.require(column), other.require(column)
    both_numbers = {here.kind, there.kind} <= NUMBERS
    if (here.kind != there.kind and not both_numbers) or here.zoned != there.zoned:
        raise DataError("unlike_types", column, here=here.type, there=there.type)
    return here.kind != there.kind


def _repeats(tables: Mapping[str, Table], columns: Sequence[str], *, present: str = "") -> Plan:
    """Count rows of `test` by grouping both tables together: no value and NaN are equal to themselves there."""
    data, test = tables["data"], tables["test"]
    for name in columns:
        require_alike(data, test, name)
    chosen = ", ".join(quote(name) for name in columns)
    sides = " union all ".join(
        f"select {chosen}, {here} as muster_here, {1 - here} as muster_there from {relation}"  # noqa: S608
        + (f" where {table.present(present)} is not null" if present else "")
        for here, table, relation in ((1, test, RELATION), (0, data, data.relation))
    )
    grouped = ", ".join(str(i + 1) for i in range(len(columns)))
    over = (
        f"select {chosen}, sum(muster_here) as muster_rows, max(muster_there) as muster_seen"  # noqa: S608
        f" from ({sides}) as muster_both group by {grouped}"
    )
    leaking = "case when muster_seen = 1 then muster_rows else 0 end"
    return Plan({"n": _total("muster_rows"), "leaking": _total(leaking)}, table="test", over=over)


def _later(tables: Mapping[str, Table], time: str) -> Plan:
    data, test = tables["data"], tables["test"]
    for table in (data, test):
        if table.require(time).kind not in _TIMES:
            raise DataError("wrong_type", time, found=table.columns[time].type, wanted="a date, a time or a number")
    require_alike(data, test, time)
    first = f"(select min({test.present(time)}) from {test.relation})"  # noqa: S608
    over = f"select {data.present(time)} as muster_time, {first} as muster_first from {RELATION}"  # noqa: S608
    known = "muster_time is not null and muster_first is not null"
    return Plan({"n": count_if(known), "leaking": count_if("muster_time > muster_first")}, over=over)


def _total(expression: str) -> str:
    return f"cast(sum({expression}) as bigint)"


def _leak(answer: Columns) -> Leak:
    return whole(answer, "leaking"), whole(answer, "n")
