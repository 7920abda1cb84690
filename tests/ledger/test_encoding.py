import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.ledger.encoding import decode_base64, encode_base64, parse_decimal
from muster.ledger.errors import FormatError


@given(st.binary())
def test_bytes_survive_the_round_trip(raw):
    assert decode_base64(encode_base64(raw)) == raw


def test_of_all_texts_that_decoders_accept_for_the_same_bytes_one_is_accepted_here():
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    lenient = [a for a in alphabet if base64.b64decode(f"A{a}==", validate=True) == b"\x00"]
    assert len(lenient) == 16  # the trap: sixteen spellings of one byte
    assert decode_base64("AA==") == b"\x00"
    for character in lenient[1:]:
        with pytest.raises(FormatError, match="canonical"):
            decode_base64(f"A{character}==")


@pytest.mark.parametrize("text", ["A", "AA", "AA=", "AA===", "AA==\n", " AA==", "A-_=", "é", "AA==AA=="])
def test_other_spellings_are_refused(text):
    with pytest.raises(FormatError):
        decode_base64(text)


@given(st.text())
def test_any_text_decodes_to_bytes_that_encode_to_it_or_is_refused(text):
    try:
        raw = decode_base64(text)
    except FormatError:
        return
    assert encode_base64(raw) == text


@pytest.mark.parametrize("text", ["", "-1", "+1", "01", "1 ", "1_0", "１", "1.0", "9223372036854775808", "1" * 5_000])
def test_a_number_with_another_spelling_is_refused(text):
    with pytest.raises(FormatError):
        parse_decimal(text)


def test_a_number_may_be_zero_or_the_largest():
    assert parse_decimal("0") == 0
    assert parse_decimal("9223372036854775807") == 2**63 - 1
