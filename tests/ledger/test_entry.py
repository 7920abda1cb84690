import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from securesystemslib.dsse import Envelope as OracleEnvelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey

from ledger.samples import KEY, OTHER_KEY, entry
from muster.ledger.entry import (
    PAYLOAD_TYPE,
    Envelope,
    PredicateType,
    make_statement,
    pae,
    parse_envelope,
    parse_statement,
    sign_statement,
    verify_entry,
)
from muster.ledger.errors import FormatError, LedgerError, SignatureError
from muster.ledger.keys import SigningKey

SHA = "ab" * 32
SECOND = SigningKey("witness.example", bytes([7] * 32))
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


def payload(**changes):
    statement = json.loads(make_statement({"case": SHA}, PredicateType.ACT, {}).to_bytes())
    return json.dumps(statement | changes, sort_keys=True, separators=(",", ":")).encode()


def oracle_key(key):
    keyid = key.verifier.key_id.hex()
    public = key.verifier.public.hex()
    return SSlibKey(keyid, "ed25519", "ed25519", {"public": public})


def test_the_pre_authentication_encoding_is_that_of_the_specification():
    assert pae("http://example.com/HelloWorld", b"hello world") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )


@pytest.mark.spec("J1")
def test_securesystemslib_verifies_an_entry_with_both_signatures():
    raw = sign_statement(make_statement({"case": SHA}, PredicateType.ACT, {"by": "p1"}), [KEY, SECOND])
    envelope = OracleEnvelope.from_dict(json.loads(raw))
    accepted = envelope.verify([oracle_key(KEY), oracle_key(SECOND)], 2)
    assert len(accepted) == 2
    envelope.payload += b" "
    with pytest.raises(VerificationError):
        envelope.verify([oracle_key(KEY)], 1)


def test_the_same_statement_gives_the_same_bytes_and_comes_back():
    statement = make_statement({"b": SHA, "a": SHA}, PredicateType.DECISION, {"z": 1, "a": [None, 1.5]})
    raw = sign_statement(statement, [KEY])
    assert raw == sign_statement(statement, [KEY])
    assert verify_entry(raw, [OTHER_KEY.verifier, KEY.verifier]) == statement
    assert json.loads(raw)["payloadType"] == PAYLOAD_TYPE
    assert json.loads(base64.b64decode(json.loads(raw)["payload"]))["_type"] == "https://in-toto.io/Statement/v1"


@given(st.dictionaries(st.text(), values, max_size=4))
def test_any_json_object_survives_as_predicate(predicate):
    try:
        statement = make_statement({"case": SHA}, PredicateType.ACT, predicate)
        raw = sign_statement(statement, [KEY])
    except FormatError:
        return  # numbers or text that canonical JSON cannot carry
    assert verify_entry(raw, [KEY.verifier]).to_bytes() == statement.to_bytes()


def test_another_key_is_refused_with_the_ids_that_signed():
    with pytest.raises(SignatureError, match=KEY.verifier.key_id.hex()):
        verify_entry(entry(1), [OTHER_KEY.verifier])


def test_a_known_keys_wrong_signature_is_refused_even_beside_a_right_one():
    good = parse_envelope(sign_statement(make_statement({"c": SHA}, PredicateType.ACT, {}), [KEY, SECOND]))
    bad = Envelope(good.payload, (good.signatures[0], (good.signatures[1][0], bytes(64))))
    with pytest.raises(SignatureError, match="is wrong"):
        verify_entry(bad.to_bytes(), [KEY.verifier, SECOND.verifier])
    assert verify_entry(bad.to_bytes(), [KEY.verifier]).subject[0].name == "c"


def test_every_flipped_bit_of_an_entry_is_refused():
    raw = entry(0)
    for bit in range(8 * len(raw)):
        changed = bytearray(raw)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(LedgerError):
            verify_entry(bytes(changed), [KEY.verifier])


@pytest.mark.parametrize(
    "text",
    [
        payload().replace(b":", b": ", 1),  # another spelling
        payload(extra=1),
        payload(_type="https://in-toto.io/Statement/v0.1"),
        payload(subject=[]),
        payload(subject=[{"digest": {}, "name": "a"}]),
        payload(subject=[{"digest": {"sha256": "xyz"}, "name": "a"}]),
        payload(predicate=[]),
        payload(predicate={"n": 1.0}).replace(b'"n":1', b'"n":1'),
        payload(predicate={"n": 2**60}),
        payload().replace(b'"predicate":{}', b'"predicate":{"n":NaN}'),
        payload().replace(b'"predicate":{}', b'"predicate":{},"predicate":{}'),
        payload().replace(b'"predicate":{}', b'"predicate":{"a":' + b"[" * 5_000 + b"]" * 5_000 + b"}"),
        b"",
        b"\xff",
    ],
)
def test_a_payload_that_is_not_a_canonical_statement_is_refused(text):
    assert parse_statement(payload()).predicate == {}
    with pytest.raises(FormatError):
        parse_statement(text)


def test_a_statement_needs_a_subject_and_a_signer_and_fits_an_entry():
    with pytest.raises(FormatError):
        make_statement({}, PredicateType.ACT, {})
    with pytest.raises(FormatError):
        make_statement({"a": "no digest"}, PredicateType.ACT, {})
    statement = make_statement({"a": SHA}, PredicateType.ACT, {"text": "x" * 60_000})
    with pytest.raises(FormatError, match="65535"):
        sign_statement(statement, [KEY])
    with pytest.raises(FormatError):
        sign_statement(make_statement({"a": SHA}, PredicateType.ACT, {}), [])


@pytest.mark.parametrize("value", [2.0**53, 2**53, float("nan"), float("inf"), "\ud800"])
def test_a_value_that_would_not_come_back_as_it_went_is_never_signed(value):
    with pytest.raises(FormatError):
        sign_statement(make_statement({"a": SHA}, PredicateType.ACT, {"n": value}), [KEY])


@given(st.binary() | st.text().map(str.encode))
def test_reading_any_bytes_gives_an_envelope_or_a_ledger_error(raw):
    for parse in (parse_envelope, parse_statement):
        with pytest.raises(LedgerError):
            parse(raw)


@given(st.integers(0, 600), st.binary(min_size=1, max_size=3))
def test_bytes_put_into_an_entry_are_refused(at, extra):
    raw = entry(3)
    with pytest.raises(LedgerError):
        verify_entry(raw[:at] + extra + raw[at:], [KEY.verifier])
