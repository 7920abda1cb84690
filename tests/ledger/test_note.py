import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.samples import KEY, OTHER_KEY
from muster.ledger.errors import FormatError, LedgerError, SignatureError
from muster.ledger.keys import SigningKey, VerifierKey
from muster.ledger.note import MAX_NOTE_BYTES, open_note, parse_note, sign_note, verify_note

# The example of the C2SP signed-note specification.
VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
LINE = (
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
EXAMPLE = f"This is an example message.\n\n{LINE}".encode()


@pytest.mark.spec("J1")
def test_the_example_of_the_specification_verifies():
    note = open_note(EXAMPLE, [VerifierKey.from_text(VKEY)])
    assert note.text == "This is an example message.\n"
    assert note.to_bytes() == EXAMPLE


def test_every_flipped_bit_of_a_note_with_one_signature_is_refused():
    key = VerifierKey.from_text(VKEY)
    for bit in range(8 * len(EXAMPLE)):
        raw = bytearray(EXAMPLE)
        raw[bit // 8] ^= 1 << bit % 8
        with pytest.raises(LedgerError):
            open_note(bytes(raw), [key])


def test_spare_bits_of_the_base64_are_refused():
    with pytest.raises(FormatError, match="canonical"):
        parse_note(EXAMPLE.replace(b"aQM=", b"aQN="))


def test_lines_of_unknown_keys_are_ignored_and_known_ones_must_be_right():
    note = sign_note("text\n", [KEY, OTHER_KEY])
    assert verify_note(note, [OTHER_KEY.verifier]) == (OTHER_KEY.verifier,)
    assert len(verify_note(note, [KEY.verifier, OTHER_KEY.verifier])) == 2
    wrong = sign_note("other\n", [KEY]).to_bytes().replace(b"other\n", b"text\n")
    both = wrong + note.signatures[1].to_line().encode()
    with pytest.raises(SignatureError, match="is wrong"):
        open_note(both, [KEY.verifier, OTHER_KEY.verifier])
    assert open_note(both, [OTHER_KEY.verifier]).text == "text\n"


def test_a_note_that_no_known_key_signed_is_refused_with_the_names_on_it():
    with pytest.raises(SignatureError, match=r"example\.com/foo \(530d903a\)") as caught:
        open_note(EXAMPLE, [KEY.verifier])
    assert "Compare the verifier key" in caught.value.diagnostics()


def test_the_text_ends_at_the_last_empty_line():
    note = sign_note("a\n\nb\n\n", [KEY])
    assert open_note(note.to_bytes(), [KEY.verifier]).text == "a\n\nb\n\n"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"\n\n" + LINE.encode(),
        b"text\n" + LINE.encode(),
        EXAMPLE[:-1],
        EXAMPLE + b"\n",
        EXAMPLE.replace(b"This", b"Th\tis"),
        EXAMPLE.replace(b"This", b"\xff"),
        EXAMPLE.replace("— ".encode(), b"- "),
        EXAMPLE.replace(b"com/foo Uw", b"com/foo  Uw"),
        EXAMPLE.replace(b"example.com/foo", b"example.com+foo"),
        EXAMPLE.replace(b"example.com/foo", b""),
        "text\n\n— name AAAA\n".encode(),
        EXAMPLE + LINE.encode() * 100,
        b"x" * MAX_NOTE_BYTES + EXAMPLE,
    ],
)
def test_what_is_not_a_signed_note_is_refused(raw):
    with pytest.raises(FormatError):
        parse_note(raw)


@pytest.mark.parametrize("text", ["no newline", "", "\n", "tab\there\n", "\udcff\n"])
def test_a_text_that_a_note_cannot_carry_is_not_signed(text):
    with pytest.raises(FormatError):
        sign_note(text, [KEY])


@given(st.text(), st.text(st.characters(blacklist_categories=["Cs"])))
def test_parsing_gives_the_same_bytes_back_or_a_format_error(head, tail):
    raw = (head + "\n\n— " + tail + "\n").encode("utf-8", "replace")
    for candidate in (raw, tail.encode()):
        try:
            note = parse_note(candidate)
        except FormatError:
            continue
        assert note.to_bytes() == candidate


def test_keys_come_back_from_their_text_forms():
    assert VerifierKey.from_text(VKEY).to_text() == VKEY
    assert SigningKey.from_text(KEY.to_text()) == KEY
    assert KEY.to_text().startswith(f"PRIVATE+KEY+{KEY.name}+{KEY.verifier.key_id.hex()}+")
    assert KEY.verifier.to_text().startswith(f"{KEY.name}+{KEY.verifier.key_id.hex()}+")
    assert "seed" not in repr(KEY)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a+b",
        VKEY[:-1],
        VKEY.replace("530d903a", "530d903b"),
        VKEY.replace("530d903a", "530D903A"),
        VKEY.replace("example", "exa mple"),
        VKEY.replace("Aeky", "AEky"),
        VKEY.replace("Aeky", "Beky"),
        "example.com/foo+530d903a+AQ==",
    ],
)
def test_what_is_not_a_key_is_refused(text):
    with pytest.raises(FormatError):
        VerifierKey.from_text(text)
    with pytest.raises(FormatError):
        SigningKey.from_text(text)
    with pytest.raises(FormatError):
        SigningKey.from_text("PRIVATE+KEY+" + text)


@given(st.text())
def test_reading_any_text_as_a_key_gives_a_key_or_a_format_error(text):
    for read in (VerifierKey.from_text, SigningKey.from_text):
        with pytest.raises(FormatError):
            read(text)


def test_a_key_of_the_wrong_shape_cannot_be_made():
    for name, raw in (
        ("", bytes(32)),
        ("a b", bytes(32)),
        ("a\u2003b", bytes(32)),
        ("\ud800", bytes(32)),
        ("a", bytes(31)),
    ):
        with pytest.raises(FormatError):
            VerifierKey(name, raw)
        with pytest.raises(FormatError):
            SigningKey(name, raw)
