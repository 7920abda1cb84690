from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest
from sklearn import metrics
from sklearn.datasets import load_diabetes
from sklearn.linear_model import LinearRegression

from muster.core.canonical import canonical
from muster.evidence import run_check
from muster.evidence.errors import DataError, ParameterError
from muster.evidence.scores import Scores, auc

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
REFERENCE = Path(__file__).parents[2] / "src/muster/example/data/acs_ma_employment/reference_2015.parquet"


def performance(data, **parameters):
    return run_check("performance", data, now=NOW, **{"label": "y", **parameters})


def refusal(data, **parameters):
    with pytest.raises(DataError) as caught:
        performance(data, **parameters)
    return caught.value


@pytest.fixture(scope="module")
def real():
    return pd.read_parquet(REFERENCE)


@pytest.fixture(scope="module")
def census():
    given = {"label": "employed", "prediction": "prediction", "score": "predicted_probability"}
    return performance(REFERENCE, **given)


@pytest.mark.spec("F4")
def test_classification_figures_are_those_of_scikit_learn(real, census):
    y, p, s = real["employed"], real["prediction"], real["predicted_probability"]
    expected = {
        "accuracy": metrics.accuracy_score(y, p),
        "balanced_accuracy": metrics.balanced_accuracy_score(y, p),
        "precision": metrics.precision_score(y, p),
        "recall": metrics.recall_score(y, p),
        "f1": metrics.f1_score(y, p),
        "auc": metrics.roc_auc_score(y, s),
        "brier": metrics.brier_score_loss(y, s),
        "skill": metrics.d2_brier_score(y, s),
        "log_loss": metrics.log_loss(y, s),
        "accuracy_of_majority": y.value_counts(normalize=True).max(),
    }
    for name, value in expected.items():
        figure = census.figure(name)
        assert figure.value == pytest.approx(value, abs=1e-9), name
        assert figure.low < figure.value < figure.high


def test_every_figure_has_its_definition_and_the_result_is_canonical(census):
    assert {f.name for f in census.figures} <= set(census.definitions)
    assert b"NaN" not in canonical(census)


# Five rows, by hand: scores .9 .8 .4 .4 .1, labels 1 0 1 0 0, threshold .5 -> tp 1, fp 1, fn 1, tn 2.
# Accuracy 3/5, precision 1/2, recall 1/2, F1 1/2, balanced (1/2 + 2/3)/2 = 7/12, majority 3/5.
# AUC over 2x3 pairs: .9 beats all 3; .4 loses to .8, ties .4, beats .1 -> (3 + 1.5)/6 = 3/4.
# Brier (.01 + .64 + .36 + .16 + .01)/5 = .236. Skill 1 - .236 / (.4 * .6).
# ECE, 10 bins: .1 |.9-1|*1 + .8*1 + |.4-.5|*2 + .1 -> 1.2/5 = .24.
FIVE = pd.DataFrame({"s": [0.9, 0.8, 0.4, 0.4, 0.1], "y": [1, 0, 1, 0, 0]})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("accuracy", 3 / 5),
        ("precision", 1 / 2),
        ("recall", 1 / 2),
        ("f1", 1 / 2),
        ("balanced_accuracy", 7 / 12),
        ("accuracy_of_majority", 3 / 5),
        ("auc", 3 / 4),
        ("brier", 0.236),
        ("skill", 1 - 0.236 / 0.24),
        ("ece", 0.24),
    ],
)
def test_five_rows_give_the_figures_computed_by_hand(name, value):
    assert performance(FIVE, score="s").figure(name).value == pytest.approx(value, abs=1e-12)


rows = st.lists(st.tuples(st.integers(0, 8), st.booleans()), min_size=4, max_size=60)


