"""What one act says in the ledger, as the bytes that are signed."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import TypeAlias

from pydantic import JsonValue

from muster.ledger.entry import PredicateType, Statement, make_statement, parse_envelope, parse_statement

Facts: TypeAlias = Mapping[str, JsonValue]

SYSTEM = "system"
"""Stands in `by` for an act that no person did: a command of the operator, a clock."""

_ACT = re.compile(r"[a-z][a-z0-9_.]{0,63}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,199}")
_DIGEST = re.compile(r"sha256:([0-9a-f]{64})")


def make_leaf(act: str, *, by: str, at: datetime, about: Mapping[str, str], facts: Facts) -> Statement:
    """Return the statement of an act.

    Each item of `about` becomes a subject ``kind:value``. Its digest is the value's own where that is a digest,
    else the SHA-256 of the subject's name: an id is a name and has no bytes of its own.

    Raises:
        ValueError: for an act, kind or id that is not one: names and addresses of people do not pass.
    """
    if not _ACT.fullmatch(act):
        raise ValueError(f"{act!r} is not the name of an act: use lower-case letters, digits, dots, underscores")
    for value in (by, *about.values()):
        if not _ID.fullmatch(value):
            raise ValueError(f"{act}: a leaf holds ids and digests only, and {value[:40]!r} is neither")
    if not about or not all(_NAME.fullmatch(kind) for kind in about):
        raise ValueError(f"{act}: say what the act is about, each under a lower-case name")
    subjects = {f"{kind}:{value}": _digest_of(kind, value) for kind, value in about.items()}
    predicate: dict[str, JsonValue] = {
        "act": act,
        "by": by,
        "at": at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "about": dict(about),
        "facts": dict(facts),
    }
    return make_statement(subjects, PredicateType.ACT, predicate)


def _digest_of(kind: str, value: str) -> str:
    match = _DIGEST.fullmatch(value)
    return match[1] if match else sha256(f"{kind}:{value}".encode()).hexdigest()


def read_leaf(entry: bytes) -> dict[str, JsonValue]:
    """Return the predicate of an entry: act, by, at, about, facts. Its signature is not verified here."""
    return parse_statement(parse_envelope(entry).payload).predicate
