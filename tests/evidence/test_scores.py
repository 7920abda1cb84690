"""Scores are kept small: exact while there are few, in a grid beyond that, and parts add up to the whole."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from muster.evidence import classification, merge, run_check
from muster.evidence.errors import DataError, NotMergeable
from muster.evidence.scores import EXACT, GRID, auc, auc_bounds, keep_scores, scale_for

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def performance(data, **parameters):
    return run_check("performance", data, now=NOW, **{"label": "y", **parameters})


EXACT_FIGURES = ("brier", "skill", "log_loss", "ece", "calibration_gap", "accuracy", "f1")


def made(n, seed=3, columns=("y", "s")):
    generator = np.random.default_rng(seed)
    score = generator.beta(2, 3, n)
    frame = pd.DataFrame({"y": (generator.random(n) < score**1.3).astype(int), "s": score})
    return frame[list(columns)]


def kept(frame):
    y = frame["y"].to_numpy(dtype=np.int64)
    return keep_scores(frame["s"].to_numpy(), y, 1 - y)


@pytest.mark.spec("F4")
def test_many_scores_are_stored_as_a_grid_and_their_auc_is_still_exact():
    frame = made(9_000)
    found = performance(frame, score="s")
    cells = found.statistics["classification"]["scores"]
    assert cells["scale"] == GRID
    assert len(cells["at"]) <= GRID + 1
    assert found.figure("auc").value == pytest.approx(metrics.roc_auc_score(frame["y"], frame["s"]), abs=1e-12)
    assert found.figure("auc").interval == "delong"
    assert len(found.to_json()) < 500_000


@pytest.mark.parametrize("shift", [0.0, 400.0])
def test_the_engine_lays_the_same_grid_and_the_true_auc_lies_within_its_bounds(monkeypatch, shift):
    frame = made(9_000)
    frame["s"] = frame["s"] * (1 if shift == 0 else 300) + shift
    alone = performance(frame, score="s", threshold=0.5 + shift)
    monkeypatch.setattr(classification, "COUNTED", 100)
    pushed = performance(frame, score="s", threshold=0.5 + shift)
    one, other = (r.statistics["classification"]["scores"] for r in (alone, pushed))
    assert [one[k] for k in ("scale", "at", "positives", "negatives")] == [
        other[k] for k in ("scale", "at", "positives", "negatives")
    ]
    error, true = pushed.figure("auc_cell_error").value, alone.figure("auc").value
    assert abs(pushed.figure("auc").value - true) <= error < 5e-4
    assert pushed.figure("auc").low <= alone.figure("auc").low
    for name in EXACT_FIGURES:
        a, b = alone.figure(name), pushed.figure(name)
        assert (a.value is None) == (b.value is None)
        if a.value is not None:
            assert (b.value, b.low, b.high) == pytest.approx((a.value, a.low, a.high), abs=1e-9), name


def test_few_different_scores_stay_exact_however_many_rows(monkeypatch):
    frame = made(5_000).round(2)
    alone = performance(frame, score="s")
    monkeypatch.setattr(classification, "COUNTED", 100)
    pushed = performance(frame, score="s")
    assert pushed.statistics == alone.statistics
    assert pushed.figures == alone.figures


@pytest.mark.parametrize("n", [300, 9_000])
def test_two_shards_merge_into_the_whole(n):
    frame = made(n)
    whole = performance(frame, score="s")
    parts = [performance(frame[i::2].reset_index(drop=True), score="s") for i in range(2)]
    together = merge(parts)
    for name in EXACT_FIGURES:
        assert together.figure(name).value == pytest.approx(whole.figure(name).value, abs=1e-9), name
    error = 0.0 if n < EXACT else together.figure("auc_cell_error").value
    assert abs(together.figure("auc").value - whole.figure("auc").value) <= error + 1e-12


scored = st.lists(
    st.tuples(st.floats(-50, 50, allow_nan=False).map(lambda v: round(v, 3)), st.booleans()), min_size=1, max_size=40
)


@given(one=scored, other=scored, fine=st.integers(0, 4))
@settings(max_examples=80, deadline=None)
def test_grids_of_other_ranges_merge_into_bounds_that_hold_the_truth(one, other, fine):
    def cells(rows):
        values, y = np.array([r[0] for r in rows]), np.array([r[1] for r in rows], dtype=np.int64)
        return keep_scores(values, y, 1 - y)

    exact = cells(one + other)
    if not sum(exact.positives) or not sum(exact.negatives):
        return
    parts = [part.rescaled(2.0 ** (fine - 3 * i)) for i, part in enumerate((cells(one), cells(other)))]
    if exact.are_probabilities:
        return
    merged = parts[0].merged(parts[1])
    low, high = auc_bounds(merged)
    area, _ = auc(exact.scores)
    assert low - 1e-9 <= area <= high + 1e-9
    assert (sum(merged.positives), sum(merged.negatives)) == (sum(exact.positives), sum(exact.negatives))
    assert sum(merged.sums) == pytest.approx(float(exact.scores.rows @ np.array(exact.at)), abs=1e-6)


def test_the_grid_has_at_most_as_many_cells_as_it_says():
    for low, high in [(0, 1), (-3, 7), (300, 850), (1e9, 1e9 + 1), (-1e-9, 1e12), (5, 5)]:
        scale = scale_for(low, high)
        assert np.floor(high * scale) - np.floor(low * scale) <= GRID


def test_probabilities_in_a_grid_do_not_merge_with_scores_of_another_range():
    frame = made(9_000)
    with pytest.raises(NotMergeable) as caught:
        kept(frame).merged(kept(frame.assign(s=frame["s"] * 40)))
    assert caught.value.code == "other_grid"


def test_no_scores_merge_with_some():
    nothing = kept(made(50)[:0])
    assert nothing.merged(kept(made(50))) == kept(made(50)).merged(nothing) == kept(made(50))


@pytest.mark.parametrize("bad", [-np.inf, np.inf])
def test_scores_that_are_no_numbers_are_refused_in_the_grid_too(monkeypatch, bad):
    monkeypatch.setattr(classification, "COUNTED", 1)
    for score in ([bad, bad, bad], [0.1, bad, 0.4]):
        with pytest.raises(DataError) as caught:
            performance(pd.DataFrame({"y": [0, 1, 0], "s": score}), score="s")
        assert caught.value.code == "not_finite"


def test_an_empty_column_of_a_csv_file_is_called_empty(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("y,s\n1,\n0,\n")
    for given_ in ({"score": "s"}, {"prediction": "s", "task": "regression"}):
        with pytest.raises(DataError) as caught:
            run_check("performance", path, now=NOW, label="y", **given_)
        assert (caught.value.code, caught.value.where) == ("empty_column", "s")
