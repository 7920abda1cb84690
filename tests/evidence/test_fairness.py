from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fairlearn.metrics import (
    MetricFrame,
    count,
    demographic_parity_difference,
    demographic_parity_ratio,
    equalized_odds_difference,
    false_negative_rate,
    false_positive_rate,
    selection_rate,
    true_positive_rate,
)
from sklearn.metrics import accuracy_score, precision_score

from muster.core.canonical import canonical
from muster.evidence import judge_again, merge, run_check, statement
from muster.evidence.errors import DataError, ParameterError

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
REFERENCE = Path(__file__).parents[2] / "src/muster/example/data/acs_ma_employment/reference_2015.parquet"
ORACLES = {
    "selection_rate": selection_rate,
    "true_positive_rate": true_positive_rate,
    "false_positive_rate": false_positive_rate,
    "false_negative_rate": false_negative_rate,
    "precision": lambda y, p: precision_score(y, p, zero_division=0),
    "accuracy": accuracy_score,
}


def fairness(data, **parameters):
    given = {"label": "y", "prediction": "p", "protected": ["g"], "minimum": 1, "replicates": 200}
    return run_check("fairness", data, now=NOW, **{**given, **parameters})


def refusal(data, **parameters):
    with pytest.raises(DataError) as caught:
        fairness(data, **parameters)
    return caught.value


@pytest.fixture(scope="module")
def real():
    whole = pd.read_parquet(REFERENCE)
    # fairlearn takes seconds for each 10,000 rows; the one person of race code 4 stands further down.
    return pd.concat([whole.head(20_000), whole.loc[whole["RAC1P"] == "4"]])


@pytest.fixture(scope="module")
def census(real):
    return run_check(
        "fairness",
        real,
        now=NOW,
        label="employed",
        prediction="prediction",
        protected=["SEX", "RAC1P", "DIS"],
    )


# Five rows, by hand. g=a: (p,y) = (1,1) (1,0) (0,1); g=b: (0,0) (1,1).
# Selection: a 2/3, b 1/2 -> ratio 3/4, difference 1/6. TPR: a 1/2, b 1/1 -> difference 1/2.
# FPR: a 1/1, b 0/1 -> difference 1. Equalised odds: max(1/2, 1) = 1.
# Precision: a 1/2, b 1/1. Accuracy: a 1/3, b 1.
FIVE = pd.DataFrame({"g": list("aaabb"), "p": [1, 1, 0, 0, 1], "y": [1, 0, 1, 0, 1]})


@pytest.mark.spec("F1")
@pytest.mark.parametrize(
    ("name", "value", "group", "reference"),
    [
        ("selection_rate_ratio", 3 / 4, "g=b", "g=a"),
        ("selection_rate_difference", 1 / 6, "g=b", "g=a"),
        ("true_positive_rate_difference", 1 / 2, "g=a", "g=b"),
        ("false_positive_rate_difference", 1.0, "g=a", "g=b"),
        ("equalised_odds_difference", 1.0, "g=a", "g=b"),
        ("equalised_odds_mean_difference", 3 / 4, "g=a", "g=b"),
        ("precision_difference", 1 / 2, "g=a", "g=b"),
        ("accuracy_difference", 2 / 3, "g=a", "g=b"),
    ],
)
def test_five_rows_give_the_figures_computed_by_hand(name, value, group, reference):
    figure = fairness(FIVE).figure(name)
    assert figure.value == pytest.approx(value, abs=1e-12)
    assert (figure.group, figure.reference) == (group, reference)


@pytest.mark.spec("F1")
def test_every_group_and_intersection_has_the_rates_of_fairlearn(real, census):
    by_group = {row.group: row for row in census.groups}
    compared = 0
    for size in (1, 2, 3):
        for subset in combinations(["SEX", "RAC1P", "DIS"], size):
            frame = MetricFrame(
                metrics={**ORACLES, "n": count},
                y_true=real["employed"],
                y_pred=real["prediction"],
                sensitive_features=real[list(subset)],
            )
            for key, expected in frame.by_group.dropna(how="all").iterrows():
                parts = key if isinstance(key, tuple) else (key,)
                row = by_group[" & ".join(f"{c}={v}" for c, v in zip(subset, parts, strict=True))]
                assert row.n == expected["n"]
                for rate in row.rates:
                    # Where a rate is undefined fairlearn says 0; we say why (documented difference).
                    if rate.value is None:
                        assert rate.not_estimable
                    else:
                        assert rate.value == pytest.approx(expected[rate.name], abs=1e-9)
                        compared += 1
    assert compared > 350


