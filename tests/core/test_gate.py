from datetime import timedelta

import pytest

from core.dossiers import (
    HIGH,
    LIGHT,
    NOW,
    OWNER,
    SCIENTIST,
    START,
    VALIDATOR,
    answers,
    codes,
    dossier,
    gap,
    sign,
    signed,
    statement,
    verdict,
    version,
)
from core.tiny import tiny_framework
from muster.core.assess import assess
from muster.core.condition import AttributeTest
from muster.core.dossier import Person
from muster.core.gate import judge_gate
from muster.core.policy import Floor, Tolerance

pytestmark = pytest.mark.spec("D2")
TINY = tiny_framework()


def without(base, name):
    return base.model_copy(update={"evidence": tuple(e for e in base.evidence if e.id != name)})


def replaced(base, evidence):
    return base.model_copy(update={"evidence": (*(e for e in base.evidence if e.id != evidence.id), evidence)})


def test_everything_done_and_signed_passes():
    outcome = verdict(TINY, signed(TINY, dossier(TINY)))
    assert outcome, codes(outcome)
    assert outcome.reasons == ()


def test_nothing_done_lists_every_reason_with_who_can_cure_it():
    outcome = verdict(TINY, dossier(TINY, evidence=()))
    assert not outcome
    missing = {r.measure: r.cure.roles for r in outcome.reasons if r.code == "evidence_missing"}
    assert missing == {
        "doc_note": ("owner",),
        "fair_think": ("owner",),
        "doc_card": ("scientist",),
        "fair_test": ("scientist",),
    }
    unsigned = [r.cure.roles for r in outcome.reasons if r.code == "sign_off_missing"]
    assert unsigned == [("owner",), ("owner",), ("validator",)]


def test_asking_about_a_gate_that_is_not_there_names_those_that_are():
    outcome = verdict(TINY, dossier(TINY), "G9")
    assert codes(outcome) == ["unknown_gate"]
    assert outcome.reasons[0].parameters["known"] == ["development", "production", "G1", "G2"]


def test_an_environment_without_gates_never_passes():
    assert codes(verdict(TINY, signed(TINY, dossier(TINY)), "development")) == ["nothing_required"]


def test_a_later_gate_waits_for_the_earlier_one():
    base = without(signed(TINY, dossier(TINY)), "e-doc_note")
    outcome = verdict(TINY, base, "G2")
    assert "gate_before_not_passed" in codes(outcome)


def test_unanswered_questions_count_against_release():
    given = {k: v for k, v in HIGH.items() if k != "q_personal"}
    outcome = verdict(TINY, signed(TINY, dossier(TINY, answers=answers(given))))
    assert codes(outcome) == ["answers_missing"]
    assert outcome.reasons[0].parameters == {"questions": ["q_personal"]}


def test_without_a_version_the_version_gate_says_so():
    base = dossier(TINY, version=None, evidence=(statement("doc_note"), statement("fair_think")))
    assert "version_missing" in codes(verdict(TINY, base))


@pytest.mark.spec("B1")
def test_a_figure_beyond_its_tolerance_blocks_and_names_the_tolerance():
    reason = verdict(TINY, signed(TINY, replaced(dossier(TINY), gap(0.2, 0.25)))).reasons[0]
    assert reason.code == "evidence_above_limit"
    assert reason.parameters["limit"] == 0.1
    assert reason.parameters["tolerance"] == "max_gap"
    assert reason.parameters["group"] == "sex=2"


@pytest.mark.spec("F1")
def test_the_near_end_of_the_interval_decides_where_the_framework_says_so():
    assert codes(verdict(TINY, signed(TINY, replaced(dossier(TINY), gap(0.09, 0.11))))) == ["evidence_above_limit"]


def test_a_figure_that_is_not_estimable_is_not_a_pass():
    outcome = verdict(TINY, signed(TINY, replaced(dossier(TINY), gap(None, None))))
    assert codes(outcome) == ["evidence_not_estimable"]
    assert outcome.reasons[0].parameters["not_estimable"] == "one_group_only"


def test_a_check_that_could_not_run_is_not_a_pass():
    outcome = verdict(TINY, signed(TINY, replaced(dossier(TINY), gap(failure="no such column"))))
    assert codes(outcome) == ["evidence_failed"]


