"""Every gate of the shipped frameworks can be passed, by few people, and by nothing less than everything asked."""

import pytest

from frameworks.company import BUILDER, OWNER, VALIDATOR, Company
from frameworks.shipped import framework, scenarios
from muster.core.classify import classify
from muster.core.gate import judge_gate
from muster.core.records import RECORD_CHECKS

THREE = {
    "business_owner": OWNER,
    "data_scientist": BUILDER,
    "ml_engineer": BUILDER,
    "model_validator": VALIDATOR,
    "risk_manager": VALIDATOR,
    "compliance_dpo": VALIDATOR,
}
FOUR = THREE | {"risk_manager": "risk", "compliance_dpo": "risk"}
SIX = FOUR | {
    "business_analyst": OWNER,
    "data_engineer": BUILDER,
    "compliance_dpo": "compliance",
    "executive_sponsor": "sponsor",
    "internal_audit": "audit",
}
STARTER = {"t1_wine_note": THREE, "t2_form_digits": THREE, "t3_job_support": THREE, "t4_tumour_triage": FOUR}


def _company(name, case, roles, **changes):
    return Company(framework(name), dict(scenarios(name)[case].answers), dict(roles), **changes)


@pytest.mark.spec("D2", "D3")
@pytest.mark.parametrize("case", sorted(STARTER))
def test_three_people_can_take_a_use_case_through_every_gate_of_starter_and_four_a_critical_one(case):
    company = _company("starter", case, STARTER[case])
    assessment = company.assess()
    for target in (*company.process.environments, *(gate.id for gate in company.process.gates)):
        if target != "development":  # nothing is asked before the first environment
            assert judge_gate(assessment, target).passed, judge_gate(assessment, target)


@pytest.mark.spec("D2", "D3")
@pytest.mark.parametrize("tier", ["T1", "T2", "T3", "T4"])
@pytest.mark.parametrize("case", ["cal01", "cal06"])
def test_no_gate_of_the_full_framework_is_one_that_nobody_can_pass(case, tier):
    company = _company("full", case, SIX, raised_to=tier)
    assessment = company.assess()
    for gate in company.process.gates:
        assert judge_gate(assessment, gate.id).passed, judge_gate(assessment, gate.id)


@pytest.mark.spec("D2", "B3")
@pytest.mark.parametrize("case", sorted(STARTER))
def test_production_is_refused_as_soon_as_the_proof_of_any_one_measure_before_it_is_missing(case):
    company = _company("starter", case, STARTER[case])
    rules = company.framework
    classified = classify(rules, company.answers)
    gates = set(company.process.environments["production"])
    for name in (*classified.matrix_measures, *classified.pulled_measures):
        handed_in = [
            d for d in rules.measure_by_id[name].evidence if d.kind != "signoff" and d.check not in RECORD_CHECKS
        ]
        if handed_in and gates & set(company.process.due[name]):
            verdict = judge_gate(company.assess(company.dossier(without=name)), "production")
            assert not verdict.passed, name
            assert name in {reason.measure for reason in verdict.reasons}


@pytest.mark.spec("D3")
def test_the_builder_can_neither_validate_nor_approve_what_they_built():
    company = _company("starter", "t3_job_support", THREE | {"model_validator": BUILDER, "business_owner": OWNER})
    verdict = company.judge("production")
    assert not verdict.passed
    assert {reason.code for reason in verdict.reasons} >= {"sign_off_own_work"}


@pytest.mark.spec("D3")
def test_two_people_are_too_few_for_a_high_tier():
    others = ("model_validator", "risk_manager", "compliance_dpo")
    verdict = _company("starter", "t3_job_support", THREE | dict.fromkeys(others, OWNER)).judge("production")
    assert "too_few_people" in {reason.code for reason in verdict.reasons}
