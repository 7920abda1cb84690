"""What must hold for every dossier, not only for those we thought of."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.dossiers import (
    FULL_PROOF,
    HIGH,
    LIGHT,
    NOW,
    OWNER,
    PEOPLE,
    SCIENTIST,
    START,
    VALIDATOR,
    answers,
    codes,
    dossier,
    sign,
    verdict,
    version,
)
from core.tiny import tiny_framework
from muster.core.assess import assess
from muster.core.dossier import Person
from muster.core.duty import own_work
from muster.core.gate import judge_gate

pytestmark = pytest.mark.spec("D2", "D3")
TINY = tiny_framework()
WHO = [OWNER, SCIENTIST, VALIDATOR, "zoe"]
MEANINGS = ["responsibility", "review", "approval", "authorship"]
ROLES = ["owner", "scientist", "validator"]
TARGETS = ["production", "G1", "G2"]

some_proof = st.lists(st.sampled_from(FULL_PROOF), unique_by=lambda e: e.id).map(tuple)
some_people = st.lists(st.sampled_from(ROLES), max_size=3, unique=True).flatmap(
    lambda roles: st.just(
        tuple(
            sorted(
                (*PEOPLE[:2], Person(id=VALIDATOR, roles=tuple(roles)), Person(id="zoe", roles=("validator",))), key=str
            )
        )
    )
)
some_answers = st.sampled_from([HIGH, LIGHT, {}, {"q_audience": "company"}, {**HIGH, "q_regions": ("us",)}])
moments = st.integers(0, 900).map(lambda days: NOW + timedelta(days=days))


@st.composite
def dossiers(draw):
    base = dossier(
        TINY,
        answers=answers(draw(some_answers), by=draw(st.sampled_from(WHO))),
        evidence=draw(some_proof),
        people=draw(some_people),
        version=draw(
            st.sampled_from([None, version(), version(authors=(VALIDATOR,)), version(authors=(OWNER, SCIENTIST))])
        ),
    )
    seen = assess(TINY, base, NOW)
    marks = []
    for index in range(draw(st.integers(0, 6))):
        gate = draw(st.sampled_from([g.gate.id for g in seen.gates]))
        changes = {
            "id": f"s{index}",
            "at": NOW + timedelta(minutes=index),
            "outcome": draw(st.sampled_from(["approve", "approve", "approve", "reject", "request_changes"])),
        }
        if draw(st.booleans()) and draw(st.booleans()):
            changes["subject"] = "sha256:other"
        marks.append(
            sign(
                seen,
                gate,
                draw(st.sampled_from(WHO)),
                draw(st.sampled_from(ROLES)),
                draw(st.sampled_from(MEANINGS)),
                **changes,
            )
        )
    return base.model_copy(update={"sign_offs": tuple(marks)})


def resigned(base):
    """Give every signature again over what its gate shows now: only the proof differs, not the will of the signers."""
    seen = assess(TINY, base, NOW)
    return base.model_copy(
        update={
            "sign_offs": tuple(
                s.model_copy(update={"subject": gate.subject}) if (gate := seen.gate(s.gate)) is not None else s
                for s in base.sign_offs
            )
        }
    )


@given(base=dossiers(), target=st.sampled_from(TARGETS))
def test_more_satisfied_proof_never_turns_passed_into_blocked(base, target):
    before = judge_gate(assess(TINY, resigned(base), NOW), target)
    more = {e.id: e for e in (*base.evidence, *FULL_PROOF)}
    after = judge_gate(assess(TINY, resigned(base.model_copy(update={"evidence": tuple(more.values())})), NOW), target)
    if before:
        # whoever handed in the added proof may thereby have become its author; that is a different person's duty
        assert after or set(codes(after)) <= {"sign_off_own_work", "sign_off_conflict"}


@given(base=dossiers(), at=moments)
def test_an_empty_requirement_set_never_passes(base, at):
    assert not verdict(TINY, base, "development", at)
    assert not verdict(TINY, base, "no such gate", at)


@given(base=dossiers(), target=st.sampled_from(TARGETS))
def test_a_signature_over_another_subject_never_counts(base, target):
    strangers = tuple(s.model_copy(update={"subject": "sha256:other"}) for s in base.sign_offs)
    stranger = verdict(TINY, base.model_copy(update={"sign_offs": strangers}), target)
    assert not stranger
    filled = [
        slot.filled_by
        for gate in assess(TINY, base.model_copy(update={"sign_offs": strangers}), NOW).gates
        for slot in gate.signatures.slots
    ]
    assert not any(filled)


@given(base=dossiers(), person=st.sampled_from(WHO), role=st.sampled_from(ROLES), meaning=st.sampled_from(MEANINGS))
def test_a_second_signature_never_outdates_the_first(base, person, role, meaning):
    seen = assess(TINY, base, NOW)
    second = sign(seen, seen.gates[-1].gate.id, person, role, meaning, id="s-second", at=NOW + timedelta(hours=1))
    after = assess(TINY, base.model_copy(update={"sign_offs": (*base.sign_offs, second)}), NOW)
    assert [gate.subject for gate in after.gates] == [gate.subject for gate in seen.gates]


@given(base=dossiers())
def test_no_review_or_approval_counts_on_ones_own_work(base):
    seen = assess(TINY, base, NOW)
    by_id = {s.id: s for s in base.sign_offs}
    for gate in seen.gates:
        mine = own_work(base, gate.gate)
        for slot in gate.signatures.slots:
            if slot.rule.meaning in ("review", "approval"):
                assert not {by_id[name].person for name in slot.filled_by} & mine


@given(base=dossiers(), target=st.sampled_from(TARGETS), share=st.floats(0, 1, exclude_max=True), start=moments)
def test_the_verdict_does_not_change_before_holds_until(base, target, share, start):
    outcome = verdict(TINY, base, target, start)
    end = outcome.holds_until or start + timedelta(days=4000)
    between = start + (end - start) * share
    later = verdict(TINY, base, target, between)
    assert later.passed is outcome.passed
    assert codes(later) == codes(outcome)


@given(base=dossiers(), target=st.sampled_from(TARGETS), at=moments)
def test_replay_from_the_stored_bytes_gives_the_same_verdict(base, target, at):
    again = type(base).model_validate_json(base.model_dump_json())
    assert again.digest == base.digest
    assert verdict(TINY, again, target, at) == verdict(TINY, base, target, at)


def test_the_properties_see_passed_verdicts_too():
    """A property over blocked dossiers alone would prove nothing."""
    from hypothesis import find

    found = find(dossiers(), lambda base: bool(verdict(TINY, base)))
    assert found.answers
    assert START < NOW
