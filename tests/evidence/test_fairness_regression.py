"""Fairness of numbers, against values by hand, pandas and scipy."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ttest_ind
from sklearn.metrics import mean_absolute_error, root_mean_squared_error

from muster.core.canonical import canonical
from muster.evidence import judge_again, merge, run_check
from muster.evidence.errors import DataError, ParameterError
from muster.evidence.fairness_regression import NumberCells
from muster.evidence.sums import SumCells

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)

# By hand. a: predictions 1 3 5, labels 2 3 3 -> errors -1 0 2; b: predictions 4 6, labels 3 2 -> errors 1 4.
FIVE = pd.DataFrame({"g": list("aaabb"), "p": [1.0, 3, 5, 4, 6], "y": [2.0, 3, 3, 3, 2]})


def fairness(data, **parameters):
    given = {"task": "regression", "label": "y", "prediction": "p", "protected": ["g"], "minimum": 1}
    return run_check("fairness", data, now=NOW, **{**given, **parameters})


def many(n=4000, seed=5):
    rng = np.random.default_rng(seed)
    group = rng.choice(["a", "b", "c"], n, p=[0.5, 0.3, 0.2])
    label = rng.normal(50, 10, n)
    error = rng.normal(np.where(group == "b", 1.0, 0.0), np.where(group == "c", 6.0, 3.0))
    return pd.DataFrame({"g": group, "h": rng.choice(["u", "v"], n), "y": label, "p": label + error})


def parts_agree(one, other):
    assert [f.name for f in one.figures] == [f.name for f in other.figures]
    for mine, theirs in zip(one.figures, other.figures, strict=True):
        assert (mine.n, mine.group, mine.not_estimable) == (theirs.n, theirs.group, theirs.not_estimable)
        for each in ("value", "low", "high"):
            one_end, other_end = getattr(mine, each), getattr(theirs, each)
            assert (one_end is None) == (other_end is None)
            assert one_end is None or one_end == pytest.approx(other_end, rel=1e-7, abs=1e-7)


@pytest.mark.spec("F1")
@pytest.mark.parametrize(
    ("name", "value", "group"),
    [
        ("mean_prediction", 19 / 5, ""),
        ("mean_error", 6 / 5, ""),
        ("mae", 8 / 5, ""),
        ("rmse", np.sqrt(22 / 5), ""),
        ("mean_prediction_difference", 2.0, "g=a"),
        ("mean_error_difference", 2.5 - 1 / 3, "g=b"),
        ("mae_difference", 2.5 - 1.0, "g=b"),
        ("rmse_difference", np.sqrt(17 / 2) - np.sqrt(5 / 3), "g=b"),
    ],
)
def test_five_rows_give_the_figures_computed_by_hand(name, value, group):
    figure = fairness(FIVE).figure(name)
    assert figure.value == pytest.approx(value, abs=1e-12)
    assert figure.group == group


@pytest.mark.spec("F1")
def test_every_group_and_intersection_has_the_errors_of_scikit_learn():
    data = many()
    rows = {row.group: row for row in fairness(data, protected=["g", "h"], replicates=0).groups}
    assert len(rows) == 3 + 2 + 6
    for (g, h), part in data.groupby(["g", "h"]):
        values = {rate.name: rate.value for rate in rows[f"g={g} & h={h}"].rates}
        assert values == pytest.approx(
            {
                "mean_prediction": part["p"].mean(),
                "mean_error": (part["p"] - part["y"]).mean(),
                "mae": mean_absolute_error(part["y"], part["p"]),
                "rmse": root_mean_squared_error(part["y"], part["p"]),
            },
            rel=1e-9,
        )


def test_the_interval_of_a_group_is_that_of_a_mean():
    data = many()
    rate = next(r for r in fairness(data).groups[0].rates if r.name == "mae")
    terms = (data["p"] - data["y"]).abs()[data["g"] == "a"]
    half = 1.959963985 * terms.std(ddof=1) / np.sqrt(len(terms))
    assert (rate.low, rate.high) == pytest.approx((terms.mean() - half, terms.mean() + half), rel=1e-9)


@pytest.mark.spec("F1")
@pytest.mark.parametrize("sizes", [(8, 5), (200, 40)])
def test_the_interval_of_two_groups_is_close_to_welch(sizes):
    rng = np.random.default_rng(11)
    one, other = rng.normal(0, 1, sizes[0]), rng.normal(9, 4, sizes[1])
    data = pd.DataFrame({"g": ["a"] * sizes[0] + ["b"] * sizes[1], "p": np.concatenate([one, other])})
    figure = fairness(data, label=None, replicates=20_000).figure("mean_prediction_difference")
    welch = ttest_ind(other, one, equal_var=False).confidence_interval(0.95)
    width = welch.high - welch.low
    assert figure.interval == "simultaneous parametric bootstrap (Student's t)"
    assert (figure.low, figure.high) == pytest.approx((welch.low, welch.high), abs=0.06 * width)


def test_the_interval_reaches_zero_about_as_often_as_it_says_where_groups_do_not_differ():
    rng = np.random.default_rng(3)
    misses = 0
    for _ in range(120):
        data = pd.DataFrame({"g": np.repeat(list("abcdef"), 40), "p": rng.normal(size=240)})
        figure = fairness(data, label=None, replicates=300).figure("mean_prediction_difference")
        misses += figure.low > 0
    assert misses <= 14  # expected: 6 of 120


@pytest.mark.spec("F1", "F7")
def test_the_results_of_parts_merge_into_the_result_of_the_whole():
    data = many(900)
    parts = [fairness(data.iloc[i::3], protected=["g", "h"]) for i in range(3)]
    parts_agree(merge(parts), fairness(data, protected=["g", "h"]))


def numbers(rows, middle):
    """Return the sums of rows (group, prediction, label or none) as the check keeps them."""
    told = []
    for g, p, y in rows:
        e = 0 if y is None else p - y
        told.append(([g], [1, y is not None], [p - middle, (p - middle) ** 2, e, abs(e), e**2, e**4]))
    names = ("n", "labelled"), ("p", "p2", "e", "abs_e", "e2", "e4")
    return NumberCells(middle=middle, cells=SumCells.of(["g"], *names, told))


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(-50, 50), st.integers(-50, 50) | st.none()), min_size=2),
    st.integers(1, 5),
    st.tuples(st.integers(-9, 9), st.integers(-9, 9), st.integers(-9, 9)),
)
def test_merged_parts_equal_the_whole_whatever_the_rows_and_their_middles(rows, cut, middles):
    merged = numbers(rows[:cut], middles[0]).merged(numbers(rows[cut:], middles[1]))
    # Whole numbers: not one bit may differ.
    assert merged.about(middles[2]).cells == numbers(rows[::-1], middles[2]).cells.cells


def test_large_values_of_little_spread_keep_their_interval():
    data = FIVE.assign(p=FIVE["p"] + 1e9, y=FIVE["y"] + 1e9)
    here, there = fairness(FIVE).groups[0].rates[0], fairness(data).groups[0].rates[0]
    assert there.high - there.low == pytest.approx(here.high - here.low, rel=1e-6)
    assert there.value == pytest.approx(here.value + 1e9, rel=1e-15)


def test_the_stored_sums_give_the_same_figures_without_the_data():
    result = fairness(many(300))
    assert canonical(judge_again(result)) == canonical(result)


def test_without_labels_only_predictions_are_compared():
    result = fairness(FIVE, label=None)
    assert result.figure("mean_prediction_difference").value == 2.0
    assert {result.figure(n).not_estimable for n in ("mae", "mae_difference", "rmse_difference")} == {"no_label"}


def test_rows_without_label_count_for_predictions_only():
    result = fairness(FIVE.assign(y=[2.0, None, 3, 3, None]))
    assert (result.groups[0].n, result.groups[0].labelled) == (3, 2)
    assert [rate.denominator for rate in result.groups[0].rates] == [3, 2, 2, 2]
    assert result.figure("mean_error").value == pytest.approx((-1 + 2 + 1) / 3)


def test_a_group_without_labels_has_no_error_and_does_not_decide():
    result = fairness(FIVE.assign(y=[2.0, 3, 3, None, None]))
    rate = next(rate for rate in result.groups[1].rates if rate.name == "mae")
    assert (rate.value, rate.not_estimable) == (None, "no_labels")
    assert result.figure("mae_difference").not_estimable == "fewer_than_two_groups_large_enough"


def test_small_groups_are_listed_and_do_not_decide():
    result = fairness(FIVE, minimum=3)
    assert [row.n for row in result.groups] == [3, 2]
    assert result.figure("mae_difference").not_estimable == "fewer_than_two_groups_large_enough"
    below = result.figure("groups_below_minimum")
    assert (below.value, below.n) == (1, 2)


def test_one_group_only_is_not_estimable_instead_of_fair():
    assert fairness(FIVE.assign(g="a")).figure("mae_difference").not_estimable == "one_group"


@pytest.mark.parametrize(
    ("column", "bad", "code", "row"),
    [("p", None, "missing_values", 2), ("p", np.inf, "not_finite", 2), ("y", -np.inf, "not_finite", 2)],
)
def test_values_that_are_no_numbers_are_refused_with_their_row(column, bad, code, row):
    data = FIVE.copy()
    data.loc[1, column] = bad
    with pytest.raises(DataError) as caught:
        fairness(data)
    assert (caught.value.code, caught.value.where, caught.value.details["row"]) == (code, column, row)


def test_sums_that_overflow_are_refused_instead_of_infinite():
    with pytest.raises(DataError) as caught:
        fairness(FIVE.assign(p=FIVE["p"] * 1e100))
    assert caught.value.code == "sums_too_large"
    assert "单位" in caught.value.sentence("zh")


def test_text_is_refused_as_prediction():
    with pytest.raises(DataError) as caught:
        fairness(FIVE.assign(p=list("vwxyz")))
    assert caught.value.code == "wrong_type"


@pytest.mark.parametrize("wrong", [{"score": "y", "prediction": None}, {"score": "y"}])
def test_a_regression_takes_no_score(wrong):
    with pytest.raises(ParameterError):
        fairness(FIVE, **wrong)


def test_every_figure_has_its_definition():
    result = fairness(many(200), protected=["g", "h"])
    assert {f.name.removesuffix(".intersection") for f in result.figures} <= set(result.definitions)


@pytest.mark.spec("F1")
def test_groups_are_compared_with_the_rest_or_with_a_named_one():
    data = many()
    errors = (data["p"] - data["y"]).abs()
    means = errors.groupby(data["g"]).mean()
    rest = {g: errors[data["g"] != g].mean() for g in "abc"}
    by_rest = fairness(data, reference="rest").figure("mae_difference")
    assert by_rest.value == pytest.approx(max(abs(means[g] - rest[g]) for g in "abc"), rel=1e-9)
    assert (by_rest.group, by_rest.reference) == ("g=c", "not g=c")
    assert by_rest.low < by_rest.value < by_rest.high
    named = fairness(data, reference="g=a").figure("mae_difference")
    assert named.value == pytest.approx(max(abs(means[g] - means["a"]) for g in "bc"), rel=1e-9)
    assert {named.group, named.reference} == {"g=c", "g=a"}
    assert fairness(data, reference="g=a").parameters["reference"] == "g=a"


def test_a_reference_that_does_not_exist_is_refused_with_those_that_do():
    with pytest.raises(DataError) as caught:
        fairness(FIVE, reference="g=z")
    assert (caught.value.code, caught.value.details["groups"]) == ("no_such_group", "g=a, g=b")


def test_a_reference_that_is_too_small_is_said():
    assert fairness(FIVE, reference="g=b", minimum=3).figure("mae_difference").not_estimable == "reference_too_small"


def test_no_interval_of_an_absolute_error_falls_below_zero():
    far = pd.DataFrame({"g": list("aaab"), "p": [0.0, 0.0, 9.0, 1.0], "y": [0.0, 0.0, 0.0, 1.0]})
    result = fairness(far, minimum=1)
    lows = [result.figure("mae").low, *(rate.low for row in result.groups for rate in row.rates if rate.name == "mae")]
    assert [low for low in lows if low is not None] == [0, 0]
    assert result.figure("mean_error").low < 0  # which may be
