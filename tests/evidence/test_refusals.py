"""Bad input of every kind is refused by every check with a sentence, in both languages, and never with a traceback."""

import os
import subprocess
import sys
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from muster.evidence import run_check
from muster.evidence.duck import connect
from muster.evidence.errors import EvidenceError, ParameterError

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
HUGE = 1e300


def made(n=60):
    generator = np.random.default_rng(3)
    s = generator.random(n)
    frame = pd.DataFrame({"id": np.arange(n), "g": generator.choice(["a", "b"], n), "s": s, "x": s * 2})
    return frame.assign(p=(s > 0.5).astype(int), y=(generator.random(n) < s).astype(int))


def refusal(check, data, **given):
    with pytest.raises(EvidenceError) as caught:
        run_check(check, data, now=NOW, **given)
    return caught.value


@pytest.mark.spec("F8")
@pytest.mark.parametrize("name", ["muster_n", "MUSTER_chunk"])
def test_a_column_named_like_one_of_the_checks_own_is_refused_not_mixed_up(name):
    caught = refusal("fairness", made().rename(columns={"y": name}), protected=["g"], prediction="p", label=name)
    assert (caught.code, caught.details["names"]) == ("reserved_columns", name)


@pytest.mark.spec("F1")
@pytest.mark.parametrize("check", ["fairness", "oversight"])
def test_an_identifier_as_a_protected_attribute_is_refused_with_the_number_of_its_values(check):
    many = pd.DataFrame({"g": np.arange(30_000).astype(str), "p": np.arange(30_000) % 2, "q": np.arange(30_000) % 2})
    given = {"prediction": "p"} if check == "fairness" else {"before": "p", "after": "q"}
    caught = refusal(check, many, protected=["g"], **given)
    assert caught.where == "g"
    assert "20" in caught.what


@pytest.mark.spec("F1")
@pytest.mark.parametrize("positive", ["inf", "nan", "1e400"])
def test_a_positive_value_that_is_no_finite_number_is_none_of_a_column_of_numbers(positive):
    caught = refusal("fairness", made(), protected=["g"], prediction="p", positive=positive)
    assert (caught.code, caught.where) == ("wrong_type", "p")
    assert f"文本（{positive}）" in caught.sentence("zh")


@pytest.mark.spec("F1")
def test_whole_numbers_beyond_what_a_double_tells_apart_are_compared_exactly():
    data = pa.table({"g": list("abab"), "p": pa.array([2**53 + 1, 2**53, 2**53, 2**53 + 1], pa.int64())})
    found = run_check("fairness", data, now=NOW, protected=["g"], prediction="p", positive=str(2**53 + 1))
    assert found.figure("selection_rate").value == 0.5


@pytest.mark.spec("F4")
def test_an_estimate_of_a_prediction_that_is_not_there_is_refused_not_made_of_the_threshold():
    caught = refusal("estimate", made(), reference=made(), label="y", score="s", prediction="pp")
    assert (caught.code, caught.where) == ("missing_column", "pp")


@pytest.mark.spec("F4")
def test_the_class_whose_probability_is_none_is_named_with_its_row():
    data = pd.DataFrame({"y": ["a", "b", "a"], "a": [0.5, 0.2, 0.9], "b": [0.5, 0.8, 1.1]})
    caught = refusal("performance", data, label="y", task="multiclass", probabilities=["a=a", "b=b"])
    assert (caught.code, caught.where, caught.details["row"]) == ("not_probability", "b", 3)


@pytest.mark.spec("F4")
def test_an_interval_whose_ends_are_turned_round_is_refused():
    data = made().assign(low=1.0, high=0.0)
    caught = refusal("performance", data, label="x", task="forecast", prediction="s", lower="low", upper="high")
    assert (caught.code, caught.where, caught.details["count"]) == ("interval_turned", "low", 60)


@pytest.mark.spec("F4")
def test_a_champion_is_not_joined_by_ids_of_another_type():
    rival = made().assign(id=lambda frame: frame["id"].astype(str))
    caught = refusal("champion", made(), champion=rival, id="id", label="y", score="s")
    assert (caught.code, caught.where) == ("not_comparable", "id")


