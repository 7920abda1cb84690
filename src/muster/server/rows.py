"""The digest of a row: a leaf holds it, so that a row changed behind our back is found and named."""

from collections.abc import Collection
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from django.db.models import Model

from muster.core.canonical import digest


def row_key(row: Model) -> str:
    """Return the name of a row in a leaf, for example ``registry.UseCase:3fa9…``."""
    return f"{row._meta.label}:{row.pk}"


def row_digest(row: Model) -> str:
    """Return the digest of everything in a row that may not change without an act in the ledger.

    A model names in `erasable` what is left out: texts of people, and what is known only after the leaf. Fields that
    hold their default are left out too, so that a column added later changes no digest of a row written before.
    """
    left_out: Collection[str] = getattr(row, "erasable", ())
    fields = [field for field in row._meta.concrete_fields if field.name not in left_out]
    held = {str(field.attname): (getattr(row, str(field.attname)), field.get_default()) for field in fields}
    return digest({name: _plain(value) for name, (value, default) in held.items() if value != default})


def rows_fact(*rows: Model) -> dict[str, Any]:
    """Return the part of a leaf's facts that names rows and their digests."""
    return {"rows": {row_key(row): row_digest(row) for row in rows}}


def _plain(value: Any) -> Any:
    """Put a value into the one form that both databases give back: JSON, and times to the microsecond in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, bytes | memoryview):
        return sha256(bytes(value)).hexdigest()
    return value
