"""Signed notes: a text with signature lines below it (C2SP signed-note v1.0.0)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from muster.ledger.encoding import decode_base64, encode_base64
from muster.ledger.errors import FormatError, SignatureError
from muster.ledger.keys import SIGNATURE_BYTES, SigningKey, VerifierKey, is_name

MAX_NOTE_BYTES = 262_144  # sixty cosignatures with post-quantum keys still fit
MAX_SIGNATURES = 100
_ID_BYTES = 4
_DASH = "\N{EM DASH} "


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: who claims to have signed, the four-byte key id, and the rest of the bytes."""

    name: str
    key_id: bytes
    signature: bytes

    def to_line(self) -> str:
        """Return the line with its newline."""
        return f"{_DASH}{self.name} {encode_base64(self.key_id + self.signature)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends in a newline, and its signature lines. Parsing alone verifies nothing."""

    text: str
    signatures: tuple[Signature, ...]

    def to_bytes(self) -> bytes:
        """Return the note as it is stored and served."""
        return "".join([self.text, "\n", *(item.to_line() for item in self.signatures)]).encode()


def parse_note(raw: bytes) -> Note:
    """Split a signed note into text and signatures; only bytes that serialise to themselves are accepted.

    Raises:
        FormatError: for anything that is not a signed note of at most 256 KiB and 100 signatures.
    """
    if len(raw) > MAX_NOTE_BYTES:
        raise FormatError(f"a signed note has at most {MAX_NOTE_BYTES} bytes")
    try:
        whole = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FormatError("a signed note is UTF-8 text") from error
    if any(character < " " and character != "\n" for character in whole):
        raise FormatError("a signed note holds no control characters but newlines")
    head, gap, tail = whole.rpartition("\n\n")
    if not gap or not head or not tail.endswith("\n"):
        raise FormatError("a signed note is a text, an empty line, and signature lines that end in newlines")
    lines = tail[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise FormatError(f"a signed note has at most {MAX_SIGNATURES} signatures")
    return Note(head + "\n", tuple(_parse_line(line, number) for number, line in enumerate(lines, 1)))


def _parse_line(line: str, number: int) -> Signature:
    where = f"signature line {number}"
    name, gap, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not gap or not is_name(name):
        raise FormatError("a signature line is a dash, a name and base64, one space apart", where=where)
    raw = decode_base64(encoded, where=where)
    if len(raw) <= _ID_BYTES:
        raise FormatError("a signature line holds a key id and a signature", where=where)
    return Signature(name, raw[:_ID_BYTES], raw[_ID_BYTES:])


def sign_note(text: str, keys: Iterable[SigningKey]) -> Note:
    """Sign `text`, which has to end in a newline, with every key in turn.

    Raises:
        FormatError: when the result would not be a signed note.
    """
    try:
        message = text.encode()
    except UnicodeEncodeError as error:
        raise FormatError("this text cannot be carried by a signed note") from error
    lines = (Signature(key.name, key.verifier.key_id, key.sign(message)) for key in keys)
    note = Note(text, tuple(lines))
    if parse_note(note.to_bytes()) != note:
        raise FormatError("this text cannot be carried by a signed note")
    return note


def verify_note(note: Note, keys: Sequence[VerifierKey]) -> tuple[VerifierKey, ...]:
    """Return the keys that signed, at least one; lines of unknown keys are ignored, as the format demands.

    Raises:
        SignatureError: when the signature of a known key is wrong, or no known key signed.
    """
    known = {(key.name, key.key_id): key for key in keys}
    signed: list[VerifierKey] = []
    for number, line in enumerate(note.signatures, 1):
        key = known.get((line.name, line.key_id))
        if key is None:
            continue
        where = f"signature line {number}"
        if len(line.signature) != SIGNATURE_BYTES:
            raise SignatureError(f"the signature by {line.name} has the wrong length", where=where)
        key.verify(line.signature, note.text.encode(), where=where)
        signed.append(key)
    if not signed:
        names = ", ".join(sorted(f"{line.name} ({line.key_id.hex()})" for line in note.signatures))
        raise SignatureError(f"none of the known keys signed; signatures are by {names}")
    return tuple(signed)


def open_note(raw: bytes, keys: Sequence[VerifierKey]) -> Note:
    """Parse and verify in one step.

    Raises:
        FormatError: see `parse_note`.
        SignatureError: see `verify_note`.
    """
    note = parse_note(raw)
    verify_note(note, keys)
    return note
