"""What the ledger refuses, as one tree of errors: a function that returns has verified.

LedgerError
├── FormatError      the bytes are not in the one form that the format allows
├── ProofError       a Merkle proof does not lead to the root that it should
├── SignatureError   no known key signed this, or a known key's signature is wrong
└── RollbackError    the signer was asked to contradict a checkpoint that it signed before
"""


class LedgerError(Exception):
    """A refusal by the ledger, with the place it is about and what to do.

    `message` says what is wrong, `where` names the file, line or entry (empty: the thing handed in), and
    `cure` says what a person can do.
    """

    cure = "Ask the keeper of the ledger for an unaltered copy, and keep this one as proof."

    def __init__(self, message: str, *, where: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where

    def diagnostics(self) -> str:
        """Return what is wrong, where, and what to do, as sentences for a person."""
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.message}. {self.cure}"


class FormatError(LedgerError):
    """The bytes are not in the one form that the format allows."""


class ProofError(LedgerError):
    """A Merkle proof does not lead to the root that it should."""


class SignatureError(LedgerError):
    """No known key signed this, or the signature of a known key is wrong."""

    cure = "Compare the verifier key with the one that you were given when the ledger began."


class RollbackError(LedgerError):
    """The signer was asked to contradict a checkpoint that it signed before."""

    cure = "Restore the missing entries from an export or a newer backup; never delete the signer's memory."
