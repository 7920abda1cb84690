"""The Merkle tree: hashes, roots, proofs and their verification (RFC 6962 2.1, RFC 9162 2.1)."""

from collections.abc import Callable, Sequence
from hashlib import sha256

from muster.ledger.errors import ProofError

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()

# (level, index) -> the hash of the complete subtree over leaves [index * 2**level, (index + 1) * 2**level).
NodeReader = Callable[[int, int], bytes]


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of one entry: SHA-256 over a zero byte and the entry (RFC 6962 2.1)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node: SHA-256 over a one byte and both children (RFC 6962 2.1)."""
    return sha256(b"\x01" + left + right).digest()


def root(hashes: Sequence[bytes]) -> bytes:
    """Return the Merkle tree hash over `hashes`, the leaf hashes of the tree (RFC 6962 2.1).

    Pairs are joined level by level and an odd last one moves up, which gives the same tree as splitting at
    the largest power of two.
    """
    if not hashes:
        return EMPTY_ROOT
    level = list(hashes)
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        joined = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
        if len(level) % 2:
            joined.append(level[-1])
        level = joined
    return level[0]


def leaf_reader(leaf_hashes: Sequence[bytes]) -> NodeReader:
    """Return a reader of complete subtrees over leaf hashes in memory; costs 2**level hashes a call."""

    def read(level: int, index: int) -> bytes:
        return root(leaf_hashes[index << level : (index + 1) << level])

    return read


def range_hash(read: NodeReader, start: int, end: int) -> bytes:
    """Return MTH(D[start:end]) for a range that the proofs of RFC 6962 use.

    `start` is a multiple of the smallest power of two that is not below ``end - start``.
    """
    acc = b""
    while start < end:  # complete subtrees from the right, smallest first
        level = ((end - start) & (start - end)).bit_length() - 1
        end -= 1 << level
        node = read(level, end >> level)
        acc = node_hash(node, acc) if acc else node
    return acc or EMPTY_ROOT


def tree_root(read: NodeReader, size: int) -> bytes:
    """Return the root of the first `size` leaves."""
    return range_hash(read, 0, size)


def _split(size: int) -> int:
    """Return the largest power of two strictly below `size` (RFC 6962 2.1)."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_proof(read: NodeReader, index: int, size: int) -> tuple[bytes, ...]:
    """Return PATH(index, D[0:size]): the hashes from the leaf's sibling upward (RFC 6962 2.1.1).

    Raises:
        ProofError: when the tree of `size` leaves has no leaf `index`.
    """
    if not 0 <= index < size:
        raise ProofError(f"there is no entry {index} in a tree of {size} entries")
    start, end = 0, size
    path: list[bytes] = []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(range_hash(read, middle, end))
            end = middle
        else:
            path.append(range_hash(read, start, middle))
            start = middle
    return tuple(reversed(path))


def consistency_proof(read: NodeReader, old: int, new: int) -> tuple[bytes, ...]:
    """Return PROOF(old, D[0:new]): that the tree of `new` leaves begins with that of `old` (RFC 6962 2.1.2).

    Raises:
        ProofError: unless 0 <= old <= new. From the empty tree and to itself the proof is empty.
    """
    if not 0 <= old <= new:
        raise ProofError(f"a tree of {new} entries cannot extend one of {old}")
    if old in (0, new):
        return ()
    start, end = 0, new
    proof: list[bytes] = []
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            proof.append(range_hash(read, middle, end))
            end = middle
        else:
            proof.append(range_hash(read, start, middle))
            start = middle
    if start:
        proof.append(range_hash(read, start, end))
    return tuple(reversed(proof))


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes) -> None:
    """Check that the entry with hash `leaf` is number `index` of `size` in the tree with root `expected`.

    Source: RFC 9162 2.1.3.2, and every hash has to be 32 bytes long.

    Raises:
        ProofError: when it is not proven.
    """
    _refuse_lengths((leaf, expected, *proof))
    if not 0 <= index < size:
        raise ProofError(f"there is no entry {index} in a tree of {size} entries")
    fn, sn, acc = index, size - 1, leaf
    for sibling in proof:
        if sn == 0:
            raise ProofError("the inclusion proof is too long")
        if fn & 1 or fn == sn:
            acc = node_hash(sibling, acc)
            fn, sn = _skip_edge(fn, sn)
        else:
            acc = node_hash(acc, sibling)
        fn, sn = fn >> 1, sn >> 1
    if sn != 0 or acc != expected:
        raise ProofError(f"the inclusion proof of entry {index} does not lead to the root of size {size}")


def verify_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    """Check that the tree (`new`, `new_root`) begins with all entries of the tree (`old`, `old_root`).

    Source: RFC 9162 2.1.4.2, and every hash has to be 32 bytes long. A tree extends the empty one with an
    empty proof.

    Raises:
        ProofError: when it is not proven.
    """
    _refuse_lengths((old_root, new_root, *proof))
    if not 0 <= old <= new:
        raise ProofError(f"a tree of {new} entries cannot extend one of {old}")
    if old in (0, new):
        _verify_trivial(old, new, proof, old_root, new_root)
        return
    if not proof:
        raise ProofError("the consistency proof is empty")
    first, *rest = proof if old & (old - 1) else (old_root, *proof)
    old_acc, new_acc = _climb(old, new, first, rest)
    if old_acc != old_root or new_acc != new_root:
        raise ProofError(f"the consistency proof does not join the trees of size {old} and {new}")


def _verify_trivial(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    """From nothing, or from a tree to itself, there is nothing to prove, only roots to compare."""
    if proof:
        raise ProofError("the consistency proof is too long")
    if old == 0 and old_root != EMPTY_ROOT:
        raise ProofError("the root of the empty tree is wrong")
    if old == new and old_root != new_root:
        raise ProofError(f"two different roots are claimed for size {new}: the log was split")


def _climb(old: int, new: int, first: bytes, rest: Sequence[bytes]) -> tuple[bytes, bytes]:
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    old_acc = new_acc = first
    for sibling in rest:
        if sn == 0:
            raise ProofError("the consistency proof is too long")
        if fn & 1 or fn == sn:
            old_acc = node_hash(sibling, old_acc)
            new_acc = node_hash(sibling, new_acc)
            fn, sn = _skip_edge(fn, sn)
        else:
            new_acc = node_hash(new_acc, sibling)
        fn, sn = fn >> 1, sn >> 1
    if sn != 0:
        raise ProofError("the consistency proof is too short")
    return old_acc, new_acc


def _skip_edge(fn: int, sn: int) -> tuple[int, int]:
    """Climb the levels at which the node is the last one and has no sibling."""
    while fn and not fn & 1:
        fn, sn = fn >> 1, sn >> 1
    return fn, sn


def _refuse_lengths(hashes: Sequence[bytes]) -> None:
    if any(len(item) != HASH_SIZE for item in hashes):
        raise ProofError("every hash of a proof is exactly 32 bytes long")
