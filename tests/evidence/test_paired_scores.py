"""Two scores of the same rows: the variance of the difference of their areas, from small cells."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.evidence.errors import NotMergeable
from muster.evidence.paired import area_figures
from muster.evidence.paired_scores import PairedScores, keep_pairs
from muster.evidence.scores import EXACT

ROWS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.booleans()), min_size=4, max_size=40).filter(
    lambda rows: 2 <= sum(y for *_, y in rows) <= len(rows) - 2
)


def kept(mine, theirs, y):
    y = np.asarray(y, dtype=np.int64)
    return keep_pairs(np.stack([np.asarray(mine, float), np.asarray(theirs, float)]), y, 1 - y)


def columns(rows, scale=8):
    return np.array([row[0] for row in rows]) / scale, np.array([row[1] for row in rows]) / scale, [r[2] for r in rows]


def counted(pairs):
    """Everything that is counted: sums of scores differ in their last digit with the order of rows."""
    alone = [(cells.scale, cells.at, cells.positives, cells.negatives) for cells in (pairs.mine, pairs.theirs)]
    return alone, pairs.scales, pairs.at, pairs.positives, pairs.negatives


def made(n, seed=3, noise=0.1):
    generator = np.random.default_rng(seed)
    s = generator.beta(1, 4, n)
    return s, np.clip(s + generator.normal(0, noise, n), 0, 1), generator.random(n) < s


def figures(pairs):
    return {each.name: each for each in area_figures(pairs, margin=0.0, level=0.95)}


@pytest.mark.spec("F4")
def test_five_rows_give_the_variance_computed_by_hand():
    # Labels 1 1 1 0 0, mine .9 .6 .3 .4 .1, theirs .8 .2 .5 .5 .1. Placements of the positives (share of negatives
    # below): mine 1 1 1/2 (area 5/6), theirs 1 1/2 3/4 (area 3/4); differences 0 1/2 -1/4, mean 1/12.
    # Of the negatives (share of positives above): mine 2/3 1, theirs 1/2 1; differences 1/6 0, mean 1/12.
    pairs = kept([0.9, 0.6, 0.3, 0.4, 0.1], [0.8, 0.2, 0.5, 0.5, 0.1], [1, 1, 1, 0, 0])
    of_positives = ((0 - 1 / 12) ** 2 + (1 / 2 - 1 / 12) ** 2 + (-1 / 4 - 1 / 12) ** 2) / 2 / 3
    of_negatives = ((1 / 6 - 1 / 12) ** 2 + (0 - 1 / 12) ** 2) / 1 / 2
    assert pairs.difference_variance() == pytest.approx(of_positives + of_negatives, abs=1e-15)
    found = figures(pairs)
    assert found["auc"].value == pytest.approx(5 / 6)
    assert found["champion_auc"].value == pytest.approx(3 / 4)
    assert found["auc_advantage"].value == pytest.approx(1 / 12)


@settings(max_examples=60)
@given(ROWS, st.randoms(use_true_random=False), st.integers(0, 40))
def test_order_does_not_count_parts_merge_into_the_whole_and_changing_places_changes_the_sign(rows, random, cut):
    whole = kept(*columns(rows))
    shuffled = random.sample(rows, len(rows))
    assert kept(*columns(shuffled)) == whole
    parts = [kept(*columns(part)) for part in (shuffled[:cut], shuffled[cut:])]
    assert parts[0].merged(parts[1]) == whole
    mine, theirs, y = columns(rows)
    one, other = figures(whole), figures(kept(theirs, mine, y))
    assert one["auc_advantage"].value == pytest.approx(-other["auc_advantage"].value, abs=1e-12)
    if one["auc_advantage"].low is not None:
        assert one["auc_advantage"].low == pytest.approx(-other["auc_advantage"].high, abs=1e-12)
        assert one["delong_p"].value == pytest.approx(other["delong_p"].value, abs=1e-12)


@pytest.mark.spec("F8")
@pytest.mark.parametrize(("stretch", "noise"), [(1, 0.1), (1, 0.005), (9, 0.1)])
def test_parts_in_cells_merge_into_the_cells_of_the_whole_and_never_claim_more_than_its_rows(stretch, noise):
    s, c, y = made(12_000, noise=noise)
    mine, theirs = s * stretch - (stretch > 1), c * stretch
    whole, *parts = (
        kept(mine[at], theirs[at], y[at])
        for at in (slice(None), slice(0, 1_500), slice(1_500, 7_000), slice(7_000, None))
    )
    assert [bool(part.scales[0]) for part in parts] == [False, True, True]
    merged = parts[0].merged(parts[1]).merged(parts[2])
    for other in (whole, parts[2].merged(parts[0]).merged(parts[1])):
        assert counted(merged) == counted(other)
    known, rough = whole.difference_variance(), merged.difference_variance()
    assert known <= rough
    one, other = figures(whole)["auc_advantage"], figures(merged)["auc_advantage"]
    hidden = figures(merged)["auc_advantage_cell_error"].value
    assert abs(one.value - other.value) <= hidden < 0.01
    assert other.low <= one.low < one.high <= other.high
    assert len(merged.positives) < EXACT


def test_nothing_merges_with_anything():
    some = kept([0.1, 0.4], [0.2, 0.3], [0, 1])
    assert PairedScores().merged(some) == some.merged(PairedScores()) == some


def test_cells_of_probabilities_do_not_merge_with_scores_beyond_them():
    s, c, y = made(6_000)
    with pytest.raises(NotMergeable) as caught:
        kept(s, c, y).merged(kept(3 * s, c, y))
    assert caught.value.code == "other_grid"
