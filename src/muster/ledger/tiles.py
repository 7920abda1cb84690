"""Tiles and entry bundles: where the parts of a ledger lie and what is in them (C2SP tlog-tiles)."""

from collections.abc import Callable, Iterator, Sequence

from muster.ledger.errors import FormatError, ProofError
from muster.ledger.merkle import HASH_SIZE, NodeReader, root

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
MAX_LEVEL = 63
MAX_ENTRY_BYTES = 65_535
_LENGTH_BYTES = 2

# (level, index, width) -> the bytes of that tile.
TileReader = Callable[[int, int, int], bytes]


def tile_path(level: int, index: int, width: int = TILE_WIDTH) -> str:
    """Return the path of a tile below the ledger's address.

    >>> tile_path(0, 1234067), tile_path(1, 0, 17)
    ('tile/0/x001/x234/067', 'tile/1/000.p/17')
    """
    if not 0 <= level <= MAX_LEVEL:
        raise FormatError(f"a tile level is a number from 0 to {MAX_LEVEL}, not {level}")
    return f"tile/{level}/{_index_path(index, width)}"


def bundle_path(index: int, width: int = TILE_WIDTH) -> str:
    """Return the path of an entry bundle.

    >>> bundle_path(5), bundle_path(273, 112)
    ('tile/entries/005', 'tile/entries/273.p/112')
    """
    return f"tile/entries/{_index_path(index, width)}"


def _index_path(index: int, width: int) -> str:
    if index < 0 or not 1 <= width <= TILE_WIDTH:
        raise FormatError(f"there is no tile {index} of width {width}")
    digits = str(index)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    path = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
    return path if width == TILE_WIDTH else f"{path}.p/{width}"


def tiles_of(level: int, size: int) -> Iterator[tuple[int, int]]:
    """Yield (index, width) of every tile at `level` of a tree of `size` leaves, the partial one last."""
    full, width = divmod(size >> (TILE_HEIGHT * level), TILE_WIDTH)
    yield from ((index, TILE_WIDTH) for index in range(full))
    if width:
        yield full, width


def paths_of(size: int) -> Iterator[str]:
    """Yield the path of every file of a ledger of `size` entries, the checkpoint first."""
    yield "checkpoint"
    for index, width in tiles_of(0, size):
        yield bundle_path(index, width)
    level = 0
    while size >> (TILE_HEIGHT * level):
        for index, width in tiles_of(level, size):
            yield tile_path(level, index, width)
        level += 1


def split_tile(raw: bytes, width: int, *, where: str = "") -> list[bytes]:
    """Return the hashes of a tile.

    Raises:
        FormatError: when it does not hold exactly `width` hashes.
    """
    if len(raw) != width * HASH_SIZE:
        text = f"a tile of {width} hashes has {width * HASH_SIZE} bytes, this one has {len(raw)}"
        raise FormatError(text, where=where)
    return [raw[at : at + HASH_SIZE] for at in range(0, len(raw), HASH_SIZE)]


def tile_node_reader(read: TileReader, size: int) -> NodeReader:
    """Return a reader of complete subtrees of a tree of `size` leaves that finds them in tiles."""

    def read_node(level: int, index: int) -> bytes:
        if (index + 1) << level > size:
            raise ProofError(f"a tree of {size} entries has no complete subtree {index} at level {level}")
        tile_level, height = divmod(level, TILE_HEIGHT)
        tile, offset = divmod(index << height, TILE_WIDTH)
        width = min(TILE_WIDTH, (size >> (TILE_HEIGHT * tile_level)) - tile * TILE_WIDTH)
        hashes = split_tile(read(tile_level, tile, width), width, where=tile_path(tile_level, tile, width))
        return root(hashes[offset : offset + (1 << height)])

    return read_node


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Return an entry bundle: each entry after its length as a big-endian 16-bit number.

    Raises:
        FormatError: for an entry of more than 65,535 bytes.
    """
    parts: list[bytes] = []
    for entry in entries:
        if len(entry) > MAX_ENTRY_BYTES:
            raise FormatError(f"an entry has at most {MAX_ENTRY_BYTES} bytes, this one has {len(entry)}")
        parts += (len(entry).to_bytes(_LENGTH_BYTES, "big"), entry)
    return b"".join(parts)


def scan_bundle(raw: bytes, count: int) -> tuple[list[bytes], str]:
    """Return the entries up to the first damage, and what the damage is (empty: none)."""
    entries: list[bytes] = []
    at, end = 0, len(raw)
    for number in range(count):
        start = at + _LENGTH_BYTES
        if start > end:
            return entries, f"the bundle ends before its entry {number} of {count}"
        at = start + (raw[start - 2] << 8 | raw[start - 1])
        if at > end:
            return entries, f"the bundle ends inside its entry {number} of {count}"
        entries.append(raw[start:at])
    return entries, f"{end - at} bytes follow the last entry of the bundle" if at != end else ""


def decode_bundle(raw: bytes, count: int, *, where: str = "") -> list[bytes]:
    """Return the `count` entries of a bundle.

    Raises:
        FormatError: when the bytes are not exactly that many entries.
    """
    entries, damage = scan_bundle(raw, count)
    if damage:
        raise FormatError(damage, where=where)
    return entries
