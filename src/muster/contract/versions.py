"""Versions and the proof for them, as they travel."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Base64Bytes, Field, StringConstraints

from muster.contract.evidence import Digest
from muster.core.canonical import Frozen
from muster.core.dossier import Assurance
from muster.core.figures import Figure


class VersionIn(Frozen):
    """A version to register: digests of the artifact and the data, and what it was made with.

    `authors` are people (ids, user names or addresses) beside whoever registers; `documents` maps a name to the
    digest of a document that was handed in.
    """

    artifact: Digest
    model: str = ""
    place: Annotated[str, StringConstraints(max_length=500)] = ""
    commit: str = ""
    environment_lock: Annotated[str, StringConstraints(max_length=1_000_000)] = ""
    data: Mapping[str, Digest] = Field(default_factory=dict)
    metrics: Mapping[str, float] = Field(default_factory=dict)
    documents: Mapping[str, Digest] = Field(default_factory=dict)
    authors: tuple[str, ...] = ()


class VersionOut(Frozen):
    """A version as it was registered: frozen."""

    id: str
    use_case: str
    model: str
    number: int
    artifact: str
    place: str
    commit: str
    environment: str
    data: Mapping[str, str]
    metrics: Mapping[str, float]
    documents: Mapping[str, str]
    authors: tuple[str, ...]
    registered_at: datetime
    registered_by: str
    receipt: int | None = None


class EvidenceIn(Frozen):
    """What a check computed, as the in-toto statement of its result (see `contract.evidence`).

    Proof for a version (``2``, ``challenger@2``, ``latest``) must name the version's artifact among its subjects.
    """

    statement: dict[str, Any]
    version: str = ""


class AttestationIn(Frozen):
    """One's word that a measure was carried out, or why it was not where the measure allows that."""

    measure: str
    text: str
    version: str = ""
    kind: Literal["attestation", "process"] = "attestation"


class DocumentIn(Frozen):
    """A document for a measure; its bytes in base64."""

    measure: str
    name: str
    content: Base64Bytes
    media_type: str = "application/octet-stream"
    version: str = ""


class EvidenceOut(Frozen):
    """Proof as it was handed in; `statement` is the digest of the full statement, `text` that statement on request."""

    id: str
    kind: str
    check: str
    measure: str
    version: str | None
    statement: str
    figures: tuple[Figure, ...]
    parameters: Mapping[str, Any]
    data: str
    failure: str
    assurance: Assurance = "builder"
    by: str
    at: datetime
    text: dict[str, Any] | None = None
    receipt: int | None = None


class CheckRunIn(Frozen):
    """A check for Muster to run itself: `inputs` maps ``data`` (and others) to references like ``credit/x.parquet``."""

    check: str
    inputs: dict[str, str]
    parameters: dict[str, Any] = Field(default_factory=dict)
    version: str = ""


class CheckRunOut(Frozen):
    """How far a run is: `share` is what is done of the present scan, where known; `evidence` is the proof it ended in.

    `state`: waiting, running, done, failed (`failure` says why), cancelled, or lost (its worker died too often).
    """

    id: str
    check: str
    version: str | None
    inputs: dict[str, str]
    parameters: dict[str, Any]
    state: Literal["waiting", "running", "done", "failed", "cancelled", "lost"]
    share: float | None
    failure: str
    evidence: str | None
    by: str
    at: datetime
    ended_at: datetime | None
    receipt: int | None = None
