"""Read the ledger: entries, checkpoint, receipts, and the files of the static form."""

from collections.abc import Iterator, Sequence

from django.db.models import QuerySet

from muster.ledger.checkpoint import Checkpoint, open_checkpoint
from muster.ledger.errors import ProofError
from muster.ledger.merkle import inclusion_proof
from muster.ledger.proof import Receipt
from muster.ledger.tiles import TILE_WIDTH, encode_bundle, tile_node_reader
from muster.server.journal.keys import ledger_key
from muster.server.journal.models import Entry, Log, SignedCheckpoint
from muster.server.journal.signing import sign_checkpoint
from muster.server.journal.tiles import read_hashes, read_tile


def entries(*, use_case: str = "", act: str = "", by: str = "") -> QuerySet[Entry]:
    """Return the entries that match, newest first; an empty filter matches all."""
    wanted = {"use_case": use_case, "act": act, "by": by}
    return Entry.objects.filter(**{name: value for name, value in wanted.items() if value}).order_by("-index")


def size() -> int:
    """Return how many entries there are."""
    return Log.objects.filter(pk=Log.ONLY).values_list("size", flat=True).first() or 0


def signed_checkpoint() -> bytes:
    """Return the newest checkpoint as a signed note, signed now where entries have come since the last one."""
    note = SignedCheckpoint.objects.filter(size=size()).values_list("note", flat=True).first()
    if note is None:
        reached = sign_checkpoint().size
        note = SignedCheckpoint.objects.values_list("note", flat=True).get(size=reached)
    return bytes(note)


def checkpoint() -> Checkpoint:
    """Return the newest checkpoint, verified."""
    return open_checkpoint(signed_checkpoint(), [ledger_key().verifier])


def verifier_key() -> str:
    """Return the line by which anybody verifies this ledger; to be kept elsewhere."""
    return ledger_key().verifier.to_text()


def receipt(index: int) -> bytes:
    """Return the `.tlog-proof` file of an entry: its place in the newest checkpoint.

    Raises:
        ProofError: when there is no such entry.
    """
    note = signed_checkpoint()
    covered = open_checkpoint(note, [ledger_key().verifier]).size
    return Receipt(index, inclusion_proof(tile_node_reader(read_tile, covered), index, covered), note).to_bytes()


def tile(level: int, number: int, width: int) -> bytes:
    """Return a tile of the static form.

    Raises:
        ProofError: when the ledger has no such tile yet.
    """
    found = read_hashes(level, number, width)
    if len(found) != width:
        raise ProofError(f"there is no tile {number} of {width} hashes at level {level}")
    return b"".join(found)


def bundle(number: int, width: int) -> bytes:
    """Return an entry bundle of the static form.

    Raises:
        ProofError: when the ledger has no such bundle yet.
    """
    first = number * TILE_WIDTH
    leaves = leaves_between(first, first + width)
    if len(leaves) != width:
        raise ProofError(f"there is no bundle {number} of {width} entries")
    return encode_bundle(leaves)


def leaves_between(first: int, end: int) -> Sequence[bytes]:
    """Return the entries from `first` up to, not including, `end`."""
    rows = Entry.objects.filter(index__gte=first, index__lt=end).order_by("index")
    return [bytes(leaf) for leaf in rows.values_list("leaf", flat=True)]


def every_leaf(end: int) -> Iterator[bytes]:
    """Yield all entries below `end`, in order, a few at a time."""
    step = 8 * TILE_WIDTH
    for first in range(0, end, step):
        yield from leaves_between(first, min(end, first + step))
