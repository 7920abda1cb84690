"""Checkpoints: how many entries a ledger has and what they are, signed (C2SP tlog-checkpoint)."""

from collections.abc import Sequence
from dataclasses import dataclass

from muster.ledger.encoding import MAX_SIZE, decode_base64, encode_base64, parse_decimal
from muster.ledger.errors import FormatError, SignatureError
from muster.ledger.keys import SigningKey, VerifierKey, is_name
from muster.ledger.merkle import EMPTY_ROOT, HASH_SIZE
from muster.ledger.note import parse_note, sign_note, verify_note

_LINES = 3


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Origin (the ledger's name), size (number of entries) and root (32 bytes) of a tree."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        if not is_name(self.origin):
            raise FormatError("the origin of a checkpoint is a name without spaces or '+'")
        if not 0 <= self.size <= MAX_SIZE or len(self.root) != HASH_SIZE:
            raise FormatError("a checkpoint has a size from 0 to 2**63 - 1 and a root of 32 bytes")
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise FormatError("the root of an empty ledger is the hash of nothing")

    def to_text(self) -> str:
        """Return the three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{encode_base64(self.root)}\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """Read the three lines; extension lines are refused, because nobody could audit them.

    Raises:
        FormatError: for anything that does not serialise to the same text.
    """
    lines = text.split("\n")
    if len(lines) != _LINES + 1 or lines[-1]:
        raise FormatError("a checkpoint has exactly three lines: origin, size and root")
    size = parse_decimal(lines[1], where="checkpoint line 2")
    return Checkpoint(lines[0], size, decode_base64(lines[2], where="checkpoint line 3"))


def sign_checkpoint(checkpoint: Checkpoint, key: SigningKey) -> bytes:
    """Return the checkpoint as a signed note. Only `signer.CheckpointSigner` may publish one.

    Raises:
        FormatError: when the key's name is not the origin.
    """
    if key.name != checkpoint.origin:
        raise FormatError(f"the key {key.name} cannot sign for the ledger {checkpoint.origin}")
    return sign_note(checkpoint.to_text(), [key]).to_bytes()


def open_checkpoint(raw: bytes, keys: Sequence[VerifierKey]) -> Checkpoint:
    """Verify a signed checkpoint with at least one of `keys` whose name is the origin, and return it.

    Raises:
        FormatError: when it is not a checkpoint.
        SignatureError: when no known key of this ledger signed it.
    """
    note = parse_note(raw)
    checkpoint = parse_checkpoint(note.text)
    if checkpoint.origin not in {key.name for key in verify_note(note, keys)}:
        raise SignatureError(f"no known key of the ledger {checkpoint.origin} signed this checkpoint")
    return checkpoint
