"""A permit says who may run where until when; anything else about it is refused with a sentence."""

from datetime import UTC, datetime, timedelta

import pytest

from muster.ledger.entry import PredicateType, make_statement, sign_statement
from muster.ledger.keys import SigningKey
from muster.ledger.permit import (
    PERMIT_TYPE,
    Permit,
    Refused,
    Revocations,
    Verified,
    build_permit,
    build_revocations,
    read_revocations,
    verify_permit,
)

pytestmark = pytest.mark.spec("D6")

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
KEY = SigningKey("permits.example", bytes(range(32)))
OTHER = SigningKey("permits.example", bytes(32))
ARTIFACT = "sha256:" + "a" * 64
PERMIT = Permit(
    permit="p1",
    use_case="job-support",
    model="job-support",
    version=2,
    environment="production",
    artifact=ARTIFACT,
    framework="sha256:" + "b" * 64,
    dossier="sha256:" + "c" * 64,
    issued_at=NOW,
    not_after=NOW + timedelta(days=90),
    gates=("G1", "G4"),
)
ENVELOPE = build_permit(PERMIT, [KEY])
KEYS = [KEY.verifier]


def refusal(**asked):
    answer = verify_permit(ENVELOPE, KEYS, **{"at": NOW, **asked})
    assert isinstance(answer, Refused)
    assert not answer
    return answer


def test_a_genuine_permit_for_what_is_asked_is_verified():
    answer = verify_permit(
        ENVELOPE, KEYS, at=NOW, artifact=ARTIFACT, model="job-support@2", environment="production", revoked=["p2"]
    )
    assert answer == Verified(PERMIT)
    assert answer


def test_the_model_may_be_named_without_its_version():
    assert verify_permit(ENVELOPE, KEYS, at=NOW, model="job-support")


def test_a_second_model_of_a_use_case_is_named_with_both():
    second = PERMIT.model_copy(update={"model": "challenger"})
    assert verify_permit(build_permit(second, [KEY]), KEYS, at=NOW, model="job-support/challenger@2")
    assert not verify_permit(build_permit(second, [KEY]), KEYS, at=NOW, model="job-support")


def test_it_ends_at_the_very_moment_it_names():
    assert verify_permit(ENVELOPE, KEYS, at=PERMIT.not_after - timedelta(microseconds=1))
    assert refusal(at=PERMIT.not_after).code == "expired"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"at": NOW - timedelta(seconds=1)}, "not_yet"),
        ({"revoked": ["p1"]}, "revoked"),
        ({"artifact": "sha256:" + "d" * 64}, "other_artifact"),
        ({"model": "job-support@3"}, "other_model"),
        ({"model": "credit"}, "other_model"),
        ({"environment": "qa"}, "other_environment"),
    ],
)
def test_anything_else_is_refused(asked, code):
    assert refusal(**asked).code == code


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
@pytest.mark.parametrize("asked", [{"at": PERMIT.not_after}, {"revoked": ["p1"]}, {"environment": "qa"}])
def test_a_refusal_is_a_sentence_with_nothing_left_to_fill_in(asked, language):
    sentence = refusal(**asked).sentence(language)
    assert sentence.endswith("." if language == "en" else "。")
    assert "{" not in sentence


def test_every_altered_byte_is_refused():
    for place in range(len(ENVELOPE)):
        altered = bytearray(ENVELOPE)
        altered[place] ^= 1
        assert not verify_permit(bytes(altered), KEYS, at=NOW), place


def test_a_permit_signed_with_another_key_is_refused():
    assert verify_permit(build_permit(PERMIT, [OTHER]), KEYS, at=NOW).code == "unknown_key"


def test_a_ledger_entry_by_the_same_key_is_no_permit():
    entry = sign_statement(make_statement({"x": "a" * 64}, PredicateType.ACT, {}), [KEY])
    assert verify_permit(entry, KEYS, at=NOW).code == "not_a_permit"


def test_a_statement_that_leaves_out_when_it_ends_is_no_permit():
    claims = PERMIT.model_dump(mode="json", exclude={"not_after"})
    entry = sign_statement(make_statement({"x": "a" * 64}, PERMIT_TYPE, claims), [KEY])
    assert verify_permit(entry, KEYS, at=NOW).code == "not_a_permit"


def test_a_subject_that_is_another_artifact_is_refused():
    entry = sign_statement(make_statement({"x": "d" * 64}, PERMIT_TYPE, PERMIT.model_dump(mode="json")), [KEY])
    assert verify_permit(entry, KEYS, at=NOW).code == "not_a_permit"


def test_the_list_of_revoked_permits_is_signed_too():
    revocations = Revocations(issued_at=NOW, revoked=("p1",))
    envelope = build_revocations(revocations, [KEY])
    read = read_revocations(envelope, KEYS)
    assert read == revocations
    assert refusal(revoked=read.revoked).code == "revoked"
    assert read_revocations(build_revocations(revocations, [OTHER]), KEYS).code == "unknown_key"
    assert read_revocations(ENVELOPE, KEYS).code == "not_a_permit"
