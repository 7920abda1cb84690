"""Tables of a PostgreSQL database.

All requests of a run are asked in one read-only transaction of the isolation level REPEATABLE READ: figures and
digest see the same rows, whatever others write meanwhile.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import errors, sql
from psycopg.pq import TransactionStatus

from muster.evidence.errors import Cancelled, DataError, nearest
from muster.evidence.plan import Columns, quote
from muster.evidence.table import Column, Kind
from muster.evidence.warehouse.columns import kind_of, to_columns
from muster.evidence.warehouse.dialect import translate
from muster.evidence.warehouse.place import Place, PlacedTable

WHERE = "postgresql"
_KINDS: dict[str, Kind] = {
    **dict.fromkeys(("smallint", "integer", "bigint"), "integer"),
    **dict.fromkeys(("real", "double precision", "numeric"), "number"),
    **dict.fromkeys(("text", "character varying", "character", "uuid", "name", '"char"', "citext"), "text"),
    "boolean": "boolean",
    "date": "date",
    "timestamp without time zone": "timestamp",
    "timestamp with time zone": "timestamp",
}
_SINGLE = frozenset({"real"})
_LENGTH = "("
# What the texts of numbers and times, and with them the fingerprint, depend on.
_SETTINGS = (
    "set local timezone = 'UTC'",
    "set local datestyle = 'ISO, YMD'",
    "set local extra_float_digits = 1",
    "set local standard_conforming_strings = on",
)
_TYPES = "select oid, format_type(oid, null) from pg_type where oid = any(%s)"
_COLUMNS = """
select a.attname, format_type(a.atttypid, null), t.typtype = 'e'
from pg_attribute a join pg_type t on t.oid = a.atttypid
where a.attrelid = %s and a.attnum > 0 and not a.attisdropped order by a.attnum
"""
_TABLES = """
select case when pg_table_is_visible(c.oid) then c.relname else n.nspname || '.' || c.relname end
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'v', 'm', 'p', 'f') and n.nspname not in ('pg_catalog', 'information_schema')
  and has_table_privilege(c.oid, 'select')
