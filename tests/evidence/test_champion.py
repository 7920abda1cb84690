"""Challenger and champion on the same rows."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest, norm, ttest_rel
from sklearn import metrics

from muster.evidence import run_check
from muster.evidence.champion import ChampionStatistics, check
from muster.evidence.errors import DataError, ParameterError
from muster.evidence.paired import mcnemar

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def run(data, **parameters):
    return run_check(check, data, now=NOW, **{"label": "y", **parameters})


def refusal(data, **parameters):
    with pytest.raises(DataError) as caught:
        run(data, **parameters)
    return caught.value


def made(n=400, seed=1):
    generator = np.random.default_rng(seed)
    s = generator.uniform(0.01, 0.99, n)
    frame = pd.DataFrame({"id": np.arange(n), "s": s, "c": np.clip(s + generator.normal(0, 0.3, n), 0.01, 0.99)})
    return frame.assign(y=(generator.random(n) < s).astype(int))


@pytest.mark.parametrize(("better", "worse"), [(0, 0), (5, 0), (3, 3), (12, 25), (900, 1000), (60_000, 59_500)])
def test_mcnemar_is_the_binomial_test_of_the_rows_on_which_they_differ(better, worse):
    exact, mid = mcnemar(better, worse)
    if better + worse:
        test = binomtest(better, better + worse)
        assert exact == pytest.approx(test.pvalue, rel=1e-6)
        assert mid <= exact
    else:
        assert exact == 1.0


# Five rows: labels 1 0 1 0 1; challenger 1 0 1 0 0 (4 right), champion 1 1 0 0 1 (3 right):
# both 2 (rows 1, 4), only challenger 2 (2, 3), only champion 1 (5), neither 0.
FIVE = pd.DataFrame({"y": [1, 0, 1, 0, 1], "p": [1, 0, 1, 0, 0], "c": [1, 1, 0, 0, 1]})


@pytest.mark.spec("F4")
def test_five_rows_give_the_figures_computed_by_hand():
    found = run(FIVE, prediction="p", champion_prediction="c")
    assert found.statistics["right"] == [2, 2, 1, 0]
    assert found.figure("accuracy").value == pytest.approx(4 / 5)
    assert found.figure("champion_accuracy").value == pytest.approx(3 / 5)
    advantage = found.figure("accuracy_advantage")
    half = 1.959964 * np.sqrt((3 / 7 + 2 / 7 - 1 / 49) / 7)
    assert advantage.value == pytest.approx(1 / 5)
    assert (advantage.low, advantage.high) == pytest.approx((1 / 7 - half, 1 / 7 + half), rel=1e-6)
    assert found.figure("mcnemar_p").value == 1.0
    assert found.figure("mcnemar_mid_p").value == pytest.approx(2 * (4 / 8) - 3 / 8)
    assert found.figure("brier").not_estimable == "no_paired_loss"


def test_paired_losses_are_those_of_scikit_learn_and_of_the_paired_test():
    frame = made()
    found = run(frame, score="s", champion_score="c")
    y, losses = frame["y"], {}
    for name, column in (("brier", "s"), ("champion_brier", "c")):
        losses[name] = (frame[column] - y) ** 2
        assert found.figure(name).value == pytest.approx(metrics.brier_score_loss(y, frame[column]), abs=1e-12)
    assert found.figure("log_loss").value == pytest.approx(metrics.log_loss(y, frame["s"]), abs=1e-9)
    oracle = ttest_rel(losses["champion_brier"], losses["brier"]).confidence_interval(0.95)
    figure = found.figure("brier_advantage")
    assert (figure.low, figure.high) == pytest.approx((oracle.low, oracle.high), rel=0.01)
    assert found.figure("brier_superiority_p").value < 0.01


@pytest.mark.spec("F4")
def test_areas_are_those_of_scikit_learn_and_their_difference_that_of_delong_by_rows():
    frame = made(1_500, seed=4)
    found = run(frame, score="c", champion_score="s", margin=0.02)
    areas = [metrics.roc_auc_score(frame["y"], frame[name]) for name in ("c", "s")]
    assert [found.figure(name).value for name in ("auc", "champion_auc")] == pytest.approx(areas, abs=1e-12)
    difference, error = delong(frame["y"].to_numpy(), frame["c"].to_numpy(), frame["s"].to_numpy())
    figure = found.figure("auc_advantage")
    assert (figure.value, figure.interval) == (pytest.approx(areas[0] - areas[1], abs=1e-12), "delong, paired")
    half = norm.ppf(0.975) * error
    assert (figure.low, figure.high) == pytest.approx((difference - half, difference + half), abs=1e-12)
    assert found.figure("delong_p").value == pytest.approx(2 * norm.sf(abs(difference) / error), rel=1e-9)
    assert found.figure("auc_superiority_p").value == pytest.approx(norm.sf(difference / error), rel=1e-9)
    assert found.figure("auc_noninferiority_p").value == pytest.approx(norm.sf((difference + 0.02) / error), rel=1e-9)
    assert "auc_advantage_cell_error" not in {each.name for each in found.figures}


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (FIVE.assign(y=[1, 1, 1, 1, 1]), "one_class"),
        (FIVE.assign(y=[None] * 5).astype({"y": float}), "no_labels"),
    ],
)
def test_areas_of_one_class_or_of_no_labels_are_not_estimable(frame, reason):
    found = run(frame, score="p", champion_score="c")
    names = ("auc", "champion_auc", "auc_advantage", "delong_p", "auc_superiority_p", "auc_noninferiority_p")
    assert [found.figure(name).not_estimable for name in names] == [reason] * 6


def test_areas_without_two_scores_are_not_estimable():
    assert run(FIVE, prediction="p", champion_prediction="c").figure("auc_advantage").not_estimable == "no_score"


def test_a_test_of_the_areas_says_why_there_is_none():
    frame = pd.DataFrame({"y": [0, 0, 1, 1], "up": [0.1, 0.2, 0.3, 0.4], "down": [0.4, 0.3, 0.2, 0.1]})
    same, apart, few = (
        run(data, score="up", champion_score=rival)
        for data, rival in ((frame, "up"), (frame, "down"), (frame[:3].assign(down=[0.2, 0.3, 0.25]), "down"))
    )
    assert [each.figure("delong_p").not_estimable for each in (same, apart, few)] == [
        "models_agree",
        "no_spread",
        "too_few_rows",
    ]
    assert (apart.figure("auc_advantage").value, apart.figure("auc_advantage").low) == (1.0, None)


def test_scores_beyond_0_to_1_are_ranked_too():
    frame = made().assign(s=lambda f: 5 * f["s"] - 3)
    found = run(frame, score="s", champion_score="c")
    assert found.figure("auc").value == pytest.approx(metrics.roc_auc_score(frame["y"], frame["s"]), abs=1e-12)
    assert found.figure("brier").not_estimable == "no_paired_loss"


@pytest.mark.spec("F8")
@pytest.mark.parametrize("stretch", [1.0, 9.0])
def test_scores_put_into_cells_by_the_engine_bound_the_difference_of_the_areas(monkeypatch, stretch):
    other = np.random.default_rng(5).random(4_000)
    frame = made(4_000).assign(c=lambda f: (0.7 * f["s"] + 0.3 * other) * stretch, s=lambda f: f["s"] * stretch - 0.005)
    exact = run(frame, score="s", champion_score="c")
    monkeypatch.setattr("muster.evidence.champion.COUNTED", 100)
    rough = run(frame, score="s", champion_score="c")
    parts = [frame[names].assign(id=frame.index) for names in (["y", "s"], ["c"])]
    joined = run(parts[0], champion=parts[1], id="id", score="s", champion_score="c")
    assert joined.statistics["scores"] == rough.statistics["scores"]
    assert len(rough.statistics["scores"]["positives"]) < len(frame)
    (a, b), error = (each.figure("auc_advantage") for each in (exact, rough)), rough.figure("auc_advantage_cell_error")
    assert (a.interval, b.interval) == ("delong, paired", "delong, paired + cells")
    assert 0 < abs(a.value - b.value) <= error.value < 0.001
    assert b.low <= a.low < a.high <= b.high
    assert b.high - b.low < 1.4 * (a.high - a.low)
    assert rough.figure("delong_p").value >= exact.figure("delong_p").value


def delong(y, one, two):
    """Row by row and pair by pair: the difference of the areas, and its standard error from the full covariance."""
    placed = [(x[y == 1][:, None] > x[y == 0]) + 0.5 * (x[y == 1][:, None] == x[y == 0]) for x in (one, two)]
    inside, across = (np.cov([each.mean(axis=axis) for each in placed]) for axis in (1, 0))
    covariance = inside / (y == 1).sum() + across / (y == 0).sum()
    contrast = np.array([1.0, -1.0])
    return placed[0].mean() - placed[1].mean(), np.sqrt(contrast @ covariance @ contrast)


def test_a_margin_lets_a_slightly_worse_challenger_pass_for_not_inferior():
    frame = made(3_000)
    worse = {"score": "c", "champion_score": "s"}
    strict, lenient = (run(frame, margin=margin, **worse) for margin in (0.0, 0.1))
    assert strict.figure("brier_noninferiority_p").value > 0.99
    assert lenient.figure("brier_noninferiority_p").value < 0.01


def test_regression_is_compared_by_absolute_errors():
    generator = np.random.default_rng(2)
    y = generator.normal(size=300)
    frame = pd.DataFrame({"y": y, "p": y + generator.normal(0, 1, 300), "c": y + generator.normal(0, 2, 300)})
    found = run(frame, prediction="p", champion_prediction="c", task="regression")
    assert found.figure("mae").value == pytest.approx(metrics.mean_absolute_error(y, frame["p"]))
    assert found.figure("champion_mae").value == pytest.approx(metrics.mean_absolute_error(y, frame["c"]))
    oracle = ttest_rel(abs(frame["c"] - y), abs(frame["p"] - y)).confidence_interval(0.95)
    assert found.figure("mae_advantage").low == pytest.approx(oracle.low, rel=0.02)
    frame.loc[3, "c"] = np.inf
    assert refusal(frame, prediction="p", champion_prediction="c", task="regression").code == "not_finite"


def test_a_champion_in_data_of_its_own_is_joined_by_id():
    frame = made()
    together = run(frame, score="s", champion_score="c")
    other = frame[["id", "c"]].rename(columns={"c": "s"}).sample(frac=1, random_state=1).reset_index(drop=True)
    joined = run(frame[["id", "y", "s"]], champion=other, id="id", score="s")
    for one, two in zip(joined.figures, together.figures, strict=True):
        assert (one.name, one.not_estimable) == (two.name, two.not_estimable)
        assert one.value == pytest.approx(two.value, abs=1e-12)


def test_rows_that_cannot_be_paired_are_refused_with_their_number():
    frame, other = made(), made()[["id", "s"]]
    given = {"id": "id", "score": "s"}
    twice = refusal(frame, champion=pd.concat([other, other[:3]], ignore_index=True), **given)
    assert (twice.code, twice.where, twice.details["count"]) == ("duplicate_ids", "champion.id", 3)
    missing = refusal(frame, champion=other[5:].reset_index(drop=True), **given)
    assert (missing.code, missing.details["count"]) == ("unpaired_rows", 5)
    assert refusal(frame, champion=other, score="s").code == "no_join"
    assert refusal(frame, score="s").code == "no_champion_column"
    other["s"] = np.where(other["id"] == 7, -np.inf, other["s"])
    assert refusal(frame, champion=other, **given).code == "not_finite"
    with pytest.raises(ParameterError):
        run(frame)


def test_two_shards_merge_into_the_whole():
    frame = made()
    whole, *parts = (
        ChampionStatistics.model_validate(run(each, score="s", champion_score="c").statistics)
        for each in (frame, frame[:150].reset_index(drop=True), frame[150:].reset_index(drop=True))
    )
    merged = parts[0].merged(parts[1])
    assert (merged.n, merged.right) == (whole.n, whole.right)
    for name, sums in whole.sums.items():
        assert merged.sums[name] == pytest.approx(sums, abs=1e-9)


def test_models_that_never_differ_have_no_test_of_their_losses():
    found = run(made().assign(c=lambda f: f["s"]), score="s", champion_score="c")
    assert found.figure("brier_superiority_p").not_estimable == "models_agree"
    assert found.figure("mcnemar_p").value == 1.0
