"""Performance estimated without labels: what it expects, how sure it is, and when labels contradict it."""

import json
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics
from sklearn.isotonic import IsotonicRegression

from muster.evidence import run_check
from muster.evidence.cbpe import CELLS, Cells, calibrate, estimate, pool_adjacent
from muster.evidence.errors import DataError
from muster.evidence.estimate import EstimateStatistics, check

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def made(n, seed, power=1.3):
    generator = np.random.default_rng(seed)
    score = generator.beta(2, 3, n)
    return pd.DataFrame({"s": score, "y": (generator.random(n) < score**power).astype(int)})


def run(data, reference, **parameters):
    return run_check(check, data, reference=reference, now=NOW, **{"label": "y", "score": "s", **parameters})


def refusal(data, reference, **parameters):
    with pytest.raises(DataError) as caught:
        run(data, reference, **parameters)
    return caught.value


ORACLES = Path(__file__).parent / "oracles"
CENSUS = Path(__file__).parents[2] / "src/muster/example/data/acs_ma_employment/reference_2015.parquet"


def credit():
    names = {"label": "label", "score": "score", "prediction": "decision", "chunks": 5}
    return ORACLES / "reference.csv", ORACLES / "current.csv", names


def census():
    frame = pd.read_parquet(CENSUS)
    names = {"label": "employed", "score": "predicted_probability", "prediction": "prediction", "chunks": 10}
    # What does not fill ten equal chunks is an eleventh there.
    return frame[:34_000], frame[34_000 : 34_000 + (len(frame) - 34_000) // 10 * 10].reset_index(drop=True), names


@pytest.mark.spec("F4")
@pytest.mark.parametrize(("case", "data"), [("cbpe", credit), ("cbpe_acs", census)])
def test_estimates_agree_with_nannyml_in_every_chunk(case, data):
    recorded = json.loads((ORACLES / "nannyml.json").read_text(encoding="utf-8"))["figures"][case]
    oracle = recorded["calibrated_when_needed"]["metrics"]
    reference, current, names = data()
    found = run(current, reference, **names)
    for theirs, mine, close in (("roc_auc", "auc", 2e-4), ("accuracy", "accuracy", 1e-4), ("f1", "f1", 1e-4)):
        each = [f.value for f in found.figures if f.name == f"estimated_{mine}" and f.group]
        assert each == pytest.approx(oracle[theirs]["value"][: len(each)], abs=close), mine


@pytest.mark.parametrize("seed", range(4))
def test_pooling_is_isotonic_regression(seed):
    generator = np.random.default_rng(seed)
    values, weights = generator.random(60), generator.integers(1, 9, 60).astype(float)
    oracle = IsotonicRegression().fit_transform(np.arange(60), values, sample_weight=weights)
    assert pool_adjacent(values, weights)[0] == pytest.approx(oracle, abs=1e-12)


@pytest.mark.spec("F4")
def test_estimates_agree_with_calibrating_every_score_by_scikit_learn():
    reference, data = made(20_000, 1), made(20_000, 2)
    given = IsotonicRegression(out_of_bounds="clip").fit(reference["s"], reference["y"]).predict(data["s"])
    found = run(data.drop(columns="y"), reference, chunks=4)
    for place, rows in enumerate(np.array_split(np.arange(20_000), 4), 1):
        p, chosen = given[rows], data["s"].to_numpy()[rows] >= 0.5
        accuracy = np.where(chosen, p, 1 - p).mean()
        f1 = 2 * p[chosen].sum() / (chosen.sum() + p.sum())
        labels, weights = np.repeat([1, 0], len(rows)), np.concatenate([p, 1 - p])
        auc = metrics.roc_auc_score(labels, np.tile(data["s"].to_numpy()[rows], 2), sample_weight=weights)
        figures = {name: found.figure(f"estimated_{name}", f"chunk={place}") for name in ("accuracy", "f1", "auc")}
        assert figures["accuracy"].value == pytest.approx(accuracy, abs=2e-4)
        assert figures["f1"].value == pytest.approx(f1, abs=2e-4)
        assert figures["auc"].value == pytest.approx(auc, abs=2e-4)
        assert {f.n for f in figures.values()} == {5_000}


def test_five_rows_give_the_expectations_computed_by_hand():
    # Shares .2 at cell 100 and .8 at cell 900 (10 rows each); data: 3 rows at 900 chosen, 2 rows at 100 not.
    # tp 2.4, fp .6, fn .4, tn 1.6: accuracy 4/5, precision .8, recall 2.4/2.8, f1 4.8/5.8.
    # AUC: positives 2.4 | .4, negatives .6 | 1.6: (2.4 * (1.6 + .3) + .4 * .8) / (2.8 * 2.2).
    fitted = calibrate(np.array([100, 900]), np.array([10, 10]), np.array([2, 8]))
    none = np.zeros(2, dtype=np.int64)
    cells = Cells(np.array([100, 900]), np.array([False, True]), np.array([2, 3]), none, none)
    found = {name: each.value for name, each in estimate(cells, fitted).items()}
    hand = {"accuracy": 0.8, "precision": 0.8, "recall": 2.4 / 2.8, "f1": 4.8 / 5.8}
    assert found == pytest.approx({**hand, "auc": (2.4 * 1.9 + 0.4 * 0.8) / (2.8 * 2.2)})


def test_the_slopes_are_the_derivatives():
    generator = np.random.default_rng(1)
    rows = generator.integers(1, 50, 30)
    none = np.zeros(30, dtype=np.int64)
    cells = Cells(np.sort(generator.integers(0, CELLS, 30)), generator.random(30) > 0.5, rows, none, none)
    from muster.evidence.cbpe import _metrics

    share, step = generator.random(30), 1e-6
    base = _metrics(cells, share)
    for i in range(30):
        moved = share.copy()
        moved[i] += step
        for name, (value, _) in _metrics(cells, moved).items():
            assert (value - base[name][0]) / step == pytest.approx(base[name][1][i], abs=1e-4), (name, i)


def test_without_drift_the_realised_figures_lie_within_the_intervals_as_often_as_they_say():
    inside = []
    for seed in range(60):
        found = run(made(1_500, 1000 + seed), made(4_000, seed), chunks=1)
        for name in ("accuracy", "recall", "auc"):
            gap = found.figure(f"estimate_gap_{name}", "chunk=1")
            inside.append(gap.low <= 0 <= gap.high)
    assert 0.90 <= np.mean(inside) <= 0.99


def test_where_the_concept_drifts_the_labels_contradict_the_estimate():
    found = run(made(8_000, 2, power=3.0), made(8_000, 1), chunks=4)
    assert found.figure("chunks_contradicting").value == 4
    assert found.figure("chunks_contradicting").n == 4
    gap = found.figure("estimate_gap_accuracy", "chunk=1")
    real = found.figure("realised_accuracy", "chunk=1").value
    assert gap.value == pytest.approx(found.figure("estimated_accuracy", "chunk=1").value - real)
    y = made(8_000, 2, power=3.0)[:2_000]
    assert real == pytest.approx(((y["s"] >= 0.5) == (y["y"] == 1)).mean())
    assert run(made(8_000, 3), made(8_000, 1), chunks=4).figure("chunks_contradicting").value == 0


def test_without_labels_it_says_that_nobody_can_tell_and_nothing_is_called_measured():
    found = run(made(900, 2).drop(columns="y"), made(900, 1), chunks=3)
    assert found.figure("chunks_contradicting").not_estimable == "no_labels_came"
    rest = [f for f in found.figures if f.name != "chunks_contradicting"]
    assert all(f.name.startswith("estimated_") for f in rest)
    assert all("no concept drift" in found.definitions[f.name].formula for f in rest)


def test_labels_of_a_part_of_the_rows_are_held_against_the_estimate_of_that_part():
    data = made(4_000, 2)
    data["y"] = data["y"].astype("Int64").mask(np.arange(4_000) % 2 == 1)
    found = run(data, made(4_000, 1), chunks=1)
    assert found.figure("realised_accuracy").n == 2_000
    assert found.figure("estimated_accuracy").n == 4_000


def test_chunks_follow_the_calendar_or_the_order_of_a_column():
    data = made(900, 2)
    data["t"] = pd.Timestamp("2026-01-15") + pd.to_timedelta(np.arange(900)[::-1] % 90, unit="D")
    months = run(data, made(900, 1), time="t", period="month")
    names = list(dict.fromkeys(f.group for f in months.figures if f.group))
    assert names == ["month=2026-01", "month=2026-02", "month=2026-03", "month=2026-04"]
    assert months.figure("estimated_accuracy", "month=2026-01").n == 170
    for period, first in (("week", "week=2026-W03"), ("quarter", "quarter=2026-Q1"), ("day", "day=2026-01-15")):
        assert run(data, made(900, 1), time="t", period=period, minimum=1).figures[5].group == first
    numbered = data.assign(k=np.arange(900)[::-1])
    first = run(numbered, made(900, 1), time="k", chunks=3).figure("realised_accuracy", "chunk=1")
    last_rows = data[600:]
    assert first.value == pytest.approx(((last_rows["s"] >= 0.5) == (last_rows["y"] == 1)).mean())


@pytest.mark.parametrize("kind", ["file", "files", "own_numbers", "csv"])
def test_chunks_of_rows_are_the_same_from_a_frame_a_file_and_several_files(tmp_path, kind):
    data = made(4_000, 2)
    frame, reference = run(data, made(900, 1), chunks=7), made(900, 1)
    if kind == "own_numbers":  # a column of the name by which Parquet's reader numbers rows
        data = data.assign(File_Row_Number=5)
    cuts = [0, 1_500, 1_501, 4_000] if kind == "files" else [0, 4_000]
    for place, (low, high) in enumerate(pairwise(cuts)):
        if kind == "csv":
            data.to_csv(tmp_path / "0.csv", index=False)
        else:
            data[low:high].to_parquet(tmp_path / f"{place}.parquet", row_group_size=500)
    found = run(str(tmp_path / "*"), reference, chunks=7)
    assert found.figures == frame.figures
    assert found.statistics == frame.statistics


def test_the_limit_of_the_bench_makes_the_same_figures(tmp_path, monkeypatch):
    monkeypatch.setenv("MUSTER_BENCH_DATA", str(tmp_path))
    monkeypatch.syspath_prepend(Path(__file__).parents[2] / "tools")
    from bench import by_hand, logs, ours

    log = logs.log(110_000)
    data, reference, one = logs.unlabelled(log), log / "first.parquet", ours.asked("estimate")
    found = run_check(one.check, data, reference=reference, now=NOW, **one.parameters)
    figures = [f for f in found.figures if f.name.startswith("estimated_")]
    for name, limit in zip(("value", "low", "high"), by_hand.expected(log), strict=True):
        assert [getattr(f, name) for f in figures] == pytest.approx(limit.ravel().tolist(), abs=1e-9), name


def test_calendar_chunks_merge_and_numbered_ones_do_not():
    from muster.evidence.errors import NotMergeable

    data = made(900, 2)
    data["t"] = pd.Timestamp("2026-01-01") + pd.to_timedelta(np.arange(900) % 59, unit="D")
    reference = made(900, 1)
    whole, *parts = (
        EstimateStatistics.model_validate(run(each, reference, time="t", period="month").statistics)
        for each in (data, data[:400].reset_index(drop=True), data[400:].reset_index(drop=True))
    )
    assert parts[0].merged(parts[1]) == whole
    for other, code in ((made(900, 3), "other_reference"), (reference, "chunks_by_number")):
        one, two = (EstimateStatistics.model_validate(run(data, r).statistics) for r in (reference, other))
        with pytest.raises(NotMergeable) as caught:
            one.merged(two)
        assert caught.value.code == code


def test_a_chunk_that_is_too_small_has_no_figures():
    found = run(made(100, 2), made(900, 1), chunks=10)
    assert found.figure("estimated_accuracy", "chunk=01").not_estimable == "chunk_too_small"
    assert found.figure("estimated_accuracy").value is not None


def test_a_decision_of_its_own_is_estimated_in_place_of_the_threshold():
    data, reference = made(900, 2), made(900, 1)
    by_score = run(data, reference, threshold=0.3)
    decided = run(data.assign(p=(data["s"] >= 0.3).astype(int)), reference, prediction="p")
    assert decided.figures == by_score.figures


@pytest.mark.parametrize(
    ("change", "code", "where"),
    [
        ({"s": 1.5}, "not_probability", "s"),
        ({"s": -np.inf}, "not_finite", "s"),
        ({"s": None}, "missing_values", "s"),
        ({"s": "high"}, "wrong_type", "s"),
        ({"y": 2}, "not_binary", "y"),
    ],
)
@pytest.mark.parametrize("which", ["data", "reference"])
def test_what_cannot_be_calibrated_is_refused_by_name(change, code, where, which):
    (column, value) = next(iter(change.items()))
    spoiled = made(50, 2)
    spoiled[column] = spoiled[column].astype(object)
    spoiled.loc[3, column] = value
    if value is not None and not isinstance(value, str):
        spoiled[column] = spoiled[column].astype(float)
    given = {"data": made(50, 1), "reference": made(50, 3), which: spoiled}
    error = refusal(given["data"], given["reference"])
    assert (error.code, error.where) == (code, where)


@pytest.mark.parametrize(
    ("labels", "code"), [(1, "reference_one_class"), (pd.Series([None] * 50, dtype="Int64"), "reference_unlabelled")]
)
def test_a_reference_that_teaches_nothing_is_refused(labels, code):
    assert refusal(made(50, 1), made(50, 2).assign(y=labels)).code == code


def test_a_period_needs_a_time():
    text = made(50, 1).assign(t="x")
    assert refusal(text, made(50, 2), time="t", period="day").code == "wrong_type"
    assert refusal(made(50, 1), made(50, 2).drop(columns="y")).code == "missing_column"
