# ruff: noqa: E501 -- the table of mistakes is read line by line

from datetime import date

import pytest

from core.tiny import TINY, edited, place
from muster.core.condition import AllOf, AnyOf, AttributeTest, Not
from muster.core.effective import effective_process
from muster.core.framework import Framework
from muster.core.lint import lint
from muster.core.lint.assignments import Cases
from muster.core.load import Loaded, load
from muster.frameworks import read_folder

pytestmark = pytest.mark.spec("B4")
TODAY = date(2026, 11, 24)


def linted(folder, today=TODAY, installed=None):
    outcome = load(folder)
    assert isinstance(outcome, Loaded), outcome
    return lint(outcome.framework, outcome.positions, today, installed)


def test_the_tiny_framework_is_clean_also_for_publishing():
    assert linted(TINY) == ()
    assert linted(TINY, installed=["fairness"]) == ()


P, Q, R, L, H = "policy.yaml", "questions.yaml", "process.yaml", "regulation.yaml", "framework.yaml"
DEVELOPER = "- id: developing\n  name: {en: x, zh-Hans: x}\n  level: tactical\n  step: release\n  covers: [release.build]\n  accountable: owner\n  responsible: [owner]\n"


@pytest.mark.parametrize(
    ("rule", "path", "old", "new", "needle"),
    [
        ("missing-language", P, "name: {en: Reach, zh-Hans: 影响范围}", "name: {en: Reach}", "{en: Reach}"),
        ("missing-language", P, "name: {en: Reach, zh-Hans: 影响范围}", "name: {en: Reach, zh-Hans: ' '}", "{en: Reach, "),
        ("unknown-language", P, "name: {en: Reach, zh-Hans", "name: {en: Reach, fr: Portée, zh-Hans", "Portée"),
        ("weights", P, "weight: 0.6", "weight: 0.7", "- {id: reach"),
        ("thresholds", P, "threshold: 0.5", "threshold: 0", "0\n  review_months: 12"),
        ("thresholds", P, "threshold: 0.5", "threshold: 1.5", "1.5"),
        ("matrix-falls", P, "documentation: {T1: light, T2: standard}", "documentation: {T1: standard, T2: light}", "light}\n  fairness"),
        ("stance-taken", P, "  type: single\n  options:\n  - {value: open", "  type: single\n  taken: [open, closed]\n  options:\n  - {value: open", "[open, closed]"),
        ("unused-tolerance", P, "at_most: {tolerance: max_gap}", "at_most: 0.2", "{id: max_gap"),
        ("measure-without-step", P, "placed_in: [release.build]", "placed_in: []", "[]"),
        ("measure-without-evidence", P, "evidence: [document]", "evidence: []", "[]"),
        ("measure-never-required", P, "level: standard\n  scope: version", "level: strict\n  scope: version", "strict\n  scope: version\n  placed_in: [release.build]"),
        ("empty-consideration", P, "- {id: fairness, name: {en: Fairness, zh-Hans: 公平性}}", "- {id: fairness, name: {en: Fairness, zh-Hans: 公平性}}\n- {id: energy, name: {en: E, zh-Hans: E}}", "{id: energy"),
        ("unscored-dimension", P, "- {id: data, name: {en: Data, zh-Hans: 数据}, weight: 0.4}", "- {id: data, name: {en: Data, zh-Hans: 数据}, weight: 0.4}\n- {id: idle, name: {en: x, zh-Hans: x}, weight: 0}", "{id: idle"),
        ("unknown-check", P, "    check: fairness", "    check: fairnes", "kind: computed"),
        ("unknown-check", L, "['computed:fairness']", "['computed:fairnes']", "'computed:fairnes'"),
        ("asked-too-early", Q, "    show_if: {attr: audience, op: gte, value: company}", "    show_if: {attr: personal_data, op: eq, value: true}", "{attr: personal_data, op: eq, value: true}\n    value_when"),
        ("hidden-unknown", Q, "    value_when_hidden: false\n", "", "id: q_personal"),
        ("never-answered", Q, "values: [true, false], default: false}", "values: [true, false]}", "{id: include_superseded"),
        ("never-holds", Q, "attr: personal_data, op: eq, value: true}\nquestions", "attr: regions, op: only, value: [us]}\n    - {attr: regions, op: any_of, value: [other]}\nquestions", "all:"),
        ("never-holds", P, "when: {attr: eu_personal, op: eq, value: true}", "when: {all: [{attr: eu_personal, op: eq, value: true}, {attr: personal_data, op: eq, value: false}]}", "{all:"),
        ("never-holds", P, "when: {attr: audience, op: eq, value: public}", "when: {all: [{attr: audience, op: lte, value: team}, {attr: audience, op: gte, value: company}]}", "{all:"),
        ("dead-branch", P, "when: {attr: audience, op: eq, value: public}", "when: {any: [{attr: audience, op: eq, value: public}, {all: [{attr: personal_data, op: eq, value: true}, {not: {attr: personal_data, op: eq, value: true}}]}]}", "{all:"),
        ("nobody-can-sign", R, "may: [see, attest, hand_in_evidence, sign, release, see_small_cells]", "may: [see, attest, hand_in_evidence]", "validator, meaning"),
        ("own-work", R, "activities: [validation]", "activities: [describe_use]", "{role: validator, meaning"),
        ("too-many-people", R, "{T1: 1, T2: 2}", "{T1: 2, T2: 2}", "2, T2: 2}"),
        ("too-few-people", R, "{T1: 1, T2: 2}", "{T1: 0, T2: 2}", "0, T2: 2}"),
        ("gate-demands-nothing", R, "    - {role: owner, meaning: responsibility, activity: describe_use}\n    - {role: validator", "    - {role: validator", "id: G2"),
        ("gate-nowhere", R, "exit_gate: G2", "exit_gate: G1", "id: G2"),
        ("environment-open", R, ", gates: [G1, G2]}", "}", "- {id: development"),
        ("merges-into-nothing", R, "    merge_into: G1\n", "", "- {role: owner, meaning: responsibility, activity: describe_use}\n    expires"),
        ("activity-without-accountable", R, "  covers: [release.build]\n", "", "{id: build,"),
        ("two-accountable", R, "duties:\n", DEVELOPER + "duties:\n", "release.build]\n  accountable: owner"),
        ("nobody-responsible", R, "responsible: [scientist]", "responsible: []", "[]"),
        ("covers-other-step", R, "covers: [release.build]", "covers: [release.build, scoping.describe]", "scoping.describe]\n  accountable: sci"),
        ("signs-for-others", R, "{role: validator, meaning: review, activity: validation", "{role: owner, meaning: review, activity: validation", "owner, meaning: review"),
        ("requirement-without-measure", L, "suggested_measures: [fair_test, fair_think]", "suggested_measures: []", "[]\n    applies_if"),
        ("dead-law", L, "    - {attr: include_superseded, op: eq, value: true}\n", "", "all:"),
        ("broken-chain", L, "supersedes: [old_law]", "supersedes: []", "tiny_law]\n  requirements"),
        ("broken-chain", L, "  superseded_by: [tiny_law]\n", "", "id: old_law"),
        ("impossible-dates", L, "applies_from: '2026-01-01'", "applies_from: '2026-01-01'\n  applies_until: '2025-01-01'", "'2025-01-01'"),
        ("impossible-dates", L, "    strength: must", "    strength: must\n    applies_until: '2025-01-01'", "'2025-01-01'"),
        ("past-law", L, "applies_from: '2026-01-01'", "applies_from: '2026-01-01'\n  applies_until: '2026-02-01'", "'2026-02-01'"),
        ("review-overdue", H, "review_by: '2027-11-01'", "review_by: '2026-11-23'", "'2026-11-23'"),
    ],
)  # fmt: skip
def test_each_rule_finds_its_mistake_where_it_stands(rule, path, old, new, needle):
    folder = edited(path, old, new)
    if rule == "empty-consideration":
        folder = edited(P, "matrix:\n", "matrix:\n  energy: {T1: light, T2: light}\n", folder)
    found = [str(problem) for problem in linted(folder) if problem.rule == rule]
    assert any(line.startswith(f"{place(folder, path, needle)}: ") for line in found), (found, linted(folder))


