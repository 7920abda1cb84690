"""Measure the ledger: appends per second, and a whole verification of a large log, tree and signatures apart.

    PYTHONPATH=tools python -m bench.ledger [ENTRIES] [SIGNATURES]

Nothing is extrapolated: each figure says how many entries it was measured on.
"""

import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from muster.ledger.checkpoint import Checkpoint, sign_checkpoint
from muster.ledger.entry import PredicateType, make_statement, sign_statement, verify_entry
from muster.ledger.frontier import Frontier
from muster.ledger.keys import SigningKey
from muster.ledger.log import export_files
from muster.ledger.merkle import leaf_hash
from muster.ledger.verify import verify_export

KEY = SigningKey("bench.example/ledger", bytes(range(32)))
APPENDS = 20_000


def main(entries: int = 1_000_000, signatures: int = 100_000) -> None:
    measure_appends()
    with tempfile.TemporaryDirectory() as folder:
        measure_tree(entries, Path(folder))
    measure_signatures(signatures)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory: {peak:,.0f} MB")


def signed(count: int) -> Iterator[bytes]:
    """Yield `count` signed entries, each its own."""
    for number in range(count):
        statement = make_statement({"case": f"{number:064x}"}, PredicateType.ACT, {"n": number})
        yield sign_statement(statement, [KEY])


def measure_appends() -> None:
    start, frontier = time.perf_counter(), Frontier()
    for entry in signed(APPENDS):
        frontier = frontier.append(leaf_hash(entry))
    took = time.perf_counter() - start
    print(f"append (sign, hash, grow the tree; no disk): {APPENDS / took:,.0f}/s over {APPENDS:,} entries")


def measure_tree(count: int, folder: Path) -> None:
    """Write a log of small unsigned entries to disk, and verify its tree file by file."""
    frontier = Frontier()
    for number in range(count):
        frontier = frontier.append(leaf_hash(b"entry %d\n" % number))
    checkpoint = sign_checkpoint(Checkpoint(KEY.name, count, frontier.root()), KEY)
    start = time.perf_counter()
    for name, raw in export_files((b"entry %d\n" % number for number in range(count)), checkpoint):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
    print(f"export of {count:,} small entries: {time.perf_counter() - start:.1f} s")
    start = time.perf_counter()
    names = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    result = verify_export(
        lambda name: (folder / name).read_bytes(), [KEY.verifier], names=names, check_signatures=False
    )
    print(f"verify, tree part, {result.entries:,} entries: {time.perf_counter() - start:.1f} s", end="")
    print(f" (verified: {result.verified})")


def measure_signatures(count: int) -> None:
    """Verify form and signature of signed entries; making them is not timed."""
    entries, keys = list(signed(count)), [KEY.verifier]
    start = time.perf_counter()
    for entry in entries:
        verify_entry(entry, keys)
    took = time.perf_counter() - start
    print(f"verify, form and signature, {count:,} entries: {took:.1f} s ({count / took:,.0f}/s)")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
