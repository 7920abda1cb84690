"""The one front door for data: Parquet, CSV, pandas, Arrow -> a DuckDB relation, counted and digested.

What DuckDB is told: no network (extensions are never fetched), a memory limit, few threads; what does not fit
is spilled to a temporary folder that is removed afterwards.
"""

import csv
import glob
import hashlib
import os
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import duckdb
import numpy as np

from muster.core.canonical import digest as canonical_digest
from muster.evidence.errors import DataError, nearest

Kind = Literal["parquet", "csv", "dataframe", "arrow"]
Columns = dict[str, Any]

_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
_NUMBERS = frozenset({*_WHOLE, *(f"U{name}" for name in _WHOLE), "FLOAT", "DOUBLE"})
_CHUNK = 1 << 20
_DELIMITERS = (",", ";", "\t", "|")
_ROWS = "muster_rows"  # a name that no column has


@dataclass(frozen=True)
class Source:
    """Data that stand ready to be asked: a relation of a connection, its size, its schema, its digest.

    `digest_of` says what was digested: ``bytes`` (the file; of several files, the canonical list of
    theirs) or ``rows`` (frames: SHA-256 over the schema and the sorted SHA-256 of each row, so that the
    order does not matter).
    """

    connection: duckdb.DuckDBPyConnection
    relation: str
    kind: Kind
    digest: str
    digest_of: Literal["bytes", "rows"]
    rows: int
    columns: dict[str, str]

    def ask(self, sql: str) -> Columns:
        """Run one query and return its columns as numpy arrays (masked where values are missing)."""
        try:
            return dict(self.connection.execute(sql).fetchnumpy())
        except duckdb.Error as error:
            raise DataError("unreadable", self.kind, reason=first_line(error)) from error

    def require(self, column: str) -> str:
        """Return the type of `column`; raise `DataError` naming the nearest columns if there is none."""
        if column not in self.columns:
            raise DataError("missing_column", column, nearest=nearest(column, self.columns))
        return self.columns[column]

    def is_number(self, column: str) -> bool:
        """Say whether `column` holds numbers (booleans are not numbers here)."""
        kind = self.require(column)
        return kind in _NUMBERS or kind.startswith("DECIMAL")

    def require_number(self, column: str) -> None:
        """Raise `DataError` unless `column` holds numbers."""
        if not self.is_number(column):
            raise DataError("wrong_type", column, found=self.columns[column], wanted="a number")

    def first_row(self, condition: str) -> int:
        """Return the number of the first row (from 1) for which the SQL `condition` holds."""
        numbered = f"select row_number() over () as muster_row, * from {self.relation}"  # noqa: S608
        sql = f"select min(muster_row) as r from ({numbered}) where {condition}"  # noqa: S608
        return int(self.ask(sql)["r"][0])


@contextmanager
def open_source(data: object, *, memory_limit: str = "512MB", threads: int | None = None) -> Iterator[Source]:
    """Open a path, a pattern, a list of paths, a pandas DataFrame or an Arrow table as a `Source`.

    Raises:
        DataError: when there is nothing, when it cannot be read, or when it changed while it was open.
    """
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
            if isinstance(data, str | Path):
                yield from _open_files(connection, _find(str(data)))
            elif isinstance(data, list | tuple):
                yield from _open_files(connection, [f for each in data for f in _find(str(each))])
            else:
                yield _open_frame(connection, data)


def quote(name: str) -> str:
    """Return a column name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: object) -> str:
    """Return a text as an SQL literal."""
    return "'" + str(value).replace("'", "''") + "'"


def first_line(error: Exception) -> str:
    """Return the first line of an engine's message, which names the trouble; the rest are hints."""
    return str(error).strip().splitlines()[0]


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


def _open_files(connection: duckdb.DuckDBPyConnection, files: Sequence[Path]) -> Iterator[Source]:
    if not files:
        raise DataError("missing_file", "data")
    kind = _kind(files)
    options = {_look_inside(file, kind) for file in files}
    if len(options) > 1:
        raise DataError("mixed_formats", files[0].name, kinds="CSV , ; | tab")
    before = [_stamp(file) for file in files]
    digest = _digest_files(files)
    names = ", ".join(literal(glob.escape(str(file))) for file in files)
    reader = f"read_{kind}([{names}]{options.pop()})"
    try:
        connection.execute(f"create view {_ROWS} as select * from {reader}")  # noqa: S608
        yield _describe(connection, kind, (digest, "bytes"), files[0].name)
    except duckdb.Error as error:
        raise DataError("unreadable", files[0].name, reason=_without_folder(error, *files)) from error
    if [_stamp(file) for file in files] != before:
        raise DataError("changed", files[0].name)


