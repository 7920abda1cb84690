import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import rfc
from muster.ledger import merkle
from muster.ledger.errors import ProofError
from muster.ledger.merkle import leaf_hash

LEAVES = [leaf_hash(b"entry %d\n" % number) for number in range(300)]
READ = merkle.leaf_reader(LEAVES)

VECTORS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "1621ce7da8b254a4a5258c908c7003736cfc346f2482abe60a60651fbc116791",
    2: "fe1fb6b3d8e74bee2eed1c87c6474cc42eb38a1caa85c9aefd8a3c3501313925",
    3: "26e7a908b11e0e0b5ac9dcb53010014cb5ef4af3976d5ea3595d48a4c0fb718b",
    5: "c8f140d27555a782a7e6ee34b1625648c1a920efc819b079bd21ca2dda6884ee",
    7: "60a4326cbc2c2f9045af7780e6a4bb4a995634b38a0a02829c17b093962ca9f9",
    8: "f3fcb4f5c24244251dfa35a4d1789fc0ee1aa4b7285daafccf35c019d3873d70",
}


@pytest.mark.spec("J1")
def test_the_hashes_are_those_of_the_rfc_6962_reference_vectors():
    assert merkle.root([]).hex() == VECTORS[0]
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert leaf_hash(b"L123456").hex() == "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
    assert (
        merkle.node_hash(b"N123", b"N456").hex() == "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"
    )


@pytest.mark.parametrize("size", VECTORS)
def test_the_roots_of_small_trees_are_those_that_other_implementations_compute(size):
    assert merkle.root(LEAVES[:size]).hex() == VECTORS[size]
    assert merkle.tree_root(READ, size).hex() == VECTORS[size]


@given(st.integers(0, 300))
def test_a_root_is_the_recursive_definition_of_the_rfc(size):
    assert merkle.root(LEAVES[:size]) == merkle.tree_root(READ, size) == rfc.mth(LEAVES[:size])


@given(st.data())
def test_every_inclusion_proof_is_that_of_the_rfc_and_verifies(data):
    size = data.draw(st.integers(1, 300))
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(READ, index, size)
    assert list(proof) == rfc.path(index, LEAVES[:size])
    merkle.verify_inclusion(LEAVES[index], index, size, proof, merkle.root(LEAVES[:size]))


@given(st.data())
def test_every_consistency_proof_is_that_of_the_rfc_and_verifies(data):
    new = data.draw(st.integers(1, 300))
    old = data.draw(st.integers(1, new))
    proof = merkle.consistency_proof(READ, old, new)
    assert list(proof) == rfc.proof(old, LEAVES[:new])
    merkle.verify_consistency(old, new, proof, merkle.root(LEAVES[:old]), merkle.root(LEAVES[:new]))


def mutate(data, proof):
    """Return `proof` with one bit flipped, a hash dropped, doubled, shortened, or two exchanged."""
    proof = list(proof)
    kinds = ["double", "foreign"] + (["flip", "drop", "shorten"] if proof else [])
    kind = data.draw(st.sampled_from(kinds + (["swap"] if len(proof) > 1 else [])))
    at = data.draw(st.integers(0, max(len(proof) - 1, 0)))
    if kind == "flip":
        bit = data.draw(st.integers(0, 255))
        proof[at] = (int.from_bytes(proof[at], "big") ^ (1 << bit)).to_bytes(32, "big")
    elif kind == "drop":
        del proof[at]
    elif kind == "shorten":
        proof[at] = proof[at][:-1]
    elif kind == "swap":
        other = (at + 1) % len(proof)
        proof[at], proof[other] = proof[other], proof[at]
    else:
        proof.insert(at, proof[at] if kind == "double" and proof else bytes(32))
    return proof


@given(st.data())
def test_every_mutated_inclusion_proof_is_refused(data):
    size = data.draw(st.integers(1, 300))
    index = data.draw(st.integers(0, size - 1))
    root = merkle.root(LEAVES[:size])
    proof = merkle.inclusion_proof(READ, index, size)
    with pytest.raises(ProofError):
        merkle.verify_inclusion(LEAVES[index], index, size, mutate(data, proof), root)
    other = data.draw(st.integers(-1, 300).filter(lambda it: it != index))
    with pytest.raises(ProofError):
        merkle.verify_inclusion(LEAVES[index], other, size, proof, root)
    with pytest.raises(ProofError):
        merkle.verify_inclusion(LEAVES[(index + 1) % 300], index, size, proof, root)


@given(st.data())
def test_every_mutated_consistency_proof_is_refused(data):
    new = data.draw(st.integers(1, 300))
    old = data.draw(st.integers(1, new))
    roots = merkle.root(LEAVES[:old]), merkle.root(LEAVES[:new])
    proof = merkle.consistency_proof(READ, old, new)
    with pytest.raises(ProofError):
        merkle.verify_consistency(old, new, mutate(data, proof), *roots)
    with pytest.raises(ProofError):
        merkle.verify_consistency(old, new, proof, bytes(32), roots[1])
    with pytest.raises(ProofError):
        merkle.verify_consistency(old, new, proof, roots[0], bytes(32))


def test_a_proof_of_the_wrong_kind_is_refused_with_its_reason():
    root = merkle.root(LEAVES[:8])
    with pytest.raises(ProofError, match="32 bytes"):
        merkle.verify_inclusion(b"", 0, 1, [], b"")
    with pytest.raises(ProofError, match="there is no entry 8"):
        merkle.inclusion_proof(READ, 8, 8)
    with pytest.raises(ProofError, match="cannot extend"):
        merkle.consistency_proof(READ, 9, 8)
    with pytest.raises(ProofError, match="cannot extend"):
        merkle.verify_consistency(9, 8, [], root, root)
    with pytest.raises(ProofError, match="is empty"):
        merkle.verify_consistency(4, 8, [], root, root)
    with pytest.raises(ProofError, match="the log was split"):
        merkle.verify_consistency(8, 8, [], root, bytes(32))
    with pytest.raises(ProofError, match="empty tree"):
        merkle.verify_consistency(0, 8, [], root, root)
    with pytest.raises(ProofError, match="too short"):
        merkle.verify_consistency(3, 8, merkle.consistency_proof(READ, 3, 8)[:-1], root, root)


def test_everything_extends_the_empty_tree_and_itself():
    root = merkle.root(LEAVES[:8])
    assert merkle.consistency_proof(READ, 0, 8) == merkle.consistency_proof(READ, 8, 8) == ()
    merkle.verify_consistency(0, 8, [], merkle.EMPTY_ROOT, root)
    merkle.verify_consistency(8, 8, [], root, root)
    with pytest.raises(ProofError, match="too long"):
        merkle.verify_consistency(8, 8, [root], root, root)
