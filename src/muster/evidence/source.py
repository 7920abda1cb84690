"""The one front door for data: files, patterns, frames -> a `Table` that is counted and digested."""

import csv
import glob
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb

from muster.core.canonical import digest as canonical_digest
from muster.evidence.digests import digest_files, stamp
from muster.evidence.duck import DuckTable, connect, describe, first_line, versions, without_folder
from muster.evidence.errors import DataError
from muster.evidence.plan import literal
from muster.evidence.table import Table

RESERVED = "muster_"
_DELIMITERS = (",", ";", "\t", "|")


@contextmanager
def open_tables(
    inputs: Mapping[str, object], *, memory_limit: str = "512MB", threads: int | None = None
) -> Iterator[dict[str, Table]]:
    """Open each input (a path, a pattern, a list of paths, a pandas DataFrame, an Arrow table) as a `Table`.

    Tables of files and frames share one engine, as the relations ``muster_<input>``, so that one may be held
    against another.

    Raises:
        DataError: when there is nothing, when it cannot be read, or when it changed while it was open.
    """
    with connect(memory_limit, threads) as connection, ExitStack() as stack:
        yield {name: stack.enter_context(_open(connection, f"muster_{name}", data)) for name, data in inputs.items()}


@contextmanager
def open_table(data: object, *, memory_limit: str = "512MB", threads: int | None = None) -> Iterator[Table]:
    """Open one input: see `open_tables`."""
    with open_tables({"data": data}, memory_limit=memory_limit, threads=threads) as tables:
        yield tables["data"]


@contextmanager
def _open(connection: duckdb.DuckDBPyConnection, relation: str, data: object) -> Iterator[Table]:
    if isinstance(data, str | Path):
        yield from _open_files(connection, relation, _find(str(data)))
    elif isinstance(data, list | tuple):
        yield from _open_files(connection, relation, [f for each in data for f in _find(str(each))])
    else:
        yield _open_frame(connection, relation, data)


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
        table = _describe(connection, relation, kind, (digest, "bytes"), files[0].name)
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
    _refuse_twins(header, file.name)
    return f", header=true, skip=0, delim={literal(delimiter)}, quote='\"', escape='\"', sample_size=-1"


def _refuse_twins(names: Sequence[str], where: str) -> None:
    twins = [name for name, count in Counter(name.casefold() for name in names).items() if count > 1]
    if twins:
        raise DataError("duplicate_columns", where, names=", ".join(n for n in names if n.casefold() in twins))


def _refuse_reserved(names: Iterable[str], where: str) -> None:
    """Refuse columns that could be taken for what the checks compute themselves."""
    taken = [name for name in names if name.casefold().startswith(RESERVED)]
    if taken:
        raise DataError("reserved_columns", where, names=", ".join(taken), prefix=RESERVED)


def _open_frame(connection: duckdb.DuckDBPyConnection, relation: str, frame: Any) -> Table:
    package = type(frame).__module__.partition(".")[0]
    if package not in {"pandas", "pyarrow"}:
        raise DataError("unknown_format", "data", kind=f"{package}.{type(frame).__name__}")
    kind = "dataframe" if package == "pandas" else "arrow"
    names = [str(name) for name in (frame.columns if kind == "dataframe" else frame.column_names)]
    _refuse_twins(names, kind)
    if kind == "dataframe":
        _refuse_zones(frame)
    try:
        table = _register(connection, relation, frame, kind)
        return replace(table, digest=_digest_rows(connection, table))
    except duckdb.Error as error:  # also times with and without a zone in one column
        raise DataError("unreadable", kind, reason=first_line(error)) from error


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
        return _describe(connection, relation, kind, ("", "rows"), kind)
    except duckdb.Error:
        if kind == "arrow":
            raise
    # DuckDB 2.0 cannot read columns that run backwards in memory (a reversed frame); a copy runs forwards.
    connection.register(relation, frame.copy())
    return _describe(connection, relation, kind, ("", "rows"), kind)


def _digest_rows(connection: duckdb.DuckDBPyConnection, table: Table) -> str:
    sha = sha256(canonical_digest({name: column.type for name, column in table.columns.items()}).encode())
    sql = f"select unhex(sha256(cast(to_json({table.relation}) as varchar))) from {table.relation} order by 1"  # noqa: S608
    cursor = connection.execute(sql)
    while rows := cursor.fetchmany(10_000):
        sha.update(b"".join(row[0] for row in rows))
    return "sha256:" + sha.hexdigest()


def _describe(
    connection: duckdb.DuckDBPyConnection, relation: str, kind: str, digest: tuple[str, str], where: str
) -> DuckTable:
    rows, columns = describe(connection, relation)
    _refuse_reserved(columns, where)
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
