from itertools import combinations

import pytest

from frameworks.shipped import every_sign_off, framework, linted, scenarios
from muster.core.classify import classify
from muster.core.duty import INDEPENDENT
from muster.core.effective import effective_process
from muster.core.records import RECORD_CHECKS
from muster.evidence.registry import load as load_check

STARTER = framework("starter")
FULL = framework("full")
CHECKS = ("fairness", "performance", "quality")
"""The checks of data that this release brings."""
CHAPTER = (
    "reproducibility_traceability",
    "audit_documentation",
    "human_signoff",
    "preproduction_verification",
    "transparency_explainability",
    "bias_harm_testing",
    "deployment_mode",
    "production_monitoring",
    "data_quality_compliance",
)
"""The nine considerations that every programme starts from."""


@pytest.mark.spec("B3")
def test_it_is_small_enough_to_start_with():
    assert len(STARTER.question_by_id) <= 15
    assert len(STARTER.measures) <= 30
    assert set(CHAPTER) <= set(STARTER.consideration_by_id)
    assert list(STARTER.tier_by_id) == list(FULL.tier_by_id) == ["T1", "T2", "T3", "T4"]


@pytest.mark.spec("B3")
def test_each_row_of_the_chapter_has_a_measure_that_the_light_lane_asks_and_one_for_high_risk():
    levels = {name: {m.level for m in STARTER.measures if m.consideration == name} for name in CHAPTER}
    assert [name for name, found in levels.items() if "light" not in found or len(found) == 1] == []


@pytest.mark.spec("B3", "F1", "F3", "F4")
def test_every_measure_can_be_carried_out_with_what_this_release_computes():
    asked = {demand.check for m in STARTER.measures for demand in m.evidence if demand.kind == "computed"}
    assert asked <= {*CHECKS, *RECORD_CHECKS}
    other = {demand.kind for m in STARTER.measures for demand in m.evidence} - {"computed"}
    assert other <= {"attestation", "document", "signoff"}


@pytest.mark.spec("B3", "F1")
def test_every_setting_that_a_measure_fixes_is_one_that_its_check_takes():
    for measure in STARTER.measures:
        for demand in measure.evidence:
            if demand.settings:
                assert set(demand.settings) <= set(load_check(demand.check).parameters.model_fields), measure.id


@pytest.mark.spec("B4")
def test_it_is_clean_for_publishing():
    assert [str(problem) for problem in linted("starter", checks=CHECKS)] == []


@pytest.mark.spec("A1", "A2", "A3")
@pytest.mark.parametrize("name", sorted(scenarios("starter")))
def test_every_scenario_comes_out_exactly(name):
    scenario = scenarios("starter")[name]
    assert classify(STARTER, scenario.answers).summary() == scenario.expected


@pytest.mark.spec("A2")
def test_the_scenarios_show_every_tier_the_stop_and_an_open_question():
    tiers = {name: scenario.expected["tier"] for name, scenario in scenarios("starter").items()}
    assert tiers == {
        "open_question": "T3",
        "stop_social_scoring": "STOP",
        "t1_wine_note": "T1",
        "t2_form_digits": "T2",
        "t3_job_support": "T3",
        "t4_tumour_triage": "T4",
    }


@pytest.mark.spec("B2")
def test_its_regulation_pack_says_the_same_as_the_full_one_under_the_same_ids():
    for name, (instrument, requirement) in STARTER.requirement_by_id.items():
        original, full = FULL.requirement_by_id[name]
        same = ("ref", "title", "obligation", "strength", "lifecycle_step", "applies_from", "applies_until", "verify")
        assert [getattr(requirement, field) for field in same] == [getattr(full, field) for field in same], name
        assert (instrument.status, instrument.applies_from) == (original.status, original.applies_from)


@pytest.mark.spec("A1")
def test_a_use_case_can_move_to_the_full_framework_with_its_answers():
    """Questions of the same id offer only answers that the full framework knows, under the same labels."""
    for name, question in STARTER.question_by_id.items():
        if name == "q4_worst":  # one question here for the five on impact there
            continue
        full = {option.value: option.label for option in FULL.question_by_id[name].options}
        assert {option.value: option.label for option in question.options}.items() <= full.items(), name


def _process(name, **changes):
    answers = dict(scenarios("starter")[name].answers) | changes
    return effective_process(STARTER, classify(STARTER, answers))


@pytest.mark.spec("D1", "D3")
@pytest.mark.parametrize(
    ("channel", "gates"), [("notebook_self_service", ["G1"]), ("internal_app", ["G4"]), ("vendor_saas", ["G4"])]
)
def test_in_the_light_lane_everything_is_one_page_with_one_signature_that_runs_out(channel, gates):
    process = _process("t1_wine_note", q9_channel=(channel,))
    assert [gate.id for gate in process.gates] == gates
    assert [(len(gate.sign_offs), gate.distinct_people) for gate in process.gates] == [(1, 1)]
    assert process.expires_days is not None
    assert set(process.environments["production"]) == set(gates)


@pytest.mark.spec("D3")
@pytest.mark.parametrize("name", ["t3_job_support", "t4_tumour_triage"])
def test_production_takes_three_people_author_validator_and_owner_in_the_high_tiers(name):
    process = _process(name)
    signed = {
        (rule.role, rule.meaning)
        for gate_id in process.environments["production"]
        for rule in process.gate(gate_id).sign_offs
    }
    assert {
        ("data_scientist", "authorship"),
        ("model_validator", "review"),
        ("business_owner", "approval"),
    } <= signed


@pytest.mark.spec("D1")
def test_a_bought_model_has_no_development_and_loses_no_measure_to_that():
    process = _process("t2_form_digits")
    assert "development" not in process.steps
    assert process.due["pv_s1"] == ("G4",)
    assert process.environments["production"] == ("G1", "G2", "G4")


@pytest.mark.spec("D3")
def test_no_duty_refuses_a_signature_that_means_responsibility():
    apart = {activity for duty in STARTER.duties for activity in duty.activities}
    own = {rule.activity for _, rule in every_sign_off(STARTER) if rule.meaning not in INDEPENDENT}
    assert own & apart == set()


@pytest.mark.spec("D1")
@pytest.mark.parametrize("tier", ["T1", "T2", "T3", "T4"])
def test_no_variant_and_no_two_together_lose_a_measure_in_any_tier(tier):
    base = dict(scenarios("starter")["t1_wine_note"].answers)
    channels = [option.value for option in STARTER.question_by_id["q9_channel"].options]
    for mix in (*((channel,) for channel in channels), *combinations(channels, 2)):
        for vendor in (False, True):
            classified = classify(STARTER, base | {"q9_channel": mix, "q9_vendor": vendor}, raised_to=tier)
            process = effective_process(STARTER, classified)
            required = {*classified.matrix_measures, *classified.pulled_measures}
            lost = [measure for measure in required if not process.due[measure]]
            assert lost == [], (mix, vendor, tier)
            assert process.environments["production"] != ()
