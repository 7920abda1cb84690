"""Tiles on the database: level 0 is the entries themselves; the levels above are stored as they fill."""

from muster.ledger.merkle import HASH_SIZE, root
from muster.ledger.tiles import TILE_HEIGHT, TILE_WIDTH
from muster.server.journal.models import Entry, Tile


def store_full_tiles(size: int) -> None:
    """After an append that made the log `size` long: push the root of each tile that it filled one level up."""
    level = 0
    while size and size % (1 << (TILE_HEIGHT * (level + 1))) == 0:
        filled = (size >> (TILE_HEIGHT * (level + 1))) - 1
        node = root(read_hashes(level, filled, TILE_WIDTH))
        number, width = divmod(filled, TILE_WIDTH)
        tile, _ = Tile.objects.get_or_create(level=level + 1, number=number, defaults={"hashes": b""})
        tile.hashes = bytes(tile.hashes)[: width * HASH_SIZE] + node
        tile.save(update_fields=["hashes"])
        level += 1


def read_hashes(level: int, number: int, width: int) -> list[bytes]:
    """Return the first `width` hashes of a tile; fewer where they are not there."""
    if level == 0:
        first = number * TILE_WIDTH
        rows = Entry.objects.filter(index__gte=first, index__lt=first + width).order_by("index")
        return [bytes(item) for item in rows.values_list("leaf_hash", flat=True)]
    found = Tile.objects.filter(level=level, number=number).values_list("hashes", flat=True).first()
    raw = bytes(found or b"")[: width * HASH_SIZE]
    return [raw[at : at + HASH_SIZE] for at in range(0, len(raw), HASH_SIZE)]


def read_tile(level: int, number: int, width: int) -> bytes:
    """Return a tile's bytes, as `muster.ledger.tiles.tile_node_reader` asks for them."""
    return b"".join(read_hashes(level, number, width))