def _without_folder(error: Exception, *files: Path) -> str:
    """Return the engine's message with file names in place of paths: a refusal tells nothing of the machine."""
    message = first_line(error)
    for file in files:
        message = message.replace(str(file), file.name)
    return message


def _kind(files: Sequence[Path]) -> Kind:
    suffixes = {file.suffix.lower() for file in files}
    if len(suffixes) > 1:
        raise DataError("mixed_formats", files[0].name, kinds=", ".join(sorted(suffixes)))
    suffix = suffixes.pop()
    if suffix in {".parquet", ".pq"}:
        return "parquet"
    if suffix == ".csv":
        return "csv"
    raise DataError("unknown_format", files[0].name, kind=suffix or "?")


def _look_inside(file: Path, kind: Kind) -> str:
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


def _stamp(file: Path) -> tuple[int, int]:
    state = file.stat()
    return state.st_size, state.st_mtime_ns


def _digest_files(files: Sequence[Path]) -> str:
    digests = [_digest_file(file) for file in files]
    return digests[0] if len(digests) == 1 else canonical_digest(digests)


def _digest_file(file: Path) -> str:
    sha = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(_CHUNK):
            sha.update(block)
    return "sha256:" + sha.hexdigest()


def _open_frame(connection: duckdb.DuckDBPyConnection, frame: Any) -> Source:
    package = type(frame).__module__.partition(".")[0]
    if package not in {"pandas", "pyarrow"}:
        raise DataError("unknown_format", "data", kind=f"{package}.{type(frame).__name__}")
    kind: Kind = "dataframe" if package == "pandas" else "arrow"
    names = [str(name) for name in (frame.columns if kind == "dataframe" else frame.column_names)]
    _refuse_twins(names, kind)
    try:
        source = _register(connection, frame, kind)
    except duckdb.Error as error:
        raise DataError("unreadable", kind, reason=first_line(error)) from error
    return replace(source, digest=_digest_rows(connection, source.columns))


def _register(connection: duckdb.DuckDBPyConnection, frame: Any, kind: Kind) -> Source:
    try:
        connection.register(_ROWS, frame)
        return _describe(connection, kind, ("", "rows"), kind)
    except duckdb.Error:
        if kind == "arrow":
            raise
    # DuckDB 2.0 cannot read columns that run backwards in memory (a reversed frame); a copy runs forwards.
    connection.register(_ROWS, frame.copy())
    return _describe(connection, kind, ("", "rows"), kind)


def _digest_rows(connection: duckdb.DuckDBPyConnection, columns: dict[str, str]) -> str:
    sha = hashlib.sha256(canonical_digest(columns).encode())
    sql = f"select unhex(sha256(cast(to_json({_ROWS}) as varchar))) from {_ROWS} order by 1"  # noqa: S608
    cursor = connection.execute(sql)
    while rows := cursor.fetchmany(10_000):
        sha.update(b"".join(row[0] for row in rows))
    return "sha256:" + sha.hexdigest()


def _describe(
    connection: duckdb.DuckDBPyConnection,
    kind: Kind,
    digest: tuple[str, Literal["bytes", "rows"]],
    where: str,
) -> Source:
    columns = {str(row[0]): str(row[1]) for row in connection.execute(f"describe {_ROWS}").fetchall()}
    counted = connection.execute(f"select count(*) from {_ROWS}").fetchone()  # noqa: S608
    rows = int(counted[0]) if counted else 0
    if rows == 0:
        raise DataError("no_rows", where)
    return Source(connection, _ROWS, kind, digest[0], digest[1], rows, columns)


def as_float(values: Any) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return a column as plain floats, NaN where it was missing."""
    return np.ma.filled(np.ma.asarray(values).astype(np.float64), np.nan)
