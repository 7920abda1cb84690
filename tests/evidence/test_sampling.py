from datetime import UTC, date, datetime
from math import sqrt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, chi2_contingency
from scipy.stats.contingency import relative_risk

from muster.evidence import run_check
from muster.evidence.errors import DataError, NotMergeable, ParameterError
from muster.evidence.representation import Represented
from muster.evidence.run import judge_again, merge
from muster.evidence.sampling import check
from muster.report.suppress import suppress

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
# g=a: 3 of 5 rows, labels 1 0 1; g=b: 2 of 5, labels 0 0. Population: a 2 of 6, b 4 of 6.
FIVE = pd.DataFrame({"g": list("aaabb"), "y": [1, 0, 1, 0, 0]})
SIX = pd.DataFrame({"g": list("aabbbb")})


def sampling(data, **given):
    return run_check(check, data, now=NOW, **{"protected": ["g"], "minimum": 1, "replicates": 100, **given})


@pytest.fixture
def registered(monkeypatch):
    monkeypatch.setattr("muster.evidence.run.load", lambda _name: check)


def wilson(successes, trials):
    ends = binomtest(successes, trials).proportion_ci(0.95, method="wilson")
    return ends.low, ends.high


@pytest.mark.spec("F1")
@pytest.mark.parametrize(
    ("name", "group", "value", "n"),
    [
        ("representation_ratio", "g=a", (3 / 5) / (2 / 6), 3),
        ("representation_ratio", "g=b", (2 / 5) / (4 / 6), 2),
        ("representation_difference", "g=a", 3 / 5 - 2 / 6, 3),
        ("lowest_representation_ratio", "g=b", (2 / 5) / (4 / 6), 2),
        ("outside_reference_share", "g", 0, 5),
        ("base_rate", "", 2 / 5, 5),
        ("base_rate_difference", "g=b", 2 / 3, 5),
        ("base_rate_ratio", "g=b", 0, 5),
    ],
)
def test_five_rows_give_the_figures_computed_by_hand(name, group, value, n):
    figure = sampling(FIVE, reference=SIX, label="y").figure(name, group)
    assert (figure.value, figure.n) == (pytest.approx(value), n)


@pytest.mark.spec("F1")
def test_every_group_is_listed_with_its_share_and_its_base_rate():
    rows = {row.group: row for row in sampling(FIVE.assign(y=[1, 0, None, 0, 0]), label="y").groups}
    share, base = rows["g=a"].rates
    assert (share.name, share.numerator, share.denominator) == ("group_share", 3, 5)
    assert (base.name, base.numerator, base.denominator) == ("base_rate", 1, 2)
    assert (rows["g=a"].n, rows["g=a"].labelled) == (3, 2)
    assert (share.low, share.high) == pytest.approx(wilson(3, 5))


@pytest.mark.spec("F1")
def test_intervals_are_those_of_katz_and_newcombe():
    result = sampling(FIVE, reference=SIX)
    ratio, difference = (result.figure(f"representation_{name}", "g=b") for name in ("ratio", "difference"))
    katz = relative_risk(2, 5, 4, 6).confidence_interval(0.95)
    assert (ratio.low, ratio.high) == pytest.approx((katz.low, katz.high))
    (low, high), (low_, high_) = wilson(2, 5), wilson(4, 6)
    value = 2 / 5 - 4 / 6
    below, above = sqrt((0.4 - low) ** 2 + (high_ - 4 / 6) ** 2), sqrt((high - 0.4) ** 2 + (4 / 6 - low_) ** 2)
    assert (difference.low, difference.high) == pytest.approx((value - below, value + above))
    assert (ratio.interval, difference.interval) == ("katz", "newcombe")
    assert result.figure("lowest_representation_ratio").low < ratio.low  # at the level of both groups together


def test_data_and_population_are_tested_as_two_samples():
    data = pd.DataFrame({"g": ["a"] * 60 + ["b"] * 40 + ["c"] * 50})
    reference = pd.DataFrame({"g": ["a"] * 100 + ["b"] * 150 + ["c"] * 110})
    result = sampling(data, reference=reference)
    tested = chi2_contingency([[60, 40, 50], [100, 150, 110]], correction=False)
    assert result.figure("representation_p").value == pytest.approx(tested.pvalue)
    assert result.figure("representation_v").value == pytest.approx(sqrt(tested.statistic / 510))


@pytest.mark.spec("F1")
def test_a_population_table_with_weights_is_taken_as_known():
    census = pd.DataFrame({"g": ["a", "b"], "people": [2e6, 4e6]})
    result = sampling(FIVE, reference=census, weight="people")
    ratio = result.figure("representation_ratio", "g=b")
    assert ratio.value == pytest.approx((2 / 5) / (4 / 6))
    assert (ratio.low, ratio.high) == pytest.approx(tuple(end / (4 / 6) for end in wilson(2, 5)))
    assert result.figure("representation_p").not_estimable == "population_known"


