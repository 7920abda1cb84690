import pytest

from ledger.samples import KEY, OTHER_KEY
from muster.ledger.checkpoint import open_checkpoint
from muster.ledger.errors import LedgerError, RollbackError
from muster.ledger.merkle import EMPTY_ROOT, consistency_proof, leaf_hash, leaf_reader, root
from muster.ledger.signer import CheckpointSigner

LEAVES = [leaf_hash(b"%d" % number) for number in range(20)]


class Memory:
    """The signer's memory; `fail` makes the next save fail, before or after it has stored."""

    def __init__(self):
        self.signed, self.fail = None, ""

    def load(self):
        return self.signed

    def save(self, signed, *, replaces):
        if self.fail == "before":
            raise OSError("disk")
        if self.signed != replaces:
            raise RollbackError("another signer was quicker")
        self.signed = signed
        if self.fail == "after":
            raise OSError("disk")


def prove(leaves=LEAVES):
    return lambda old, new: consistency_proof(leaf_reader(leaves), old, new)


def sign(memory, size, leaves=LEAVES, key=KEY):
    return CheckpointSigner(key, memory).sign(size, root(leaves[:size]), prove(leaves))


@pytest.mark.spec("J1")
def test_a_growing_ledger_is_signed_and_each_checkpoint_is_remembered_first():
    memory = Memory()
    for size in (0, 1, 1, 7, 8, 20):
        signed = sign(memory, size)
        assert memory.signed == signed
        assert open_checkpoint(signed, [KEY.verifier]).size == size


def test_the_same_tree_again_gives_the_same_bytes_and_needs_no_write():
    memory = Memory()
    first = sign(memory, 5)
    memory.fail = "before"
    assert sign(memory, 5) == first


def test_a_smaller_tree_is_refused_and_the_missing_entries_are_counted():
    memory = Memory()
    sign(memory, 9)
    with pytest.raises(
        RollbackError, match="9 entries was signed before; this tree has only 6, so that 3 entries"
    ) as caught:
        sign(memory, 6)
    assert "Restore the missing entries" in caught.value.diagnostics()
    assert open_checkpoint(memory.signed, [KEY.verifier]).size == 9


@pytest.mark.parametrize("size", [9, 10, 20])
def test_a_tree_with_another_history_is_refused(size):
    memory = Memory()
    sign(memory, 9)
    forged = [*LEAVES[:3], bytes(32), *LEAVES[4:]]
    with pytest.raises(RollbackError, match="does not keep the first 9"):
        sign(memory, size, forged)


def test_a_proof_that_does_not_fit_is_refused():
    memory = Memory()
    sign(memory, 9)
    with pytest.raises(RollbackError, match="is empty"):
        CheckpointSigner(KEY, memory).sign(10, root(LEAVES[:10]), lambda _old, _new: ())


def test_an_altered_memory_is_refused():
    memory = Memory()
    sign(memory, 9, key=OTHER_KEY)
    with pytest.raises(RollbackError, match="memory cannot be trusted"):
        sign(memory, 10)
    memory.signed = b""
    with pytest.raises(RollbackError, match="memory cannot be trusted"):
        sign(memory, 10)


def test_of_two_signers_at_once_one_is_refused():
    memory = Memory()
    sign(memory, 3)

    def prove_slowly(old, new):
        sign(memory, 4)
        return prove()(old, new)

    with pytest.raises(RollbackError, match="quicker"):
        CheckpointSigner(KEY, memory).sign(5, root(LEAVES[:5]), prove_slowly)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_failing_memory_publishes_nothing_and_does_not_block_the_next_try(moment):
    memory = Memory()
    sign(memory, 3)
    memory.fail = moment
    with pytest.raises(OSError, match="disk"):
        sign(memory, 4)
    memory.fail = ""
    assert open_checkpoint(sign(memory, 4), [KEY.verifier]).size == 4


def test_the_empty_ledger_has_one_root_only():
    with pytest.raises(LedgerError):
        CheckpointSigner(KEY, Memory()).sign(0, bytes(32), prove())
    assert root([]) == EMPTY_ROOT
