import pytest

from ledger.samples import KEY, OTHER_KEY, entry, export, plain, reader, sign
from muster.ledger import verify
from muster.ledger.builder import TileBuilder
from muster.ledger.entry import parse_envelope
from muster.ledger.errors import FormatError
from muster.ledger.log import export_files
from muster.ledger.merkle import leaf_hash
from muster.ledger.note import parse_note, sign_note
from muster.ledger.problems import LISTED, Flaw
from muster.ledger.tiles import encode_bundle, tile_path
from muster.ledger.verify import verify_export

ENTRIES = [entry(number) for number in range(300)]
FILES = export(ENTRIES)
FULL, TAIL = "tile/entries/000", "tile/entries/001.p/44"


def check(files, **options):
    return verify_export(reader(files), [KEY.verifier], names=list(files), **options)


def flaws(files, **options):
    return [(item.flaw, item.file, item.entry) for item in check(files, **options).problems]


@pytest.mark.spec("J1")
@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 300])
def test_an_untouched_export_is_verified_down_to_each_signature(size):
    result = check(export(ENTRIES[:size]))
    assert result.verified
    assert (result.size, result.entries, result.signatures) == (size, size, size)


@pytest.mark.parametrize("size", [511, 512, 513, 65_535, 65_536, 65_537, 70_000])
def test_the_tree_of_a_larger_export_is_verified(size):
    seen = []
    result = check(export(plain(size)), check_signatures=False, progress=lambda *step: seen.append(step))
    assert result.verified
    assert result.entries == size
    assert seen[-1] == (size, size)
    assert len(seen) == -(-size // 256)


def test_a_changed_entry_is_found_in_its_bundle():
    for path, at, number in ((FULL, 200, 0), (FULL, 123_391, 255), (TAIL, 5, 256), (TAIL, 21_207, 299)):
        raw = bytearray(FILES[path])
        raw[at] ^= 1
        assert flaws(FILES | {path: bytes(raw)}) == [(Flaw.ENTRY_CHANGED, path, number)]


def test_a_changed_tile_is_told_from_a_changed_entry():
    for path, at, number in (("tile/0/000", 33, 1), ("tile/0/001.p/44", 0, 256), ("tile/1/000.p/1", 0, None)):
        raw = bytearray(FILES[path])
        raw[at] ^= 128
        assert flaws(FILES | {path: bytes(raw)}) == [(Flaw.TILE_HASH, path, number)]


@pytest.mark.parametrize("path", FILES)
def test_a_missing_file_is_named(path):
    found = flaws({name: raw for name, raw in FILES.items() if name != path})
    assert [item[:2] for item in found] == [(Flaw.MISSING, path)]


def test_a_bundle_and_its_tile_may_both_be_missing():
    found = flaws({name: raw for name, raw in FILES.items() if name not in {FULL, "tile/0/000"}})
    assert [item[:2] for item in found] == [(Flaw.MISSING, FULL), (Flaw.MISSING, "tile/0/000")]


@pytest.mark.parametrize("path", FILES)
def test_a_byte_more_or_less_is_refused_in_its_file(path):
    for raw in (FILES[path] + b"\n", FILES[path][:-1], b"", FILES[path] * 2):
        assert {item[1] for item in flaws(FILES | {path: raw})} == {path}


def test_a_file_that_does_not_belong_is_named():
    assert flaws(FILES | {"tile/0/001.p/43": b""}) == [(Flaw.EXTRA, "tile/0/001.p/43", None)]
    assert flaws(FILES | {"README": b"hello"}) == [(Flaw.EXTRA, "README", None)]


def test_exchanged_entries_are_named_both():
    swapped = [ENTRIES[1], ENTRIES[0], *ENTRIES[2:256]]
    found = flaws(FILES | {FULL: encode_bundle(swapped)})
    assert found == [(Flaw.ENTRY_CHANGED, FULL, 0), (Flaw.ENTRY_CHANGED, FULL, 1)]


def rebuild(entries):
    """All files but the checkpoint as somebody would make them who can write files but not sign."""
    forged = dict(export_files(entries, sign(entries, OTHER_KEY)))
    return forged | {"checkpoint": FILES["checkpoint"]}


def test_entries_exchanged_together_with_all_tiles_do_not_lead_to_the_signed_root():
    found = flaws(rebuild([ENTRIES[1], ENTRIES[0], *ENTRIES[2:]]))
    assert found == [(Flaw.ROOT, "checkpoint", None)]


def test_an_entry_forged_together_with_all_tiles_is_named_by_its_signature():
    found = flaws(rebuild([*ENTRIES[:7], entry(7, OTHER_KEY), *ENTRIES[8:]]))
    assert found == [(Flaw.ENTRY_SIGNATURE, FULL, 7), (Flaw.ROOT, "checkpoint", None)]


def test_an_entry_that_was_never_an_envelope_is_refused_although_the_log_signed_its_tree():
    assert flaws(export([ENTRIES[0], b"entry 1\n"])) == [(Flaw.ENTRY_FORM, "tile/entries/000.p/2", 1)]


def test_an_older_checkpoint_of_the_same_ledger_does_not_pass_with_the_newer_files():
    older = sign(ENTRIES[:299])
    assert not check(FILES | {"checkpoint": older}).verified


def test_another_key_is_refused_at_the_checkpoint():
    result = verify_export(reader(FILES), [OTHER_KEY.verifier])
    assert [item.flaw for item in result.problems] == [Flaw.CHECKPOINT]
    assert "none of the known keys signed" in result.problems[0].detail


def test_a_signature_line_that_nobody_can_check_is_refused_because_its_bytes_would_not_count():
    text = parse_note(FILES["checkpoint"]).text
    both = FILES | {"checkpoint": sign_note(text, [KEY, OTHER_KEY]).to_bytes()}
    assert flaws(both) == [(Flaw.UNKNOWN_SIGNER, "checkpoint", None)]
    keys = [KEY.verifier, OTHER_KEY.verifier]
    assert verify_export(reader(both), keys, names=list(both)).verified


def test_damage_in_two_places_is_reported_in_the_order_of_the_ledger():
    tail, tile = bytearray(FILES[TAIL]), bytearray(FILES["tile/0/000"])
    tail[100] ^= 1
    tile[9 * 32] ^= 1
    found = flaws(FILES | {TAIL: bytes(tail), "tile/0/000": bytes(tile)})
    assert found == [(Flaw.TILE_HASH, "tile/0/000", 9), (Flaw.ENTRY_CHANGED, TAIL, 256)]


def test_many_problems_are_counted_and_a_thousand_listed():
    result = check(export([b"%d" % number for number in range(LISTED + 500)]))
    assert result.found == LISTED + 500
    assert len(result.problems) == LISTED


def test_blocks_after_a_short_one_are_refused_by_the_builder():
    builder = TileBuilder()
    assert not list(builder.add([bytes(32)]))
    with pytest.raises(FormatError, match="blocks of 256"):
        list(builder.add([bytes(32)]))


def test_spare_bits_inside_an_entry_are_refused_even_when_the_tree_holds_them():
    envelope = ENTRIES[0]
    at = envelope.index(b'==","payloadType') - 1
    spare = envelope[:at] + bytes([envelope[at] + 1]) + envelope[at + 1 :]
    assert parse_envelope(envelope).to_bytes() == envelope
    assert flaws(export([spare])) == [(Flaw.ENTRY_FORM, "tile/entries/000.p/1", 0)]


def test_leaving_signatures_out_still_checks_the_whole_tree():
    raw = bytearray(FILES[FULL])
    raw[200] ^= 1
    assert flaws(FILES | {FULL: bytes(raw)}, check_signatures=False) == [(Flaw.ENTRY_CHANGED, FULL, 0)]
    assert check(FILES, check_signatures=False).signatures == 0
    assert leaf_hash(ENTRIES[0]) == FILES[tile_path(0, 0)][:32]
    assert verify.verify_entry(ENTRIES[0], [KEY.verifier]).predicate == {"n": 0}