@pytest.mark.spec("F1")
def test_the_gaps_are_those_of_fairlearn_where_every_group_has_enough_rows(real, census):
    for attribute in ("SEX", "DIS"):
        given = {"sensitive_features": real[attribute]}
        y, p = real["employed"], real["prediction"]
        for name, expected in {
            "selection_rate_difference": demographic_parity_difference(y, p, **given),
            "selection_rate_ratio": demographic_parity_ratio(y, p, **given),
            "equalised_odds_difference": equalized_odds_difference(y, p, **given),
            "equalised_odds_mean_difference": equalized_odds_difference(y, p, agg="mean", **given),
        }.items():
            mine = [f for f in census.figures if f.name == name and f.group.startswith(attribute)]
            assert [f.value for f in mine] == [pytest.approx(expected, abs=1e-9)]


@pytest.mark.spec("F1")
def test_a_group_of_one_row_is_listed_but_does_not_decide(real, census):
    tiny = next(row for row in census.groups if row.group == "RAC1P=4")
    assert tiny.n == (real["RAC1P"] == "4").sum() == 1
    assert not tiny.rates[0].enough
    plain = demographic_parity_difference(real["employed"], real["prediction"], sensitive_features=real["RAC1P"])
    mine = next(f for f in census.figures if f.name == "selection_rate_difference" and "RAC1P" in f.group)
    assert mine.value < 0.2
    assert plain > 0.6
    below = census.figure("groups_below_minimum.selection_rate", "RAC1P")
    small = real["RAC1P"].value_counts().loc[lambda n: n < 30]
    assert (below.value, below.n) == (len(small), small.sum())


def test_an_interval_of_two_groups_agrees_with_newcombe(census):
    figure = census.figure("true_positive_rate_difference", "SEX=2")
    by_group = {row.group: row.rates[1] for row in census.groups}
    worst, best = by_group["SEX=2"], by_group["SEX=1"]
    low = figure.value - np.hypot(best.value - best.low, worst.high - worst.value)
    high = figure.value + np.hypot(best.high - best.value, worst.value - worst.low)
    assert figure.low == pytest.approx(low, abs=0.0008)
    assert figure.high == pytest.approx(high, abs=0.0008)


@pytest.mark.spec("F1", "F7")
def test_the_stored_cells_give_the_same_figures_without_the_data(census):
    assert canonical(judge_again(census)) == canonical(census)
    assert judge_again(census, minimum=1).figures != census.figures


def test_the_results_of_parts_merge_into_the_result_of_the_whole(census, real):
    parameters = census.parameters
    parts = [run_check("fairness", real.iloc[i::3], now=NOW, **parameters) for i in range(3)]
    together = merge(parts)
    assert (together.figures, together.groups, together.statistics) == (
        census.figures,
        census.groups,
        census.statistics,
    )
    assert together.data.rows == census.data.rows
    assert together.data.parts == tuple(sorted(part.data.digest for part in parts))


@pytest.mark.spec("F7")
def test_a_result_can_be_repeated_from_its_own_record(census, real):
    again = run_check(census.check, real, now=NOW, **census.parameters)
    assert canonical(again) == canonical(census)


def test_a_statement_names_the_data_and_the_artifact_and_can_be_made_canonical(census):
    made = statement(census, subjects={"model.pkl": "sha256:" + "a" * 64})
    assert [s["name"] for s in made["subject"]] == ["data", "model.pkl"]
    assert made["predicate"]["data"]["digest"].endswith(made["subject"][0]["digest"]["sha256"])
    assert "NaN" not in canonical(made).decode()
    assert str(REFERENCE.parent) not in canonical(made).decode()


def test_every_figure_has_its_definition(census):
    assert {f.name.removesuffix(".intersection") for f in census.figures} <= set(census.definitions)


def test_missing_attributes_are_a_group_of_their_own():
    data = FIVE.assign(g=["a", "a", None, None, None])
    assert [row.group for row in fairness(data).groups] == ["g=(missing)", "g=a"]
    floats = FIVE.assign(g=[1.0, 1.0, np.nan, np.nan, 2.0])
    assert "g=(missing)" in [row.group for row in fairness(floats).groups]


def test_rows_without_label_count_for_selection_only():
    data = FIVE.assign(y=[1, 0, None, None, 1])
    row = fairness(data).groups[0]
    assert (row.n, row.labelled) == (3, 2)
    assert [r.denominator for r in row.rates] == [3, 1, 1, 1, 2, 2]


