"""Small answers about names and bytes that several acts give."""

from collections.abc import Iterable
from difflib import get_close_matches
from hashlib import sha256


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name nearest to `name`, else all of them where they are few enough to read."""
    names = sorted(known)
    near = get_close_matches(name, names, n=1)
    return near[0] if near else ", ".join(names) if len(names) <= 12 else ""  # noqa: PLR2004 # fits one line


def of_bytes(content: bytes) -> str:
    """Return ``sha256:<hex>`` of the bytes."""
    return "sha256:" + sha256(content).hexdigest()
