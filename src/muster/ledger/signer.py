"""The signer: the one place where checkpoints are signed, with a memory that cannot be talked round."""

from collections.abc import Callable, Sequence
from typing import Protocol

from muster.ledger.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from muster.ledger.errors import LedgerError, ProofError, RollbackError
from muster.ledger.keys import SigningKey
from muster.ledger.merkle import verify_consistency

# (old size, new size) -> the consistency proof between the two trees.
Prove = Callable[[int, int], Sequence[bytes]]


class CheckpointStore(Protocol):
    """The signer's own memory.

    It is kept apart from the ledger that it guards, so that a restored or altered database cannot take back
    what was signed.
    """

    def load(self) -> bytes | None:
        """Return the last signed checkpoint, or None when there never was one."""

    def save(self, signed: bytes, *, replaces: bytes | None) -> None:
        """Store `signed` durably before returning, in one atomic step.

        Raises:
            RollbackError: when the stored checkpoint is not `replaces` (another signer was quicker).
        """


class CheckpointSigner:
    """Signs larger and consistent trees only; each checkpoint is remembered before anybody sees it."""

    def __init__(self, key: SigningKey, store: CheckpointStore) -> None:
        self._key = key
        self._store = store

    def sign(self, size: int, root: bytes, prove: Prove) -> bytes:
        """Return a signed checkpoint for the tree (`size`, `root`), which extends the last one signed.

        `prove` is asked for the consistency proof from the last size to `size`. The same tree again gives the
        same bytes again.

        Raises:
            RollbackError: when the tree is smaller than, or not an extension of, the last one signed, or
                when the memory is not readable as a checkpoint of this key.
        """
        wanted = Checkpoint(self._key.name, size, root)
        previous = self._store.load()
        if previous is not None:
            last = self._open(previous)
            self._refuse_contradiction(last, wanted, prove)
            if wanted == last:
                return previous
        signed = sign_checkpoint(wanted, self._key)
        self._store.save(signed, replaces=previous)
        return signed

    def _open(self, previous: bytes) -> Checkpoint:
        try:
            return open_checkpoint(previous, [self._key.verifier])
        except LedgerError as error:
            raise RollbackError(
                f"the last signed checkpoint in the signer's memory cannot be trusted: {error}"
            ) from error

    def _refuse_contradiction(self, last: Checkpoint, wanted: Checkpoint, prove: Prove) -> None:
        if wanted.size < last.size:
            raise RollbackError(
                f"a checkpoint of {last.size} entries was signed before; this tree has only {wanted.size}, "
                f"so that {last.size - wanted.size} entries are missing"
            )
        proof = prove(last.size, wanted.size) if 0 < last.size < wanted.size else ()
        try:
            verify_consistency(last.size, wanted.size, proof, last.root, wanted.root)
        except ProofError as error:
            raise RollbackError(
                f"the tree of {wanted.size} entries does not keep the first {last.size} as they were signed: {error}"
            ) from error
