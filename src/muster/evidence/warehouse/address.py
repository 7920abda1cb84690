"""Where a table lies: what a caller hands over in place of a file."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from muster.evidence.errors import DataError

SCHEMES = ("postgresql://", "postgres://")


@dataclass(frozen=True)
class Postgres:
    """A table (``table`` or ``schema.table``) of a PostgreSQL database.

    `at` is a connection string, or an open psycopg connection that is not inside a transaction. The password
    comes from where PostgreSQL's own tools take it: ``PGPASSWORD``, ``PGPASSFILE`` or ``~/.pgpass``.
    """

    at: Any = field(repr=False)
    table: str


@dataclass(frozen=True)
class Spark:
    """A table or view that a Spark session knows by name."""

    session: Any = field(repr=False)
    table: str


def postgres_at(url: str) -> Postgres:
    """Read ``postgresql://user@host/database?table=schema.table``.

    Raises:
        DataError: if it names no table, or holds a password, which others could read in a list of processes.
    """
    parts = urlsplit(url)
    options = parse_qsl(parts.query)
    tables = [value for name, value in options if name == "table"]
    if parts.password is not None or any(name == "password" for name, _ in options):
        raise DataError("password_in_url", "postgresql")
    if len(tables) != 1:
        raise DataError("no_table_named", "postgresql")
    rest = urlencode([(name, value) for name, value in options if name != "table"])
    return Postgres(urlunsplit(parts._replace(query=rest)), tables[0])
