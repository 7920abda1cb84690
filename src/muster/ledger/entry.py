"""Entries: DSSE envelopes around in-toto statements, in one byte form each.

A leaf holds random ids and digests, never personal data: names and free text live in erasable tables.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal

import rfc8785
from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints
from pydantic_core import from_json

from muster.ledger.encoding import decode_base64, encode_base64
from muster.ledger.errors import FormatError, SignatureError
from muster.ledger.keys import SIGNATURE_BYTES, SigningKey, VerifierKey
from muster.ledger.tiles import MAX_ENTRY_BYTES

PAYLOAD_TYPE = "application/vnd.in-toto+json"


class PredicateType(StrEnum):
    """What an entry states. Names of ours are URNs: they identify, they are no addresses."""

    ACT = "urn:passmuster:act:1"
    DECISION = "urn:passmuster:decision:1"


_Hex = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{2})+$", max_length=128)]
_Text = Annotated[str, StringConstraints(min_length=1, max_length=1024)]


class _Closed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, strict=True)


class Subject(_Closed):
    """What the statement is about: an id, and digests of its bytes by algorithm."""

    name: _Text
    digest: Annotated[dict[_Text, _Hex], Field(min_length=1)]


class Statement(_Closed):
    """An in-toto Statement v1. `predicate` is any JSON object whose numbers RFC 8785 can carry."""

    type: Literal["https://in-toto.io/Statement/v1"] = Field(default="https://in-toto.io/Statement/v1", alias="_type")
    subject: Annotated[tuple[Subject, ...], Field(min_length=1, strict=False)]
    predicate_type: _Text = Field(alias="predicateType")
    predicate: dict[str, JsonValue]

    def to_bytes(self) -> bytes:
        """Return the canonical JSON (RFC 8785).

        Raises:
            FormatError: for numbers that it cannot carry exactly.
        """
        try:
            return bytes(rfc8785.dumps(self.model_dump(mode="json", by_alias=True)))
        except ValueError as error:
            raise FormatError(f"this statement has no canonical form: {error}") from error


@dataclass(frozen=True, slots=True)
class Envelope:
    """A DSSE envelope: the statement's bytes, and (key id in hex, signature) pairs, not yet verified."""

    payload: bytes
    signatures: tuple[tuple[str, bytes], ...]

    def to_bytes(self) -> bytes:
        """Return the entry's bytes: canonical JSON."""
        signatures = ",".join(
            f'{{"keyid":"{keyid}","sig":"{encode_base64(signature)}"}}' for keyid, signature in self.signatures
        )
        return (
            f'{{"payload":"{encode_base64(self.payload)}","payloadType":"{PAYLOAD_TYPE}","signatures":[{signatures}]}}'
        ).encode("ascii")


_BASE64 = r"[A-Za-z0-9+/]+={0,2}"
_SIGNATURE = rf'\{{"keyid":"([0-9a-f]{{8}})","sig":"({_BASE64})"\}}'
_ENVELOPE = re.compile(
    rf'\{{"payload":"({_BASE64})","payloadType":"{re.escape(PAYLOAD_TYPE)}",'
    rf'"signatures":\[({_SIGNATURE}(?:,{_SIGNATURE}){{0,15}})\]\}}'
)
_SIGNATURES = re.compile(_SIGNATURE)


def pae(payload_type: str, payload: bytes) -> bytes:
    """Return the bytes that a DSSE signature covers (DSSE v1, pre-authentication encoding)."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def make_statement(subjects: Mapping[str, str], predicate_type: str, predicate: Mapping[str, JsonValue]) -> Statement:
    """Return a statement about `subjects`, a map from id to the SHA-256 in hex.

    Raises:
        FormatError: when there is no subject, or a digest or value is not what the form allows.
    """
    try:
        about = tuple(Subject(name=name, digest={"sha256": sha}) for name, sha in subjects.items())
        kind = str(predicate_type)
        return Statement(subject=about, predicate_type=kind, predicate=dict(predicate))
    except ValueError as error:
        raise FormatError(f"this is not a statement: {error}") from error


def sign_statement(statement: Statement, keys: Sequence[SigningKey]) -> bytes:
    """Return the entry: the statement in an envelope signed by every key. Same input, same bytes.

    Raises:
        FormatError: when there is no key, the entry would have more than 65,535 bytes, or a number would not
            come back as it went (a float beyond 2**53 is spelled like a whole number that JSON cannot carry).
    """
    payload = statement.to_bytes()
    parse_statement(payload)  # what could not be read back is never signed
    message = pae(PAYLOAD_TYPE, payload)
    signatures = tuple((key.verifier.key_id.hex(), key.sign(message)) for key in keys)
    entry = Envelope(payload, signatures).to_bytes()
    if not keys or len(entry) > MAX_ENTRY_BYTES:
        raise FormatError(f"an entry is signed and has at most {MAX_ENTRY_BYTES} bytes, not {len(entry)}")
    return entry


def parse_envelope(entry: bytes) -> Envelope:
    """Read an envelope; only the bytes that it serialises to itself are accepted.

    Raises:
        FormatError: for anything else.
    """
    match = _ENVELOPE.fullmatch(entry.decode("latin-1"))
    if len(entry) > MAX_ENTRY_BYTES or match is None:
        raise FormatError("this entry is not a DSSE envelope in its canonical form")
    signatures = tuple((keyid, decode_base64(sig, where="sig")) for keyid, sig in _SIGNATURES.findall(match[2]))
    if any(len(signature) != SIGNATURE_BYTES for _, signature in signatures):
        raise FormatError("a signature of an envelope has 64 bytes", where="sig")
    return Envelope(decode_base64(match[1], where="payload"), signatures)


def parse_statement(payload: bytes) -> Statement:
    """Read a statement from its canonical JSON.

    Raises:
        FormatError: when it is not one, or is spelled in another way.
    """
    try:
        value = from_json(payload, allow_inf_nan=False)
        canonical = bytes(rfc8785.dumps(value))
        statement = Statement.model_validate(value)
    except ValueError as error:
        raise FormatError("the payload is not an in-toto statement", where="payload") from error
    if canonical != payload:
        raise FormatError("the payload is not in its canonical form (RFC 8785)", where="payload")
    return statement


def verify_entry(entry: bytes, keys: Sequence[VerifierKey]) -> Statement:
    """Return the statement of an entry that at least one of `keys` signed; unknown key ids are ignored.

    Raises:
        FormatError: when the bytes are not in their canonical form.
        SignatureError: when a known key's signature is wrong, or no known key signed.
    """
    envelope = parse_envelope(entry)
    message = pae(PAYLOAD_TYPE, envelope.payload)
    known = {key.key_id.hex(): key for key in keys}
    signed = [(known[keyid], signature) for keyid, signature in envelope.signatures if keyid in known]
    if not signed:
        names = ", ".join(keyid for keyid, _ in envelope.signatures)
        raise SignatureError(f"none of the known keys signed this entry; signatures are by {names}")
    for key, signature in signed:
        key.verify(signature, message)
    return parse_statement(envelope.payload)
