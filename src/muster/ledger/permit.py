"""Release permits: signed leave for one version to run in one environment, verified offline by whoever serves it.

A permit is a DSSE envelope around an in-toto statement whose subject is the artifact. The revocation list is one too.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal, TypeAlias

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from muster.ledger.entry import Statement, make_statement, parse_envelope, sign_statement, verify_entry
from muster.ledger.errors import LedgerError
from muster.ledger.keys import SigningKey, VerifierKey

PERMIT_TYPE = "urn:passmuster:release-permit:1"
REVOCATIONS_TYPE = "urn:passmuster:revoked-permits:1"

_Digest = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
_Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class _Closed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Permit(_Closed):
    """What a permit says: version `version` of `model` may run in `environment` until `not_after` (exclusive).

    `framework` and `dossier` are the digests from which the decision can be recomputed; `gates` those that passed.
    """

    permit: _Name
    use_case: _Name
    model: _Name
    version: Annotated[int, Field(ge=1)]
    environment: _Name
    artifact: _Digest
    framework: _Digest
    dossier: _Digest
    issued_at: AwareDatetime
    not_after: AwareDatetime
    gates: tuple[_Name, ...]

    @property
    def name(self) -> str:
        """The name of the model that people use: its use case, or ``use-case/model`` where there are several."""
        return self.use_case if self.model == self.use_case else f"{self.use_case}/{self.model}"


class Revocations(_Closed):
    """The ids of every permit taken back before its time and not yet expired, as known at `issued_at`."""

    issued_at: AwareDatetime
    revoked: tuple[_Name, ...]


Refusal: TypeAlias = Literal[
    "altered",
    "unknown_key",
    "not_a_permit",
    "expired",
    "not_yet",
    "revoked",
    "other_artifact",
    "other_model",
    "other_environment",
]

_SENTENCES: Mapping[str, Mapping[Refusal, str]] = {
    "en": {
        "altered": "This file was altered, or is damaged: {detail}. Fetch the permit again.",
        "unknown_key": "This permit was not signed with the key you gave: {detail}. Ask for the right verifier key.",
        "not_a_permit": "This file is signed, but it is not a release permit: {detail}.",
        "expired": "The permit ended at {not_after}. Ask for a new decision on {model}@{version}.",
        "not_yet": "The permit begins at {issued_at}. Check the clock of this machine.",
        "revoked": "Permit {permit} was revoked. Ask the owner of {model} why, and for a new decision.",
        "other_artifact": "The permit is for artifact {held}, not {asked}. Serve the version that was released.",
        "other_model": "The permit is for {held}, not {asked}.",
        "other_environment": "The permit is for environment {held}, not {asked}.",
    },
    "zh-Hans": {
        "altered": "此文件已被改动或损坏：{detail}。请重新获取许可。",
        "unknown_key": "此许可不是用您提供的密钥签名的：{detail}。请索取正确的验证密钥。",
        "not_a_permit": "此文件有签名，但不是发布许可：{detail}。",
        "expired": "许可已于 {not_after} 到期。请为 {model}@{version} 申请新的决定。",
        "not_yet": "许可自 {issued_at} 起生效。请检查本机时钟。",
        "revoked": "许可 {permit} 已被撤销。请向 {model} 的负责人了解原因，并申请新的决定。",
        "other_artifact": "许可针对的制品是 {held}，不是 {asked}。请部署已获准发布的版本。",
        "other_model": "许可针对的是 {held}，不是 {asked}。",
        "other_environment": "许可针对的环境是 {held}，不是 {asked}。",
    },
}


@dataclass(frozen=True)
class Verified:
    """The permit is genuine, in force, and for what was asked."""

    permit: Permit

    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True)
class Refused:
    """The permit does not allow what was asked, and why."""

    code: Refusal
    parameters: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return False

    def sentence(self, language: str = "en") -> str:
        """Return the reason and what to do, in English (``en``) or Simplified Chinese (``zh-Hans``)."""
        return _SENTENCES.get(language, _SENTENCES["en"])[self.code].format(**self.parameters)


def build_permit(permit: Permit, keys: Sequence[SigningKey]) -> bytes:
    """Return the signed permit. Same permit and keys, same bytes."""
    subject = {f"{permit.name}@{permit.version}": permit.artifact.removeprefix("sha256:")}
    return sign_statement(make_statement(subject, PERMIT_TYPE, permit.model_dump(mode="json")), keys)


def verify_permit(
    envelope: bytes,
    keys: Sequence[VerifierKey],
    *,
    at: datetime,
    artifact: str | None = None,
    model: str | None = None,
    environment: str | None = None,
    revoked: Collection[str] = (),
) -> Verified | Refused:
    """Return whether the permit is genuine, in force at `at`, and for what was asked.

    `artifact` is ``sha256:<hex>``; `model` a name, with or without ``@version``; what is None is not compared.
    `revoked` holds permit ids that were taken back (see `read_revocations`).
    """
    permit = read_permit(envelope, keys)
    if isinstance(permit, Refused):
        return permit
    told = {"permit": permit.permit, "model": permit.name, "version": str(permit.version)}
    if permit.permit in revoked:
        return Refused("revoked", told)
    if at < permit.issued_at:
        return Refused("not_yet", {**told, "issued_at": permit.issued_at.isoformat()})
    if at >= permit.not_after:
        return Refused("expired", {**told, "not_after": permit.not_after.isoformat()})
    refused = _other(permit, artifact, model, environment)
    return Verified(permit) if refused is None else refused


def read_permit(envelope: bytes, keys: Sequence[VerifierKey]) -> Permit | Refused:
    """Return what a genuine permit says, whether or not it is in force."""
    statement = _open(envelope, keys)
    if isinstance(statement, Refused):
        return statement
    if statement.predicate_type != PERMIT_TYPE:
        return Refused("not_a_permit", {"detail": statement.predicate_type})
    try:
        permit = Permit.model_validate(statement.predicate)
    except ValidationError as error:
        return Refused("not_a_permit", {"detail": str(error.errors()[0]["msg"])})
    named = [subject.digest.get("sha256") for subject in statement.subject]
    if named != [permit.artifact.removeprefix("sha256:")]:
        return Refused("not_a_permit", {"detail": "subject"})
    return permit


def build_revocations(revocations: Revocations, keys: Sequence[SigningKey]) -> bytes:
    """Return the signed list of revoked permits.

    Raises:
        FormatError: beyond about 1,300 permits, which an entry cannot hold.
    """
    predicate = revocations.model_dump(mode="json")
    return sign_statement(make_statement({"revoked-permits": _EMPTY}, REVOCATIONS_TYPE, predicate), keys)


def read_revocations(envelope: bytes, keys: Sequence[VerifierKey]) -> Revocations | Refused:
    """Return the genuine list of revoked permits; how old it may be is for the caller to say (`issued_at`)."""
    statement = _open(envelope, keys)
    if isinstance(statement, Refused):
        return statement
    try:
        if statement.predicate_type != REVOCATIONS_TYPE:
            return Refused("not_a_permit", {"detail": statement.predicate_type})
        return Revocations.model_validate(statement.predicate)
    except ValidationError as error:
        return Refused("not_a_permit", {"detail": str(error.errors()[0]["msg"])})


# SHA-256 of no bytes: a statement needs a subject with a digest, and a list has none of its own.
_EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def _open(envelope: bytes, keys: Sequence[VerifierKey]) -> Statement | Refused:
    try:
        signers = {keyid for keyid, _ in parse_envelope(envelope).signatures}
        if not signers & {key.key_id.hex() for key in keys}:
            return Refused("unknown_key", {"detail": ", ".join(sorted(signers))})
        return verify_entry(envelope, keys)
    except LedgerError as error:
        return Refused("altered", {"detail": error.message})


def _other(permit: Permit, artifact: str | None, model: str | None, environment: str | None) -> Refused | None:
    if artifact is not None and artifact != permit.artifact:
        return Refused("other_artifact", {"held": permit.artifact, "asked": artifact})
    exact = f"{permit.name}@{permit.version}"
    if model is not None and model not in (permit.name, exact):
        return Refused("other_model", {"held": exact, "asked": model})
    if environment is not None and environment != permit.environment:
        return Refused("other_environment", {"held": permit.environment, "asked": environment})
    return None
