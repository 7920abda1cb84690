"""The key of an API token: shown once, then known by its digest only."""

import secrets
from hashlib import sha256

PREFIX = "mst_"
_BYTES = 32


def new_key() -> str:
    """Return a new key: the prefix and 256 random bits."""
    return PREFIX + secrets.token_urlsafe(_BYTES)


def key_hash(key: str) -> str:
    """Return the SHA-256 of a key in hex. A slow hash would protect nothing here: 256 random bits are not guessed."""
    return sha256(key.encode()).hexdigest()
