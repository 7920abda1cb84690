"""One setting names the database: a path for SQLite, or ``postgres://user:password@host:port/name``."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

BUSY_SECONDS = 20


def database_settings(url: str, home: Path) -> dict[str, Any]:
    """Return Django's settings for the database at `url`; empty means ``db.sqlite3`` in `home`.

    Raises:
        ValueError: for a scheme that is neither postgres nor sqlite.
    """
    scheme, mark, rest = url.partition("://")
    if not mark:
        return _sqlite(str(Path(url).expanduser()) if url else str(home / "db.sqlite3"))
    if scheme == "sqlite":
        return _sqlite(rest)
    if scheme in {"postgres", "postgresql"}:
        return _postgresql(url)
    raise ValueError(
        f"MUSTER_DATABASE_URL begins with {scheme}://; use postgres://user:password@host:port/name, or the path of a "
        "SQLite file"
    )


def _sqlite(name: str) -> dict[str, Any]:
    """A write takes its lock when it begins (IMMEDIATE), and a commit is on disk when it returns (FULL)."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name,
        "OPTIONS": {
            "timeout": BUSY_SECONDS,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON",
        },
    }


def _postgresql(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 16}, **dict(parse_qsl(parts.query))},
    }
