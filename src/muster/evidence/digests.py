"""Digests of files, remembered by the file's identity so that no file is read twice for its digest."""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from muster.core.canonical import digest as canonical_digest
from muster.evidence.table import Column

_CHUNK = 1 << 20
_SETTLED_NS = 2_000_000_000


def stamp(file: Path) -> tuple[int, ...]:
    """Return what changes when a file is written: device, inode, size, times of content and of inode."""
    state = file.stat()
    return state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns


def digest_files(files: Sequence[Path]) -> str:
    """Return the SHA-256 of a file; of several files, of the canonical list of theirs."""
    digests = [digest_file(file) for file in files]
    return digests[0] if len(digests) == 1 else canonical_digest(digests)


def digest_file(file: Path) -> str:
    """Return the SHA-256 of a file's bytes, remembered for as long as its `stamp` stays the same.

    A file written within the last two seconds is not remembered: the clock of the file system could hide one more
    write.
    """
    identity = stamp(file)
    kept = _memory() / sha256(f"{file.resolve()}|{identity}".encode()).hexdigest()
    known = _recall(kept)
    if known:
        return known
    sha = sha256()
    with file.open("rb") as stream:
        while block := stream.read(_CHUNK):
            sha.update(block)
    digest = "sha256:" + sha.hexdigest()
    if stamp(file) == identity and time.time_ns() - max(identity[3:]) > _SETTLED_NS:
        _remember(kept, digest)
    return digest


def digest_rows(columns: Mapping[str, Column], relation: str, query: Callable[[str], Any]) -> str:
    """Return the SHA-256 of the types and of all rows of a DuckDB relation, whatever their order."""
    sha = sha256(canonical_digest({name: column.type for name, column in columns.items()}).encode())
    cursor = query(f"select unhex(sha256(cast(to_json({relation}) as varchar))) from {relation} order by 1")  # noqa: S608
    while rows := cursor.fetchmany(10_000):
        sha.update(b"".join(row[0] for row in rows))
    return "sha256:" + sha.hexdigest()


def _memory() -> Path:
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path("~/.cache").expanduser()) / "muster" / "digests"


def _recall(kept: Path) -> str:
    try:
        known = kept.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):  # nothing remembered: the file is read
        return ""
    return known if known.startswith("sha256:") and len(known) == len("sha256:") + 64 else ""


def _remember(kept: Path, digest: str) -> None:
    part = kept.with_suffix(f".{os.getpid()}")
    try:
        kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part.write_text(digest, encoding="ascii")
        part.replace(kept)
    except OSError:  # a machine without a home folder reads the file again next time
        part.unlink(missing_ok=True)