@pytest.mark.spec("F1")
def test_an_undefined_rate_has_a_reason_and_never_a_number():
    data = FIVE.assign(y=[1, 1, 1, 0, 1])  # nobody of group a is negative
    result = fairness(data)
    rate = result.groups[0].rates[2]
    assert (rate.name, rate.value, rate.not_estimable) == ("false_positive_rate", None, "no_negatives")
    for name in ("false_positive_rate_difference", "equalised_odds_difference"):
        figure = result.figure(name)
        assert figure.value is None
        assert figure.not_estimable == "fewer_than_two_groups_large_enough"


def test_without_labels_only_selection_is_estimable():
    result = fairness(FIVE, label=None)
    assert result.figure("selection_rate_ratio").value == pytest.approx(0.75)
    assert result.figure("accuracy_difference").not_estimable == "no_label"
    assert result.figure("accuracy").not_estimable == "no_labels"


@pytest.mark.spec("F1")
def test_one_group_only_is_not_estimable_instead_of_fair():
    result = fairness(FIVE.assign(g="a"))
    gaps = [f for f in result.figures if f.group and f.name != "groups_below_minimum"]
    assert {(f.value, f.not_estimable) for f in gaps} == {(None, "one_group")}


@pytest.mark.parametrize(("constant", "reason"), [(0, "nobody_selected"), (1, "")])
def test_a_constant_prediction_is_told_apart_from_a_fair_one(constant, reason):
    result = fairness(FIVE.assign(p=constant))
    assert result.figure("selection_rate_ratio").not_estimable == reason
    assert result.figure("selection_rate_difference").value == 0
    precision = "fewer_than_two_groups_large_enough" if constant else "undefined_in_every_group"
    assert constant == 1 or result.figure("precision_difference").not_estimable == precision


def test_a_score_with_a_threshold_decides_like_the_prediction_it_makes(real):
    given = {"label": "employed", "protected": ["SEX"]}
    by_score = fairness(real, score="predicted_probability", threshold=0.7, prediction=None, **given)
    made = real.assign(p=(real["predicted_probability"] >= 0.7).astype(int))
    by_prediction = fairness(made, prediction="p", **given)
    assert set(by_prediction.figures) <= set(by_score.figures)
    more = {f.name.removesuffix("_difference") for f in set(by_score.figures) - set(by_prediction.figures)}
    assert more == {"calibration_gap", "ece", "calibration_slope"}


@pytest.mark.parametrize("bad", [np.inf, -np.inf])
def test_infinite_scores_are_refused_with_their_count_and_first_row(bad):
    error = refusal(FIVE.assign(s=[0.1, bad, 0.3, bad, 0.2]), prediction=None, score="s")
    assert error.code == "not_finite"
    assert (error.details["count"], error.details["row"]) == (2, 2)


def test_nan_scores_are_refused_with_their_count_and_first_row(tmp_path):
    import duckdb

    path = tmp_path / "log.parquet"
    rows = "select 'a' as g, 1 as y, case when i >= 3 then 'nan'::double else 0.5 end as s from range(5) t(i)"
    duckdb.sql(rows).write_parquet(str(path))
    error = refusal(path, prediction=None, score="s")
    assert error.code == "not_finite"
    assert (error.details["count"], error.details["row"]) == (2, 4)


def test_missing_predictions_are_refused():
    error = refusal(FIVE.assign(p=[1, None, 0, 0, 1]))
    assert (error.code, error.details["row"]) == ("missing_values", 2)


@pytest.mark.parametrize("column", ["p", "y"])
def test_a_column_of_three_values_is_refused(column):
    error = refusal(FIVE.assign(**{column: [0, 1, 2, 0, 1]}))
    assert (error.code, error.where) == ("not_binary", column)
    assert error.details["low"] == "0"
    assert error.details["high"] == "2"


@pytest.mark.parametrize("kind", ["bool", "float", "text", "mixed"])
def test_two_valued_columns_of_any_type_give_the_same_figures(kind):
    words = {0: "no", 1: "yes"}
    data, given = {
        "bool": (FIVE.astype({"p": bool, "y": bool}), {}),
        "float": (FIVE.astype({"p": float, "y": float}), {}),
        "text": (FIVE.assign(p=FIVE["p"].map(words), y=FIVE["y"].map(words)), {"positive": "yes"}),
        "mixed": (FIVE.assign(y=FIVE["y"].map(words)), {"positive": "yes"}),
    }[kind]
    assert fairness(data, **given).figures == fairness(FIVE).figures


def test_a_positive_value_that_never_occurs_is_refused():
    error = refusal(FIVE.assign(y=["no", "no", "no", "no", "no"]), positive="yes")
    assert error.code == "positive_never"