def test_evidence_without_the_figure_asked_for_is_not_a_pass():
    assert codes(verdict(TINY, signed(TINY, replaced(dossier(TINY), gap(figures=()))))) == ["evidence_lacks_figure"]


def test_evidence_that_leaves_out_a_declared_attribute_is_not_a_pass():
    outcome = verdict(TINY, signed(TINY, replaced(dossier(TINY), gap(parameters={"protected": ["age"]}))))
    assert codes(outcome) == ["evidence_omits_protected"]
    assert outcome.reasons[0].parameters["left_out"] == ["sex"]


def test_evidence_about_another_version_does_not_count():
    outcome = verdict(TINY, signed(TINY, replaced(dossier(TINY), gap(version="v0"))))
    assert [r.measure for r in outcome.reasons if r.code == "evidence_missing"] == ["fair_test"]


def test_the_newest_evidence_is_the_one_that_is_read():
    newer = gap(0.2, 0.25, id="e-newer", at=START + timedelta(hours=1))
    base = dossier(TINY)
    both = base.model_copy(update={"evidence": (*base.evidence, newer)})
    assert "evidence_above_limit" in codes(verdict(TINY, both))


@pytest.mark.spec("D3")
def test_new_proof_outdates_the_signatures_over_the_old_one():
    base = signed(TINY, dossier(TINY))
    changed = replaced(base, gap(0.01, 0.02, statement="sha256:other"))
    assert set(codes(verdict(TINY, changed))) == {"sign_off_outdated"}


@pytest.mark.spec("B1", "D3")
def test_a_changed_tolerance_outdates_signatures_even_where_the_figure_still_keeps_it():
    base = signed(TINY, dossier(TINY))
    stricter = TINY.model_copy(update={"tolerances": (Tolerance(id="max_gap", name={"en": "gap"}, value=0.08),)})
    stricter.__dict__.pop("tolerance_by_id", None)
    assert set(codes(verdict(stricter, base))) == {"sign_off_outdated"}


@pytest.mark.spec("D3")
def test_a_signature_for_another_version_does_not_count():
    base = signed(TINY, dossier(TINY))
    two = version(2)
    moved = base.model_copy(
        update={
            "version": two,
            "evidence": tuple(e.model_copy(update={"version": "v2"}) if e.version else e for e in base.evidence),
        }
    )
    assert codes(verdict(TINY, moved)) == ["sign_off_missing", "sign_off_missing"]


@pytest.mark.spec("D3")
def test_who_built_it_cannot_review_it():
    people = (*dossier(TINY).people[:2], Person(id=VALIDATOR, roles=("validator",)))
    base = dossier(TINY, people=people, version=version(authors=(VALIDATOR,)))
    assert "sign_off_own_work" in codes(verdict(TINY, signed(TINY, base)))


@pytest.mark.spec("D3")
def test_who_lost_the_role_no_longer_counts():
    base = signed(TINY, dossier(TINY))
    base = base.model_copy(update={"people": tuple(p for p in base.people if p.id != VALIDATOR)})
    assert codes(verdict(TINY, base)) == ["sign_off_role_lost"]


@pytest.mark.spec("D3")
def test_one_person_with_both_roles_is_still_one_person():
    both = Person(id=OWNER, roles=("owner", "validator"))
    base = dossier(TINY, people=(both, Person(id=SCIENTIST, roles=("scientist",))))
    seen = assess(TINY, base, NOW)
    marks = (
        sign(seen, "G1", OWNER, "owner", "responsibility"),
        sign(seen, "G2", OWNER, "owner", "responsibility"),
        sign(seen, "G2", OWNER, "validator", "review"),
    )
    outcome = verdict(TINY, base.model_copy(update={"sign_offs": marks}))
    assert codes(outcome) == ["too_few_people"]
    assert outcome.reasons[0].parameters == {"needed": 2, "have": 1}


