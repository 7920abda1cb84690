"""Frames and tables in memory: pandas, polars, Arrow; handed to DuckDB without a copy where it can read them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import duckdb

from muster.evidence.digests import digest_rows
from muster.evidence.duck import DuckTable, describe_table, first_line
from muster.evidence.errors import DataError
from muster.evidence.table import Table

_KINDS = {"pandas": "dataframe", "pyarrow": "arrow", "polars": "polars"}


class _Stream:
    """A polars frame by its Arrow C stream, which DuckDB reads without pyarrow."""

    def __init__(self, frame: Any) -> None:
        self._frame = frame

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self._frame.__arrow_c_stream__(requested_schema)


def open_frame(connection: duckdb.DuckDBPyConnection, relation: str, frame: Any) -> Table:
    """Open a DataFrame, a LazyFrame, an Arrow table, dataset or reader as `relation`."""
    package = type(frame).__module__.partition(".")[0]
    if package not in _KINDS:
        raise DataError("unknown_format", "data", kind=f"{package}.{type(frame).__name__}")
    kind = _KINDS[package]
    if package == "polars" and hasattr(frame, "collect"):
        frame = frame.collect()
    if hasattr(frame, "read_all"):  # a reader gives its batches once only
        frame = frame.read_all()
    refuse_twins([str(name) for name in (frame.schema.names if kind == "arrow" else frame.columns)], kind)
    if kind == "dataframe":
        _refuse_zones(frame)
    try:
        table = _register(connection, relation, _Stream(frame) if kind == "polars" else frame, kind)
        return replace(table, digest=digest_rows(table.columns, relation, connection.execute))
    except duckdb.Error as error:  # also times with and without a zone in one column
        raise DataError("unreadable", kind, reason=first_line(error)) from error


def refuse_twins(names: Sequence[str], where: str) -> None:
    """Raise `DataError` if two columns have the same name, whatever the case of its letters."""
    twins = [name for name, count in Counter(name.casefold() for name in names).items() if count > 1]
    if twins:
        raise DataError("duplicate_columns", where, names=", ".join(n for n in names if n.casefold() in twins))


def _refuse_zones(frame: Any) -> None:
    """Refuse times with and without a zone in one column: the engine would drop the zone of some."""
    for name, kind in frame.dtypes.items():
        if str(kind) != "object":
            continue
        zones = {value.tzinfo is None for value in frame[name] if isinstance(value, datetime)}
        if len(zones) > 1:
            raise DataError("zones_in_one_column", str(name))


def _register(connection: duckdb.DuckDBPyConnection, relation: str, frame: Any, kind: str) -> DuckTable:
    try:
        connection.register(relation, frame)
        return describe_table(connection, relation, kind, ("", "rows"), kind)
    except duckdb.Error:
        if kind != "dataframe":
            raise
    # DuckDB 2.0 cannot read columns that run backwards in memory (a reversed frame); a copy runs forwards.
    connection.register(relation, frame.copy())
    return describe_table(connection, relation, kind, ("", "rows"), kind)
