from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from muster.evidence.statistics import (
    Sample,
    calibrate,
    difference_interval,
    newcombe,
    percentile_interval,
    ratio_interval,
    replicates,
    roll_up,
    tabulate,
    wilson,
)


@settings(deadline=None)
@given(successes=st.integers(0, 400), more=st.integers(0, 400), level=st.sampled_from([0.9, 0.95, 0.99]))
def test_wilson_is_the_interval_of_scipy(successes, more, level):
    trials = successes + more
    if trials == 0:
        assert np.isnan(wilson(0, 0, level)[0])
        return
    expected = binomtest(successes, trials).proportion_ci(level, method="wilson")
    low, high = wilson(successes, trials, level)
    assert low == pytest.approx(expected.low, abs=1e-9)
    assert high == pytest.approx(expected.high, abs=1e-9)


tables = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"), st.sampled_from(["1", "10", "2"]), st.integers(0, 1)),
    min_size=1,
    max_size=60,
)


@given(rows=tables)
@settings(max_examples=60, deadline=None)
def test_a_roll_up_equals_the_direct_group_by(rows):
    frame = pd.DataFrame(rows, columns=["p", "q", "r", "outcome"])
    one_hot = np.stack([frame["outcome"] == 0, frame["outcome"] == 1], axis=1).astype(np.int64)
    cells = tabulate(["p", "q", "r"], [frame[c].tolist() for c in "pqr"], ["no", "yes"], one_hot)
    for size in (1, 2, 3):
        for subset in combinations("pqr", size):
            groups = roll_up(cells, subset)
            direct = frame.groupby(list(subset))["outcome"].agg([lambda o: (o == 0).sum(), "sum"])
            names = [
                " & ".join(f"{c}={v}" for c, v in zip(subset, np.atleast_1d(key), strict=True)) for key in direct.index
            ]
            assert dict(zip(groups.names, groups.counts.tolist(), strict=True)) == dict(
                zip(names, direct.to_numpy().tolist(), strict=True)
            )
    assert roll_up(cells, ()).counts.tolist() == [one_hot.sum(axis=0).tolist()]


def cells_of(counts):
    counts = np.array(counts, dtype=np.int64)
    return tabulate(["g"], [[str(i) for i in range(len(counts))]], ["yes", "no"], counts)


def test_replicates_keep_the_total_repeat_with_the_seed_and_do_not_depend_on_block_size(monkeypatch):
    cells = cells_of([[30, 70], [0, 50]])
    once = np.concatenate(list(replicates(cells, number=50, seed=7)))
    monkeypatch.setattr("muster.evidence.statistics._DRAWN_AT_ONCE", 12)
    blocks = list(replicates(cells, number=50, seed=7))
    assert len(blocks) > 1
    assert np.array_equal(np.concatenate(blocks), once)
    assert (once.sum(axis=(1, 2)) == 150).all()
    assert (once[:, 1, 0] == 0).all()


def test_replicates_spread_like_the_binomial():
    cells = cells_of([[300, 700], [500, 500]])
    drawn = np.concatenate(list(replicates(cells, number=4000, seed=1)))
    rate = drawn[:, 0, 0] / drawn[:, 0].sum(axis=1)
    assert rate.std() == pytest.approx(np.sqrt(0.3 * 0.7 / 1000), rel=0.05)


@pytest.mark.parametrize("truth", [[0.4] * 6, [0.3, 0.4, 0.4, 0.4, 0.4, 0.5], [0.35, 0.45], [0.2, 0.2], [0.02] * 4])
def test_the_intervals_cover_the_truth_also_where_no_group_differs(truth):
    generator = np.random.default_rng(11)
    rounds, hits = 200, np.zeros(2)
    gap, ratio = max(truth) - min(truth), min(truth) / max(truth)
    for _ in range(rounds):
        yes = generator.binomial(200, truth)
        block = np.concatenate(list(replicates(cells_of([[y, 200 - y] for y in yes]), number=300, seed=3)))
        sample = Sample(yes, np.full(len(truth), 200), block[:, :, 0] / block.sum(axis=2))
        value = float((yes.max() - yes.min()) / 200)
        low, high = difference_interval(value, [sample], 0.95)
        assert low <= value <= high
        below, above = ratio_interval(float(yes.min() / yes.max()), sample, 0.95)
        hits += [low <= gap <= high, below <= ratio <= above]
    assert (hits / rounds >= 0.93).all()


def test_the_interval_of_two_groups_is_no_wider_than_that_of_newcombe():
    yes, n = np.array([60, 90]), np.array([200, 200])
    cells = cells_of([[60, 140], [90, 110]])
    block = np.concatenate(list(replicates(cells, number=5000, seed=3)))
    found = difference_interval(0.15, [Sample(yes, n, block[:, :, 0] / block.sum(axis=2))], 0.95)
    low, high = wilson(yes, n, 0.95)
    newcombe = (
        0.15 - np.hypot(0.45 - low[1], high[0] - 0.30),
        0.15 + np.hypot(high[1] - 0.45, 0.30 - low[0]),
    )
    assert found == pytest.approx(newcombe, abs=0.006)


def test_a_gap_whose_groups_most_replicates_miss_has_no_interval():
    missed = Sample(np.array([1, 0]), np.array([1, 1]), np.array([[1.0, np.nan], [np.nan, 0.0], [1.0, 0.0]]))
    assert difference_interval(1.0, [missed], 0.95) is None
    assert percentile_interval(np.array([0.1, np.nan, np.nan]), 0.95) is None


def test_the_reach_of_the_interval_is_the_least_that_keeps_every_pair_in_its_share_of_replicates():
    generator = np.random.default_rng(5)
    errors = generator.uniform(0.01, 0.1, size=9)
    moved = generator.normal(size=(400, 9)) * errors
    gaps = np.abs(moved[:, :, None] - moved[:, None, :]) / (errors[:, None] + errors[None, :])
    by_hand = np.sort(gaps.max(axis=(1, 2)))
    for level in (0.9, 0.95):
        found = calibrate([moved], [errors], level)
        assert found == pytest.approx(by_hand[int(np.ceil(level * 400)) - 1], rel=1e-9)


def test_the_interval_of_a_difference_is_that_of_newcombes_example():
    # The first example of his paper, 56 of 70 against 48 of 80, by its method 10.
    assert newcombe(56, 70, 48, 80, 0.95) == pytest.approx((0.0524, 0.3339), abs=5e-5)