def test_a_variant_that_loses_a_measure_is_found(monkeypatch):
    # effective_process never loses one; the lint must notice on the day it does
    def losing(framework, classification):
        process = effective_process(framework, classification)
        return process.model_copy(update={"due": {**process.due, "doc_card": ()}})

    monkeypatch.setattr("muster.core.lint.measures.effective_process", losing)
    problems = [str(problem) for problem in linted(TINY)]
    assert [line.split(": ")[1:2] for line in problems] == [
        ["in tier T1 the variant `one_off` loses doc_card — place them in a step that the variant has"],
        *[
            [f"in tier {tier} the variant `normal` loses doc_card — place them in a step that the variant has"]
            for tier in ("T1", "T2")
        ],
    ]
    assert problems[0].startswith(place(TINY, R, "[scoping]"))


def test_publishing_refuses_a_measure_whose_check_is_not_installed():
    (problem,) = linted(TINY, installed=[])
    assert str(problem).startswith(place(TINY, P, "kind: computed"))
    assert "the check `fairness` is not installed" in problem.message


def test_publishing_takes_a_check_of_musters_own_records():
    folder = edited(P, "evidence: [document]", "evidence: ['computed:inventory_complete']")
    folder = edited(
        P,
        "checks:\n",
        "checks:\n- {id: inventory_complete, description: {en: x, zh-Hans: x}, engine: metadata}\n",
        folder,
    )
    assert linted(folder, installed=["fairness"]) == ()