def test_an_identifier_as_protected_attribute_is_refused(monkeypatch):
    monkeypatch.setattr("muster.evidence.fairness_cells.CELL_LIMIT", 3)
    assert refusal(FIVE.assign(g=range(5))).code == "too_many_groups"


@pytest.mark.parametrize("named", [{"label": "g"}, {"prediction": "g"}, {"score": "g"}])
def test_the_label_and_the_decision_are_no_protected_attributes(named):
    with pytest.raises(ParameterError) as caught:
        fairness(FIVE.rename(columns={"y": "g"}), **{"prediction": "p", "protected": ["g"], **named})
    assert "不能作为受保护属性" in caught.value.sentence("zh")


def test_costs_beyond_a_double_are_refused_without_a_warning():
    assert refusal(pd.concat([FIVE] * 9), cost_fp=1e308).code == "overflow"


def test_a_missing_column_is_refused_by_name():
    assert refusal(FIVE, protected=["G2"]).code == "missing_column"
    assert refusal(FIVE, label="Y").details["nearest"] == "y"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"protectd": ["g"]}, "unknown_parameter"),
        ({"protected": []}, "no_protected"),
        ({"protected": ["g", "g"]}, "invalid_parameter"),
        ({"prediction": None}, "invalid_parameter"),
        ({"cost_fp": -1.0}, "invalid_parameter"),
        ({"query": "g"}, "invalid_parameter"),
        ({"level": 1.0}, "invalid_parameter"),
        ({"prediction": None, "score": "p", "threshold": float("inf")}, "invalid_parameter"),
    ],
)
def test_an_unknown_or_impossible_parameter_is_refused(given, code):
    with pytest.raises(ParameterError) as caught:
        fairness(FIVE, **given)
    assert caught.value.code == code


def test_an_attribute_of_ten_thousand_values_is_refused_by_name_before_anything_is_counted():
    error = refusal(pd.concat([FIVE] * 4000).assign(id=np.arange(20_000) % 10_000), protected=["g", "id"])
    assert (error.code, error.where) == ("too_many_values_in_attribute", "id")
    assert error.details["count"] == 10_000
    assert "id" in error.sentence("zh")


def test_too_many_cells_say_which_attribute_has_how_many_values(monkeypatch):
    monkeypatch.setattr("muster.evidence.fairness_cells.CELL_LIMIT", 3)
    error = refusal(FIVE.assign(h=range(5)), protected=["g", "h"])
    assert error.details["values"].startswith("h: ")


def test_without_protected_attributes_it_says_what_can_be_done_instead():
    with pytest.raises(ParameterError) as caught:
        fairness(FIVE, protected=[])
    assert "slices" in caught.value.cure
    assert "切片" in caught.value.sentence("zh")


@pytest.mark.spec("F1")
def test_intersections_go_as_deep_as_there_are_attributes():
    data = pd.concat([FIVE, FIVE]).assign(h=list("uv") * 5, i=list("wwxxw") * 2, j="1")
    result = fairness(data, protected=["g", "h", "i", "j"], depth=4)
    deepest = [row for row in result.groups if len(row.attributes) == 4]
    direct = data.groupby(["g", "h", "i", "j"]).size()
    assert [row.n for row in deepest] == direct.tolist()
    assert {len(row.attributes) for row in fairness(data, protected=["g", "h", "i", "j"]).groups} == {1, 2, 3}


def test_intersections_of_too_many_groups_are_refused(monkeypatch):
    monkeypatch.setattr("muster.evidence.fairness_cells.GROUP_LIMIT", 4)
    data = FIVE.assign(h=list("uvuvu"))
    assert refusal(data, protected=["g", "h"]).code == "too_deep"
    assert len(fairness(data, protected=["g", "h"], depth=1).groups) == 4


def test_without_replicates_a_gap_has_a_value_and_no_interval():
    drawn, plain = fairness(FIVE), fairness(FIVE, replicates=0)
    assert [f.value for f in plain.figures] == [f.value for f in drawn.figures]
    assert plain.figure("selection_rate_difference").level is None
    assert plain.seed is None
    assert plain.groups == drawn.groups


@pytest.mark.spec("F1")
def test_the_order_of_rows_changes_nothing_and_more_of_the_same_rows_leave_the_rates():
    shuffled = fairness(FIVE.sample(frac=1, random_state=3))
    assert (shuffled.figures, shuffled.groups) == (fairness(FIVE).figures, fairness(FIVE).groups)
    given = {"replicates": 0, "tests": "none"}  # more rows prove more
    often = fairness(pd.concat([FIVE] * 7), **given)
    assert [f.value for f in often.figures] == [f.value for f in fairness(FIVE, **given).figures]
