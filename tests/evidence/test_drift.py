"""Drift: every distance against scipy or by hand, false alarms at their nominal rate, and what is refused."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.spatial.distance import jensenshannon

from muster.evidence.drift import DriftStatistics, check
from muster.evidence.drift_distances import chi_square, jensen_shannon, kolmogorov, psi
from muster.evidence.errors import DataError, NotMergeable
from muster.evidence.run import run_check

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
pytestmark = pytest.mark.spec("F8")


def run(data, reference=None, **given):
    return run_check(check, data, reference=reference, now=NOW, **given)


def window(seed, n, shift=0.0):
    draw = np.random.default_rng(seed)
    savings = np.where(draw.random(n) < 0.3, 0.0, draw.lognormal(7, 1.8, n))
    return pd.DataFrame(
        {
            "income": draw.lognormal(10 + shift, 0.8, n),
            "savings": savings,
            "late": draw.poisson(1.2 + shift, n),
            "purpose": draw.choice(["car", "home", "study"], n, p=[0.5, 0.3, 0.2]),
            "owner": draw.random(n) < 0.4,
        }
    )


def value(result, name, column):
    return result.figure(name, column).value


def test_five_rows_by_hand():
    before, after = np.array([2, 2, 1]), np.array([1, 2, 2])
    assert psi(before, after, 0.95).value == pytest.approx(0.2 * np.log(2) * 2)
    assert chi_square(before * 10, after * 10, 0.95).statistic == pytest.approx(20 / 3)
    frame = run(pd.DataFrame({"x": [2.0, 3, 4, 5, 6]}), pd.DataFrame({"x": [1.0, 2, 3, 4, 5]}))
    assert value(frame, "wasserstein", "x") == pytest.approx(1.0)
    assert value(frame, "ks", "x") == pytest.approx(0.2)
    assert value(frame, "out_of_range_share", "x") == pytest.approx(0.2)
    texts = run(pd.DataFrame({"c": ["a", "b", "b", "z", None]}), pd.DataFrame({"c": ["a", "a", "a", "b", "b"]}))
    assert value(texts, "new_value_share", "c") == pytest.approx(0.25)
    assert value(texts, "missing_share_difference", "c") == pytest.approx(0.2)


def test_an_empty_bin_adds_half_a_row_to_every_bin_of_both_sides():
    p, q = np.array([4.5, 0.5, 1.5]) / 6.5, np.array([3.5, 2.5, 0.5]) / 6.5
    assert psi(np.array([4, 0, 1]), np.array([3, 2, 0]), 0.95).value == pytest.approx(
        float(((q - p) * np.log(q / p)).sum())
    )


def test_jensen_shannon_chi_square_and_kolmogorov_are_those_of_scipy():
    before, after = np.array([500, 300, 200, 77]), np.array([450, 330, 220, 60])
    assert jensen_shannon(before, after, 0.95).value == pytest.approx(jensenshannon(before, after, base=2), rel=1e-9)
    oracle = stats.chi2_contingency(np.stack([before, after]), correction=False)
    found = chi_square(before, after, 0.95)
    assert (found.statistic, found.p) == pytest.approx((oracle.statistic, oracle.pvalue), rel=1e-9)
    for x in (0.3, 0.7, 1.1, 1.18, 1.3, 2.0):
        assert kolmogorov(x) == pytest.approx(stats.kstwobign.sf(x), rel=1e-6)


@pytest.mark.parametrize("shift", [0.05, 0.3])
def test_wasserstein_of_heavy_tails_is_within_one_percent_of_scipy(shift):
    before, after = window(1, 40_000), window(2, 40_000, shift)
    result = run(after, before)
    for column in ("income", "late"):
        exact = stats.wasserstein_distance(before[column], after[column])
        assert value(result, "wasserstein", column) == pytest.approx(exact, rel=0.01)
    for column in ("income", "savings", "late"):
        exact = stats.wasserstein_distance(before[column], after[column])
        assert exact <= value(result, "wasserstein", column) + value(result, "wasserstein_error", column) + 1e-9
        assert value(result, "wasserstein", column) == pytest.approx(exact, rel=0.03)


def test_ks_is_that_of_scipy_within_a_cell():
    before, after = window(1, 20_000), window(2, 30_000, 0.1)
    result = run(after, before)
    for column in ("income", "savings", "late"):
        oracle = stats.ks_2samp(before[column], after[column], method="asymp")
        assert value(result, "ks", column) == pytest.approx(oracle.statistic, abs=0.003)
    oracle = stats.ks_2samp(before["late"], after["late"], method="asymp")
    assert value(result, "ks_p", "late") == pytest.approx(oracle.pvalue, rel=0.1)


def test_without_drift_chi_square_calls_as_many_false_alarms_as_it_says():
    draw = np.random.default_rng(3)
    shares = [0.4, 0.3, 0.2, 0.07, 0.03]
    for size in (1000, 10_000):
        pairs = zip(draw.multinomial(size, shares, 2000), draw.multinomial(1000, shares, 2000), strict=True)
        alarms = np.mean([chi_square(a, b, 0.95).p < 0.05 for a, b in pairs])
        assert 0.035 < alarms < 0.065


def test_without_drift_the_intervals_of_effects_reach_zero():
    draw = np.random.default_rng(4)
    shares = np.full(10, 0.1)
    pairs = list(zip(draw.multinomial(2000, shares, 500), draw.multinomial(1000, shares, 500), strict=True))
    for distance in (psi, jensen_shannon):
        assert np.mean([distance(a, b, 0.95).low == 0 for a, b in pairs]) > 0.94


def test_identical_windows_give_nothing_and_p_of_one():
    frame = window(5, 2000)
    result = run(frame, frame)
    for figure in result.figures:
        if figure.name in {"psi", "js_distance", "ks", "wasserstein", "cramers_v", "missing_share_difference"}:
            assert figure.value == pytest.approx(0.0, abs=1e-9), figure.name
        if figure.name in {"ks_p", "chi2_p", "p_adjusted"}:
            assert figure.value == pytest.approx(1.0)


def test_days_added_up_are_the_week_and_the_order_of_rows_is_nothing():
    before, after = window(1, 3000), window(2, 3000, 0.2)
    profile = run(before).statistics["reference"]
    whole = run(after, profile=profile)
    shuffled = run(after.sample(frac=1, random_state=1), profile=profile)
    days = [run(after[i::3], profile=profile) for i in range(3)]
    parts = [DriftStatistics.model_validate(day.statistics) for day in days]
    merged = parts[0].merged(parts[1]).merged(parts[2])
    added = check.judge(merged, check.parameters(), now=NOW).figures
    for one, other, third in zip(whole.figures, added, shuffled.figures, strict=True):
        assert (one.name, one.group) == (other.name, other.group)
        if one.value is not None:
            assert one.value == pytest.approx(other.value, rel=1e-7, abs=1e-9)
            assert one.value == pytest.approx(third.value, rel=1e-7, abs=1e-9)


def test_a_registered_reference_gives_the_figures_of_the_reference_itself():
    before, after = window(1, 3000), window(2, 2000, 0.2)
    registered = run(before)
    assert registered.figure("columns_registered").value == 5
    again = run(after, profile=registered.model_dump(mode="json"))
    assert again.figures == run(after, before).figures


def test_results_against_different_references_do_not_add_up():
    one, other = run(window(1, 500), window(2, 500)), run(window(1, 500), window(3, 500))
    parts = [DriftStatistics.model_validate(each.statistics) for each in (one, other)]
    with pytest.raises(NotMergeable):
        parts[0].merged(parts[1])


def test_infinite_values_and_nan_are_counted_apart():
    before = pd.DataFrame({"x": [1.0, 2, 3, 4, 5, 6]})
    after = pd.DataFrame({"x": [1.0, np.inf, -np.inf, np.nan, 5, 6]})
    kept = run(after, before).statistics["current"]["x"]
    assert (kept["below"], kept["above"], kept["missing"]) == (1, 1, 1)


def test_what_cannot_be_compared_is_not_estimable_and_says_why():
    before = pd.DataFrame({"x": [1.0] * 30, "y": [np.nan] * 30})
    result = run(before, before)
    assert result.figure("cramers_v", "x").not_estimable == "constant_column"
    assert result.figure("wasserstein_normalised", "x").not_estimable == "constant_column"
    assert result.figure("psi", "y").not_estimable == "no_values"


@pytest.mark.parametrize(
    ("data", "given", "code"),
    [
        (pd.DataFrame({"x": ["a", "b"]}), {}, "other_type"),
        (pd.DataFrame({"z": [1.0, 2.0]}), {}, "nothing_to_compare"),
        (pd.DataFrame({"z": [1.0, 2.0]}), {"columns": ["x"]}, "missing_column"),
        (pd.DataFrame({"x": [1.0]}), {"columns": ["nothing"]}, "missing_column"),
        (pd.DataFrame({"x": [1.0]}), {"leave_out": ["x"]}, "nothing_to_compare"),
    ],
)
def test_refuses(data, given, code):
    with pytest.raises(DataError) as refused:
        run(data, pd.DataFrame({"x": [1.0, 2.0]}), **given)
    assert refused.value.code == code


def test_rare_values_are_pooled_by_the_reference():
    before = pd.DataFrame({"c": list("aaaabbbccd")})
    result = run(before, before, categories=2)
    assert result.statistics["reference"]["c"]["counts"] == [4, 3, 3, 0]
    assert result.figure("new_value_share", "c").not_estimable == "categories_pooled"


def test_a_week_of_days_against_one_reference_counts_the_reference_once():
    before, after = window(1, 900), window(2, 900, 0.2)
    days = [run(after[i::3], before) for i in range(3)]
    parts = [DriftStatistics.model_validate(day.statistics) for day in days]
    merged = parts[0].merged(parts[1]).merged(parts[2])
    assert merged.reference["income"].n == 900
    whole = run(after, before)
    for one, other in zip(whole.figures, check.judge(merged, check.parameters(), now=NOW).figures, strict=True):
        assert (one.name, one.group, one.n) == (other.name, other.group, other.n)
        for end in ("value", "low", "high"):
            mine, theirs = getattr(one, end), getattr(other, end)
            assert mine is theirs or mine == pytest.approx(theirs, rel=1e-7, abs=1e-9)


NUMBERS = st.one_of(st.none(), st.just(np.nan), st.floats(-1e6, 1e6), st.integers(-3, 3).map(float))
ROWS = st.lists(st.tuples(NUMBERS, st.sampled_from(["a", "b", "z", None])), min_size=2, max_size=40)


@settings(max_examples=25, deadline=None)
@given(ROWS, st.integers(1, 39), st.randoms(use_true_random=False))
def test_any_split_adds_up_and_any_order_is_the_same(rows, place, chance):
    kinds = {"x": "Float64", "c": "string"}
    frame = pd.DataFrame(rows, columns=["x", "c"]).astype(kinds)
    before = pd.DataFrame([(float(i), "ab"[i % 2]) for i in range(20)], columns=["x", "c"]).astype(kinds)
    shuffled = frame.sample(frac=1, random_state=chance.randrange(1000))
    parts = [part for part in (frame[:place], frame[place:]) if len(part)]
    counted = [DriftStatistics.model_validate(run(part, before).statistics) for part in (frame, shuffled, *parts)]
    whole, other, merged, *rest = counted
    for each in rest:
        merged = merged.merged(each)
    told = [check.judge(each, check.parameters(), now=NOW).figures for each in (whole, other, merged)]
    for one, two, three in zip(*told, strict=True):
        assert (one.name, one.group, one.not_estimable) == (two.name, two.group, two.not_estimable)
        assert (one.n, one.not_estimable) == (three.n, three.not_estimable)
        for each in (two, three):
            assert one.value is each.value or one.value == pytest.approx(each.value, rel=1e-7, abs=1e-7)


@pytest.mark.parametrize("first", [-3, 5, 1_000_000])
def test_the_wasserstein_distance_of_few_values_is_exact_although_the_functions_cross(first):
    # Each value has a cell of its own, in which both functions are flat: no triangle where their difference turns.
    rng = np.random.default_rng(2)
    before, now = (pd.DataFrame({"x": rng.integers(first, first + 25, n)}) for n in (2700, 300))
    result = run_check("drift", now, reference=before, now=NOW)
    expected = stats.wasserstein_distance(before["x"], now["x"])
    assert result.figure("wasserstein", "x").value == pytest.approx(expected, rel=1e-9)
    assert result.figure("wasserstein_error", "x").value < 1e-9