@given(rows=rows)
@settings(max_examples=80, deadline=None)
def test_auc_and_its_variance_equal_their_definition_over_all_pairs(rows):
    score, label = np.array([r[0] for r in rows]) / 8, np.array([r[1] for r in rows])
    pos, neg = score[label], score[~label]
    if len(pos) < 2 or len(neg) < 2:
        return
    pairs = (pos[:, None] > neg).astype(float) + 0.5 * (pos[:, None] == neg)
    variance = pairs.mean(axis=1).var(ddof=1) / len(pos) + pairs.mean(axis=0).var(ddof=1) / len(neg)
    values, at = np.unique(score, return_inverse=True)
    counts = [np.bincount(at, weights=w, minlength=len(values)).astype(np.int64) for w in (label, ~label)]
    area, found = auc(Scores(values, *counts))
    assert area == pytest.approx(metrics.roc_auc_score(label, score), abs=1e-9)
    assert found == pytest.approx(variance, abs=1e-9)


def test_the_interval_of_delong_is_close_to_that_of_hanley_and_mcneil(census, real):
    figure = census.figure("auc")
    a, m = figure.value, int(real["employed"].sum())
    n = len(real) - m
    q1, q2 = a / (2 - a), 2 * a * a / (1 + a)
    error = np.sqrt((a * (1 - a) + (m - 1) * (q1 - a * a) + (n - 1) * (q2 - a * a)) / (m * n))
    assert (figure.high - figure.low) / 2 == pytest.approx(1.959964 * error, rel=0.06)


def test_the_intervals_of_shares_are_wilsons(census):
    figure = census.figure("accuracy")
    expected = binomtest(round(figure.value * figure.n), figure.n).proportion_ci(method="wilson")
    assert (figure.low, figure.high) == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_a_score_alone_decides_by_its_threshold(real):
    found = performance(real, label="employed", score="predicted_probability", threshold=0.3)
    expected = metrics.f1_score(real["employed"], real["predicted_probability"] >= 0.3)
    assert found.figure("f1").value == pytest.approx(expected, abs=1e-9)


def test_without_a_score_the_figures_of_scores_say_so():
    found = performance(FIVE.assign(p=[1, 1, 0, 0, 0]), prediction="p")
    assert {found.figure(n).not_estimable for n in ("auc", "brier", "log_loss", "ece")} == {"no_score"}


def test_a_score_that_is_no_probability_still_ranks():
    found = performance(FIVE.assign(s=FIVE["s"] * 10), score="s", threshold=5)
    assert found.figure("auc").value == pytest.approx(0.75)
    assert found.figure("brier").not_estimable == "score_not_probability"


def test_a_certain_score_that_is_wrong_makes_the_log_loss_infinite_and_it_says_so():
    found = performance(FIVE.assign(s=[1.0, 1.0, 0.4, 0.4, 0.0]), score="s")
    assert found.figure("log_loss").not_estimable == "infinite_loss"
    right = performance(FIVE.assign(s=[1.0, 0.5, 0.5, 0.5, 0.0]), score="s")
    assert right.figure("log_loss").value == pytest.approx(3 * np.log(2) / 5)


def test_a_constant_score_ranks_nothing_and_a_perfect_one_claims_no_interval():
    assert performance(FIVE.assign(s=0.5), score="s").figure("auc").value == 0.5
    perfect = performance(FIVE.assign(s=[0.9, 0.2, 0.8, 0.3, 0.1]), score="s").figure("auc")
    assert (perfect.value, perfect.low, perfect.interval) == (1.0, None, "")


@pytest.mark.parametrize(("label", "missing"), [(0, "recall"), (1, "balanced_accuracy")])
def test_a_label_of_one_class_leaves_figures_undefined_with_their_reason(label, missing):
    found = performance(FIVE.assign(y=label), score="s")
    assert found.figure("auc").not_estimable == "one_class"
    assert found.figure(missing).value is None
    assert found.figure("accuracy").value is not None


def test_rows_without_label_are_counted_and_left_out():
    found = performance(FIVE.assign(y=[1, 0, None, None, 0]), score="s")
    assert found.statistics["classification"]["unlabelled"] == 2
    assert found.figure("accuracy").n == 3
    nothing = performance(FIVE.assign(y=pd.Series([None] * 5, dtype="Int64")), score="s")
    assert {f.not_estimable for f in nothing.figures} == {"no_labels"}


