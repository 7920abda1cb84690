import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.ledger import merkle
from muster.ledger.errors import FormatError
from muster.ledger.frontier import Frontier

LEAVES = [merkle.leaf_hash(b"%d" % number) for number in range(600)]


def test_appending_one_by_one_gives_the_root_of_every_size():
    frontier = Frontier()
    for size in range(601):
        assert frontier.root() == merkle.root(LEAVES[:size])
        if size < 600:
            frontier = frontier.append(LEAVES[size])


@given(st.integers(0, 600))
def test_a_stored_frontier_goes_on_where_it_was_left(size):
    frontier = Frontier()
    for leaf in LEAVES[:size]:
        frontier = frontier.append(leaf)
    again = Frontier.from_bytes(frontier.to_bytes())
    assert again == frontier
    assert again.append(bytes(32)).root() == merkle.root([*LEAVES[:size], bytes(32)])


@given(st.binary(max_size=200))
def test_reading_a_frontier_gives_the_same_bytes_back_or_a_format_error(raw):
    try:
        frontier = Frontier.from_bytes(raw)
    except FormatError:
        return
    assert frontier.to_bytes() == raw


def test_a_frontier_with_the_wrong_hashes_cannot_be_made():
    with pytest.raises(FormatError, match="one hash per bit"):
        Frontier(3, (bytes(32),))
    with pytest.raises(FormatError, match="32 bytes"):
        Frontier(1, (b"",))