@pytest.mark.spec("F1")
def test_a_group_that_nobody_sampled_is_the_least_represented():
    reference = pd.DataFrame({"g": list("aabbbb") * 10 + ["c"] * 60})
    result = sampling(FIVE, reference=reference)
    worst = result.figure("lowest_representation_ratio")
    assert (worst.group, worst.value, worst.low, worst.n) == ("g=c", 0, 0, 0)
    assert worst.high > 0
    assert sampling(FIVE, reference=reference, minimum=3).figure("lowest_representation_ratio").not_estimable == (
        "no_group_large_enough"
    )


def test_a_group_that_the_population_lacks_has_no_ratio_and_is_counted():
    result = sampling(FIVE.assign(g=list("aaabx")), reference=SIX)
    ratio = result.figure("representation_ratio", "g=x")
    assert (ratio.value, ratio.not_estimable) == (None, "not_in_reference")
    assert result.figure("representation_difference", "g=x").value == pytest.approx(1 / 5)
    assert result.figure("outside_reference_share").value == pytest.approx(1 / 5)


@pytest.mark.spec("F1")
def test_intersections_are_held_against_the_population_too():
    data = FIVE.assign(h=[1, 2, 1, 2, None])
    result = sampling(data, reference=data, protected=["g", "h"])
    ratios = [f.value for f in result.figures if f.name == "representation_ratio.intersection"]
    assert ratios == pytest.approx([1] * 4)
    assert {row.group for row in result.groups} >= {"g=a & h=1.0", "g=b & h=(missing)"}


def test_whole_numbers_and_broken_ones_are_the_same_groups():
    result = sampling(pd.DataFrame({"g": [1, 2]}), reference=pd.DataFrame({"g": [1.0, 2.0, None]}))
    assert result.figure("outside_reference_share").value == 0


@pytest.mark.spec("F1")
def test_what_test_shares_with_training_is_counted():
    data = pd.DataFrame(
        {
            "id": [1, 2, 3, 4],
            "who": ["u", "v", "v", None],
            "x": [0.5, np.nan, 1.5, 2.5],
            "t": [date(2026, 1, d) for d in (1, 2, 3, 9)],
        }
    )
    test = pd.DataFrame(
        {
            "id": [9, 2, 8, 7, 6],
            "who": ["v", "w", None, "v", "x"],
            "x": [np.nan, 9, 1.5, 1.5, 4],
            "t": [date(2026, 1, 3)] * 5,
        }
    )
    result = sampling(data, protected=[], test=test, key=["x"], id="id", person="who", time="t")
    for name, leaking, n in (
        ("test_rows_in_training", 3, 5),  # no value is equal to no value
        ("test_ids_in_training", 1, 5),
        ("test_people_in_training", 2, 4),  # nobody's row is nobody's
        ("training_rows_after_test", 1, 4),
    ):
        figure = result.figure(name)
        assert (figure.value, figure.n) == (pytest.approx(leaking / n), n)
        assert (figure.low, figure.high) == pytest.approx(wilson(leaking, n))


def test_rows_are_the_same_if_all_columns_but_the_id_are():
    data, test = FIVE.assign(row=range(5)), FIVE.assign(row=range(5, 10))
    assert sampling(data, protected=[], test=test, id="row").figure("test_rows_in_training").value == 1
    assert sampling(data, protected=[], test=test).figure("test_rows_in_training").value == 0
    assert (
        sampling(FIVE, protected=[], test=pd.DataFrame({"g": ["a", "x"]})).figure("test_rows_in_training").value == 0.5
    )


rows = st.lists(st.tuples(st.sampled_from(["p", "q", None]), st.integers(0, 2)), min_size=1, max_size=12)


@given(rows, rows)
def test_shared_rows_are_those_that_a_loop_finds(one, other):
    data, test = (pd.DataFrame(side, columns=["who", "x"]).astype({"who": object}) for side in (one, other))
    data.loc[len(data)] = ["never", 9]  # a column of nothing but None would have no type
    test.loc[len(test)] = ["neither", 9]
    figure = sampling(data, protected=[], test=test, person="who").figure("test_rows_in_training")
    assert figure.value * figure.n == pytest.approx(sum(row in one for row in other))


