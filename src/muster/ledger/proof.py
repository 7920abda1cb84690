"""Receipts: one file that proves, offline, that an entry is in a ledger (C2SP tlog-proof)."""

from collections.abc import Sequence
from dataclasses import dataclass

from muster.ledger.checkpoint import Checkpoint, open_checkpoint
from muster.ledger.encoding import decode_base64, encode_base64, parse_decimal
from muster.ledger.errors import FormatError
from muster.ledger.keys import VerifierKey
from muster.ledger.merkle import HASH_SIZE, leaf_hash, verify_inclusion
from muster.ledger.note import MAX_NOTE_BYTES, parse_note

HEADER = "c2sp.org/tlog-proof@v1"
FILE_SUFFIX = ".tlog-proof"
MAX_HASHES = 63
_MAX_BYTES = 2 * MAX_NOTE_BYTES


@dataclass(frozen=True, slots=True)
class Receipt:
    """An entry's index, its inclusion proof, and the signed checkpoint that the proof leads to.

    `extra` travels along and is covered by no signature: never trust it. None means that the line is absent.
    """

    index: int
    proof: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    def to_bytes(self) -> bytes:
        """Return the file's bytes."""
        lines = [HEADER]
        if self.extra is not None:
            lines.append(f"extra {encode_base64(self.extra)}")
        lines.append(f"index {self.index}")
        lines += [encode_base64(item) for item in self.proof]
        return "\n".join([*lines, "", ""]).encode("ascii") + self.checkpoint

    def verify(self, entry: bytes, keys: Sequence[VerifierKey]) -> Checkpoint:
        """Check that `entry` is number `index` of the ledger whose checkpoint one of `keys` signed.

        Raises:
            SignatureError: when the checkpoint is not signed by a known key of its ledger.
            ProofError: when the proof does not lead to its root.
        """
        checkpoint = open_checkpoint(self.checkpoint, keys)
        verify_inclusion(leaf_hash(entry), self.index, checkpoint.size, self.proof, checkpoint.root)
        return checkpoint


def parse_receipt(raw: bytes) -> Receipt:
    """Read a receipt; only bytes that serialise to themselves are accepted. Nothing is verified yet.

    Raises:
        FormatError: for anything else, more than 63 hashes, or more than 512 KiB.
    """
    head, gap, checkpoint = raw.partition(b"\n\n")
    if len(raw) > _MAX_BYTES or not gap:
        raise FormatError("a receipt is a proof, an empty line, and a checkpoint")
    parse_note(checkpoint)
    try:
        first, *lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise FormatError("the proof in a receipt is plain ASCII text") from error
    if first != HEADER:
        raise FormatError(f"a receipt begins with the line {HEADER}", where="line 1")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = decode_base64(lines.pop(0).removeprefix("extra "), where="the line 'extra'")
    if not lines or not lines[0].startswith("index "):
        raise FormatError("a receipt names the index of its entry: index 0", where="the line 'index'")
    index = parse_decimal(lines.pop(0).removeprefix("index "), where="the line 'index'")
    return Receipt(index, _parse_hashes(lines), checkpoint, extra)


def _parse_hashes(lines: list[str]) -> tuple[bytes, ...]:
    if len(lines) > MAX_HASHES:
        raise FormatError(f"a proof has at most {MAX_HASHES} hashes")
    hashes = tuple(decode_base64(line, where=f"hash {number}") for number, line in enumerate(lines, 1))
    if any(len(item) != HASH_SIZE for item in hashes):
        raise FormatError("every hash of a proof is exactly 32 bytes long")
    return hashes
