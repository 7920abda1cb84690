from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t as student

from muster.evidence import run_check
from muster.evidence.errors import DataError, NotMergeable, ParameterError
from muster.evidence.feedback import check
from muster.evidence.feedback_figures import fit_lag
from muster.evidence.run import merge

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
FIVE = pd.DataFrame({"g": list("aaabb"), "p": [1, 0, 1, 0, 0], "y": [1, None, 0, None, 1], "t": [1, 2, 3, 4, 5]})


def feedback(data, **given):
    known = {"protected": ["g"], "prediction": "p", "time": "t", "minimum": 1}
    return run_check(check, data, now=NOW, **{**known, **given})


@pytest.fixture
def registered(monkeypatch):
    monkeypatch.setattr("muster.evidence.run.load", lambda _name: check)


def rows_of(counts):
    """Return rows from (window, group, rows, selected)."""
    parts = [
        pd.DataFrame({"t": window, "g": group, "p": [1] * selected + [0] * (rows - selected)})
        for window, group, rows, selected in counts
    ]
    return pd.concat(parts, ignore_index=True)


@pytest.mark.spec("F1")
@pytest.mark.parametrize(
    ("name", "group", "value", "n"),
    [
        ("labelled_share_selected", "", 2 / 2, 2),
        ("labelled_share_not_selected", "", 1 / 3, 3),
        ("labelled_share_difference", "", 2 / 3, 2),
        ("labelled_share_selected", "g=a", 2 / 2, 2),
        ("labelled_share_not_selected", "g=a", 0, 1),
        ("labelled_share_not_selected", "g=b", 1 / 2, 2),
    ],
)
def test_five_rows_give_the_figures_computed_by_hand(name, group, value, n):
    figure = feedback(FIVE, label="y").figure(name, group)
    assert (figure.value, figure.n) == (pytest.approx(value), n)


@pytest.mark.spec("F1")
def test_the_slope_is_that_of_windows_counted_by_hand():
    # Selection rates a: 1/2 1/2 1/2, b: 1/4 1/4 1/4; the share of a rises by 0.1, 0.1, 0.1 of 20 rows.
    # From the windows' means: x = +-1/8, y = +-0.1, so the slope is 0.8, without any rest.
    counts = [(1, "a", 8, 4), (1, "b", 12, 3), (2, "a", 10, 5), (2, "b", 10, 2.5), (3, "a", 12, 6), (3, "b", 8, 2)]
    data = rows_of([(w, g, n * 2, int(s * 2)) for w, g, n, s in [*counts, (4, "a", 14, 7), (4, "b", 6, 1)]])
    slope = feedback(data, periods=4).figure("feedback_slope")
    assert (slope.value, slope.low, slope.high) == pytest.approx((0.8, 0.8, 0.8))
    assert (slope.n, slope.group, slope.interval) == (160, "g", "student")


def test_the_slope_and_its_interval_are_those_of_least_squares_with_an_intercept_a_window():
    draw = np.random.default_rng(1)
    rates, shares = draw.random((7, 3)), draw.dirichlet([3, 3, 3], size=7)
    lag = fit_lag(rates, shares)
    design = np.column_stack([rates[:-1].ravel(), np.kron(np.eye(6), np.ones((3, 1)))])
    y = np.diff(shares, axis=0).ravel()
    fitted, rest, *_ = np.linalg.lstsq(design, y, rcond=None)
    df = 18 - 6 - 1
    error = np.sqrt(rest[0] / df * np.linalg.inv(design.T @ design)[0, 0])
    reach = student.ppf(0.975, df) * error
    assert (lag.slope, lag.error, lag.df) == (pytest.approx(fitted[0]), pytest.approx(error), df)
    assert lag.interval(0.95) == pytest.approx((fitted[0] - reach, fitted[0] + reach))


def arriving(strength, seed, windows=12, rows=2000):
    """Return counts of three groups whose shares of the next window follow their selection rates."""
    draw = np.random.default_rng(seed)
    share, counted = np.array([0.4, 0.35, 0.25]), []
    for _ in range(windows):
        applied = draw.multinomial(rows, share)
        chance = np.array([0.5, 0.35, 0.3]) + draw.normal(0, 0.05, 3)
        selected = draw.binomial(applied, chance)
        counted.append((applied, selected))
        share = share + strength * (chance - chance.mean())
        share = np.clip(share, 0.05, None) / np.clip(share, 0.05, None).sum()
    applied, selected = (np.array(side) for side in zip(*counted, strict=True))
    return selected / applied, applied / applied.sum(axis=1, keepdims=True)