@pytest.mark.spec("F1")
def test_what_was_not_asked_for_says_so():
    result = sampling(FIVE)
    assert {figure.name: figure.not_estimable for figure in result.figures} == {
        "lowest_representation_ratio": "no_reference",
        "base_rate_difference": "no_label",
        "test_rows_in_training": "no_test",
        "test_ids_in_training": "no_test",
        "test_people_in_training": "no_test",
        "training_rows_after_test": "no_test",
    }
    leaks = sampling(FIVE, protected=[], test=FIVE)
    assert leaks.figure("test_ids_in_training").not_estimable == "no_id_column"
    assert leaks.figure("training_rows_after_test").not_estimable == "no_time_column"
    assert leaks.figure("base_rate_difference").not_estimable == "no_protected"
    unlabelled = sampling(FIVE.assign(y=[None] * 4 + [np.nan]).astype({"y": float}), label="y")
    assert unlabelled.figure("base_rate_difference").not_estimable == "no_labels"
    assert (
        sampling(FIVE.assign(g="a"), reference=SIX.assign(g="a")).figure("lowest_representation_ratio").not_estimable
        == "one_group"
    )
    nobody = FIVE.assign(who=pd.Series([None] * 5, dtype="string"))
    assert (
        sampling(nobody, protected=[], test=nobody, person="who").figure("test_people_in_training").not_estimable
        == "no_values"
    )


@pytest.mark.spec("F1")
def test_parts_merge_into_the_whole_and_one_reference_counts_once(registered):
    draw = np.random.default_rng(1)
    data = pd.DataFrame({"g": np.array(list("abc"))[draw.integers(0, 3, 300)], "y": draw.integers(0, 2, 300)})
    parts = [sampling(data.iloc[i::2], reference=SIX, label="y") for i in range(2)]
    whole = sampling(data.sample(frac=1, random_state=1), reference=SIX, label="y")
    together = merge(parts)
    assert (together.figures, together.groups) == (whole.figures, whole.groups)
    halves = [sampling(data, reference=data.iloc[i::2], label="y") for i in range(2)]
    assert merge(halves).figure("representation_v").n == 900
    assert judge_again(whole, minimum=1000).figure("base_rate_difference").value is None


def test_parts_that_do_not_add_up_are_refused(registered):
    census = pd.DataFrame({"g": ["a", "b"], "people": [2, 4]})
    leaks = sampling(FIVE, test=FIVE)
    for one, other, code in (
        (leaks, leaks, "leaks_again"),
        (sampling(FIVE), sampling(FIVE, reference=SIX), "other_inputs"),
    ):
        with pytest.raises(NotMergeable) as caught:
            merge([one, other])
        assert caught.value.code == code
    known = sampling(FIVE, reference=census, weight="people").statistics
    sampled = sampling(FIVE, reference=SIX).statistics
    with pytest.raises(NotMergeable):
        check.statistics.model_validate(known).merged(check.statistics.model_validate(sampled))


def test_who_may_not_see_few_people_cannot_work_them_out_from_shares():
    data = pd.DataFrame({"g": ["a"] * 50 + ["b"] * 40 + ["c"] * 4})
    shown = suppress(sampling(data, reference=data).model_dump(mode="json"))
    hidden = {f["group"] for f in shown["figures"] if f["name"] == "representation_ratio" and f["value"] is None}
    assert hidden == {"g=b", "g=c"}  # with a alone told, neither of the others follows


@pytest.mark.parametrize("rows", [0, 3, 20])
@pytest.mark.parametrize("known", [True, False])
def test_intervals_hold_the_value(rows, known):
    each = Represented("g=a", rows, 20, 5, 30, known)
    for value, (low, high) in (
        (each.ratio, each.ratio_interval(0.9)),
        (rows / 20 - 5 / 30, each.difference_interval(0.9)),
    ):
        assert low <= value + 1e-12
        assert value <= high + 1e-12


def test_what_cannot_be_compared_is_refused():
    census = pd.DataFrame({"g": ["a", "b"], "people": [2.0, -4.0]})
    numbers = pd.DataFrame({"g": [1, 2], "t": ["x", "y"]})
    for code, data, asked in (
        ("missing_column", FIVE, {"protected": ["h"]}),
        ("missing_input", FIVE, {"weight": "people"}),
        ("broken_weights", FIVE, {"reference": census, "weight": "people"}),
        ("no_weight", FIVE, {"reference": census.assign(people=0), "weight": "people"}),
        ("unlike_types", FIVE, {"reference": numbers}),
        ("unlike_types", FIVE, {"test": numbers, "key": ["g"]}),
        ("no_shared_columns", FIVE, {"test": numbers[["t"]]}),
        ("wrong_type", FIVE, {"test": FIVE, "time": "g"}),
        ("not_binary", FIVE.assign(y=range(5)), {"label": "y"}),
    ):
        with pytest.raises(DataError) as caught:
            sampling(data, **asked)
        assert caught.value.code == code
        assert caught.value.sentence("zh")
    for asked in (
        {"protected": []},
        {"protected": [], "reference": SIX, "test": FIVE},
        {"protected": ["g", "g"]},
        {"label": "g"},
    ):
        with pytest.raises(ParameterError):
            sampling(FIVE, **asked)
