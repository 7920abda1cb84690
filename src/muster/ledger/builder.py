"""Build the tiles of a ledger from its leaf hashes, block by block, remembering only the right edge."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from muster.ledger.errors import FormatError
from muster.ledger.merkle import root
from muster.ledger.tiles import TILE_WIDTH, tile_path


class Tile(NamedTuple):
    """A tile in memory: its place and its hashes."""

    level: int
    number: int
    hashes: list[bytes]

    @property
    def path(self) -> str:
        return tile_path(self.level, self.number, len(self.hashes))

    @property
    def raw(self) -> bytes:
        return b"".join(self.hashes)


class TileBuilder:
    """Takes leaf hashes in blocks of 256 (the last may be shorter) and gives tiles as they are complete."""

    def __init__(self) -> None:
        self.size = 0
        self._edge: list[list[bytes]] = []
        self._full: list[int] = []

    def add(self, leaves: Sequence[bytes]) -> Iterator[Tile]:
        """Add the next block and yield the tiles that it completes, lowest level first.

        Raises:
            FormatError: for more than 256 leaf hashes, or any after a shorter block.
        """
        if self.size % TILE_WIDTH or len(leaves) > TILE_WIDTH:
            raise FormatError("tiles are built from blocks of 256 leaf hashes, the last one at most that long")
        if not leaves:
            return
        self.size += len(leaves)
        level, block = 0, list(leaves)
        while True:
            self._reach(level)
            self._edge[level] += block
            if len(self._edge[level]) < TILE_WIDTH:
                return
            full, self._edge[level] = self._edge[level], []
            yield Tile(level, self._full[level], full)
            self._full[level] += 1
            level, block = level + 1, [root(full)]

    def _reach(self, level: int) -> None:
        if level == len(self._edge):
            self._edge.append([])
            self._full.append(0)

    def finish(self) -> Iterator[Tile]:
        """Yield the partial tiles of the right edge, lowest level first."""
        for level, hashes in enumerate(self._edge):
            if hashes:
                yield Tile(level, self._full[level], hashes)

    def root(self, more: Sequence[bytes] = ()) -> bytes:
        """Return the root of the tree so far, or of the tree with one last partial block `more`."""
        edges = [list(more) or self._edge[0], *self._edge[1:]] if self._edge else [list(more)]
        acc: list[bytes] = []
        for hashes in edges:
            if hashes or acc:
                acc = [root([*hashes, *acc])]
        return root(acc)