@pytest.mark.spec("F8")
@pytest.mark.parametrize(
    ("check", "given"),
    [
        ("performance", {"label": "y", "prediction": "x", "task": "regression"}),
        ("performance", {"label": "y", "prediction": "x", "task": "forecast"}),
        ("slices", {"label": "y", "prediction": "x", "loss": "absolute", "features": ["g"]}),
    ],
)
def test_numbers_whose_squares_no_double_holds_are_refused(check, given):
    data = made().assign(x=lambda frame: frame["x"] * HUGE, y=lambda frame: frame["y"] * -HUGE)
    assert refusal(check, data, **given).code == "overflow"


@pytest.mark.spec("F1")
def test_slices_of_times_alone_are_refused():
    data = made().assign(t=pd.Timestamp("2026-01-01"))
    assert refusal("slices", data, features=["t"], prediction="p", label="y").code == "not_a_feature"


@pytest.mark.spec("F8")
@pytest.mark.parametrize("first", [0, 1])
def test_times_with_and_without_a_zone_are_refused_whichever_comes_first(first):
    times = [pd.Timestamp("2026-01-01", tz="UTC"), pd.Timestamp("2026-01-01")] * 1500
    data = pd.DataFrame({"t": pd.Series(times[first:], dtype=object)})
    assert refusal("profile", data).code == "zones_in_one_column"


@pytest.mark.spec("F8")
def test_minus_nought_is_the_same_group_as_nought():
    data = pa.table({"g": [0.0, -0.0, 1.0], "p": [1, 0, 1]})
    found = run_check("fairness", data, now=NOW, protected=["g"], prediction="p")
    assert [(row.group, row.n) for row in found.groups] == [("g=0.0", 2), ("g=1.0", 1)]


@pytest.mark.spec("F8")
@pytest.mark.parametrize(
    ("check", "given", "chinese"),
    [
        ("fairness", {"protected": ["g", "g"], "prediction": "p"}, "每个受保护属性只能指定一次"),
        ("fairness", {"protected": ["g"], "prediction": "p", "level": 1}, "应小于 1"),
        ("fairness", {"protected": ["g"], "prediction": "p", "minimum": "x"}, "应为整数"),
        ("performance", {"label": "y", "task": "regression"}, "regression 任务需要预测列，不使用分数列"),
        ("oversight", {"protected": ["g"], "before": "p", "after": "p"}, "before 和 after 必须是不同的两列"),
        ("estimate", {"label": "y", "score": "s", "period": "day"}, "按周期切分需要时间列"),
        ("slices", {"prediction": "p"}, "没有标签时，损失只能是 rejection"),
        ("quality", {"rules": [{"rule": "range", "column": "x"}]}, "range 规则需要 min、max 或两者"),
        ("quality", {"rules": []}, "至少需要 1 项"),
    ],
)
def test_what_is_wrong_with_a_parameter_is_said_in_chinese_too(check, given, chinese):
    inputs = {"reference": made()} if check == "estimate" else {}
    caught = refusal(check, made(), **inputs, **given)
    assert isinstance(caught, ParameterError)
    assert chinese in caught.sentence("zh")
    assert "Value error" not in caught.sentence("en")


@pytest.mark.spec("F3")
def test_a_list_with_a_wrong_item_is_not_said_to_be_too_short_as_well():
    caught = refusal("quality", made(), rules=[{"rule": "missing"}])
    assert [path for path, _ in caught.mistakes] == [("rules", 0, "missing", "column")]


@pytest.mark.spec("F8")
def test_days_begin_alike_whatever_the_clock_of_the_machine(tmp_path):
    path = tmp_path / "log.parquet"
    made().assign(t=pd.Timestamp("2026-01-01T03:00", tz="Asia/Shanghai")).to_parquet(path)
    code = (
        "import sys; from datetime import UTC, datetime; from muster.evidence import run_check;"
        "r = run_check('estimate', sys.argv[1], reference=sys.argv[1], now=datetime.now(UTC), label='y', score='s',"
        " time='t', period='day'); print({f.group for f in r.figures if f.group})"
    )
    for zone in ("UTC", "Asia/Shanghai", "America/New_York"):
        shown = subprocess.run(
            [sys.executable, "-c", code, str(path)],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "TZ": zone},
        )
        assert shown.stdout.strip() == "{'day=2025-12-31'}"


@pytest.mark.spec("F8")
def test_an_interrupt_in_the_engine_is_an_interrupt():
    with pytest.raises(KeyboardInterrupt), connect("100MB", 1):
        raise RuntimeError("Query interrupted")
    with pytest.raises(RuntimeError), connect("100MB", 1):
        raise RuntimeError("something else")