@pytest.mark.spec("D3")
@pytest.mark.parametrize(("said", "code"), [("reject", "rejected"), ("request_changes", "changes_requested")])
def test_a_no_of_one_signer_stands_until_they_say_otherwise(said, code):
    base = signed(TINY, dossier(TINY))
    seen = assess(TINY, base, NOW)
    later = NOW + timedelta(minutes=5)
    no = sign(seen, "G2", VALIDATOR, "validator", "review", id="s-no", outcome=said, at=later)
    yes = sign(seen, "G2", VALIDATOR, "validator", "review", id="s-yes", at=later + timedelta(minutes=5))
    refused = base.model_copy(update={"sign_offs": (*base.sign_offs, no)})
    assert codes(verdict(TINY, refused)) == [code]
    assert verdict(TINY, refused.model_copy(update={"sign_offs": (*refused.sign_offs, yes)}))


@pytest.mark.spec("D3")
def test_a_no_stands_also_when_the_role_of_its_signer_is_taken_away():
    base = signed(TINY, dossier(TINY))
    no = sign(
        assess(TINY, base, NOW),
        "G2",
        VALIDATOR,
        "validator",
        "review",
        id="s-no",
        outcome="reject",
        at=NOW + timedelta(1),
    )
    stand_in = Person(id="zoe", roles=("validator",))
    people = (*(p for p in base.people if p.id != VALIDATOR), stand_in)
    left = base.model_copy(update={"sign_offs": (*base.sign_offs, no), "people": people})
    yes = sign(assess(TINY, left, NOW), "G2", "zoe", "validator", "review")
    assert codes(verdict(TINY, left.model_copy(update={"sign_offs": (*left.sign_offs, yes)}))) == ["rejected"]


@pytest.mark.spec("D3")
def test_a_withdrawn_signature_does_not_count():
    base = signed(TINY, dossier(TINY))
    gone = tuple(s.model_copy(update={"withdrawn_at": NOW}) if s.person == VALIDATOR else s for s in base.sign_offs)
    assert codes(verdict(TINY, base.model_copy(update={"sign_offs": gone}))) == ["sign_off_missing"]


def test_a_passed_verdict_says_until_when_and_then_no_longer_holds():
    base = signed(TINY, dossier(TINY))
    outcome = verdict(TINY, base)
    assert outcome.holds_until == NOW + timedelta(days=365)
    assert codes(verdict(TINY, base, at=outcome.holds_until)) == ["sign_off_expired", "sign_off_expired"]
    assert verdict(TINY, base, at=outcome.holds_until - timedelta(seconds=1))


@pytest.mark.spec("D1", "D3")
def test_the_light_lane_takes_one_signature():
    notes = (statement("doc_note"), statement("fair_think"))
    base = signed(TINY, dossier(TINY, answers=answers(LIGHT), version=None, evidence=notes))
    assert [gate.gate.id for gate in assess(TINY, base, NOW).gates] == ["G1"]
    assert verdict(TINY, base)


def test_judging_is_a_pure_function_of_its_arguments():
    base = signed(TINY, dossier(TINY))
    first = judge_gate(assess(TINY, base, NOW), "production")
    again = judge_gate(assess(TINY, type(base).model_validate_json(base.model_dump_json()), NOW), "production")
    assert first == again


def test_without_a_declared_attribute_no_comparison_of_groups_is_proof():
    case = dossier(TINY)
    bare = case.model_copy(update={"use_case": case.use_case.model_copy(update={"protected": ()})})
    assert codes(verdict(TINY, signed(TINY, bare))) == ["protected_not_declared"]


@pytest.mark.parametrize("examined", ["sex and everything else", 5, None, {"sex": 1}])
def test_what_was_examined_is_a_list_or_nothing(examined):
    outcome = verdict(TINY, signed(TINY, replaced(dossier(TINY), gap(parameters={"protected": examined}))))
    assert codes(outcome) == ["evidence_omits_protected"]


def test_a_stop_names_the_floors_that_stop_and_not_those_that_only_lift():
    anybody = {"when": AttributeTest(attr="audience", op="exists", value=True), "reason": {"en": "x"}}
    floors = (Floor(id="FS", minimum="stop", **anybody), Floor(id="FL", minimum="T2", **anybody))
    stopping = TINY.model_copy(update={"floors": floors})
    stopping.__dict__.pop("floor_by_id", None)
    stopped = [r for r in verdict(stopping, dossier(TINY)).reasons if r.code == "prohibited_practice"]
    assert [list(reason.parameters["floors"]) for reason in stopped] == [["FS"]] * len(stopped)
    assert stopped
