"""The folder where one installation keeps what is its own: database, keys, secrets."""

import os
import secrets
from pathlib import Path

_PRIVATE_DIR = 0o700
_PRIVATE_FILE = 0o600


def find_home() -> Path:
    """Return the home of this installation: MUSTER_HOME, or ``~/.muster``; made on first use, for its owner only."""
    home = Path(os.environ.get("MUSTER_HOME") or Path.home() / ".muster").expanduser().resolve()
    home.mkdir(mode=_PRIVATE_DIR, parents=True, exist_ok=True)
    return home


def read_or_create(path: Path, make: str) -> str:
    """Return the text of a secret file; where there is none, write `make` to it first, readable by the owner only.

    The file is created exclusively: of two processes that start together, both read what one of them wrote.
    """
    path.parent.mkdir(mode=_PRIVATE_DIR, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    if not path.exists():
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE_FILE)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(make + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)  # unlike a rename, a link never replaces what another process wrote
        except FileExistsError:
            pass  # the other process was quicker, and its secret is the one
        finally:
            draft.unlink()
        sync_folder(path.parent)
    return path.read_text(encoding="utf-8").strip()


def write_atomically(path: Path, raw: bytes) -> None:
    """Replace a private file in one durable step: a crash leaves the old bytes or the new ones, never a mixture."""
    path.parent.mkdir(mode=_PRIVATE_DIR, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE_FILE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable: without this, a rename may be forgotten by a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
