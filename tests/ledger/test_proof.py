import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.samples import KEY, OTHER_KEY, entry, export, reader
from muster.ledger.errors import FormatError, LedgerError, ProofError, SignatureError
from muster.ledger.log import LogView
from muster.ledger.proof import HEADER, Receipt, parse_receipt

ENTRIES = [entry(number) for number in range(300)]
VIEW = LogView(reader(export(ENTRIES)), [KEY.verifier])
RAW = VIEW.receipt(5).to_bytes()


@pytest.mark.spec("J1")
@pytest.mark.parametrize("index", [0, 1, 255, 256, 299])
def test_a_receipt_proves_its_entry_offline_and_no_other(index):
    receipt = parse_receipt(VIEW.receipt(index).to_bytes())
    assert receipt.verify(ENTRIES[index], [KEY.verifier]).size == 300
    with pytest.raises(ProofError):
        receipt.verify(ENTRIES[index - 1], [KEY.verifier])
    with pytest.raises(SignatureError):
        receipt.verify(ENTRIES[index], [OTHER_KEY.verifier])


def test_the_file_has_the_lines_of_the_specification():
    lines = RAW.decode().split("\n")
    assert lines[:2] == [HEADER, "index 5"]
    assert [len(base64.b64decode(line)) for line in lines[2 : lines.index("")]] == [32] * 9
    assert RAW.endswith(b"\n\n" + VIEW.signed_checkpoint)


@pytest.mark.parametrize("extra", [None, b"", b"a note for the reader"])
def test_extra_bytes_travel_along(extra):
    receipt = VIEW.receipt(5)
    again = parse_receipt(Receipt(5, receipt.proof, receipt.checkpoint, extra).to_bytes())
    assert again.extra == extra
    assert again.verify(ENTRIES[5], [KEY.verifier]).size == 300


def test_every_flipped_bit_of_a_receipt_is_refused():
    for bit in range(8 * len(RAW)):
        changed = bytearray(RAW)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(LedgerError):
            parse_receipt(bytes(changed)).verify(ENTRIES[5], [KEY.verifier])


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        RAW[:-1],
        RAW.replace(b"@v1", b"@v2"),
        RAW.replace(b"index 5\n", b""),
        RAW.replace(b"index 5\n", b"index 05\n"),
        RAW.replace(b"index 5\n", b"index 5\nindex 5\n"),
        RAW.replace(b"index 5\n", b"extra A\nindex 5\n"),
        RAW.replace(b"index 5\n", b"index 5\nextra AAAA\n"),
        RAW.replace(b"index 5\n", b"index 5\nAAAA\n"),
        RAW.replace(b"index 5\n", b"index 5\n" + (b"A" * 43 + b"=\n") * 64),
        RAW.replace(b"index 5", "índex 5".encode()),
        RAW + b"x" * 2**20,
    ],
)
def test_what_is_not_a_receipt_is_refused(raw):
    with pytest.raises(FormatError):
        parse_receipt(raw)


@given(st.binary(), st.integers(0, len(RAW)))
def test_parsing_gives_the_same_bytes_back_or_a_format_error(extra, at):
    for raw in (extra, RAW[:at] + extra + RAW[at:]):
        try:
            receipt = parse_receipt(raw)
        except FormatError:
            continue
        assert receipt.to_bytes() == raw
