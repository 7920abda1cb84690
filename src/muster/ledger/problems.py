"""What a verification found: the facts, in codes; sentences are made at the edge."""

from dataclasses import dataclass, field
from enum import StrEnum


class Flaw(StrEnum):
    """What is wrong with a file or an entry of a ledger."""

    MISSING = "missing"  # a file that the ledger needs is not there
    EXTRA = "extra"  # a file that no ledger of this size has
    CHECKPOINT = "checkpoint"  # not a checkpoint that a known key signed
    UNKNOWN_SIGNER = "unknown-signer"  # a signature line that nobody here can check
    BUNDLE_FORM = "bundle-form"  # the bundle does not split into its entries
    ENTRY_CHANGED = "entry-changed"  # the entry is not the one that the tree holds
    ENTRY_FORM = "entry-form"  # the entry is not a canonical envelope
    ENTRY_SIGNATURE = "entry-signature"  # no known key signed the entry
    TILE_LENGTH = "tile-length"  # the tile has the wrong number of bytes
    TILE_HASH = "tile-hash"  # the tile holds a hash that the entries do not lead to
    ROOT = "root"  # the entries do not lead to the root that was signed


@dataclass(frozen=True, slots=True)
class Problem:
    """One flaw: the file, the index of the entry where it is about one, and detail for an expert."""

    flaw: Flaw
    file: str
    entry: int | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Verification:
    """The result: what was claimed, how much was checked, and what was found.

    `problems` lists the first `LISTED` of the `found` problems: those about entries in the order of the
    ledger, then those about whole files.
    """

    origin: str
    size: int
    root: bytes
    entries: int
    signatures: int
    found: int
    problems: tuple[Problem, ...]

    @property
    def verified(self) -> bool:
        """Whether nothing at all was found."""
        return self.found == 0


LISTED = 1000


@dataclass(slots=True)
class Findings:
    """Collects problems in bounded memory: a wrong key must not cost a gigabyte."""

    found: int = 0
    listed: list[Problem] = field(default_factory=list)

    def add(self, flaw: Flaw, file: str, entry: int | None = None, detail: str = "") -> None:
        self.found += 1
        if len(self.listed) < LISTED:
            self.listed.append(Problem(flaw, file, entry, detail))

    def in_order(self) -> tuple[Problem, ...]:
        """Return what is listed, entries first and in their order."""
        return tuple(sorted(self.listed, key=lambda it: (it.entry is None, it.entry or 0)))
