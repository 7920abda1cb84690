"""Costs and the threshold curve, from stored cells."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics

from muster.evidence import judge_again, run_check
from muster.evidence.scores import keep_scores
from muster.evidence.thresholds import curve

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
FIVE = pd.DataFrame({"s": [0.9, 0.8, 0.4, 0.4, 0.1], "y": [1, 0, 1, 0, 0]})


def performance(data, **parameters):
    return run_check("performance", data, now=NOW, **{"label": "y", "score": "s", **parameters})


@pytest.mark.spec("F4")
def test_five_rows_cost_what_they_cost_by_hand():
    # tp 1, fp 1, fn 1, tn 2 at 0.5: (3 + 5 - 2)/5. Thresholds: .1 -> 3 fp, 2 tp; .4 -> 2 fp, 2 tp: (6-4)/5;
    # .8 -> 6/5; .9 -> 5 - 2 = 3/5; nobody 10/5. The least is .4.
    found = performance(FIVE, cost_fp=3, cost_fn=5, benefit_tp=2)
    assert found.figure("mean_cost").value == pytest.approx(6 / 5)
    assert found.figure("best_threshold").value == pytest.approx(0.4)
    assert found.figure("mean_cost_at_best_threshold").value == pytest.approx(2 / 5)
    each = np.array([-2, 3, 5, 0, 0])
    half = 1.959964 * each.std(ddof=1) / np.sqrt(5)
    assert found.figure("mean_cost").high == pytest.approx(6 / 5 + half, rel=1e-6)


def test_without_prices_there_are_no_costs_and_they_can_be_named_later():
    found = performance(FIVE)
    assert "mean_cost" not in {f.name for f in found.figures}
    assert judge_again(found, cost_fp=3, cost_fn=5, benefit_tp=2).figure("mean_cost").value == pytest.approx(6 / 5)


def test_where_nobody_is_worth_selecting_there_is_no_best_threshold():
    found = performance(FIVE.assign(y=[0, 1, 1, 0, 0]), cost_fp=100, cost_fn=0)
    assert found.figure("best_threshold").not_estimable == "best_selects_nobody"
    assert found.figure("mean_cost_at_best_threshold").value == 0
    decided = performance(FIVE.assign(p=[1, 0, 0, 0, 0]), score=None, prediction="p", cost_fp=1)
    assert decided.figure("best_threshold").not_estimable == "no_score"


def test_the_curve_is_the_roc_curve_of_scikit_learn():
    generator = np.random.default_rng(2)
    score, y = generator.random(500).round(2), generator.integers(0, 2, 500)
    limits, rows = curve(keep_scores(score, y, 1 - y))
    fpr, tpr, thresholds = metrics.roc_curve(y, score, drop_intermediate=False)
    assert limits[::-1] == pytest.approx(thresholds)
    assert (rows[:, 0] / y.sum())[::-1] == pytest.approx(tpr)
    assert (rows[:, 1] / (1 - y).sum())[::-1] == pytest.approx(fpr)


@pytest.mark.parametrize("n", [400, 9_000])
def test_the_rows_of_the_curve_are_the_rates_at_their_thresholds(n):
    generator = np.random.default_rng(2)
    frame = pd.DataFrame({"s": generator.random(n), "y": generator.integers(0, 2, n)})
    rows = {row.group: row for row in performance(frame, cost_fp=1).groups}
    for threshold in (0.05, 0.5, 0.95):
        chosen = frame["s"] >= threshold
        row = rows[f"threshold={threshold:g}"]
        rates = {rate.name: rate.value for rate in row.rates}
        assert rates["precision"] == pytest.approx(metrics.precision_score(frame["y"], chosen))
        assert rates["recall"] == pytest.approx(metrics.recall_score(frame["y"], chosen))
        assert rates["mean_cost"] == pytest.approx((chosen & (frame["y"] == 0)).mean())


def test_scores_of_another_range_have_a_curve_at_their_quantiles():
    generator = np.random.default_rng(2)
    frame = pd.DataFrame({"s": generator.normal(500, 80, 3_000), "y": generator.integers(0, 2, 3_000)})
    rows = [row for row in performance(frame, threshold=500).groups if row.attributes == ("threshold",)]
    chosen = [row.rates[0].value for row in rows]
    assert chosen == pytest.approx(1 - np.arange(1, 20) / 20, abs=0.01)
