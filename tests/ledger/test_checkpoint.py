import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.samples import KEY, ORIGIN, OTHER_KEY
from muster.ledger.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint, sign_checkpoint
from muster.ledger.errors import FormatError, LedgerError, SignatureError
from muster.ledger.keys import SigningKey
from muster.ledger.merkle import EMPTY_ROOT
from muster.ledger.note import sign_note

ROOT = bytes(range(32))
TEXT = f"{ORIGIN}\n7\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
STRANGER = SigningKey("ledger.example/other", bytes([3] * 32))


def test_a_checkpoint_is_three_lines():
    assert Checkpoint(ORIGIN, 7, ROOT).to_text() == TEXT
    assert parse_checkpoint(TEXT) == Checkpoint(ORIGIN, 7, ROOT)


@pytest.mark.parametrize(
    "text",
    [
        "",
        TEXT[:-1],
        TEXT + "extension\n",
        TEXT + "\n",
        TEXT.replace("\n7\n", "\n07\n"),
        TEXT.replace("\n7\n", "\n-7\n"),
        TEXT.replace("\n7\n", "\n0\n"),
        TEXT.replace("\n7\n", "\n9223372036854775808\n"),
        TEXT.replace("Hh8=", "Hh9="),
        TEXT.replace("Hh8=", ""),
        TEXT.replace(ORIGIN, ""),
        TEXT.replace(ORIGIN, "a b"),
        TEXT.replace(ORIGIN, "a+b"),
    ],
)
def test_any_other_text_is_refused(text):
    with pytest.raises(FormatError):
        parse_checkpoint(text)


@given(st.text() | st.text().map(lambda name: TEXT.replace(ORIGIN, name)))
def test_parsing_gives_the_same_text_back_or_a_format_error(text):
    try:
        checkpoint = parse_checkpoint(text)
    except FormatError:
        return
    assert checkpoint.to_text() == text


@pytest.mark.spec("J1")
def test_a_signed_checkpoint_opens_with_its_key_alone():
    signed = sign_checkpoint(Checkpoint(ORIGIN, 7, ROOT), KEY)
    assert open_checkpoint(signed, [OTHER_KEY.verifier, KEY.verifier]) == Checkpoint(ORIGIN, 7, ROOT)
    with pytest.raises(SignatureError):
        open_checkpoint(signed, [OTHER_KEY.verifier])


def test_a_key_cannot_sign_for_another_ledger():
    with pytest.raises(FormatError, match="cannot sign for the ledger"):
        sign_checkpoint(Checkpoint(ORIGIN, 7, ROOT), STRANGER)
    signed = sign_note(TEXT, [STRANGER]).to_bytes()
    with pytest.raises(SignatureError, match="no known key of the ledger"):
        open_checkpoint(signed, [STRANGER.verifier])


def test_impossible_checkpoints_cannot_be_made():
    assert Checkpoint(ORIGIN, 0, EMPTY_ROOT).size == 0
    for size, root in ((-1, ROOT), (2**63, ROOT), (7, ROOT[:-1]), (0, ROOT)):
        with pytest.raises(FormatError):
            Checkpoint(ORIGIN, size, root)


@given(st.binary())
def test_opening_any_bytes_is_refused_with_a_ledger_error(raw):
    with pytest.raises(LedgerError):
        open_checkpoint(raw, [KEY.verifier])
