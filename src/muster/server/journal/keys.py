"""The key of the ledger: a file that only its owner can read, never a row of the database."""

import secrets
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from muster.ledger.errors import LedgerError
from muster.ledger.keys import SigningKey
from muster.server.home import read_or_create

_FILE = "ledger.key"


def key_path() -> Path:
    """Return where the key of this installation lies."""
    return Path(settings.MUSTER_HOME) / "keys" / _FILE


def ledger_key() -> SigningKey:
    """Return the key that signs entries and checkpoints; it is made when there is none yet.

    Raises:
        RuntimeError: when the file does not hold a key.
    """
    return _read(key_path())


@lru_cache(maxsize=4)
def _read(path: Path) -> SigningKey:
    text = read_or_create(path, _new_key().to_text())
    try:
        return SigningKey.from_text(text)
    except LedgerError as error:
        raise RuntimeError(f"{path} does not hold the key of the ledger: {error}. Restore it from a backup.") from error


def _new_key() -> SigningKey:
    host = urlsplit(settings.MUSTER_PUBLIC_URL).hostname or "localhost"
    return SigningKey(settings.MUSTER_ORIGIN or f"{host}/muster/{secrets.token_hex(4)}", secrets.token_bytes(32))