@pytest.mark.parametrize("bad", [np.inf, -np.inf])
@pytest.mark.parametrize("with_prediction", [True, False])
def test_infinite_scores_are_refused_with_their_count_and_first_row(bad, with_prediction):
    data = FIVE.assign(s=[0.1, 0.2, bad, 0.3, bad], p=[0, 1, 0, 1, 0])
    error = refusal(data, score="s", **({"prediction": "p"} if with_prediction else {}))
    assert (error.code, error.details["count"], error.details["row"]) == ("not_finite", 2, 3)


def test_a_label_of_three_values_is_refused():
    assert refusal(FIVE.assign(y=[0, 1, 2, 1, 0]), score="s").code == "not_binary"


def test_regression_figures_are_those_of_scikit_learn():
    x, y = load_diabetes(return_X_y=True)
    data = pd.DataFrame({"y": y + 1e6, "p": LinearRegression().fit(x, y).predict(x) + 1e6 + 3})
    found = performance(data, prediction="p", task="regression")
    mean = np.full(len(y), data["y"].mean())
    expected = {
        "mae": metrics.mean_absolute_error(data["y"], data["p"]),
        "rmse": metrics.root_mean_squared_error(data["y"], data["p"]),
        "r2": metrics.r2_score(data["y"], data["p"]),
        "skill": metrics.r2_score(data["y"], data["p"]),
        "bias": 3.0,
        "mae_of_mean": metrics.mean_absolute_error(data["y"], mean),
        "rmse_of_mean": metrics.root_mean_squared_error(data["y"], mean),
    }
    for name, value in expected.items():
        figure = found.figure(name)
        assert figure.value == pytest.approx(value, abs=1e-8, rel=1e-9), name
        assert figure.low < figure.value < figure.high
        assert figure.n == len(y)
    assert found.seed is None


@pytest.mark.parametrize("name", ["mae", "rmse", "r2", "bias"])
def test_the_intervals_of_regression_agree_with_a_bootstrap_of_the_rows(name):
    generator = np.random.default_rng(5)
    y = generator.normal(size=1500)
    p = y + generator.normal(scale=0.7, size=1500)
    oracle = {
        "mae": metrics.mean_absolute_error,
        "rmse": metrics.root_mean_squared_error,
        "r2": metrics.r2_score,
        "bias": lambda a, b: (b - a).mean(),
    }[name]
    picks = generator.integers(0, 1500, size=(1500, 1500))
    low, high = np.quantile([oracle(y[i], p[i]) for i in picks], [0.025, 0.975])
    data = pd.DataFrame({"y": y, "p": p})
    figure = performance(data, prediction="p", task="regression").figure(name)
    assert (figure.low, figure.high) == pytest.approx((low, high), abs=0.15 * (high - low))


def test_a_constant_truth_has_no_r2_instead_of_a_zero():
    data = pd.DataFrame({"y": [2.0, 2.0, 2.0], "p": [1.0, 2.0, 3.0]})
    assert performance(data, prediction="p", task="regression").figure("r2").not_estimable == "constant_label"


@pytest.mark.parametrize(
    ("change", "code", "row"),
    [
        ({"p": [1.0, np.inf, 2.0]}, "not_finite", 2),
        ({"y": [1.0, 2.0, -np.inf]}, "not_finite", 3),
        ({"p": [None, 1.0, 2.0]}, "missing_values", 1),
    ],
)
def test_regression_refuses_what_is_not_a_number_with_its_row(change, code, row):
    data = pd.DataFrame({"y": [1.0, 2.0, 3.0], "p": [1.0, 2.0, 3.0]}).assign(**change)
    error = refusal(data, prediction="p", task="regression")
    assert (error.code, error.details["row"]) == (code, row)


def test_regression_without_labels_or_with_text_says_so():
    data = pd.DataFrame({"y": [None, None], "p": [1.0, 2.0]}, dtype=float)
    found = performance(data, prediction="p", task="regression")
    assert {f.not_estimable for f in found.figures} == {"no_labels"}
    text = pd.DataFrame({"y": ["a", "b"], "p": [1.0, 2.0]})
    assert refusal(text, prediction="p", task="regression").code == "wrong_type"


@pytest.mark.parametrize("given", [{}, {"score": "s", "task": "regression"}, {"score": "s", "bins": 1}])
def test_parameters_that_make_no_sense_are_refused(given):
    with pytest.raises(ParameterError):
        performance(FIVE, **given)
