"""The places of data that Muster itself may read: named by the operator, and nothing outside of them.

``MUSTER_DATA="credit=/srv/credit;dwh=postgresql://reader@db/warehouse"``: people then ask for
``credit/2026-10.parquet`` or ``dwh/risk.decisions`` and never see where that lies.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from django.conf import settings

from muster.server.casework.naming import nearest
from muster.server.outcome import Problem

_TABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?")
_READABLE = (".parquet", ".pq", ".csv")
_MOST_LISTED = 200


def find_data(reference: str) -> str | list[str] | Problem:
    """Return what a reference such as ``credit/2026-*.parquet`` stands for, for `run_check` to open.

    A file must lie in the folder of its place also after links are followed; else it counts as not there.
    """
    places: Mapping[str, str] = settings.MUSTER_DATA
    name, _mark, rest = reference.partition("/")
    if name not in places:
        return Problem("data", "unknown_place", name, nearest(name, places) or "–")
    where = places[name]
    if "://" in where:
        if not _TABLE.fullmatch(rest):
            return Problem("data", "no_such_data", reference, "–")
        return f"{where}{'&' if '?' in where else '?'}table={rest}"
    found = _files(Path(where), rest)
    if not found:
        return Problem("data", "no_such_data", reference, nearest(reference, list_data()) or "–")
    return found[0] if len(found) == 1 else found


def list_data() -> list[str]:
    """Return references to files that can be asked for, at most 200 of them, sorted."""
    listed: list[str] = []
    for name, where in sorted(settings.MUSTER_DATA.items()):
        if "://" not in where and Path(where).is_dir():
            root = Path(where).resolve()
            inside = (file for file in sorted(root.rglob("*")) if file.suffix in _READABLE and _is_inside(root, file))
            listed += [f"{name}/{file.relative_to(root).as_posix()}" for file in inside]
    return listed[:_MOST_LISTED]


def _files(folder: Path, pattern: str) -> list[str]:
    """Return the files of the folder that match; none for a pattern that tries to leave it."""
    if not pattern or pattern.startswith("/") or ".." in Path(pattern).parts or "\0" in pattern:
        return []
    root = folder.resolve()
    return [str(file) for file in _matching(root, pattern) if file.suffix in _READABLE and _is_inside(root, file)]


def _matching(root: Path, pattern: str) -> Iterator[Path]:
    literal = root / pattern
    if literal.is_file():
        yield literal
    else:
        yield from sorted(root.glob(pattern))


def _is_inside(root: Path, file: Path) -> bool:
    return file.is_file() and file.resolve().is_relative_to(root)
