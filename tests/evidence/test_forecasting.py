from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics

from muster.evidence import merge, run_check
from muster.evidence.errors import DataError, ParameterError

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def run(data, **parameters):
    return run_check(
        "performance", data, now=NOW, **{"label": "y", "prediction": "p", "task": "forecast", **parameters}
    )


def made():
    generator = np.random.default_rng(6)
    frame = pd.DataFrame({"id": np.repeat(["a", "b", "c"], 60), "t": np.tile(np.arange(60), 3)})
    frame["y"] = 20 + 5 * np.sin(frame["t"] * 2 * np.pi / 12) + generator.normal(0, 1, 180)
    frame["p"] = frame["y"] + generator.normal(0.3, 1, 180)
    frame["h"] = frame["t"] % 2 + 1
    return frame.assign(lo=frame["p"] - 1.5, hi=frame["p"] + 1.5)


@pytest.mark.spec("F4")
def test_errors_are_those_of_scikit_learn_over_everything_and_by_horizon():
    frame = made()
    found = run(frame, horizon="h", lower="lo", upper="hi")
    for group, part in (("", frame), ("horizon=1", frame[frame["h"] == 1]), ("horizon=2", frame[frame["h"] == 2])):
        size = abs(part["y"]) + abs(part["p"])
        expected = {
            "mae": metrics.mean_absolute_error(part["y"], part["p"]),
            "rmse": metrics.root_mean_squared_error(part["y"], part["p"]),
            "bias": (part["p"] - part["y"]).mean(),
            "mape": metrics.mean_absolute_percentage_error(part["y"], part["p"]),
            "smape": (2 * abs(part["p"] - part["y"]) / size).mean(),
            "interval_coverage": part["y"].between(part["lo"], part["hi"]).mean(),
        }
        for name, value in expected.items():
            figure = found.figure(name, group)
            assert figure.value == pytest.approx(value, abs=1e-9), name
            assert figure.low < value < figure.high
        wape = abs(part["p"] - part["y"]).sum() / abs(part["y"]).sum()
        assert found.figure("wape", group).value == pytest.approx(wape)
        assert found.figure("interval_width", group).value == pytest.approx(3.0)


def test_the_scaled_error_is_held_against_the_value_a_season_ago():
    frame = made()
    shuffled = frame.sample(frac=1, random_state=1).reset_index(drop=True)
    each = []
    for _, part in frame.groupby("id"):
        y = part["y"].to_numpy()
        each.append(abs(part["p"] - part["y"]).mean() / abs(y[12:] - y[:-12]).mean())
    figure = run(shuffled, series="id", time="t", season=12).figure("mase")
    assert figure.value == pytest.approx(np.mean(each))
    assert figure.n == 3
    assert run(frame).figure("mase").not_estimable == "no_time"


def test_five_rows_give_the_figures_computed_by_hand():
    # Actual 1 2 4 4 2, forecast 2 2 3 4 4: errors 1 0 -1 0 2. Steps of the actual: 1 2 0 2.
    frame = pd.DataFrame({"t": range(5), "y": [1, 2, 4, 4, 2], "p": [2, 2, 3, 4, 4]})
    found = run(frame, time="t")
    assert found.figure("mae").value == pytest.approx(4 / 5)
    assert found.figure("bias").value == pytest.approx(2 / 5)
    assert found.figure("mape").value == pytest.approx((1 + 0 + 1 / 4 + 0 + 1) / 5)
    assert found.figure("smape").value == pytest.approx((2 / 3 + 2 / 7 + 4 / 6) / 5)
    assert found.figure("mase").value == pytest.approx((4 / 5) / (5 / 4))


def test_what_is_divided_by_nothing_is_not_estimable_and_constant_series_are_counted():
    frame = pd.DataFrame({"id": ["a", "a", "b", "b"], "t": [1, 2, 1, 2], "y": [0, 0, 3, 5], "p": [1, 0, 3, 4]})
    found = run(frame, series="id", time="t")
    assert found.figure("mape").not_estimable == "zero_actuals"
    assert found.figure("smape").not_estimable == "both_zero"
    assert found.figure("series_without_scale").value == 1
    assert found.figure("mase").value == pytest.approx(0.5 / 2)
    none = run(frame.assign(y=0), series="id", time="t")
    assert (none.figure("mase").not_estimable, none.figure("wape").not_estimable) == ("no_scale", "all_zero")


def test_shards_of_whole_series_merge_into_the_whole():
    frame = made()
    given = {"series": "id", "time": "t", "horizon": "h", "season": 12}
    parts = [frame[frame["id"] == "a"], frame[frame["id"] != "a"]]
    whole, together = run(frame, **given), merge([run(part.reset_index(drop=True), **given) for part in parts])
    for figure in whole.figures:
        assert together.figure(figure.name, figure.group).value == pytest.approx(figure.value, abs=1e-9)


def test_forecasts_without_labels_or_with_gaps_say_so():
    frame = made()
    assert run(frame.assign(y=np.nan)).figure("mae").not_estimable == "no_labels"
    frame.loc[4, "hi"] = np.inf
    with pytest.raises(DataError) as caught:
        run(frame, lower="lo", upper="hi")
    assert (caught.value.code, caught.value.where, caught.value.details["row"]) == ("not_finite", "hi", 5)
    with pytest.raises(ParameterError):
        run(frame, lower="lo")
