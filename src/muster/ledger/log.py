"""A ledger as a static directory: read it through any reader of paths, and write it as a stream of files."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from muster.ledger.builder import TileBuilder
from muster.ledger.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from muster.ledger.errors import ProofError
from muster.ledger.keys import VerifierKey
from muster.ledger.merkle import consistency_proof, inclusion_proof, leaf_hash
from muster.ledger.note import parse_note
from muster.ledger.proof import Receipt
from muster.ledger.tiles import (
    TILE_WIDTH,
    bundle_path,
    decode_bundle,
    encode_bundle,
    tile_node_reader,
    tile_path,
)

CHECKPOINT_PATH = "checkpoint"

# path -> bytes; raises FileNotFoundError when there is no such file, another OSError when it cannot be read.
Read = Callable[[str], bytes]


class LogView:
    """A ledger at its present checkpoint, which was verified with one of `keys` when the view was made."""

    def __init__(self, read: Read, keys: Sequence[VerifierKey]) -> None:
        self._read = read
        self.signed_checkpoint = read(CHECKPOINT_PATH)
        self.checkpoint: Checkpoint = open_checkpoint(self.signed_checkpoint, keys)
        self._node = tile_node_reader(self._read_tile, self.checkpoint.size)

    def _read_tile(self, level: int, index: int, width: int) -> bytes:
        return self._read(tile_path(level, index, width))

    def entry(self, index: int) -> bytes:
        """Return the bytes of entry `index` as stored; `receipt(index).verify` proves them.

        Raises:
            ProofError: when the checkpoint does not cover that index.
            FormatError: when the bundle is damaged.
        """
        size = self.checkpoint.size
        if not 0 <= index < size:
            raise ProofError(f"there is no entry {index} in a ledger of {size} entries")
        bundle, offset = divmod(index, TILE_WIDTH)
        width = min(TILE_WIDTH, size - bundle * TILE_WIDTH)
        path = bundle_path(bundle, width)
        return decode_bundle(self._read(path), width, where=path)[offset]

    def receipt(self, index: int) -> Receipt:
        """Return the receipt of entry `index`: at most 63 hashes and the checkpoint."""
        return Receipt(index, inclusion_proof(self._node, index, self.checkpoint.size), self.signed_checkpoint)

    def consistency(self, old: int) -> tuple[bytes, ...]:
        """Return the proof that this ledger extends the one of size `old`."""
        return consistency_proof(self._node, old, self.checkpoint.size)


def export_files(entries: Iterable[bytes], checkpoint: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield (path, bytes) of every file of the ledger that `checkpoint` signs; the checkpoint comes last.

    Streams: one bundle and the right edge of the tree are in memory at any time.

    Raises:
        ProofError: before the checkpoint is yielded, when the entries are not those that it signs.
    """
    signed = parse_checkpoint(parse_note(checkpoint).text)
    builder = TileBuilder()
    source = iter(islice(entries, signed.size))
    while block := list(islice(source, TILE_WIDTH)):
        yield bundle_path(builder.size // TILE_WIDTH, len(block)), encode_bundle(block)
        for tile in builder.add([leaf_hash(entry) for entry in block]):
            yield tile.path, tile.raw
    for tile in builder.finish():
        yield tile.path, tile.raw
    if (builder.size, builder.root()) != (signed.size, signed.root):
        raise ProofError(f"the {builder.size} entries to export are not the {signed.size} that the checkpoint signs")
    yield CHECKPOINT_PATH, checkpoint
