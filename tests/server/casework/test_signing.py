import pytest

from muster.core.gate import judge_gate
from muster.server.casework.actions import (
    answer,
    declare_protected,
    hand_in_evidence,
    parts,
    set_people,
    sign,
    withdraw,
)
from muster.server.casework.models import SignOffRow
from muster.server.casework.queries import assessment
from server.casework.stories import fairness, proven, registered, released, signed_as

pytestmark = pytest.mark.spec("D3")


@pytest.fixture
def version(cast, use_case):
    return proven(cast, use_case)


def test_a_signature_is_bound_to_exactly_what_was_shown(cast, use_case, version):
    row = signed_as(cast, use_case, version, "G2", "mei", "validator", "review", comment="Fine by me").row
    shown = assessment(use_case, version).gate("G2")
    assert (row.subject, row.person, row.comment) == (shown.subject, cast.mei, "Fine by me")


def test_the_same_person_does_not_sign_the_same_thing_twice(cast, use_case, version):
    assert signed_as(cast, use_case, version, "G2", "mei", "validator", "review")
    again = signed_as(cast, use_case, version, "G2", "mei", "validator", "review", outcome="reject")
    assert again.reason.code == "already_signed"
    assert SignOffRow.objects.count() == 1


def test_after_withdrawing_one_can_sign_anew(cast, use_case, version):
    first = signed_as(cast, use_case, version, "G2", "mei", "validator", "review").row
    assert withdraw(cast.actor("mei"), first)
    assert withdraw(cast.actor("mei"), first).problems[0].code == "already_withdrawn"
    assert signed_as(cast, use_case, version, "G2", "mei", "validator", "review", outcome="request_changes")
    reasons = {reason.code for reason in judge_gate(assessment(use_case, version), "G2").reasons}
    assert "changes_requested" in reasons


def test_only_ones_own_signature_can_be_withdrawn(cast, use_case, version):
    row = signed_as(cast, use_case, version, "G2", "mei", "validator", "review").row
    assert not withdraw(cast.actor("ana"), row)
    assert not withdraw(None, row)
    row.refresh_from_db()
    assert row.withdrawn_at is None


def test_what_changed_since_it_was_looked_at_is_named(cast, use_case, version):
    seen = assessment(use_case, version).gate("G2")
    assert declare_protected(cast.actor("ana"), use_case, ["sex", "age"])
    asked = {"roles": ["validator"], "meaning": "review", "outcome": "approve", "subject_seen": seen.subject}
    refused = sign(cast.actor("mei"), use_case, "G2", version=version, parts_seen=parts(seen.content), **asked)
    assert (refused.reason.code, refused.reason.parameters["changed"]) == ("subject_changed", ["protected"])


def test_later_proof_outdates_a_signature_by_itself(cast, use_case):
    version = released(cast, use_case)
    assert judge_gate(assessment(use_case, version), "production")
    assert hand_in_evidence(cast.actor("li"), use_case, fairness(high=0.04), version=version)
    reasons = {reason.code for reason in judge_gate(assessment(use_case, version), "production").reasons}
    assert reasons == {"sign_off_outdated"}


def test_a_second_signature_does_not_outdate_the_first(cast, use_case, version):
    before = assessment(use_case, version).gate("G2").subject
    assert signed_as(cast, use_case, version, "G2", "mei", "validator", "review")
    assert assessment(use_case, version).gate("G2").subject == before


def test_nobody_reviews_their_own_work(cast, use_case, version):
    assert set_people(cast.actor("ana"), use_case, {"validator": [cast.li]})
    refused = signed_as(cast, use_case, version, "G2", "li", "validator", "review")
    assert refused.reason.code in {"own_work", "role_lacks_act"}
    assert not SignOffRow.objects.exists()


def test_who_registered_one_version_may_review_another(cast, use_case, version):
    assert set_people(cast.actor("ana"), use_case, {"validator": [cast.tom]})
    other = registered(cast, use_case, artifact="sha256:" + "b" * 64)
    assert signed_as(cast, use_case, other, "G2", "tom", "validator", "review")


@pytest.mark.parametrize(
    ("who", "role", "meaning", "code"),
    [
        ("mei", "owner", "responsibility", "role_not_asked"),
        ("mei", "validator", "approval", "role_not_asked"),
        ("li", "scientist", "authorship", "role_lacks_act"),
        ("ada", "validator", "review", "role_lacks_act"),
        ("root", "validator", "review", "role_lacks_act"),
    ],
)
def test_a_role_or_meaning_that_is_not_asked_is_refused(cast, use_case, version, who, role, meaning, code):  # noqa: PLR0917
    assert signed_as(cast, use_case, version, "G2", who, role, meaning).reason.code == code


def test_a_gate_that_is_not_there_and_a_version_that_is_not_named(cast, use_case, version):
    asked = {"roles": ["validator"], "meaning": "review", "outcome": "approve", "subject_seen": "sha256:0"}
    mei = cast.actor("mei")
    assert sign(mei, use_case, "G9", version=version, **asked).problems[0].code == "unknown_gate"
    assert sign(mei, use_case, "G2", **asked).problems[0].code == "version_missing"
    assert sign(mei, use_case, "G2", version=version, **{**asked, "roles": []}).problems[0].code == "empty"
    assert sign(None, use_case, "G2", version=version, **asked).reason.code == "not_signed_in"


@pytest.mark.spec("J3")
def test_no_token_signs_whatever_its_scopes(cast, use_case, version):
    shown = assessment(use_case, version).gate("G2")
    program = cast.actor("mei").model_copy(update={"via": "token", "scopes": ("see", "sign", "hand_in_evidence")})
    asked = {"roles": ["validator"], "meaning": "review", "outcome": "approve", "subject_seen": shown.subject}
    assert sign(program, use_case, "G2", version=version, **asked).reason.code == "token_cannot"


def test_a_changed_answer_outdates_the_signature_at_the_first_gate(cast, use_case, version):
    assert signed_as(cast, use_case, version, "G1", "ana", "owner", "responsibility")
    assert answer(cast.actor("li"), use_case, {"q_regions": ("us",)})
    codes = {reason.code for reason in judge_gate(assessment(use_case, version), "G1").reasons}
    assert codes == {"sign_off_outdated"}


@pytest.mark.parametrize("number", [0, 1])
def test_a_signature_says_one_of_three_things(cast, use_case, version, number):
    versions = [version, registered(cast, use_case, artifact="sha256:" + "b" * 64)]
    refused = signed_as(
        cast, use_case, versions[number], "G2", "mei", "validator", "review", outcome="approve, of course"
    )
    assert refused.problems[0].code == "unknown_outcome"
    assert assessment(use_case, versions[number]).gates
