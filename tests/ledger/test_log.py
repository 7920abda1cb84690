import functools
import hashlib
import json
from pathlib import Path

import pytest

from ledger import rfc
from ledger.samples import KEY, OTHER_KEY, export, plain, reader, sign
from muster.ledger.errors import FormatError, ProofError, SignatureError
from muster.ledger.frontier import Frontier
from muster.ledger.log import LogView, export_files
from muster.ledger.merkle import leaf_hash, verify_consistency
from muster.ledger.tiles import paths_of

GOLDEN = json.loads(Path(__file__).with_name("golden_logs.json").read_text())
LARGEST = plain(70_000)
LEAVES = [leaf_hash(item) for item in LARGEST]


@functools.cache
def files_of(size):
    return export(LARGEST[:size])


def fingerprint(files):
    """One digest over names, lengths and bytes of all files but the checkpoint."""
    whole = hashlib.sha256()
    for name in sorted(files.keys() - {"checkpoint"}):
        whole.update(b"%s %d\n" % (name.encode(), len(files[name])) + files[name])
    return whole.hexdigest()


@pytest.mark.spec("J1")
@pytest.mark.parametrize("log", GOLDEN, ids=lambda log: str(log["size"]))
def test_a_golden_log_has_the_same_files_byte_for_byte(log):
    files = files_of(log["size"])
    view = LogView(reader(files), [KEY.verifier])
    assert view.checkpoint.root.hex() == log["root"]
    assert len(files) == log["files"]
    assert fingerprint(files) == log["sha256"]
    assert list(files)[-1] == "checkpoint"
    assert set(files) == set(paths_of(log["size"]))


@pytest.mark.parametrize("log", GOLDEN, ids=lambda log: str(log["size"]))
def test_a_golden_root_is_the_recursive_definition_of_the_rfc(log):
    assert rfc.mth(LEAVES[: log["size"]]).hex() == log["root"]


def test_the_frontier_reaches_the_golden_roots():
    roots, frontier = {}, Frontier()
    for leaf in [*LEAVES, b""]:
        roots[frontier.size] = frontier.root().hex()
        if leaf:
            frontier = frontier.append(leaf)
    assert {log["size"]: log["root"] for log in GOLDEN} == {log["size"]: roots[log["size"]] for log in GOLDEN}


@pytest.mark.parametrize("index", [0, 1, 255, 256, 65_535, 65_536, 69_887, 69_888, 69_999])
def test_receipts_made_from_tiles_are_the_paths_of_the_rfc(index):
    view = LogView(reader(files_of(70_000)), [KEY.verifier])
    receipt = view.receipt(index)
    assert view.entry(index) == LARGEST[index]
    assert list(receipt.proof) == rfc.path(index, LEAVES)
    assert receipt.verify(view.entry(index), [KEY.verifier]) == view.checkpoint


@pytest.mark.parametrize("old", [0, 1, 255, 256, 257, 65_535, 65_536, 69_888, 69_999, 70_000])
def test_consistency_proofs_made_from_tiles_verify(old):
    view = LogView(reader(files_of(70_000)), [KEY.verifier])
    proof = view.consistency(old)
    verify_consistency(old, 70_000, proof, rfc.mth(LEAVES[:old]), view.checkpoint.root)
    if old:
        assert list(proof) == rfc.proof(old, LEAVES)


def test_what_is_not_in_the_ledger_cannot_be_asked_for():
    view = LogView(reader(files_of(3)), [KEY.verifier])
    with pytest.raises(ProofError, match="no entry 3"):
        view.entry(3)
    with pytest.raises(ProofError, match="no entry -1"):
        view.receipt(-1)
    with pytest.raises(SignatureError):
        LogView(reader(files_of(3)), [OTHER_KEY.verifier])


def test_a_damaged_bundle_is_refused_with_its_path():
    files = files_of(3) | {"tile/entries/000.p/3": b"\x00"}
    with pytest.raises(FormatError) as caught:
        LogView(reader(files), [KEY.verifier]).entry(0)
    assert caught.value.where == "tile/entries/000.p/3"


def test_other_entries_than_those_signed_are_never_exported_under_the_checkpoint():
    for wrong in (plain(299), [*plain(299), b"forged"]):
        written = []
        with pytest.raises(ProofError, match="not the 300 that the checkpoint signs"):
            written.extend(path for path, _ in export_files(wrong, sign(plain(300))))
        assert "checkpoint" not in written


def test_an_export_takes_only_the_entries_that_its_checkpoint_covers():
    assert dict(export_files(iter(plain(500)), sign(plain(300)))) == files_of(300)
