from itertools import combinations

import pytest

from frameworks.shipped import every_sign_off, framework, linted, scenarios
from muster.core.classify import classify
from muster.core.duty import INDEPENDENT
from muster.core.effective import effective_process

FULL = framework("full")


@pytest.mark.spec("B3")
def test_nothing_of_the_knowledge_was_lost_on_the_way_into_the_full_framework():
    counts = {
        "questions": len(FULL.question_by_id),
        "dimensions": len(FULL.dimensions),
        "tiers": len(FULL.tiers),
        "floors": len(FULL.floors),
        "categories": len(FULL.categories),
        "considerations": len(FULL.considerations),
        "measures": len(FULL.measures),
        "steps": len(FULL.process.steps),
        "variants": len(FULL.process.variants),
        "instruments": len(FULL.instruments),
        "requirements": len(FULL.requirement_by_id),
    }
    assert counts == {
        "questions": 44,
        "dimensions": 6,
        "tiers": 4,
        "floors": 21,
        "categories": 17,
        "considerations": 15,
        "measures": 124,
        "steps": 6,
        "variants": 8,
        "instruments": 59,
        "requirements": 523,
    }


@pytest.mark.spec("A1", "A2", "A3")
@pytest.mark.parametrize("name", sorted(scenarios("full")))
def test_every_calibration_case_comes_out_exactly(name):
    scenario = scenarios("full")[name]
    assert classify(FULL, scenario.answers).summary() == scenario.expected


def test_there_are_nine_calibration_cases():
    assert len(scenarios("full")) == 9


@pytest.mark.spec("B4", "C2", "D1")
def test_the_lint_finds_nothing_but_limits_of_harm_that_no_check_can_measure_yet():
    found = [(problem.rule, problem.severity) for problem in linted("full")]
    assert found == [("unused-tolerance", "warning")] * 8


@pytest.mark.spec("D3")
def test_no_duty_refuses_a_signature_that_means_responsibility():
    apart = {activity for duty in FULL.duties for activity in duty.activities}
    own = [(place, r.activity) for place, r in every_sign_off(FULL) if r.meaning not in INDEPENDENT]
    assert [(place, activity) for place, activity in own if activity in apart] == []


@pytest.mark.spec("D2")
def test_environments_ask_for_the_gates_of_the_plan():
    assert {name: environment.gates for name, environment in FULL.environment_by_id.items()} == {
        "development": (),
        "qa": ("G1", "G2", "G3"),
        "preproduction": ("G1", "G2", "G3", "GP"),
        "production": ("G1", "G2", "G3", "G4"),
    }


# One answer that brings each variant about; for the rest, the answers of a case of the tier.
_BRINGS = {
    "one_off_self_service": {"q9_channel": ("notebook_self_service",)},
    "internal_consumed": {"q9_channel": ("internal_app",)},
    "public_embedded": {"q9_channel": ("public_website",)},
    "iot_device": {"q9_channel": ("device_iot",)},
    "vendor_embedded": {"q9_channel": ("vendor_saas",)},
    "generative_app": {"q9_kind": ("generative",)},
    "agentic": {"q9_kind": ("agentic",)},
    "gxp_validated": {"q1_sector": ("pharma_gxp",), "q1_gxp": "indirect"},
}
_MIXES = [*((name,) for name in _BRINGS), *combinations(_BRINGS, 2)]


@pytest.mark.spec("D1")
@pytest.mark.parametrize("tier", ["T1", "T2", "T3", "T4"])
def test_no_variant_and_no_two_together_lose_a_measure_in_any_tier(tier):
    base = dict(scenarios("full")["cal01"].answers)
    for mix in _MIXES:
        given = {k: v for name in mix for k, v in _BRINGS[name].items()}
        process = effective_process(FULL, classify(FULL, base | given, raised_to=tier))
        lost = [measure for measure, gates in process.due.items() if not gates]
        assert lost == [], (mix, tier)


@pytest.mark.spec("D1")
def test_gates_merge_for_a_one_off_analysis_in_the_lightest_tier_only():
    base = dict(scenarios("full")["cal01"].answers)
    light = effective_process(FULL, classify(FULL, base))
    assert [(gate.id, gate.distinct_people, len(gate.sign_offs)) for gate in light.gates] == [("G3", 1, 1)]
    assert light.expires_days == 365
    heavier = effective_process(FULL, classify(FULL, base, raised_to="T2"))
    assert [gate.id for gate in heavier.gates] == ["G1", "G2", "G3", "GP", "G4", "G5", "G6"]
    assert heavier.expires_days is None
