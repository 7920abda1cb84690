"""p-values of groups against the rest, against scipy."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2_contingency, false_discovery_control, fisher_exact

from muster.core.canonical import canonical
from muster.evidence import judge_again, merge, run_check
from muster.evidence.fairness_tests import compare_proportions, fisher
from muster.report.suppress import HIDDEN, suppress
from muster.report.words import figure_name

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
# By hand (Fisher): a selects 3 of 3, everybody else 0 of 2; 10 tables of which one is that extreme.
FIVE = pd.DataFrame({"g": list("aaabc"), "p": [1, 1, 1, 0, 0], "y": [1, 0, 1, 0, 1]})


def fairness(data, **parameters):
    given = {"label": "y", "prediction": "p", "protected": ["g"], "minimum": 1, "replicates": 0}
    return run_check("fairness", data, now=NOW, **{**given, **parameters})


def many(n=3000, groups="abcde"):
    rng = np.random.default_rng(9)
    group, label = rng.choice(list(groups), n), rng.integers(0, 2, n)
    picked = rng.random(n) < np.where(group == "a", 0.4, 0.5)
    return pd.DataFrame({"g": group, "h": rng.choice(list("uv"), n), "p": picked * 1, "y": label})


def p_values_of(result):
    return [figure for figure in result.figures if figure.name.startswith("p_")]


@pytest.mark.spec("F1")
def test_five_rows_give_the_p_values_computed_by_hand():
    result = fairness(FIVE)
    assert result.figure("p_value.selection_rate", "g=a").value == pytest.approx(1 / 10)
    # b: 0 of 1 beside 3 of 4 -> P(b is one of the two not selected) = 2/5.
    assert result.figure("p_value.selection_rate", "g=b").value == pytest.approx(2 / 5)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 300), st.integers(0, 300))
def test_fishers_test_is_that_of_scipy(over, miss, rest_over, rest_miss):
    if not over + miss or not rest_over + rest_miss:
        return
    mine = fisher(over, over + miss, rest_over, rest_over + rest_miss)
    assert mine == pytest.approx(fisher_exact([[over, miss], [rest_over, rest_miss]]).pvalue, rel=1e-7, abs=1e-12)


@pytest.mark.parametrize("table", [(40, 100, 900, 2000), (5, 50, 400, 3000), (700, 900, 750, 1000)])
def test_large_counts_have_the_test_of_two_proportions(table):
    over, under, rest_over, rest_under = table
    cells = [[over, under - over], [rest_over, rest_under - rest_over]]
    assert compare_proportions(*table) == pytest.approx(chi2_contingency(cells, correction=False).pvalue, rel=1e-9)


def test_few_expected_rows_have_the_exact_test():
    assert compare_proportions(2, 4, 500, 9000) == fisher(2, 4, 500, 9000)
    assert compare_proportions(0, 30, 0, 9000) == 1.0


@pytest.mark.spec("F1")
def test_each_group_is_tested_against_the_rest_and_adjusted_over_all_comparisons():
    data = many()
    result = fairness(data, minimum=30)
    plain = [f for f in p_values_of(result) if f.name.startswith("p_value.")]
    assert len(plain) == 5 * 3
    mine = data["g"] == "a"
    cells = pd.crosstab(mine, data["p"]).to_numpy()
    figure = result.figure("p_value.selection_rate", "g=a")
    assert figure.value == pytest.approx(chi2_contingency(cells, correction=False).pvalue, rel=1e-9)
    assert figure.n == len(data)
    rows = data[data["y"] == 1]
    cells = pd.crosstab(rows["g"] == "b", rows["p"]).to_numpy()
    tpr = result.figure("p_value.true_positive_rate", "g=b")
    assert tpr.value == pytest.approx(chi2_contingency(cells, correction=False).pvalue, rel=1e-9)
    values = np.array([f.value for f in plain])
    adjusted = {f.group: f.value for f in p_values_of(result) if f.name == "p_adjusted_bh.selection_rate"}
    expected = dict(zip([(f.name, f.group) for f in plain], false_discovery_control(values), strict=True))
    assert adjusted["g=a"] == pytest.approx(expected["p_value.selection_rate", "g=a"])


def test_of_two_groups_the_one_question_is_asked_once():
    assert {f.group for f in p_values_of(fairness(many(groups="ab")))} == {"g=a"}


def test_intersections_are_tested_on_request_only():
    data = many(groups="ab")
    assert not any("&" in f.group for f in p_values_of(fairness(data, protected=["g", "h"])))
    every = p_values_of(fairness(data, protected=["g", "h"], tests="all"))
    assert {f.name for f in every if "&" in f.group} >= {"p_value.selection_rate.intersection"}
    assert p_values_of(fairness(data, tests="none")) == []


def test_small_groups_are_not_tested():
    assert p_values_of(fairness(FIVE, minimum=2)) == [
        f for f in p_values_of(fairness(FIVE, minimum=2)) if f.group == "g=a"
    ]
    assert p_values_of(fairness(FIVE, minimum=4)) == []


def test_without_labels_only_selection_is_tested():
    assert {f.name.partition(".")[2] for f in p_values_of(fairness(many(), label=None))} == {"selection_rate"}


def test_of_very_many_groups_the_smallest_p_values_are_shown(monkeypatch):
    whole = p_values_of(fairness(many()))
    monkeypatch.setattr("muster.evidence.fairness_tests.SHOWN", 2)
    shown = p_values_of(fairness(many()))
    assert set(shown) < set(whole)
    assert len([f for f in shown if f.name == "p_adjusted_holm.selection_rate"]) == 2
    assert "g=a" in {f.group for f in shown if f.name == "p_value.selection_rate"}


@pytest.mark.spec("F7")
def test_p_values_merge_and_are_judged_again():
    data = many(600)
    whole = fairness(data)
    assert merge([fairness(data.iloc[i::3]) for i in range(3)]).figures == whole.figures
    assert canonical(judge_again(whole)) == canonical(whole)


def test_every_figure_has_its_definition_and_its_name():
    result = fairness(many(), protected=["g", "h"], tests="all")
    assert {f.name.removesuffix(".intersection") for f in result.figures} <= set(result.definitions)
    assert figure_name("p_value.selection_rate", "en") == "p-value against the rest: Selection rate"
    assert figure_name("p_adjusted_holm.selection_rate.intersection", "zh-Hans").endswith("选择率（交叉群体）")


@pytest.mark.spec("F10")
def test_the_p_values_of_a_hidden_group_are_hidden_with_it():
    data = pd.concat([many(), pd.DataFrame({"g": ["z"] * 5, "h": "u", "p": [1, 1, 0, 1, 1], "y": [1, 0, 1, 1, 0]})])
    result = fairness(data).model_dump(mode="json")
    shown = suppress(result)
    hidden = {group["group"] for group in shown["groups"] if group.get(HIDDEN)}
    assert "g=z" in hidden
    told = [f for f in shown["figures"] if f["name"].startswith("p_") and f["group"] in hidden]
    assert told
    assert {(f["value"], f["not_estimable"]) for f in told} == {(None, HIDDEN)}
    others = [f for f in shown["figures"] if f["name"] == "p_value.selection_rate" and f["group"] not in hidden]
    assert len(others) == 4
    assert all(f["value"] is not None for f in others)
