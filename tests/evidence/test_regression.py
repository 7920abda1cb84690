"""Sums of a regression add up, whatever mean they were taken about."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from muster.evidence import merge, run_check

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def performance(data):
    return run_check("performance", data, now=NOW, label="y", prediction="p", task="regression")


@pytest.mark.spec("F8")
def test_days_of_other_means_merge_into_the_whole():
    generator = np.random.default_rng(4)
    y = np.concatenate([generator.normal(100, 3, 400), generator.normal(140, 9, 150), generator.normal(90, 1, 70)])
    frame = pd.DataFrame({"y": y, "p": y + generator.normal(0.5, 2, len(y))})
    days = [frame[:400], frame[400:550], frame[550:]]
    whole, together = performance(frame), merge([performance(day.reset_index(drop=True)) for day in days])
    for figure in whole.figures:
        if figure.name == "mae_of_mean":
            continue
        found = together.figure(figure.name)
        assert (found.value, found.low, found.high) == pytest.approx((figure.value, figure.low, figure.high), rel=1e-9)
    assert together.figure("mae_of_mean").not_estimable == "mean_moved"


def test_days_of_one_mean_keep_everything_and_a_day_without_labels_adds_nothing():
    frame = pd.DataFrame({"y": [1.0, 2.0, 3.0], "p": [1.5, 2.0, 2.0]})
    day = performance(frame)
    assert merge([day, day]).figure("mae_of_mean").value == day.figure("mae_of_mean").value
    unknown = performance(frame.assign(y=np.nan))
    assert merge([day, unknown]).figures == day.figures
    assert merge([unknown, day]).figures == day.figures