THIRD_PARTY = "- {id: third_party_model, type: bool, values: [true, false], default: false}\nderived_attributes"


@pytest.mark.parametrize(("only_with_vendor", "found"), [(False, ["needs-third-party"]), (True, [])])
def test_a_binding_requirement_pulls_no_vendor_measure_where_there_is_no_vendor(only_with_vendor, found):
    folder = edited(Q, "derived_attributes", THIRD_PARTY)
    vendor = "{attr: third_party_model, op: eq, value: true}"
    folder = edited(P, "applies_if: {attr: personal_data, op: eq, value: true}", f"applies_if: {vendor}", folder)
    if only_with_vendor:
        folder = edited(L, "applies_if: {attr: eu_personal, op: eq, value: true}", f"applies_if: {vendor}", folder)
    problems = linted(folder)
    assert [problem.rule for problem in problems] == found
    assert all(str(problem).startswith(place(folder, L, "fair_test, fair_think")) for problem in problems)


def cases():
    outcome = load(edited(Q, "values: [eu, us, other]}", "values: [eu, us, other], implies: {other: [us]}}"))
    assert isinstance(outcome, Loaded)
    return Cases(outcome.framework)


def regions(op, *values):
    return AttributeTest(attr="regions", op=op, value=values)


@pytest.mark.parametrize(
    ("condition", "possible"),
    [
        (AllOf(all=(regions("any_of", "eu"), regions("any_of", "us"))), True),
        (AllOf(all=(regions("only", "eu"), regions("any_of", "us"))), False),
        (AllOf(all=(regions("any_of", "other"), Not(part=regions("any_of", "us")))), False),
        (AnyOf(any=(regions("any_of", "eu"), Not(part=regions("any_of", "eu")))), True),
        (Not(part=AnyOf(any=(regions("any_of", "eu"), Not(part=regions("any_of", "eu"))))), False),
        (AttributeTest(attr="regions", op="exists", value=False), True),
        (AllOf(all=(AttributeTest(attr="regions", op="exists", value=False), regions("any_of", "eu"))), False),
    ],
)
def test_whether_a_condition_can_hold_is_decided_by_trying_every_case(condition, possible):
    assert cases().can_hold(condition) is possible


def test_too_many_cases_are_left_undecided_and_never_called_impossible():
    names = [f"a{n}" for n in range(20)]
    more = "".join(f"- {{id: {name}, type: bool, default: false}}\n" for name in names)
    outcome = load(edited(Q, "derived_attributes", more + "derived_attributes"))
    assert isinstance(outcome, Loaded)
    every = AllOf(all=tuple(AttributeTest(attr=name, op="eq", value=True) for name in names))
    assert Cases(outcome.framework).can_hold(every) is None


@pytest.mark.parametrize("name", ["full", "starter"])
def test_the_shipped_frameworks_have_no_error(name):
    assert [str(problem) for problem in linted(read_folder(name)) if problem.severity == "error"] == []


def test_the_lint_looks_at_every_text_of_the_model():
    outcome = load(TINY)
    assert isinstance(outcome, Loaded)
    without = outcome.framework.model_copy(update={"languages": ("fr",)})
    assert isinstance(without, Framework)
    texts = [p for p in lint(without, outcome.positions, TODAY) if p.rule == "missing-language"]
    written = sum(text.count("zh-Hans: ") for path, text in TINY.items() if not path.startswith("scenarios/"))
    assert len(texts) == written
