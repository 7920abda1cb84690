"""One byte form for every value: RFC 8785 canonical JSON, addressed by its SHA-256."""

import hashlib
from typing import Any

import rfc8785
from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """An immutable value: compared by content, hashable where its fields are, closed to unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


def canonical(value: Any) -> bytes:
    """Return the canonical JSON bytes of a JSON value or a `Frozen` model (RFC 8785).

    Fields of a model that hold their default are written out too: the bytes say everything.

    Raises:
        rfc8785.CanonicalizationError: for NaN, infinities and integers beyond 2**53 - 1.
    """
    if isinstance(value, BaseModel):
        value = value.model_dump(mode="json", by_alias=True)
    return bytes(rfc8785.dumps(value))


def digest(value: Any) -> str:
    """Return ``sha256:<hex>`` over the canonical bytes of `value`.

    >>> digest({"b": 1, "a": [True, None]})[:18]
    'sha256:51705a2c9eb'
    """
    return "sha256:" + hashlib.sha256(canonical(value)).hexdigest()
