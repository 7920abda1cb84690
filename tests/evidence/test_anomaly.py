import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from muster.evidence.anomaly import check, read_history
from muster.evidence.errors import ParameterError
from muster.evidence.profile import check as profile
from muster.evidence.run import run_check
from muster.evidence.student import student_cdf, student_quantile

START = datetime(2026, 11, 1, 12, tzinfo=UTC)


def day(seed, shift=0.0, missing=0.02, n=400):
    generator = np.random.default_rng(seed)
    x = generator.normal(50 + shift, 10, n)
    x[generator.random(n) < missing] = np.nan
    return pd.DataFrame({"x": x, "c": generator.choice(["a", "b", "c"], n)})


@pytest.fixture(scope="module")
def history():
    return [run_check(profile, day(i), now=START + timedelta(days=i)).model_dump(mode="json") for i in range(12)]


def anomaly(data, history, **more):
    return run_check(check, data, now=START + timedelta(days=30), history=history, **more)


@pytest.mark.spec("F3")
def test_an_ordinary_day_has_no_anomaly_and_a_shifted_one_names_the_figure(history):
    assert anomaly(day(99), history).figure("anomalies").value == 0
    shifted = anomaly(day(98, shift=5), history)
    mean = shifted.figure("today.mean", "x")
    assert mean.value > mean.high
    assert shifted.figure("anomalies").value == 1
    missing = anomaly(day(97, missing=0.3), history).figure("today.missing_share", "x")
    assert missing.value > missing.high
    assert anomaly(day(96, n=800), history).figure("anomalies").value == 1  # the rows: there were always 400


def test_the_interval_is_hahns(history):
    found = anomaly(day(99), history, alarms=0.1).figure("today.mean", "x")
    past = [next(f["value"] for f in result["figures"] if f["name"] == "mean") for result in history]
    compared = anomaly(day(99), history).figure("figures_compared").value
    quantile = stats.t.ppf(1 - 0.1 / compared / 2, df=11)
    error = day(99)["x"].std() / np.sqrt(day(99)["x"].count())
    half = quantile * max(np.std(past, ddof=1), error) * np.sqrt(1 + 1 / 12)
    assert (found.low, found.high) == pytest.approx((np.mean(past) - half, np.mean(past) + half), rel=1e-9)


def test_with_too_little_history_nothing_is_said_to_be_ordinary(history):
    found = anomaly(day(99), history[:7])
    assert found.figure("anomalies").not_estimable == "too_little_history"
    assert {figure.not_estimable for figure in found.figures if "today" in figure.name} == {"too_little_history"}
    assert anomaly(day(99), history[:7], at_least=7).figure("anomalies").value == 0


def test_a_column_that_is_gone_is_named(history):
    found = anomaly(day(99)[["x"]], history).figure("columns_gone")
    assert (found.value, found.group) == (1, "c")


def test_ordinary_days_are_seldom_called_strange():
    days = [run_check(profile, day(1000 + i), now=START).model_dump(mode="json") for i in range(41)]
    called = sum(
        run_check(check, day(2000 + i), now=START, history=days[i : i + 10]).figure("anomalies").value > 0
        for i in range(30)
    )
    assert called <= 4  # 5 % of 30 are 1.5; more than 4 would happen once in fifty


def test_history_is_read_from_a_folder_and_from_a_list(tmp_path, history):
    for i, result in enumerate(reversed(history)):
        (tmp_path / f"{i}.json").write_text(json.dumps(result))
    found = read_history(tmp_path)
    assert all(one.started < two.started for one, two in pairwise(found))
    (tmp_path / "list.json").write_text(json.dumps(history))
    assert read_history(tmp_path / "list.json") == found
    again = anomaly(day(99), [past.model_dump(mode="json") for past in found])
    assert again.figures == anomaly(day(99), history).figures


@pytest.mark.parametrize("text", ["[{]", "[7]", '{"statistics": {}}', '{"started": "2026-11-24"}'])
def test_a_history_that_cannot_be_read_is_refused(tmp_path, text):
    (tmp_path / "h.json").write_text(text)
    with pytest.raises(ParameterError) as caught:
        read_history(tmp_path / "h.json")
    assert (caught.value.code, caught.value.where) == ("history_unreadable", "h.json")


@pytest.mark.parametrize("df", [1, 2, 3, 7, 8, 29, 200])
def test_students_t_is_that_of_scipy(df):
    for t in (-3.0, -0.5, 0.0, 1.0, 4.0):
        assert student_cdf(t, df) == pytest.approx(stats.t.cdf(t, df), abs=1e-12)
    for p in (0.01, 0.5, 0.975, 0.99985):
        assert student_quantile(p, df) == pytest.approx(stats.t.ppf(p, df), rel=1e-6, abs=1e-9)
