"""A profile against columns counted by hand, against pandas, and in parts that add up."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.evidence.errors import DataError, NotMergeable
from muster.evidence.profile import check
from muster.evidence.profile_columns import grid
from muster.evidence.profile_figures import histogram
from muster.evidence.run import run_check

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
FIVE = pd.DataFrame(
    {
        "age": [20.0, 30.0, 30.0, np.nan, 60.0],
        "sex": ["f", "m", "m", None, "mm"],
        "day": pd.to_datetime(["2026-11-01", "2026-11-02", "2026-11-02", None, "2026-11-30"]),
        "ok": [True, True, True, False, True],
        "none": pd.Series([None] * 5, dtype="float64"),
        "share": [0.5, np.inf, -np.inf, 1.5, 1.0],
    }
)


def profile(data, **parameters):
    return run_check(check, data, now=NOW, **parameters)


def told(result, group):
    return {
        figure.name + (f"[{figure.reference}]" if figure.reference else ""): figure.value
        for figure in result.figures
        if figure.group == group
    }


@pytest.mark.spec("F3")
def test_numbers_are_told_as_counted_by_hand():
    assert told(profile(FIVE, minimum=2), "age") == {
        "missing_share": 0.2, "distinct": 3, "min": 20, "max": 60, "mean": 35, "sd": pytest.approx(17.320508),
        "quantile.0.05": 20, "quantile.0.25": 20, "quantile.0.5": 30, "quantile.0.75": 30, "quantile.0.95": 60,
        "top_share[30]": 0.5, "pooled_share": 0.5,
    }  # fmt: skip


def test_texts_booleans_and_days_are_told_as_counted_by_hand():
    found = profile(FIVE, minimum=2)
    assert told(found, "sex") == {
        "missing_share": 0.2, "distinct": 3, "length_min": 1, "length_mean": 1.25, "length_max": 2,
        "top_share[m]": 0.5, "pooled_share": 0.5,
    }  # fmt: skip
    assert told(found, "ok") == {"missing_share": 0, "distinct": 2, "top_share[true]": 0.8, "pooled_share": 0.2}
    day = told(found, "day")
    assert day["min"] == pd.Timestamp("2026-11-01").timestamp()
    assert day["max"] == pd.Timestamp("2026-11-30").timestamp()
    assert "mean" not in day


def test_infinite_numbers_are_counted_apart_and_a_column_without_values_says_so():
    found = profile(FIVE)
    assert {name: told(found, "share")[name] for name in ("infinite", "min", "max", "mean")} == {
        "infinite": 2, "min": 0.5, "max": 1.5, "mean": 1.0
    }  # fmt: skip
    assert told(found, "none") == {"missing_share": 1, "distinct": 0}


def test_values_that_few_rows_share_are_neither_shown_nor_stored():
    found = profile(pd.DataFrame({"name": ["Li"] * 10 + ["Zhao Unique"] * 9}))
    assert told(found, "name")["top_share[Li]"] == 10 / 19
    assert told(found, "name")["pooled_share"] == 9 / 19
    assert "Zhao" not in found.to_json()


def test_named_columns_only_and_a_wrong_name_is_refused():
    assert {figure.group for figure in profile(FIVE, columns=["age"]).figures} == {"", "age"}
    with pytest.raises(DataError, match="age"):
        profile(FIVE, columns=["agee"])


@pytest.fixture(scope="module")
def many():
    generator = np.random.default_rng(5)
    n = 20_000
    return pd.DataFrame(
        {
            "income": np.exp(generator.normal(10, 1, n)),
            "change": generator.normal(0, 3, n),
            "offset": 1e9 + generator.normal(0, 1, n),
            "text": [f"n{i}" for i in range(n)],
        }
    )


def test_many_values_agree_with_pandas_within_a_step_of_the_grid(many):
    found = profile(many)
    for name in ("income", "change", "offset"):
        figures, column = told(found, name), many[name]
        assert figures["mean"] == pytest.approx(column.mean(), rel=1e-9)
        assert figures["sd"] == pytest.approx(column.std(), rel=1e-6)
        assert (figures["min"], figures["max"]) == (column.min(), column.max())
        for p in (0.05, 0.25, 0.5, 0.75, 0.95):
            exact = column.quantile(p, interpolation="lower")
            assert figures[f"quantile.{p:g}"] == pytest.approx(exact, rel=0.05, abs=1e-3)
        assert figures["distinct.approximate"] == pytest.approx(column.nunique(), rel=0.1)
    assert told(found, "text")["length_max"] == 6
    assert len(found.to_json()) < 400_000


def test_a_histogram_holds_every_number(many):
    spread = check.statistics.model_validate(profile(many).statistics).columns[0].spread
    bins = histogram(spread)
    assert sum(n for _, _, n in bins) == len(many)
    assert (bins[0][0], bins[-1][1]) == (many["income"].min(), many["income"].max())
    exact, _ = np.histogram(many["income"], bins=20)
    assert bins[0][2] == pytest.approx(exact[0], rel=0.1)


NUMBERS = st.one_of(st.none(), st.floats(-1e6, 1e6).map(lambda x: round(x, 3)))


@settings(max_examples=30, deadline=None)
@given(
    rows=st.lists(st.tuples(NUMBERS, st.sampled_from(["x", "y", None])), min_size=2, max_size=12), cut=st.integers(1)
)
def test_two_parts_merge_into_the_whole_in_any_order(rows, cut):
    frame = pd.DataFrame(rows, columns=["a", "b"]).astype({"a": float, "b": "string"})
    cut = cut % (len(frame) - 1) + 1
    parts = [check.statistics.model_validate(profile(part.reset_index(drop=True), minimum=1).statistics)
             for part in (frame[:cut], frame[cut:])]  # fmt: skip
    whole = check.statistics.model_validate(profile(frame[::-1].reset_index(drop=True), minimum=1).statistics)
    merged = parts[0].merged(parts[1])
    for one, two in zip(merged.columns, whole.columns, strict=True):
        if one.spread and two.spread:
            assert one.spread.buckets == two.spread.buckets
            assert one.spread.mean == pytest.approx(two.spread.mean, rel=1e-9, abs=1e-6)
            assert one.spread.squares == pytest.approx(two.spread.squares, rel=1e-6, abs=1e-3)
        assert (one.rows, one.n, one.lengths, one.parts) == (two.rows, two.n, two.lengths, 2)
        assert {each.value: each.n for each in one.top} == {each.value: each.n for each in two.top}
        if one.distinct is not None and one.n < 20:
            assert one.distinct == two.distinct


def test_profiles_of_other_columns_do_not_merge():
    one, two = (check.statistics.model_validate(profile(FIVE[[name]]).statistics) for name in ("age", "sex"))
    with pytest.raises(NotMergeable) as caught:
        one.merged(two)
    assert caught.value.code == "other_columns"


@given(st.floats(1e-5, 1e12))
def test_numbers_of_one_bucket_are_at_most_a_step_apart(value):
    assert grid(value * 1.051) > grid(value)
    assert grid(-value) == -grid(value)
