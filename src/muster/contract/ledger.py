"""Entries of the ledger and published frameworks, as they travel."""

from datetime import datetime
from typing import Any

from muster.core.canonical import Frozen


class EntryOut(Frozen):
    """An entry: what it says (`about`, `facts`: ids and digests only), and who did it when."""

    index: int
    act: str
    by: str
    by_name: str
    at: datetime
    use_case: str
    about: dict[str, str]
    facts: dict[str, Any]


class EntriesPage(Frozen):
    """Entries, newest first; `total` counts all that match."""

    items: tuple[EntryOut, ...]
    total: int
    page: int
    per_page: int


class FrameworkOut(Frozen):
    """A published framework, without its content."""

    id: str
    version: str
    digest: str
    current: bool
    published_at: datetime
    published_by: str
    receipt: int | None = None


class MeOut(Frozen):
    """Who asks, as the server sees it."""

    person: str
    name: str
    roles: tuple[str, ...]
    via: str
    administrator: bool
