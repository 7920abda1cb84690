"""The frontier: all that a growing tree has to remember to append and to know its root."""

from dataclasses import dataclass

from muster.ledger.errors import FormatError
from muster.ledger.merkle import EMPTY_ROOT, HASH_SIZE, node_hash

_SIZE_BYTES = 8


@dataclass(frozen=True, slots=True)
class Frontier:
    """The compact range [0, size): the roots of the complete subtrees, largest first, one per bit of `size`.

    Appending costs O(log n) hashes in the worst case and one on average.

    >>> Frontier().append(bytes(32)).size
    1
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.hashes) != self.size.bit_count():
            raise FormatError(f"a frontier of size {self.size} holds one hash per bit of its size")
        if any(len(item) != HASH_SIZE for item in self.hashes):
            raise FormatError("every hash of a frontier is exactly 32 bytes long")

    def append(self, leaf: bytes) -> "Frontier":
        """Return the frontier with one more leaf, given by its leaf hash."""
        hashes = list(self.hashes)
        acc, bits = leaf, self.size
        while bits & 1:
            acc = node_hash(hashes.pop(), acc)
            bits >>= 1
        return Frontier(self.size + 1, (*hashes, acc))

    def root(self) -> bytes:
        """Return the root of the tree of `size` leaves (RFC 6962 2.1)."""
        if not self.hashes:
            return EMPTY_ROOT
        *others, acc = self.hashes
        for left in reversed(others):
            acc = node_hash(left, acc)
        return acc

    def to_bytes(self) -> bytes:
        """Return the form to store: 8 bytes of size, big-endian, then the hashes."""
        return self.size.to_bytes(_SIZE_BYTES, "big") + b"".join(self.hashes)

    @classmethod
    def from_bytes(cls, raw: bytes) -> "Frontier":
        """Read what `to_bytes` wrote.

        Raises:
            FormatError: when the length does not fit the size.
        """
        size = int.from_bytes(raw[:_SIZE_BYTES], "big")
        body = raw[_SIZE_BYTES:]
        if len(raw) != _SIZE_BYTES + HASH_SIZE * size.bit_count():
            raise FormatError("the stored frontier has the wrong length")
        return cls(size, tuple(body[i : i + HASH_SIZE] for i in range(0, len(body), HASH_SIZE)))
