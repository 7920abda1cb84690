"""Profile of a table: what each column holds, in counts that stay small and add up.

First one SELECT over all columns tells which hold few values. Those are counted value by value; numbers with many
values on a grid whose steps are 5 % of the value, times by days and weeks, texts with many values by their lengths.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from muster.core.canonical import Frozen
from muster.evidence.check import Findings, Steps
from muster.evidence.plan import Columns, Plan, as_float, distinct_about, finite, number, quote, scalar, whole
from muster.evidence.profile_columns import (
    Bucket,
    ColumnStatistics,
    ProfileStatistics,
    Spread,
    Top,
    grid_sql,
    joined,
    spread_of,
)
from muster.evidence.profile_figures import DEFINITIONS, figures
from muster.evidence.table import NUMBERS, Table

VERSION = "1"
_FEW = 500  # the sketch is off by a tenth or so: what it calls 500 is counted value by value
_DAY = 86_400.0
_WEEK = 7
_TIMES = frozenset({"date", "timestamp"})


class ProfileParameters(Frozen):
    """Which columns to profile, and how small the counts may be that are shown."""

    judged: ClassVar[Mapping[str, Any]] = {"level": True}

    columns: tuple[str, ...] = Field(default=(), description="The columns to profile; none named: all of them.")
    minimum: int = Field(default=10, ge=1, description="Values that fewer rows share are pooled.")
    top: int = Field(default=20, ge=1, le=200, description="How many of the most frequent values are kept.")
    level: float = Field(default=0.95, gt=0.5, lt=1, description="The level of the intervals.")


class Profile:
    """The check ``profile``."""

    name = "profile"
    version = VERSION
    title: Mapping[str, str] = MappingProxyType({"en": "Profile", "zh": "数据概况"})
    inputs: Mapping[str, bool] = MappingProxyType({"data": True})
    parameters = ProfileParameters
    statistics = ProfileStatistics

    def measure(self, tables: Mapping[str, Table], parameters: ProfileParameters) -> Steps:
        """Ask which columns hold few values, then count each column in the way that suits it."""
        return profile_steps(tables["data"], parameters)

    def judge(self, statistics: ProfileStatistics, parameters: ProfileParameters, *, now: datetime) -> Findings:
        """Report every column."""
        del now
        return Findings(figures(statistics, level=parameters.level), definitions=DEFINITIONS)


def profile_steps(table: Table, parameters: ProfileParameters) -> Steps:
    """Ask for the profile of `table`; return its `ProfileStatistics`."""
    names = parameters.columns or tuple(table.columns)
    for name in names:
        table.require(name)
    first = yield _overview(table, names)
    plans = {name: plan for i, name in enumerate(names) if (plan := _count(table, name, i, first))}
    answers: dict[str, Any] = {}
    if plans:
        told = yield tuple(plans.values())
        answers = dict(zip(plans, told, strict=True))
    rows = whole(first, "rows")
    columns = []
    for i, name in enumerate(names):
        column = table.columns[name]
        about = whole(first, f"d{i}") if f"d{i}" in first else None
        n = whole(first, f"n{i}")
        found = ColumnStatistics(name=name, kind=column.kind, type=column.type, rows=rows, n=n, distinct=about)
        columns.append(_read(found, answers.get(name), _ends(first, i), parameters))
    return ProfileStatistics(rows=rows, columns=tuple(columns))


def _ends(first: Columns, place: int) -> tuple[float | None, float | None]:
    names = (f"low{place}", f"high{place}")
    return (scalar(first, names[0]), scalar(first, names[1])) if names[0] in first else (None, None)


def _overview(table: Table, names: tuple[str, ...]) -> Plan:
    aggregates = {"rows": "count(*)"}
    for i, name in enumerate(names):
        present, kind = table.present(name), table.columns[name].kind
        aggregates[f"n{i}"] = f"count({present})"
        if kind != "other":
            aggregates[f"d{i}"] = distinct_about(present)
        if kind in NUMBERS:
            value = table.value(name)
            inside = f"case when {finite(value)} then {value} end"
            aggregates |= {f"low{i}": f"min({inside})", f"high{i}": f"max({inside})"}
    return Plan(aggregates)


def _count(table: Table, name: str, place: int, first: Columns) -> Plan | None:
    """Return how a column is counted in the second step."""
    kind, present = table.columns[name].kind, table.present(name)
    if kind == "other" or not whole(first, f"n{place}"):
        return None
    key = quote(name) if kind != "timestamp" else f"cast({quote(name)} as date)"
    if kind in _TIMES or whole(first, f"d{place}") <= _FEW:
        return Plan({"n": "count(*)"}, {"k": key}, f"{present} is not null")
    if kind in NUMBERS:
        return _on_grid(table, name, place, first)
    if kind == "text":
        size = f"length({present})"
        return Plan({"least": f"min({size})", "total": f"sum({size})", "most": f"max({size})"})
    return None


def _on_grid(table: Table, name: str, place: int, first: Columns) -> Plan | None:
    low, high = _ends(first, place)
    if low is None or high is None:
        return None
    value = table.value(name)
    apart = f"({value} - {number(low + (high - low) / 2)})"
    aggregates = {
        "n": "count(*)",
        "low": f"min({value})",
        "high": f"max({value})",
        "sum": f"sum({apart})",
        "squares": f"sum({apart} * {apart})",
    }
    return Plan(aggregates, {"k": grid_sql(value)}, finite(value))


def _read(
    found: ColumnStatistics, answer: Columns | None, ends: tuple[float | None, float | None], keep: ProfileParameters
) -> ColumnStatistics:
    if answer is None:
        return found.model_copy(update={"distinct": 0, "exact": True, "pooled": 0}) if found.n == 0 else found
    if "least" in answer:
        lengths = (whole(answer, "least"), whole(answer, "total"), whole(answer, "most"))
        return found.model_copy(update={"lengths": lengths})
    if "squares" in answer:
        return found.model_copy(update={"spread": _from_grid(answer, found.n, *ends)})
    return found.model_copy(update=_by_value(found.kind, answer, found.n, keep))


def _from_grid(answer: Columns, n: int, low: float | None, high: float | None) -> Spread:
    assert low is not None
    assert high is not None
    counts = np.asarray(answer["n"], dtype=np.int64).tolist()
    inside = sum(counts)
    total, squares = float(as_float(answer["sum"]).sum()), float(as_float(answer["squares"]).sum())
    keys = np.asarray(answer["k"], dtype=np.int64).tolist()
    ends = as_float(answer["low"]).tolist(), as_float(answer["high"]).tolist()
    return Spread(
        n=inside,
        mean=low + (high - low) / 2 + total / inside,
        squares=max(0.0, squares - total * total / inside),
        low=low,
        high=high,
        infinite=n - inside,
        buckets=joined(map(Bucket, keys, counts, *ends)),
    )


def _by_value(kind: str, answer: Columns, n: int, parameters: ProfileParameters) -> dict[str, Any]:
    """Read a tally: everything that it tells is exact, before small counts are pooled."""
    values = np.ma.asarray(answer["k"]).tolist()
    counts = np.asarray(answer["n"], dtype=np.int64).tolist()
    found: dict[str, Any] = {}
    if kind in NUMBERS:
        pairs = [(float(v), c) for v, c in zip(values, counts, strict=True) if np.isfinite(float(v))]
        found["spread"] = spread_of(pairs, n - sum(c for _, c in pairs))
    elif kind in _TIMES:
        days = np.asarray(answer["k"]).astype("datetime64[D]").astype(np.int64).tolist()
        found["spread"] = _by_day(days, counts)
        if kind == "timestamp" or len(days) > _FEW:
            return found
        values = [str(np.datetime64(day, "D")) for day in days]
    elif kind == "text":
        sizes = [len(str(v)) for v in values]
        total = sum(size * c for size, c in zip(sizes, counts, strict=True))
        found["lengths"] = (min(sizes), total, max(sizes))
    shown = sorted(zip(map(_name, values), counts, strict=True), key=lambda pair: (-pair[1], pair[0]))
    top = [Top(value=value, n=c) for value, c in shown if c >= parameters.minimum][: parameters.top]
    return found | {
        "distinct": len(values),
        "exact": True,
        "top": tuple(top),
        "pooled": n - sum(each.n for each in top),
    }


def _by_day(days: list[int], counts: list[int]) -> Spread | None:
    exact = spread_of([(day * _DAY, c) for day, c in zip(days, counts, strict=True)])
    weeks = joined(Bucket(day // _WEEK, c, day * _DAY, day * _DAY) for day, c in zip(days, counts, strict=True))
    return exact.model_copy(update={"buckets": weeks}) if exact else None


def _name(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


check = Profile()