"""


@dataclass(frozen=True, kw_only=True)
class PostgresTable(PlacedTable):
    """A table, view or query of a PostgreSQL database."""


@contextmanager
def connect(at: Any) -> Iterator["PostgresPlace"]:
    """Open a place at a connection string, or in an open psycopg connection, which is handed back as it was."""
    if isinstance(at, psycopg.Connection):
        with _transaction(at):
            yield PostgresPlace(at)
        return
    try:
        connection = psycopg.connect(at, application_name="muster")
    except psycopg.Error as error:
        raise _refused_entry(error) from error
    with connection, _transaction(connection):
        yield PostgresPlace(connection)


@contextmanager
def _transaction(connection: psycopg.Connection[Any]) -> Iterator[None]:
    if connection.info.transaction_status != TransactionStatus.IDLE:
        raise DataError("busy_connection", WHERE)
    before = connection.isolation_level, connection.read_only, connection.autocommit
    try:
        with _saying_what_failed():
            connection.autocommit = False
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            for setting in _SETTINGS:
                connection.execute(setting)
        yield
    finally:
        if not connection.closed:
            connection.rollback()
            connection.isolation_level, connection.read_only, connection.autocommit = before


class PostgresPlace(Place):
    """One connection, inside its transaction."""

    with_words = "as not materialized"

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        super().__init__()
        self._connection = connection
        self._types: dict[int, str] = {}
        self._stopped = threading.Event()

    def translate(self, sql: str) -> str:
        return translate(sql, "postgres")

    def run(self, sql: str) -> Columns:
        with _saying_what_failed(self._stopped):
            cursor = self._connection.execute(sql.encode())
            described, rows = cursor.description or (), cursor.fetchall()
        kinds = [kind_of(_column(each), _SINGLE) for each in self._names([c.type_code for c in described])]
        return to_columns([c.name for c in described], kinds, rows)

    def fingerprint_sql(self, relation: str, columns: Sequence[str]) -> str:
        halves = ", ".join(
            f"coalesce(sum(('x' || substr(h, {start}, 16))::bit(64)::bigint::numeric), 0)::text as s{i}"
            for i, start in enumerate((1, 17))
        )
        row = ", ".join(quote(name) for name in columns)
        return f"select count(*) as n, {halves} from (select md5(row({row})::text) as h from {relation}) as rows"  # noqa: S608

    def interrupt(self) -> None:
        self._stopped.set()
        self._connection.cancel_safe()

    def open_table(self, relation: str, name: str) -> PostgresTable:
        """Open ``table`` or ``schema.table``, which the search path finds."""
        ident = sql.Identifier(*name.split(".")).as_string(self._connection)
        with _saying_what_failed(self._stopped):
            found = self._connection.execute("select to_regclass(%s)::oid", (ident,)).fetchone()
            if found is None or found[0] is None:
                known = [row[0] for row in self._connection.execute(_TABLES).fetchall()]
                raise DataError("missing_table", name, nearest=nearest(name, known))
            listed = self._connection.execute(_COLUMNS, (found[0],)).fetchall()
        columns = {row[0]: Column("text", "enum") if row[2] else _column(row[1]) for row in listed}
        return self._table(relation, f"select {_shown(columns)} from {ident}", columns, name)  # noqa: S608

    def open_query(self, relation: str, query: str) -> PostgresTable:
        """Open the answer of a SELECT as a table."""
        with _saying_what_failed(self._stopped):
            empty = f"select * from ({query}) as muster_asked limit 0"  # noqa: S608
            described = self._connection.execute(empty.encode()).description or ()
        types = self._names([each.type_code for each in described])
        columns = {each.name: _column(kind) for each, kind in zip(described, types, strict=True)}
        return self._table(relation, f"select {_shown(columns)} from ({query}) as muster_asked", columns, WHERE)  # noqa: S608

    def _table(self, relation: str, source: str, columns: dict[str, Column], where: str) -> PostgresTable:
        self.sources[relation] = source
        rows = int(self.run(self.with_sources(f"select count(*) as n from {relation}"))["n"][0])  # noqa: S608
        if rows == 0:
            raise DataError("no_rows", where)
        return PostgresTable(
            kind=WHERE,
            digest="",
            digest_of="fingerprint",
            rows=rows,
            columns=columns,
            engine={WHERE: _version(self._connection), "psycopg": psycopg.__version__},
            relation=relation,
            place=self,
        )

    def _names(self, oids: list[int]) -> list[str]:
        unknown = [oid for oid in oids if oid not in self._types]
        if unknown:
            self._types |= {row[0]: row[1] for row in self._connection.execute(_TYPES, (unknown,)).fetchall()}
        return [self._types[oid] for oid in oids]


def _version(connection: psycopg.Connection[Any]) -> str:
    return str(connection.info.parameter_status("server_version")).split()[0]


def _column(kind: str) -> Column:
    plain = kind.partition(_LENGTH)[0] if not kind.startswith("timestamp") else kind
    floating = plain in {"real", "double precision", "numeric"}
    return Column(_KINDS.get(plain, "other"), plain, floating=floating, zoned="with time zone" in kind)


def _shown(columns: dict[str, Column]) -> str:
    """Show texts in the order of their bytes, as the other engines do; trailing spaces of char(n) are not text."""
    return ", ".join(
        f'cast({quote(name)} as text) collate "C" as {quote(name)}' if column.kind == "text" else quote(name)
        for name, column in columns.items()
    )


@contextmanager
def _saying_what_failed(stopped: threading.Event | None = None) -> Iterator[None]:
    try:
        yield
    except errors.QueryCanceled as error:
        if stopped is not None and stopped.is_set():
            raise Cancelled("cancelled", WHERE) from error
        raise DataError("statement_timeout", WHERE) from error
    except errors.InsufficientPrivilege as error:
        raise DataError("not_permitted", WHERE) from error
    except psycopg.OperationalError as error:
        raise DataError("warehouse_gone", WHERE) from error
    except psycopg.Error as error:
        reason = error.diag.message_primary or type(error).__name__
        raise DataError("warehouse_refused", WHERE, reason=reason) from error


def _refused_entry(error: psycopg.Error) -> DataError:
    """Tell why nobody was let in, without the host and the name that the message of the server names."""
    message = str(error)
    if isinstance(error, psycopg.ProgrammingError):
        return DataError("warehouse_address", WHERE)
    if any(word in message for word in ("password", "authentication", "pg_hba", "role")):
        return DataError("warehouse_login", WHERE)
    return DataError("warehouse_unreachable", WHERE)