@pytest.mark.spec("F1")
def test_a_planted_loop_is_found_and_none_is_made_up():
    found = [fit_lag(*arriving(0.1, seed)).interval(0.95)[0] > 0 for seed in range(100)]
    quiet = [fit_lag(*arriving(0.0, seed)).interval(0.95) for seed in range(300)]
    assert np.mean(found) > 0.9
    assert np.mean([low <= 0 <= high for low, high in quiet]) >= 0.94


@pytest.mark.spec("F1")
def test_groups_are_listed_by_window_with_selections_and_labels():
    rows = {row.group: row for row in feedback(FIVE, label="y", periods=5).groups}
    assert (rows["g=a"].n, rows["g=a"].labelled) == (3, 2)
    selection, labelled, base = rows["(window)=1 & g=a"].rates
    assert (selection.value, labelled.value, base.value) == (1, 1, 1)
    assert rows["(window)=2 & g=a"].rates[2].not_estimable == "no_labels"


@pytest.mark.spec("F1")
def test_what_cannot_be_estimated_says_why():
    alike = rows_of([(w, g, 10, 5) for w in range(4) for g in "ab"])
    small = rows_of([(w, g, 9 if (w, g) == (2, "b") else 10, 5) for w in range(4) for g in "ab"])
    for reason, data, asked in (
        ("too_few_windows", FIVE, {"periods": 3}),
        ("one_group", FIVE.assign(g="a"), {"periods": 5}),
        ("fewer_than_two_groups_large_enough", small, {"periods": 8, "minimum": 10}),
        ("same_selection_rates", alike, {"periods": 4}),
    ):
        figure = feedback(data, **asked).figure("feedback_slope")
        assert (figure.value, figure.not_estimable) == (None, reason)
    left = feedback(small, periods=8, minimum=10).figure("feedback_groups_left_out")
    assert (left.value, left.n) == (1, 39)
    assert feedback(FIVE).figure("labelled_share_difference").not_estimable == "no_label"
    labelled = feedback(FIVE, label="y")
    assert labelled.figure("labelled_share_selected", "g=b").not_estimable == "nobody_selected"
    everybody = feedback(FIVE.assign(p=1), label="y")
    assert everybody.figure("labelled_share_difference").not_estimable == "everybody_selected"


def test_rows_without_a_time_are_counted_and_belong_to_no_window():
    result = feedback(FIVE.assign(t=[1.0, 2.0, 3.0, None, np.nan]), periods=5)
    assert result.figure("missing_time_share").value == pytest.approx(2 / 5)
    assert (result.figure("windows").value, result.figure("windows").n) == (3, 3)


@pytest.mark.spec("F1")
def test_windows_of_the_calendar_merge_and_the_order_of_rows_changes_nothing(registered):
    draw = np.random.default_rng(1)
    days = [
        date(2026, 1 + int(m), 1 + int(d))
        for m, d in zip(draw.integers(0, 6, 900), draw.integers(0, 28, 900), strict=True)
    ]
    data = pd.DataFrame({"g": np.array(list("ab"))[draw.integers(0, 2, 900)], "p": draw.integers(0, 2, 900), "t": days})
    data["y"] = np.where(draw.random(900) < 0.5, draw.integers(0, 2, 900).astype(float), np.nan)
    parts = [feedback(data.iloc[i::3], label="y", period="month") for i in range(3)]
    whole = feedback(data.sample(frac=1, random_state=1), label="y", period="month")
    together = merge(parts)
    assert (together.figures, together.groups) == (whole.figures, whole.groups)
    assert whole.figure("windows").value == 6
    with pytest.raises(NotMergeable) as caught:
        merge([feedback(data), feedback(data)])
    assert caught.value.code == "windows_again"


def test_what_cannot_be_compared_is_refused():
    for code, data, asked in (
        ("missing_column", FIVE, {"protected": ["h"]}),
        ("wrong_type", FIVE.assign(t="monday"), {}),
        ("wrong_type", FIVE, {"period": "month"}),
        ("missing_values", FIVE.assign(p=[1, None, 0, 1, 0]), {}),
        ("not_binary", FIVE.assign(y=range(5)), {"label": "y"}),
    ):
        with pytest.raises(DataError) as caught:
            feedback(data, **asked)
        assert caught.value.code == code
        assert code != "wrong_type" or "a date" in caught.value.what
    for asked in ({"protected": []}, {"protected": ["t"]}, {"protected": ["g", "g"]}):
        with pytest.raises(ParameterError):
            feedback(FIVE, **asked)
