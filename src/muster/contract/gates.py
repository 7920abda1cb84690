"""Verdicts, signatures and permits, as they travel. Sentences are made by whoever shows them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from muster.core.canonical import Frozen
from muster.core.dossier import Outcome
from muster.core.process import Meaning
from muster.core.reasons import Reason


class VerdictOut(Frozen):
    """Yes or no for a gate or an environment, with every reason and its cure.

    `holds_until` is when time alone could change it. After a decision, `decision` and `receipt` say where it is kept,
    and `permit` is there where a release passed.
    """

    target: str
    use_case: str
    model: str
    version: int | None
    passed: bool
    reasons: tuple[Reason, ...]
    at: datetime
    holds_until: datetime | None
    subject: str
    framework: str
    dossier: str
    decision: str | None = None
    receipt: int | None = None
    permit: "PermitOut | None" = None


class DecideIn(Frozen):
    """Which version is decided on; empty: the use case as such."""

    version: str = ""


class ContentOut(Frozen):
    """Exactly what a signature at this gate is about: send `subject` and `parts` back with the signature."""

    gate: str
    subject: str
    content: Mapping[str, Any]
    parts: Mapping[str, str]


class SignOffIn(Frozen):
    """A signature. `subject_seen` (and `parts_seen`) are those of the `ContentOut` that was looked at."""

    gate: str
    roles: Annotated[tuple[str, ...], Field(min_length=1)]
    meaning: Meaning
    outcome: Outcome = "approve"
    subject_seen: str
    parts_seen: Mapping[str, str] = Field(default_factory=dict)
    version: str = ""
    comment: Annotated[str, StringConstraints(max_length=10_000)] = ""


class SignOffOut(Frozen):
    """A signature on record; whether it counts is for the gate to say."""

    id: str
    gate: str
    person: str
    roles: tuple[str, ...]
    meaning: str
    outcome: str
    subject: str
    version: str | None
    at: datetime
    withdrawn_at: datetime | None
    comment: str
    receipt: int | None = None


class PermitOut(Frozen):
    """A release permit: `envelope` is the signed file that `muster permit verify` takes."""

    id: str
    use_case: str
    model: str
    version: int
    environment: str
    issued_at: datetime
    not_after: datetime
    revoked_at: datetime | None
    revoked_reason: str
    envelope: str
    receipt: int | None = None


class RevokeIn(Frozen):
    """Why a permit is taken back."""

    reason: Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class DeploymentOut(Frozen):
    """A version that runs, or ran, in an environment."""

    id: str
    version: int
    environment: str
    permit: str
    at: datetime
    by: str
    ended_at: datetime | None
    receipt: int | None = None


VerdictOut.model_rebuild()
