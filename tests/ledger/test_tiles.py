import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.ledger import tiles
from muster.ledger.errors import FormatError, LedgerError
from muster.ledger.tiles import bundle_path, decode_bundle, encode_bundle, paths_of, tile_path, tiles_of

PATHS = [
    (0, 0, 256, "tile/0/000"),
    (0, 5, 256, "tile/0/005"),
    (0, 999, 256, "tile/0/999"),
    (0, 1000, 256, "tile/0/x001/000"),
    (0, 1_234_067, 256, "tile/0/x001/x234/067"),
    (1, 0, 17, "tile/1/000.p/17"),
    (63, 0, 1, "tile/63/000.p/1"),
    (2, 1000, 255, "tile/2/x001/000.p/255"),
]


@pytest.mark.parametrize(("level", "index", "width", "path"), PATHS)
def test_a_tile_lies_where_the_specification_says(level, index, width, path):
    assert tile_path(level, index, width) == path
    assert bundle_path(index, width) == path.replace(f"tile/{level}/", "tile/entries/")


@pytest.mark.parametrize(("level", "index", "width"), [(64, 0, 1), (-1, 0, 1), (0, -1, 1), (0, 0, 0), (0, 0, 257)])
def test_there_is_no_path_for_a_tile_that_cannot_be(level, index, width):
    with pytest.raises(FormatError):
        tile_path(level, index, width)


def test_seventy_thousand_entries_need_the_tiles_of_the_specification():
    level0 = list(tiles_of(0, 70_000))
    assert len(level0) == 274
    assert level0[-1] == (273, 112)
    assert list(tiles_of(1, 70_000)) == [(0, 256), (1, 17)]
    assert list(tiles_of(2, 70_000)) == [(0, 1)]
    assert len(list(paths_of(70_000))) == 1 + 274 + 274 + 2 + 1


def test_two_hundred_and_fifty_six_entries_fill_one_tile_and_begin_the_next_level():
    assert list(paths_of(256)) == ["checkpoint", "tile/entries/000", "tile/0/000", "tile/1/000.p/1"]
    assert list(paths_of(0)) == ["checkpoint"]


@given(st.lists(st.binary(max_size=300), max_size=256))
def test_a_bundle_gives_its_entries_back(entries):
    raw = encode_bundle(entries)
    assert decode_bundle(raw, len(entries)) == entries
    for damaged in (raw + b"\x00", raw[:-1] if raw else b"\x00"):
        with pytest.raises(FormatError, match="bundle"):
            decode_bundle(damaged, len(entries))


@given(st.binary(max_size=600), st.integers(0, 256))
def test_any_bytes_are_exactly_a_bundle_or_a_format_error(raw, count):
    try:
        entries = decode_bundle(raw, count)
    except FormatError:
        return
    assert encode_bundle(entries) == raw
    assert len(entries) == count


def test_the_longest_entry_fits_and_one_byte_more_does_not():
    longest = bytes(65_535)
    assert decode_bundle(encode_bundle([b"", longest]), 2) == [b"", longest]
    with pytest.raises(FormatError, match="65535"):
        encode_bundle([longest + b"x"])


def test_a_tile_of_the_wrong_length_is_refused_with_its_place():
    with pytest.raises(FormatError) as caught:
        tiles.split_tile(bytes(33), 1, where="tile/0/000.p/1")
    assert "tile/0/000.p/1" in caught.value.diagnostics()


def test_a_node_beyond_the_tree_cannot_be_read():
    node = tiles.tile_node_reader(lambda *_tile: bytes(32), 1)
    assert node(0, 0) == bytes(32)
    with pytest.raises(LedgerError, match="no complete subtree"):
        node(0, 1)
