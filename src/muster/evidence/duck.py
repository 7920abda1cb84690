"""A table in DuckDB: files and frames on this machine.

What DuckDB is told: no network (extensions are never fetched), a memory limit, few threads; what does not fit
is spilled to a temporary folder that is removed afterwards.
"""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import accumulate
from pathlib import Path
from typing import Any, cast

import duckdb
import numpy as np

from muster.evidence.errors import Cancelled, DataError
from muster.evidence.plan import Answer, Columns, Plan, Quantiles, Request, Tallies, as_float, nan, scalar
from muster.evidence.table import Column, Kind, Table, number_rows

_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
_INTEGERS = frozenset({*_WHOLE, *(f"U{name}" for name in _WHOLE)})
_FLOATS = frozenset({"FLOAT", "DOUBLE"})
_TEXTS = ("VARCHAR", "ENUM", "UUID")
_INTERRUPTED = "Query interrupted"
_PERCENT = 100.0
_VIRTUAL = {"file_index", "file_row_number"}
"""Columns that Parquet's reader adds where it is asked for them, unless the data have columns of these names."""


@contextmanager
def connect(memory_limit: str, threads: int | None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an engine of its own, and remove what it spilled."""
    with tempfile.TemporaryDirectory(prefix="muster-") as spill:
        config: dict[str, Any] = {
            "memory_limit": memory_limit,
            "threads": threads or min(4, os.cpu_count() or 1),
            "temp_directory": spill,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "python_enable_replacements": False,
        }
        with duckdb.connect(":memory:", config=config) as connection:
            connection.execute("set timezone = 'UTC'")  # days begin alike on every machine
            try:
                yield connection
            except RuntimeError as error:
                if str(error) == _INTERRUPTED:  # how the engine says that somebody pressed Ctrl-C
                    raise KeyboardInterrupt from error
                raise


@dataclass(frozen=True, kw_only=True)
class DuckTable(Table):
    """A table of a DuckDB connection."""

    connection: duckdb.DuckDBPyConnection
    files: tuple[Path, ...] = ()
    reader: str = ""
    projected: dict[str, str] = field(default_factory=dict)

    def select(self, sql: str) -> Columns:
        try:
            return cast("Columns", self.connection.execute(sql).fetchnumpy())
        except duckdb.InterruptException as error:
            raise Cancelled("cancelled", self.kind) from error
        except duckdb.Error as error:
            where = self.files[0].name if self.files else self.kind
            raise DataError("unreadable", where, reason=without_folder(error, self.files)) from error

    def ask(self, request: Request) -> Answer:
        """Answer a request; exact distinct counts by a SELECT of their own: beside many others they slow them down."""
        if not isinstance(request, Plan) or request.keys:
            return super().ask(request)
        distinct = {name: each for name, each in request.aggregates.items() if "count(distinct" in each}
        others = {name: each for name, each in request.aggregates.items() if name not in distinct}
        if not distinct or not others:
            return super().ask(request)
        answer = super().ask(replace(request, aggregates=others))
        counted: Columns = super().ask(replace(request, aggregates=distinct))
        return answer | counted

    def tally(self, request: Tallies) -> dict[str, Columns]:
        """Answer each set by a query of its own: a column store reads only the columns of the keys."""
        relation = self._project(request) if request.columns else self.relation
        return {name: self.select(request.plan(name).sql(relation)) for name in request.sets}

    def quantiles(self, request: Quantiles) -> dict[str, Any]:
        """Answer column by column, all quantiles of one at once: no more than one column's values are held."""
        where = f" where {request.where}" if request.where else ""
        found = {}
        for name, value in request.columns.items():
            listed = ", ".join(map(repr, request.probabilities))
            kept = f"case when not ({nan(value)}) then {value} end"
            sql = f"select unnest(quantile_disc({kept}, [{listed}])) as q from {self.relation}{where}"  # noqa: S608
            answer = as_float(self.select(sql)["q"])
            found[name] = answer if len(answer) else np.full(len(request.probabilities), np.nan)
        return found

    def _project(self, request: Tallies) -> str:
        """Compute the columns of a request once, into a table of the connection; return its name."""
        sql = request.projection(self.relation)
        if sql not in self.projected:
            name = f"{self.relation}_projected_{len(self.projected)}"
            self.select(f"create temp table {name} as {sql}")
            self.projected[sql] = name
        return self.projected[sql]

    def interrupt(self) -> None:
        self.connection.interrupt()

    def share_done(self) -> float | None:
        percent = self.connection.query_progress()
        return percent / _PERCENT if 0 <= percent <= _PERCENT else None

    def first_row(self, condition: str) -> int | None:
        return self.first_rows([condition])[0]

    def first_rows(self, conditions: Sequence[str]) -> list[int | None]:
        if not conditions:
            return []
        firsts = ", ".join(f"min(case when {each} then muster_row end) as r{i}" for i, each in enumerate(conditions))
        found = self.select(f"select {firsts} from {self.numbered()}")  # noqa: S608
        rows = (scalar(found, f"r{i}") for i in range(len(conditions)))
        return [None if row is None else int(row) + 1 for row in rows]

    def numbered(self) -> str:
        """Let Parquet number its own rows, which every thread can do; rows of later files stand after earlier ones."""
        if not self.reader or _VIRTUAL & {name.casefold() for name in self.columns}:
            return number_rows(self.relation)
        view, row = f"{self.relation}_numbered", "file_row_number"
        if len(self.files) > 1:
            row += f" + list_extract({self._rows_before()}, cast(file_index as bigint) + 1)"
        numbered = f"select {row} as muster_row, * from read_parquet({self.reader})"  # noqa: S608
        self.select(f"create or replace view {view} as {numbered}")
        return view

    def _rows_before(self) -> list[int]:
        """Return how many rows the files before each file have."""
        sizes = self.select(f"select file_name, num_rows from parquet_file_metadata({self.reader})")  # noqa: S608
        rows = dict(zip(map(str, sizes["file_name"]), map(int, sizes["num_rows"]), strict=True))
        return list(accumulate((rows[str(file)] for file in self.files[:-1]), initial=0))


def describe(connection: duckdb.DuckDBPyConnection, relation: str) -> tuple[int, dict[str, Column]]:
    """Return the number of rows and the columns of a relation."""
    columns = {str(row[0]): column_of(str(row[1])) for row in connection.execute(f"describe {relation}").fetchall()}
    ((rows,),) = connection.execute(f"select count(*) from {relation}").fetchall()  # noqa: S608
    return int(rows), columns


def describe_table(
    connection: duckdb.DuckDBPyConnection, relation: str, kind: str, digest: tuple[str, str], where: str
) -> DuckTable:
    """Return the table of a relation; `digest` and what it is of.

    Raises:
        DataError: if it has no rows; `where` names it.
    """
    rows, columns = describe(connection, relation)
    if rows == 0:
        raise DataError("no_rows", where)
    return DuckTable(
        kind=kind,
        digest=digest[0],
        digest_of=digest[1],
        rows=rows,
        columns=columns,
        engine=versions(),
        relation=relation,
        connection=connection,
    )


def versions() -> dict[str, str]:
    """Return the engine and its version."""
    return {"duckdb": duckdb.__version__}


def column_of(kind: str) -> Column:
    """Return the column of a DuckDB type."""
    return Column(_kind(kind), kind, floating=kind in _FLOATS, zoned="WITH TIME ZONE" in kind)


def _kind(kind: str) -> Kind:
    if kind in _INTEGERS:
        return "integer"
    if kind in _FLOATS or kind.startswith("DECIMAL"):
        return "number"
    if kind.startswith(_TEXTS):
        return "text"
    if kind.startswith("TIMESTAMP"):
        return "timestamp"
    return {"BOOLEAN": "boolean", "DATE": "date"}.get(kind, "other")  # type: ignore[return-value]


def first_line(error: Exception) -> str:
    """Return the first line of an engine's message, which names the trouble; the rest are hints."""
    return str(error).strip().splitlines()[0]


def without_folder(error: Exception, files: Sequence[Path]) -> str:
    """Return the engine's message with file names in place of paths: a refusal tells nothing of the machine."""
    message = first_line(error)
    for file in files:
        message = message.replace(str(file), file.name)
    return message
