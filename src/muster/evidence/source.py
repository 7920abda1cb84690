"""The one front door for data: files, patterns, frames, warehouses -> a `Table` that is counted and digested."""

import csv
import glob
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from muster.evidence.digests import digest_files, stamp
from muster.evidence.duck import connect, describe_table, without_folder
from muster.evidence.errors import DataError
from muster.evidence.frames import open_frame, refuse_twins
from muster.evidence.plan import literal
from muster.evidence.relations import open_relation
from muster.evidence.table import Table
from muster.evidence.warehouse.address import SCHEMES, Postgres, Spark

RESERVED = "muster_"
_DELIMITERS = (",", ";", "\t", "|")


@contextmanager
def open_tables(
    inputs: Mapping[str, object], *, memory_limit: str = "512MB", threads: int | None = None
) -> Iterator[dict[str, Table]]:
    """Open each input as a `Table`.

    An input is a path, a pattern or a list of paths of Parquet or CSV files; a frame or table of pandas, polars or
    Arrow (a dataset or reader too); a DuckDB relation; an Ibis table (of DuckDB, PostgreSQL or Spark); a Spark
    DataFrame; `Postgres` or its URL ``postgresql://user@host/database?table=schema.table``; `Spark`.
    Each is asked as the relation ``muster_<input>``. Files and frames share one engine, tables of one database one
    transaction: those may be held against one another.

    Raises:
        DataError: when there is nothing, when it cannot be read, or when it changed while it was open.
    """
    with connect(memory_limit, threads) as connection, ExitStack() as stack:
        opening = _Opening(connection, stack)
        tables = {n: stack.enter_context(opening.open(f"{RESERVED}{n}", data)) for n, data in inputs.items()}
        for table in tables.values():
            _refuse_reserved(table)
        yield tables


@contextmanager
def open_table(data: object, *, memory_limit: str = "512MB", threads: int | None = None) -> Iterator[Table]:
    """Open one input: see `open_tables`."""
    with open_tables({"data": data}, memory_limit=memory_limit, threads=threads) as tables:
        yield tables["data"]


class _Opening:
    """The inputs of one run: who opens which."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, stack: ExitStack) -> None:
        self._connection = connection
        self._stack = stack
        self._warehouses: Any = None

    @contextmanager
    def open(self, relation: str, data: object) -> Iterator[Table]:
        package = type(data).__module__.partition(".")[0]
        if isinstance(data, Postgres | Spark) or package in {"ibis", "pyspark"} or _is_address(data):
            yield self._open_warehouse(relation, data)
        elif isinstance(data, str | Path):
            yield from _open_files(self._connection, relation, _find(str(data)))
        elif isinstance(data, list | tuple):
            yield from _open_files(self._connection, relation, [f for each in data for f in _find(str(each))])
        elif isinstance(data, duckdb.DuckDBPyRelation):
            yield open_relation(relation, data)
        else:
            yield open_frame(self._connection, relation, data)

    def _open_warehouse(self, relation: str, data: object) -> Table:
        if self._warehouses is None:
            from muster.evidence.warehouse.opening import Opening

            self._warehouses = Opening(self._stack)
        table: Table = self._warehouses.open(relation, data)
        return table


def _refuse_reserved(table: Table) -> None:
    """Refuse columns that could be taken for what the checks compute themselves."""
    taken = [name for name in table.columns if name.casefold().startswith(RESERVED)]
    if taken:
        raise DataError("reserved_columns", table.kind, names=", ".join(taken), prefix=RESERVED)


def _is_address(data: object) -> bool:
    return isinstance(data, str) and data.startswith(SCHEMES)


def _find(pattern: str) -> list[Path]:
    path = Path(pattern)
    if path.is_dir():
        raise DataError("is_folder", path.name)
    if path.is_file():
        return [path]
    found = sorted(Path(each) for each in glob.glob(pattern, recursive=True) if Path(each).is_file())  # noqa: PTH207 - absolute patterns
    if not found:
        raise DataError("missing_file", path.name)
    return found


def _open_files(connection: duckdb.DuckDBPyConnection, relation: str, files: Sequence[Path]) -> Iterator[Table]:
    if not files:
        raise DataError("missing_file", "data")
    kind = _kind(files)
    options = {_look_inside(file, kind) for file in files}
    if len(options) > 1:
        raise DataError("mixed_formats", files[0].name, kinds="CSV , ; | tab")
    before = [stamp(file) for file in files]
    digest = digest_files(files)
    names = ", ".join(literal(glob.escape(str(file))) for file in files)
    reader = f"read_{kind}([{names}]{options.pop()})"
    try:
        connection.execute(f"create view {relation} as select * from {reader}")  # noqa: S608
        table = describe_table(connection, relation, kind, (digest, "bytes"), files[0].name)
    except duckdb.Error as error:
        raise DataError("unreadable", files[0].name, reason=without_folder(error, files)) from error
    yield replace(table, files=tuple(files), reader=f"[{names}]" if kind == "parquet" else "")
    if [stamp(file) for file in files] != before:
        raise DataError("changed", files[0].name)


def _kind(files: Sequence[Path]) -> str:
    suffixes = {file.suffix.lower() for file in files}
    if len(suffixes) > 1:
        raise DataError("mixed_formats", files[0].name, kinds=", ".join(sorted(suffixes)))
    suffix = suffixes.pop()
    if suffix in {".parquet", ".pq"}:
        return "parquet"
    if suffix == ".csv":
        return "csv"
    raise DataError("unknown_format", files[0].name, kind=suffix or "?")


def _look_inside(file: Path, kind: str) -> str:
    """Refuse what is not what its name says; return how to read it."""
    if file.stat().st_size == 0:
        raise DataError("empty_file", file.name)
    if kind == "csv":
        return _csv_options(file)
    with file.open("rb") as stream:
        if stream.read(4) != b"PAR1":
            raise DataError("not_parquet", file.name)
    return ""


def _csv_options(file: Path) -> str:
    """Return the options of a CSV file, all of them: guessing, the engine would skip lines that do not fit."""
    with file.open(encoding="utf-8-sig", newline="", errors="replace") as stream:
        first = stream.readline()
        stream.seek(0)
        delimiter = max(_DELIMITERS, key=first.count)
        header = next(csv.reader(stream, delimiter=delimiter), [])
    refuse_twins(header, file.name)
    return f", header=true, skip=0, delim={literal(delimiter)}, quote='\"', escape='\"', sample_size=-1"
