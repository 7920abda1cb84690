"""Who is compared with whom, and how sure the widest gap is."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from muster.evidence import merge, run_check
from muster.evidence.spreads import Drawn, Rule, Spread, find_gap

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
# a selects 2 of 3, b 1 of 2; c (below) selects 0 of 2.
SEVEN = pd.DataFrame({"g": list("aaabbcc"), "p": [1, 1, 0, 0, 1, 0, 0], "y": [1, 0, 1, 0, 1, 1, 0]})


def fairness(data, **parameters):
    given = {"label": "y", "prediction": "p", "protected": ["g"], "minimum": 1, "replicates": 200}
    return run_check("fairness", data, now=NOW, **{**given, **parameters})


def random(n=3000):
    rng = np.random.default_rng(8)
    group = rng.choice(list("abcd"), n)
    chance = {"a": 0.5, "b": 0.5, "c": 0.5, "d": 0.35}
    label = rng.random(n) < 0.5
    picked = rng.random(n) < np.array([chance[g] for g in group]) + 0.2 * label
    return pd.DataFrame({"g": group, "h": rng.choice(list("uv"), n), "p": picked.astype(int), "y": label.astype(int)})


@pytest.mark.spec("F1")
@pytest.mark.parametrize(
    ("reference", "name", "value", "pair"),
    [
        ("best", "selection_rate_difference", 2 / 3, ("g=c", "g=a")),
        ("rest", "selection_rate_difference", 3 / 5, ("g=c", "not g=c")),
        ("g=b", "selection_rate_difference", 1 / 2, ("g=c", "g=b")),
        ("rest", "selection_rate_ratio", 0.0, ("g=c", "not g=c")),
        ("g=a", "selection_rate_ratio", 0.0, ("g=c", "g=a")),
        ("g=a", "accuracy_difference", 2 / 3, ("g=a", "g=b")),
    ],
)
def test_seven_rows_give_the_gaps_computed_by_hand(reference, name, value, pair):
    figure = fairness(SEVEN, reference=reference).figure(name)
    assert figure.value == pytest.approx(value, abs=1e-12)
    assert (figure.group, figure.reference) == pair


def test_the_default_is_the_best_and_changes_no_figure():
    assert fairness(SEVEN).figures == fairness(SEVEN, reference="best").figures


def test_a_named_group_has_narrower_intervals_than_all_pairs():
    data = random()
    best = fairness(data).figure("selection_rate_difference")
    named = fairness(data, reference=best.reference).figure("selection_rate_difference")
    assert (named.value, named.group) == (pytest.approx(best.value), best.group)
    assert named.high - named.low < best.high - best.low


def test_equalised_odds_of_a_reference_are_the_larger_of_both():
    result = fairness(random(), reference="rest")
    parts = [result.figure(f"{name}_positive_rate_difference") for name in ("true", "false")]
    odds, mean = result.figure("equalised_odds_difference"), result.figure("equalised_odds_mean_difference")
    assert odds.value == max(part.value for part in parts)
    assert mean.value == pytest.approx(sum(part.value for part in parts) / 2)
    assert odds.interval == "simultaneous cell bootstrap, bonferroni"
    assert odds.high >= max(part.high for part in parts)


def test_intersections_without_the_named_group_are_compared_with_the_best():
    data = random()
    mine = fairness(data, protected=["g", "h"], reference="g=a").figure("selection_rate_ratio.intersection")
    assert mine == fairness(data, protected=["g", "h"]).figure("selection_rate_ratio.intersection")


def test_the_reference_merges_like_everything_else():
    data = random(600)
    parts = [fairness(data.iloc[i::3], reference="rest") for i in range(3)]
    assert merge(parts).figures == fairness(data, reference="rest").figures


def test_the_rest_is_right_about_as_often_as_it_says():
    rng = np.random.default_rng(2)
    misses = 0
    for _ in range(50):
        data = pd.DataFrame({"g": np.repeat(list("abcde"), 80), "p": rng.integers(0, 2, 400)})
        figure = fairness(data, label=None, reference="rest", replicates=100).figure("selection_rate_difference")
        misses += figure.low > 0
    assert misses <= 8  # expected: 2 to 3 of 50


def test_a_ratio_needs_figures_above_zero():
    spread = Spread(
        ("g",), ("g=a", "g=b"), True, ("g=a", "g=b"), np.array([9, 9]), Drawn(np.array([0.0, 2.0]), np.ones(2), None)
    )
    gap = find_gap("cost_ratio", spread, Rule("ratio"), reference="best", minimum=1, level=0.95)
    assert gap.not_estimable == "not_above_zero"


def test_errors_of_nothing_give_an_interval_of_nothing_around_the_gap():
    drawn = Drawn(np.array([1.0, 3.0]), np.zeros(2), np.tile([1.0, 3.0], (50, 1)))
    spread = Spread(("g",), ("g=a", "g=b"), True, ("g=a", "g=b"), np.array([9, 9]), drawn)
    gap = find_gap("f", spread, Rule(), reference="best", minimum=1, level=0.95)
    assert (gap.value, gap.interval) == (2.0, (2.0, 2.0))
