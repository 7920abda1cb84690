import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from muster.evidence.calibration import calibration_figures, calibration_rows
from muster.evidence.scores import keep_scores


def made(n=1500, seed=1, power=1.0):
    generator = np.random.default_rng(seed)
    score = generator.uniform(0.02, 0.98, n)
    return score, (generator.random(n) < score**power).astype(np.int64)


def figures(score, y, bins=10):
    cells = keep_scores(np.asarray(score), np.asarray(y, dtype=np.int64), 1 - np.asarray(y, dtype=np.int64))
    return {f.name: f for f in calibration_figures(cells, bins=bins, level=0.95)}


@pytest.mark.spec("F4")
def test_slope_and_intercept_are_those_of_a_logistic_regression():
    score, y = made()
    x = np.log(score / (1 - score))[:, None]
    oracle = LogisticRegression(C=1e12, tol=1e-10, max_iter=1000).fit(x, y)
    found = figures(score, y)
    assert found["calibration_slope"].value == pytest.approx(oracle.coef_[0, 0], abs=1e-5)
    assert found["calibration_intercept"].value == pytest.approx(oracle.intercept_[0], abs=1e-5)


def test_calibrated_scores_are_called_so_and_others_are_not():
    good, bad = (figures(*made(power=power)) for power in (1.0, 2.0))
    assert good["calibration_slope"].low < 1 < good["calibration_slope"].high
    assert good["calibration_gap"].low < 0 < good["calibration_gap"].high
    assert good["hosmer_lemeshow_p"].value > 0.01
    assert bad["calibration_gap"].high < 0
    assert bad["hosmer_lemeshow_p"].value < 1e-6


def test_five_rows_give_the_gap_computed_by_hand():
    # Scores .9 .8 .4 .4 .1, labels 1 0 1 0 0: share 2/5, mean score 2.6/5.
    found = figures([0.9, 0.8, 0.4, 0.4, 0.1], [1, 0, 1, 0, 0])
    assert found["calibration_gap"].value == pytest.approx(0.4 - 0.52, abs=1e-12)


def test_the_interval_of_the_gap_is_that_of_a_mean_of_differences():
    score, y = made(400)
    gap = figures(score, y)["calibration_gap"]
    assert gap.high - gap.value == pytest.approx(1.959964 * (y - score).std(ddof=1) / 20, rel=1e-6)


@pytest.mark.parametrize(
    ("score", "y", "reason"),
    [
        ([0.5] * 4, [0, 1, 0, 1], "constant_score"),
        ([0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1], "separable"),
        ([0.1, 0.2, 0.8, 0.9], [0, 0, 0, 0], "one_class"),
        ([0.0, 0.2, 0.8, 1.0], [0, 1, 0, 1], "certain_scores"),
    ],
)
def test_a_line_that_cannot_be_fitted_says_why(score, y, reason):
    found = figures(score, y)
    assert {found[n].not_estimable for n in ("calibration_slope", "calibration_intercept")} == {reason}


def test_the_bins_are_the_reliability_table():
    score, y = made(400)
    cells = keep_scores(score, y, 1 - y)
    rows = calibration_rows(cells, bins=10, level=0.95, minimum=30)
    at = (score * 10).astype(int)
    expected = pd.DataFrame({"at": at, "y": y, "s": score}).groupby("at").agg(y=("y", "mean"), s=("s", "mean"))
    assert [row.rates[0].value for row in rows] == pytest.approx(expected["y"].tolist())
    assert [row.rates[1].value for row in rows] == pytest.approx(expected["s"].tolist())
    assert sum(row.n for row in rows) == 400
    assert rows[0].group == "score=0-0.1"
