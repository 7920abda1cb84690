import pytest

from core.dossiers import SCIENTIST, VALIDATOR, codes, dossier, gap, signed, verdict
from core.tiny import tiny_framework
from muster.core.assurance import assurance_of, reaches, reviewers
from muster.core.canonical import digest
from muster.core.duty import contributions, own_work
from muster.core.framework import Framework
from muster.core.lint.measures import unreachable_assurance
from muster.core.policy import Demand

pytestmark = pytest.mark.spec("F10")
TINY = tiny_framework()


def demanding(level, check="fairness", **changes):
    told = TINY.model_dump(mode="json", by_alias=True)
    for measure in told["measures"]:
        for demand in measure["evidence"]:
            if demand["check"] == check:
                demand["assurance"] = level
    return Framework.model_validate({**told, **changes})


def with_proof(*proof):
    base = dossier(TINY)
    return base.model_copy(update={"evidence": (*(e for e in base.evidence if e.kind != "computed"), *proof)})


@pytest.mark.parametrize(
    ("found", "asked", "enough"),
    [
        ("builder", "builder", True),
        ("builder", "muster", False),
        ("muster", "validator", False),
        ("validator", "muster", True),
        ("validator", "validator", True),
    ],
)
def test_a_validator_is_above_muster_and_muster_above_the_builder(found, asked, enough):
    assert reaches(found, asked) is enough


def test_a_validator_who_runs_the_builders_proof_again_is_independent():
    assert assurance_of(TINY, dossier(TINY), VALIDATOR, "fairness", by_muster=False) == "validator"


@pytest.mark.parametrize(
    ("proof", "person", "by_muster", "level"),
    [
        ((gap(),), SCIENTIST, False, "builder"),
        ((), VALIDATOR, False, "builder"),
        ((gap(by=VALIDATOR),), VALIDATOR, False, "builder"),
        ((gap(), gap(id="e2", check="drift", by=VALIDATOR)), VALIDATOR, False, "builder"),
        ((gap(failure="no rows", figures=()),), VALIDATOR, False, "builder"),
        ((gap(version=None),), VALIDATOR, False, "builder"),
        ((gap(by=VALIDATOR, assurance="muster"),), VALIDATOR, False, "validator"),
        ((gap(),), SCIENTIST, True, "muster"),
    ],
)
def test_only_who_did_not_build_and_runs_again_what_ran_is_a_validator(proof, person, by_muster, level):
    assert assurance_of(TINY, with_proof(*proof), person, "fairness", by_muster=by_muster) == level


@pytest.mark.parametrize(("level", "roles"), [("muster", ("scientist",)), ("validator", ("validator",))])
def test_a_gate_that_demands_more_says_what_it_found_and_who_cures_it(level, roles):
    rules = demanding(level)
    outcome = verdict(rules, dossier(rules))
    (reason,) = [r for r in outcome.reasons if r.code == "evidence_assurance_low"]
    assert (reason.parameters["assurance"], reason.parameters["assurance_asked"]) == ("builder", level)
    assert reason.cure.roles == roles


def test_proof_of_the_level_or_above_passes_and_a_later_one_below_does_not_take_its_place():
    rules = demanding("muster")
    run = gap(id="e-run", by=VALIDATOR, assurance="validator")
    base = dossier(rules)
    whole = base.model_copy(update={"evidence": (*base.evidence, run)})
    assert codes(verdict(rules, signed(rules, whole))) == []
    worse = run.model_copy(update={"figures": gap(high=0.9).figures})
    over = base.model_copy(update={"evidence": (*base.evidence, worse)})
    assert "evidence_above_limit" in codes(verdict(rules, signed(rules, over)))


def test_running_proof_again_is_not_building_and_building_stays_building():
    gate = next(g for g in TINY.process.gates if g.subject == "version")
    again = with_proof(gap(), gap(id="e2", by=VALIDATOR, assurance="validator"))
    assert VALIDATOR not in own_work(again, gate)
    assert not contributions(TINY, again).get(VALIDATOR)
    built = with_proof(gap(by=VALIDATOR))
    assert VALIDATOR in own_work(built, gate)


def test_what_does_not_say_it_keeps_its_bytes():
    assert "assurance" not in gap().model_dump(mode="json")
    assert "assurance" not in Demand(kind="computed", check="fairness").model_dump(mode="json")
    assert digest(demanding("builder")) == digest(TINY)
    assert digest(demanding("muster")) != digest(TINY)


def test_a_demand_that_nobody_could_meet_is_a_complaint():
    assert list(unreachable_assurance(demanding("muster"))) == []
    roles = [
        {**r.model_dump(mode="json", by_alias=True), "may": [a for a in r.may if a != "hand_in_evidence"]}
        for r in TINY.roles
    ]
    (found,) = unreachable_assurance(demanding("validator", roles=roles))
    assert found.rule == "assurance-unreachable"
    assert reviewers(TINY) == {"validator"}


def test_a_word_cannot_be_run_by_muster():
    with pytest.raises(ValueError, match="only computed evidence"):
        Demand(kind="attestation", assurance="muster")
