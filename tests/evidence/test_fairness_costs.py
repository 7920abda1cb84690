"""What errors cost by group."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from muster.core.canonical import canonical
from muster.evidence import judge_again, merge, run_check

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
# a: one tp, one fp, one fn; b: one tn, one tp, one fn, and a row without a label.
SEVEN = pd.DataFrame({"g": list("aaabbbb"), "p": [1, 1, 0, 0, 1, 0, 1], "y": [1, 0, 1, 0, 1, 1, None]})


def fairness(data, **parameters):
    given = {"label": "y", "prediction": "p", "protected": ["g"], "minimum": 1, "replicates": 200}
    return run_check("fairness", data, now=NOW, **{**given, **parameters})


def many(n=4000):
    rng = np.random.default_rng(4)
    group, label = rng.choice(list("abc"), n), rng.integers(0, 2, n)
    wrong = rng.random(n) < np.where(group == "a", 0.1, 0.25)
    return pd.DataFrame({"g": group, "p": np.where(wrong, 1 - label, label), "y": label})


@pytest.mark.spec("F1")
@pytest.mark.parametrize(
    ("name", "value", "group"),
    [
        ("mean_cost", (1 + 2 * 5) / 6, ""),
        ("mean_cost_difference", 6 / 3 - 5 / 3, "g=a"),
        ("mean_cost_ratio", 5 / 6, "g=a"),
    ],
)
def test_seven_rows_give_the_costs_computed_by_hand(name, value, group):
    figure = fairness(SEVEN, cost_fp=1, cost_fn=5).figure(name)
    assert figure.value == pytest.approx(value, abs=1e-12)
    assert (figure.group, figure.not_estimable) == (group, "")


def test_the_row_of_a_group_holds_its_mean_cost_and_labelled_rows():
    row = fairness(SEVEN, cost_fp=1, cost_fn=5).groups[1]
    rate = row.rates[-1]
    assert (rate.name, rate.numerator, rate.denominator, row.n) == ("mean_cost", 5.0, 3, 4)


def test_the_bootstrap_of_the_cells_agrees_with_a_bootstrap_of_the_rows():
    data = many()
    figure = fairness(data, cost_fp=2, cost_fn=7, minimum=30, replicates=2000, reference="g=a").figure(
        "mean_cost_difference"
    )
    cost = np.where(data["p"] > data["y"], 2.0, np.where(data["p"] < data["y"], 7.0, 0.0))
    means = {g: cost[data["g"] == g].mean() for g in "abc"}
    errors = {g: cost[data["g"] == g].std() / np.sqrt((data["g"] == g).sum()) for g in "abc"}
    widest = max("bc", key=lambda g: means[g] - means["a"])
    assert figure.value == pytest.approx(means[widest] - means["a"])
    # Simultaneous over two pairs: between one pair's normal quantile and Bonferroni's.
    halves = [q * np.hypot(errors[widest], errors["a"]) for q in (1.96, 2.3)]
    assert halves[0] * 0.97 < figure.high - figure.value < halves[1] * 1.05


@pytest.mark.spec("F1", "F7")
@pytest.mark.parametrize("reference", ["best", "rest"])
def test_costs_merge_and_are_judged_again(reference):
    data = many(900)
    given = {"cost_fp": 1.5, "reference": reference}
    whole = fairness(data, **given)
    assert merge([fairness(data.iloc[i::3], **given) for i in range(3)]).figures == whole.figures
    assert canonical(judge_again(whole)) == canonical(whole)


def test_other_prices_need_no_data():
    dearer = judge_again(fairness(SEVEN), cost_fn=10)
    assert dearer.figure("mean_cost").value == pytest.approx(20 / 6)


def test_without_prices_there_are_no_costs():
    assert not any("cost" in figure.name for figure in fairness(SEVEN).figures)


def test_a_group_that_costs_nothing_has_no_ratio():
    result = fairness(SEVEN, cost_fp=1)
    assert result.figure("mean_cost_ratio").not_estimable == "not_above_zero"
    assert result.figure("mean_cost_difference").value == pytest.approx(1 / 3)


def test_costs_need_labels():
    result = fairness(SEVEN, cost_fp=1, label=None)
    assert {result.figure(n).not_estimable for n in ("mean_cost", "mean_cost_difference", "mean_cost_ratio")} == {
        "no_label"
    }


def test_every_figure_of_costs_has_its_definition():
    assert {"mean_cost", "mean_cost_difference", "mean_cost_ratio"} <= set(fairness(SEVEN, cost_fp=1).definitions)


def test_no_interval_of_costs_goes_where_no_cost_can():
    result = fairness(SEVEN, cost_fp=1, cost_fn=3)
    ends = [(result.figure(name).low, result.figure(name).high) for name in ("mean_cost", "mean_cost_difference")]
    ends += [(rate.low, rate.high) for row in result.groups for rate in row.rates if rate.name == "mean_cost"]
    told = [end for pair in ends for end in pair if end is not None]
    assert min(told) >= 0
    assert max(told) <= 3
