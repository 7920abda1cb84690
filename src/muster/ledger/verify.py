"""Verify a whole ledger: every byte of every file counts, and the first bad place is named.

The tree is computed again from the entries. Where a bundle and a tile disagree, whichever leads to the hash
above it (in the end to the signed root) is right, and the other one is blamed.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

from muster.ledger.builder import Tile, TileBuilder
from muster.ledger.checkpoint import Checkpoint, open_checkpoint
from muster.ledger.encoding import encode_base64
from muster.ledger.entry import verify_entry
from muster.ledger.errors import FormatError, LedgerError
from muster.ledger.keys import VerifierKey
from muster.ledger.log import CHECKPOINT_PATH, Read
from muster.ledger.merkle import HASH_SIZE, root
from muster.ledger.note import parse_note
from muster.ledger.problems import Findings, Flaw, Verification
from muster.ledger.tiles import TILE_WIDTH, bundle_path, paths_of, scan_bundle, tile_path, tiles_of

# (entries done, entries in all) -> None; called once a bundle.
Progress = Callable[[int, int], None]


def verify_export(
    read: Read,
    keys: Sequence[VerifierKey],
    *,
    names: Iterable[str] | None = None,
    progress: Progress | None = None,
    check_signatures: bool = True,
) -> Verification:
    """Check a ledger in the C2SP static layout, reading each file once through `read`.

    `keys` are the verifier keys of the checkpoint and of the entries. `names` are the paths of all files that
    are there, where they can be listed: files that do not belong are then found too. `check_signatures=False`
    leaves out the entries' form and signatures and exists to measure the tree alone.

    Damage is a value in the result; only what `read` raises (but FileNotFoundError) gets through.
    """
    findings = Findings()
    checkpoint = _check_checkpoint(read, keys, findings)
    if checkpoint is None:
        return Verification("", 0, b"", 0, 0, findings.found, findings.in_order())
    walk = _Walk(read, checkpoint, findings, keys if check_signatures else None)
    for index, width in tiles_of(0, checkpoint.size):
        walk.check_block(index, width)
        if progress is not None:
            progress(index * TILE_WIDTH + width, checkpoint.size)
    walk.check_end()
    _check_names(names, checkpoint.size, findings)
    return Verification(
        checkpoint.origin,
        checkpoint.size,
        checkpoint.root,
        walk.entries,
        walk.signatures,
        findings.found,
        findings.in_order(),
    )


def _check_checkpoint(read: Read, keys: Sequence[VerifierKey], findings: Findings) -> Checkpoint | None:
    try:
        raw = read(CHECKPOINT_PATH)
        checkpoint = open_checkpoint(raw, keys)
    except FileNotFoundError:
        findings.add(Flaw.MISSING, CHECKPOINT_PATH)
        return None
    except LedgerError as error:
        findings.add(Flaw.CHECKPOINT, CHECKPOINT_PATH, detail=str(error))
        return None
    known = {(key.name, key.key_id) for key in keys}
    for line in parse_note(raw).signatures:
        if (line.name, line.key_id) not in known:
            findings.add(Flaw.UNKNOWN_SIGNER, CHECKPOINT_PATH, detail=f"{line.name} ({line.key_id.hex()})")
    return checkpoint


def _check_names(names: Iterable[str] | None, size: int, findings: Findings) -> None:
    if names is not None:
        for name in sorted(set(names) - set(paths_of(size))):
            findings.add(Flaw.EXTRA, name)


class _Walk:
    """One pass over the ledger, block by block; memory is the right edge of the tree."""

    def __init__(self, read: Read, signed: Checkpoint, findings: Findings, keys: Sequence[VerifierKey] | None) -> None:
        self.entries = 0
        self.signatures = 0
        self._read = read
        self._signed = signed
        self._findings = findings
        self._keys = keys
        self._builder = TileBuilder()
        self._whole = True

    def check_block(self, index: int, width: int) -> None:
        """Check bundle `index` and its tile, and pass the leaf hashes that are right on to the tree."""
        entries, leaves, damage = self._read_bundle(index, width)
        stored = self._read_tile(0, index, width)
        if len(leaves) == width and not damage and stored in (leaves, None):
            chosen: list[bytes] | None = leaves
        else:
            chosen = self._settle(index, width, leaves, stored, damage)
        if chosen is None:  # neither is left: the tree cannot be computed past this block
            self._whole = False
        elif self._whole:
            for tile in self._builder.add(chosen):
                self._check_upper(tile)
        self._check_entries(index, width, entries, leaves, chosen)

    def _read_bundle(self, index: int, width: int) -> tuple[list[bytes], list[bytes], str | None]:
        """Return entries, leaf hashes and damage; a missing bundle is reported here and damaged by None."""
        path = bundle_path(index, width)
        try:
            raw = self._read(path)
        except FileNotFoundError:
            self._findings.add(Flaw.MISSING, path, index * TILE_WIDTH)
            return [], [], ""
        entries, damage = scan_bundle(raw, width)
        return entries, [sha256(b"\x00" + entry).digest() for entry in entries], damage

    def _read_tile(self, level: int, index: int, width: int) -> list[bytes] | None:
        path = tile_path(level, index, width)
        try:
            raw = self._read(path)
        except FileNotFoundError:
            self._findings.add(Flaw.MISSING, path)
            return None
        if len(raw) != width * HASH_SIZE:
            text = f"{len(raw)} bytes instead of {width * HASH_SIZE}"
            self._findings.add(Flaw.TILE_LENGTH, path, detail=text)
            return None
        return [raw[at : at + HASH_SIZE] for at in range(0, len(raw), HASH_SIZE)]

    def _settle(
        self, index: int, width: int, leaves: list[bytes], stored: list[bytes] | None, damage: str | None
    ) -> list[bytes] | None:
        """Blame the bundle or the tile for their difference, and return the leaf hashes to go on with."""
        path, first = bundle_path(index, width), index * TILE_WIDTH
        entire = len(leaves) == width
        if stored is None:
            if damage:
                self._findings.add(Flaw.BUNDLE_FORM, path, first + min(len(leaves), width - 1), damage)
            return leaves if entire else None
        wrong = [at for at, leaf in enumerate(leaves) if leaf != stored[at]]
        if entire and wrong and self._leads_up(index, leaves) and not self._leads_up(index, stored):
            text = f"hash {wrong[0]} is not that of entry {first + wrong[0]}"
            self._findings.add(Flaw.TILE_HASH, tile_path(0, index, width), first + wrong[0], text)
            wrong, stored = [], leaves
        for at in wrong if not damage else wrong[:1]:
            self._findings.add(Flaw.ENTRY_CHANGED, path, first + at)
        if damage and not wrong:
            self._findings.add(Flaw.BUNDLE_FORM, path, first + min(len(leaves), width - 1), damage)
        return stored

    def _leads_up(self, index: int, leaves: list[bytes]) -> bool:
        """Tell whether a block has the hash that the tile above holds (the last one: the signed root)."""
        if len(leaves) < TILE_WIDTH:
            return self._whole and self._builder.root(leaves) == self._signed.root
        size = self._signed.size // TILE_WIDTH
        parent, offset = divmod(index, TILE_WIDTH)
        width = min(TILE_WIDTH, size - parent * TILE_WIDTH)
        at = offset * HASH_SIZE
        try:
            return self._read(tile_path(1, parent, width))[at : at + HASH_SIZE] == root(leaves)
        except FileNotFoundError:
            return False

    def _check_upper(self, tile: Tile) -> None:
        if tile.level == 0:
            return
        stored = self._read_tile(tile.level, tile.number, len(tile.hashes))
        if stored is not None and stored != tile.hashes:
            at = next(at for at, item in enumerate(tile.hashes) if stored[at] != item)
            text = f"hash {at} is not that of the tiles below"
            self._findings.add(Flaw.TILE_HASH, tile.path, detail=text)

    def _check_entries(
        self,
        index: int,
        width: int,
        entries: list[bytes],
        leaves: list[bytes],
        chosen: list[bytes] | None,
    ) -> None:
        """Check form and signature of the entries that the tree holds; the others are reported already."""
        self.entries += len(entries)
        if self._keys is None:
            return
        for at, entry in enumerate(entries):
            if chosen is not None and leaves[at] != chosen[at]:
                continue
            try:
                verify_entry(entry, self._keys)
                self.signatures += 1
            except LedgerError as error:
                flaw = Flaw.ENTRY_FORM if isinstance(error, FormatError) else Flaw.ENTRY_SIGNATURE
                path = bundle_path(index, width)
                self._findings.add(flaw, path, index * TILE_WIDTH + at, str(error))

    def check_end(self) -> None:
        """Check the right edge and the root."""
        if not self._whole:
            return
        for tile in self._builder.finish():
            self._check_upper(tile)
        computed = self._builder.root()
        if (self._builder.size, computed) != (self._signed.size, self._signed.root):
            text = f"the entries lead to {encode_base64(computed)}"
            self._findings.add(Flaw.ROOT, CHECKPOINT_PATH, detail=text)
