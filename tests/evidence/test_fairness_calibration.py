"""Calibration by group, against values by hand, scikit-learn and scipy."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_ind
from sklearn.linear_model import LogisticRegression

from muster.core.canonical import canonical
from muster.evidence import judge_again, merge, run_check
from muster.evidence.errors import DataError
from muster.evidence.words import REASONS

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
# a: scores .25 .25 .75, labels 0 1 1: bins (2 rows, 1 positive, .5) and (1, 1, .75): gap (2 - 1.25)/3, ece (.5+.25)/3.
# b: scores .5 .5, labels 1 0: one bin, gap 0, ece 0.
FIVE = pd.DataFrame({"g": list("aaabb"), "s": [0.25, 0.25, 0.75, 0.5, 0.5], "y": [0, 1, 1, 1, 0]})


def fairness(data, **parameters):
    given = {"label": "y", "score": "s", "protected": ["g"], "minimum": 1, "replicates": 300}
    return run_check("fairness", data, now=NOW, **{**given, **parameters})


def many(n=6000):
    rng = np.random.default_rng(6)
    group = rng.choice(list("ab"), n, p=[0.7, 0.3])
    score = rng.beta(2, 2, n)
    chance = np.where(group == "b", np.clip(score - 0.1, 0, 1), score)
    return pd.DataFrame({"g": group, "h": rng.choice(list("uv"), n), "s": score, "y": (rng.random(n) < chance) * 1})


def rate(result, group, name):
    return next(r for row in result.groups if row.group == group for r in row.rates if r.name == name)


def expected_error(part):
    at = np.minimum((part["s"] * 10).astype(int), 9)
    bins = part.groupby(at).agg(n=("s", "size"), s=("s", "mean"), y=("y", "mean"))
    return float((bins["n"] * (bins["y"] - bins["s"]).abs()).sum() / bins["n"].sum())


@pytest.mark.spec("F1")
@pytest.mark.parametrize(
    ("name", "value", "group"),
    [
        ("calibration_gap", (3 - 2.25) / 5, ""),
        ("calibration_gap_difference", 0.25, "g=a"),
        ("ece", 0.75 / 5, ""),
        ("ece_difference", 0.25, "g=a"),
    ],
)
def test_five_rows_give_the_figures_computed_by_hand(name, value, group):
    figure = fairness(FIVE).figure(name)
    assert figure.value == pytest.approx(value, abs=1e-12)
    assert figure.group == group


@pytest.mark.spec("F1")
def test_groups_and_intersections_are_calibrated_like_their_rows():
    data = many()
    result = fairness(data, protected=["g", "h"])
    for (g, h), part in data.groupby(["g", "h"]):
        name = f"g={g} & h={h}"
        assert rate(result, name, "ece").value == pytest.approx(expected_error(part), rel=1e-9)
        gap, terms = rate(result, name, "calibration_gap"), part["y"] - part["s"]
        half = 1.959963985 * terms.std(ddof=1) / np.sqrt(len(terms))
        assert (gap.value, gap.low, gap.high) == pytest.approx((terms.mean(), terms.mean() - half, terms.mean() + half))


def test_the_slope_is_that_of_a_logistic_regression_on_the_means_of_bins():
    data = many().query("g == 'a'")
    at = np.minimum((data["s"] * 10).astype(int), 9)
    x = data.groupby(at)["s"].transform("mean")
    fitted = LogisticRegression(C=np.inf, tol=1e-10).fit(np.log(x / (1 - x)).to_numpy()[:, None], data["y"])
    mine = rate(fairness(many()), "g=a", "calibration_slope")
    assert mine.value == pytest.approx(fitted.coef_[0, 0], rel=1e-4)
    assert mine.low < mine.value < mine.high


@pytest.mark.spec("F1")
def test_the_interval_of_the_difference_is_close_to_welch():
    data = many()
    figure = fairness(data, replicates=20_000).figure("calibration_gap_difference")
    terms = data["y"] - data["s"]
    test = ttest_ind(terms[data["g"] == "a"], terms[data["g"] == "b"], equal_var=False)
    low, high = test.confidence_interval(0.95)
    assert figure.value == pytest.approx(abs(terms[data["g"] == "a"].mean() - terms[data["g"] == "b"].mean()))
    assert (figure.low, figure.high) == pytest.approx((low, high), abs=0.03 * (high - low))


def test_a_prediction_decides_where_both_are_named_and_the_score_is_calibrated():
    data = many().assign(p=lambda d: (d["s"] > 0.8) * 1)
    both, alone = fairness(data, prediction="p"), fairness(data, prediction="p", score=None)
    assert set(alone.figures) <= set(both.figures)
    assert both.figure("ece_difference").value == fairness(data).figure("ece_difference").value
    assert not any("calibration" in figure.name for figure in alone.figures)


@pytest.mark.spec("F1", "F7")
@pytest.mark.parametrize("reference", ["best", "rest", "g=a"])
def test_bins_merge_and_are_judged_again(reference):
    data = many(900)
    given = {"reference": reference, "protected": ["g", "h"]}
    whole = fairness(data, **given)
    together = merge([fairness(data.iloc[i::3], **given) for i in range(3)])
    for mine, theirs in zip(together.figures, whole.figures, strict=True):
        assert (mine.name, mine.group, mine.n) == (theirs.name, theirs.group, theirs.n)
        assert mine.value == pytest.approx(theirs.value, rel=1e-7, abs=1e-9)
    assert canonical(judge_again(whole)) == canonical(whole)


def test_against_the_rest_a_group_is_held_to_everybody_outside_it():
    data = many()
    data.loc[:999, "g"] = "c"
    figure = fairness(data, reference="rest").figure("ece_difference")
    parts = {g: (expected_error(data[data["g"] == g]), expected_error(data[data["g"] != g])) for g in "abc"}
    assert figure.value == pytest.approx(max(abs(a - b) for a, b in parts.values()), rel=1e-9)
    assert figure.reference.startswith("not ") or figure.group.startswith("not ")


def test_a_score_that_is_no_probability_has_no_calibration_and_still_decides():
    result = fairness(FIVE.assign(s=FIVE["s"] * 10), threshold=5)
    assert result.figure("ece_difference").not_estimable == "score_not_probability"
    assert result.figure("selection_rate_difference").value is not None
    assert rate(result, "g=a", "calibration_gap").not_estimable == "score_not_probability"


def test_one_without_labels_has_no_calibration_and_does_not_decide():
    result = fairness(FIVE.assign(y=[0, 1, 1, None, None]))
    assert rate(result, "g=b", "ece").not_estimable == "no_labels"
    assert result.figure("ece_difference").not_estimable == "one_group"
    assert not any("ece" in f.name for f in fairness(FIVE, label=None).figures)


def test_nobody_with_a_label_is_said():
    data = FIVE.assign(y=pd.array([None] * 5, dtype="Int64"))
    assert fairness(data).figure("ece").not_estimable == "no_labels"


def test_the_slope_of_one_class_or_of_few_rows_is_not_estimable():
    result = fairness(FIVE.assign(y=[1, 1, 1, 1, 0]), minimum=3)
    assert rate(result, "g=a", "calibration_slope").not_estimable == "one_class"
    assert rate(result, "g=b", "calibration_slope").not_estimable == "too_few_rows"
    assert result.figure("calibration_slope_difference").not_estimable == "fewer_than_two_groups_large_enough"


@pytest.mark.parametrize(("bad", "code"), [(np.inf, "not_finite"), (None, "missing_values")])
def test_scores_that_are_no_numbers_are_refused_beside_a_prediction_too(bad, code):
    data = FIVE.assign(p=[0, 1, 0, 1, 0])
    data.loc[1, "s"] = bad
    with pytest.raises(DataError) as caught:
        fairness(data, prediction="p")
    assert (caught.value.code, caught.value.where, caught.value.details["row"]) == (code, "s", 2)


def test_too_many_cells_are_said_and_decide_all_the_same(monkeypatch):
    monkeypatch.setattr("muster.evidence.fairness_calibration.CELL_LIMIT", 2)
    result = fairness(FIVE)
    assert result.figure("ece").not_estimable == "too_many_cells"
    assert "zh" in REASONS["too_many_cells"]
    assert result.figure("selection_rate_difference").value is not None


def test_every_figure_has_its_definition():
    result = fairness(many(300), protected=["g", "h"])
    assert {f.name.removesuffix(".intersection") for f in result.figures} <= set(result.definitions)


def test_no_interval_of_a_calibration_gap_goes_beyond_one():
    three = pd.DataFrame({"g": list("aabb"), "y": [1, 1, 1, 0], "s": [0.05, 0.3, 0.1, 0.9]})
    result = fairness(three, score="s", minimum=1)
    ends = [
        result.figure("calibration_gap"),
        *(r for row in result.groups for r in row.rates if r.name == "calibration_gap"),
    ]
    assert all(-1 <= each.low <= each.high <= 1 for each in ends)
    assert result.figure("calibration_gap_difference").high <= 2
