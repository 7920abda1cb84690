"""Walk the whole ledger on the database: each entry, the tree above it, and the rows beside it."""

from collections.abc import Callable, Iterator

from django.db import transaction
from pydantic import JsonValue

from muster.ledger.checkpoint import open_checkpoint
from muster.ledger.entry import verify_entry
from muster.ledger.errors import LedgerError
from muster.ledger.frontier import Frontier
from muster.ledger.keys import VerifierKey
from muster.ledger.merkle import leaf_hash, tree_root
from muster.ledger.tiles import tile_node_reader
from muster.server.journal.keys import ledger_key
from muster.server.journal.models import Entry, Log, SignedCheckpoint
from muster.server.journal.replay import Comparison, Difference, Kind, Replay
from muster.server.journal.signing import FileStore, memory_path
from muster.server.journal.tiles import read_tile

Report = Callable[[int, int], None]


def replay(report: Report | None = None) -> Replay:
    """Recompute what the ledger and the rows have to be, and return every difference with its place.

    `report` is called with (entries read, entries in all). Most entries are read while acts go on; the last ones and
    the rows are compared under the lock of the log, so that no act is half seen.
    """
    audit = _Audit()
    found = list(audit.walk(_head_size(), report))
    with transaction.atomic():
        log = Log.objects.select_for_update().filter(pk=Log.ONLY).first()
        found += audit.walk(None, report)
        found += audit.check_tree(log)
        found += audit.comparison.finish()
    comparison = audit.comparison
    return Replay(audit.tree.size, comparison.rows, tuple(found), dict(sorted(comparison.uncompared.items())))


def _head_size() -> int:
    return Log.objects.filter(pk=Log.ONLY).values_list("size", flat=True).first() or 0


class _Audit:
    def __init__(self) -> None:
        self.key: VerifierKey = ledger_key().verifier
        self.comparison = Comparison()
        self.tree = Frontier()
        self._notes = dict(SignedCheckpoint.objects.values_list("size", "note"))
        self._remembered = FileStore(memory_path()).load()
        if self._remembered is not None:
            size = open_checkpoint(self._remembered, [self.key]).size
            self._notes[-size] = self._remembered  # stored under its size with a minus: the signer's own memory

    def walk(self, until: int | None, report: Report | None) -> Iterator[Difference]:
        """Read the entries that were not read yet, in order, those below `until` (None: all)."""
        rows = Entry.objects.filter(index__gte=self.tree.size).order_by("index")
        for row in (rows if until is None else rows.filter(index__lt=until)).iterator(chunk_size=2000):
            if row.index != self.tree.size:
                yield Difference(Kind.LEAF, self.tree.size, field="index", told=self.tree.size, found=row.index)
                self.tree = Frontier(
                    row.index, (b"\0" * 32,) * row.index.bit_count()
                )  # go on, with a tree that is lost
            yield from self._check_entry(row)
            self.tree = self.tree.append(leaf_hash(bytes(row.leaf)))
            yield from self._check_notes()
            if report is not None:
                report(self.tree.size, until or self.tree.size)

    def _check_entry(self, row: Entry) -> Iterator[Difference]:
        leaf = bytes(row.leaf)
        if leaf_hash(leaf) != bytes(row.leaf_hash):
            yield Difference(Kind.LEAF, row.index, field="leaf_hash")
        try:
            said = verify_entry(leaf, [self.key]).predicate
        except LedgerError as error:
            yield Difference(Kind.LEAF, row.index, field="signature", found=error.message)
            return
        yield from self._check_columns(row, said)
        about, facts = said["about"], said["facts"]
        if isinstance(about, dict) and isinstance(facts, dict):
            self.comparison.take(row.index, str(said["act"]), {k: str(v) for k, v in about.items()}, facts)

    @staticmethod
    def _check_columns(row: Entry, said: dict[str, JsonValue]) -> Iterator[Difference]:
        about = said["about"]
        told = {
            "act": said["act"],
            "by": said["by"],
            "at": said["at"],
            "use_case": about.get("use_case", "") if isinstance(about, dict) else "",
        }
        at = row.at.isoformat(timespec="microseconds").replace("+00:00", "Z")
        found = {"act": row.act, "by": row.by, "at": at, "use_case": row.use_case}
        for name, value in told.items():
            if value != found[name]:
                yield Difference(Kind.COLUMN, row.index, field=name, told=value, found=found[name])

    def _check_notes(self) -> Iterator[Difference]:
        """Compare the tree so far with the checkpoints of that size, the stored one and the remembered one."""
        size, root = self.tree.size, None
        for label, name in ((size, f"checkpoint {size}"), (-size, "the signer's memory")):
            note = self._notes.pop(label, None)
            if note is None:
                continue
            root = root or self.tree.root()
            try:
                signed = open_checkpoint(bytes(note), [self.key])
            except LedgerError as error:
                yield Difference(Kind.TREE, size - 1, field=name, found=error.message)
                continue
            if (signed.size, signed.root) != (size, root):
                yield Difference(Kind.TREE, size - 1, field=name)

    def check_tree(self, log: Log | None) -> Iterator[Difference]:
        """Compare the head and the stored tiles with the tree of all entries, and miss what was signed beyond it."""
        head = log.tree if log else Frontier()
        if (log.size if log else 0, head) != (self.tree.size, self.tree):
            yield Difference(Kind.TREE, None, field="head", told=self.tree.size, found=log.size if log else 0)
        beyond = max((abs(size) for size in self._notes), default=0)
        if beyond > self.tree.size:
            text = "entries were signed that are missing now"
            yield Difference(Kind.LEAF, self.tree.size, field=text, told=beyond, found=self.tree.size)
        if not self._tiles_are_whole():
            yield Difference(Kind.TREE, None, field="tiles")

    def _tiles_are_whole(self) -> bool:
        try:
            return tree_root(tile_node_reader(read_tile, self.tree.size), self.tree.size) == self.tree.root()
        except LedgerError:
            return False
