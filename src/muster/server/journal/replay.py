"""Compare what the ledger tells with what the rows say, and name each difference.

A leaf's `about` and `facts` are what an act set on a row. Folding all leaves about one row, oldest first, gives what
the row has to say now. Rooms register how their rows are read; whatever else they recompute (decisions) is a check.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from pydantic import JsonValue

from muster.server.journal.leaf import Facts

Row: TypeAlias = tuple[Mapping[str, str], Facts]
"""`about` and `facts` as the row says now; `about` holds the row's own id under the kind's name."""
ReadRows: TypeAlias = Callable[[], Iterable[Row]]
ReadDigests: TypeAlias = Callable[[], Iterable[tuple[str, str]]]
"""Every row of a kind as (name, digest), the name as leaves give it in ``facts["rows"]``."""


class Kind(StrEnum):
    """What differs."""

    LEAF = "leaf"
    """The stored entry is not the one that was signed, or its index is missing."""
    COLUMN = "column"
    """A column beside the leaf does not repeat what the leaf says."""
    TREE = "tree"
    """Head, tiles or checkpoints do not fit the entries."""
    ROW = "row"
    """A row says something else than the leaf that set it."""
    ROW_MISSING = "row_missing"
    """A leaf tells of a row that is not there."""
    LEAF_MISSING = "leaf_missing"
    """There is a row that no leaf tells of."""
    RECOMPUTED = "recomputed"
    """Something that was stored comes out differently when it is computed again."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: the entry that tells (None: none does), the row, the field, and both versions."""

    kind: Kind
    entry: int | None
    row: str = ""
    field: str = ""
    told: JsonValue = None
    found: JsonValue = None


@dataclass(frozen=True, slots=True)
class RowKind:
    """Rows of one kind: under which name leaves point at them, which acts set them, how they are read."""

    name: str
    acts: frozenset[str]
    read: ReadRows


@dataclass(frozen=True, slots=True)
class Replay:
    """What was compared and what differs; `uncompared` counts the entries of acts that no room reads back."""

    entries: int
    rows: int
    differences: tuple[Difference, ...]
    uncompared: Mapping[str, int] = field(default_factory=dict)


Check: TypeAlias = Callable[[], Iterable[Difference]]
_kinds: dict[str, RowKind] = {}
_checks: dict[str, Check] = {}
_digests: dict[str, ReadDigests] = {}
_changed_by: dict[str, frozenset[str] | None] = {}


def register_rows(name: str, acts: Iterable[str], read: ReadRows) -> None:
    """Let replay compare the rows that leaves name as ``about[name]`` with the acts that set them.

    `read` yields every row with all values that any of its acts records: an insertion behind Muster's back shows too.
    """
    _kinds[name] = RowKind(name, frozenset(acts), read)


def register_check(name: str, check: Check) -> None:
    """Let replay run `check`, which computes something again and yields what comes out differently."""
    _checks[name] = check


def register_digests(kind: str, read: ReadDigests, *, changed_by: Iterable[str] | None = None) -> None:
    """Let replay compare rows named ``kind:id`` with the digest in ``facts["rows"]`` of the last leaf about each.

    One act may so tell of many rows, of several kinds. Where `changed_by` names the acts that change such a row, any
    other that tells of another digest than before shows that the row was changed behind Muster's back in between.
    """
    _digests[kind] = read
    _changed_by[kind] = None if changed_by is None else frozenset(changed_by)


@dataclass(slots=True)
class _Told:
    """What the leaves about one row set, and which entry set each value last."""

    values: dict[str, JsonValue] = field(default_factory=dict)
    entries: dict[str, int] = field(default_factory=dict)
    last: int = 0

    def fold(self, entry: int, values: Mapping[str, JsonValue]) -> None:
        self.values.update(values)
        self.entries.update(dict.fromkeys(values, entry))
        self.last = entry


class Comparison:
    """Takes the leaves in order, then compares them with every row."""

    def __init__(self) -> None:
        self._told: dict[str, dict[str, _Told]] = {name: {} for name in _kinds}
        self._by_act = {act: kind for kind in _kinds.values() for act in kind.acts}
        self._told_digests: dict[str, dict[str, tuple[int, JsonValue]]] = {kind: {} for kind in _digests}
        self._slipped_in: list[Difference] = []
        self.uncompared: dict[str, int] = {}
        self.rows = 0

    def take(self, entry: int, act: str, about: Mapping[str, str], facts: Facts) -> None:
        """Fold one leaf."""
        kind = self._by_act.get(act)
        rows = facts.get("rows")
        if isinstance(rows, dict):
            for row, digest in rows.items():
                self._take_digest(entry, act, row, digest)
        elif kind is None or kind.name not in about:
            self.uncompared[act] = self.uncompared.get(act, 0) + 1
        if kind is None or kind.name not in about:
            return
        told = self._told[kind.name].setdefault(about[kind.name], _Told())
        told.fold(entry, {**about, **facts})

    def _take_digest(self, entry: int, act: str, row: str, digest: JsonValue) -> None:
        label = row.partition(":")[0]
        told = self._told_digests.setdefault(label, {})
        acts = _changed_by.get(label)
        _, before = told.get(row, (entry, digest))
        if acts is not None and act not in acts and before != digest:
            self._slipped_in.append(Difference(Kind.ROW, entry, row, "digest", before, digest))
        told[row] = (entry, digest)

    def finish(self) -> Iterator[Difference]:
        """Compare every row, then run the checks of the rooms."""
        yield from self._slipped_in
        for kind in _kinds.values():
            yield from self._compare_kind(kind, dict(self._told[kind.name]))
        for label, told in self._told_digests.items():
            yield from self._compare_digests(label, dict(told))
        for check in _checks.values():
            yield from check()

    def _compare_digests(self, kind: str, told: dict[str, tuple[int, JsonValue]]) -> Iterator[Difference]:
        for row, digest in _digests[kind]() if kind in _digests else ():
            self.rows += 1
            entry, said = told.pop(row, (None, None))
            if entry is None:
                yield Difference(Kind.LEAF_MISSING, None, row)
            elif said != digest:
                yield Difference(Kind.ROW, entry, row, "digest", said, digest)
        for row, (entry, _) in told.items():
            yield Difference(Kind.ROW_MISSING, entry, row)

    def _compare_kind(self, kind: RowKind, told: dict[str, _Told]) -> Iterator[Difference]:
        for about, facts in kind.read():
            self.rows += 1
            name = f"{kind.name} {about[kind.name]}"
            tells = told.pop(about[kind.name], None)
            if tells is None:
                yield Difference(Kind.LEAF_MISSING, None, name)
            else:
                yield from _compare_row(name, tells, {**about, **facts})
        for row, tells in told.items():
            yield Difference(Kind.ROW_MISSING, tells.last, f"{kind.name} {row}")


def _compare_row(name: str, tells: _Told, found: Mapping[str, JsonValue]) -> Iterator[Difference]:
    for label in sorted(tells.values.keys() | found.keys()):
        told, now = tells.values.get(label), found.get(label)
        if told != now:
            yield Difference(Kind.ROW, tells.entries.get(label, tells.last), name, label, told, now)
