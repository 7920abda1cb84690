"""Who is seen in a ranking, against values by hand and a plain loop over rows."""

from datetime import UTC, datetime
from math import log, log2
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest

from muster.core.canonical import canonical
from muster.evidence import judge_again, merge, run_check
from muster.evidence.errors import DataError, NotMergeable, ParameterError

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
# Places: a 1, b 2, a 3, b 4, b 5.
FIVE = pd.DataFrame({"g": list("ababb"), "s": [0.9, 0.8, 0.7, 0.6, 0.5]})
A, B = (1 + 1 / log2(4)) / 2, (1 / log2(3) + 1 / log2(5) + 1 / log2(6)) / 3


def fairness(data, **parameters):
    given = {"task": "ranking", "score": "s", "protected": ["g"], "minimum": 1, "replicates": 300, "k": 2}
    return run_check("fairness", data, now=NOW, **{**given, **parameters})


def many(n=1200, queries=60, ties=False):
    rng = np.random.default_rng(12)
    group = rng.choice(list("abc"), n, p=[0.5, 0.3, 0.2])
    score = rng.normal(np.where(group == "c", -0.5, 0.0), 1)
    data = {"g": group, "h": rng.choice(list("uv"), n), "q": rng.integers(0, queries, n), "s": score}
    return pd.DataFrame(data).assign(s=lambda d: d["s"].round(1 if ties else 9))


def seen(data, k):
    """Return exposure and part of the first k places of each row, rows of one score sharing theirs."""
    exposure, top = np.zeros(len(data)), np.zeros(len(data))
    for _, part in data.reset_index(drop=True).groupby("q"):
        for score in part["s"].unique():
            alike = part.index[part["s"] == score]
            first = int((part["s"] > score).sum()) + 1
            places = range(first, first + len(alike))
            exposure[alike] = np.mean([1 / log2(1 + place) for place in places])
            top[alike] = np.mean([place <= k for place in places])
    return exposure, top


def rate(result, group, name):
    return next(r for row in result.groups if row.group == group for r in row.rates if r.name == name)


@pytest.mark.spec("F1")
@pytest.mark.parametrize(
    ("name", "value", "group"),
    [
        ("exposure", (2 * A + 3 * B) / 5, ""),
        ("exposure_ratio", B / A, "g=b"),
        ("exposure_difference", A - B, "g=b"),
        ("top_share", 2 / 5, ""),
        ("representation_ratio", (1 / 2) / (3 / 5), "g=b"),
        # After one place a is all; after two it is half.
        (
            "ndkl",
            (log(1 / 0.4) + (0.5 * log(0.5 / 0.4) + 0.5 * log(0.5 / 0.6)) / log2(3)) / (1 + 1 / log2(3)),
            "g",
        ),
    ],
)
def test_five_rows_give_the_figures_computed_by_hand(name, value, group):
    figure = fairness(FIVE).figure(name)
    assert figure.value == pytest.approx(value, abs=1e-12)
    assert figure.group == group


@pytest.mark.spec("F1")
@pytest.mark.parametrize("ties", [False, True])
def test_every_group_has_what_a_loop_over_its_rows_gives(ties):
    data = many(ties=ties)
    exposure, top = seen(data, 5)
    result = fairness(data, query="q", k=5, protected=["g", "h"])
    for (g, h), rows in data.reset_index(drop=True).groupby(["g", "h"]).groups.items():
        name = f"g={g} & h={h}"
        assert rate(result, name, "exposure").value == pytest.approx(exposure[rows].mean(), rel=1e-9)
        assert rate(result, name, "top_share").value == pytest.approx(top[rows].mean(), rel=1e-9)
        share = top[rows].sum() / top.sum() / (len(rows) / len(data))
        assert rate(result, name, "representation").value == pytest.approx(share, rel=1e-9)


def test_the_divergence_of_one_list_is_that_of_its_definition():
    data = many(100).drop(columns="q")
    k, order = 20, data.sort_values("s", ascending=False)["g"].to_numpy()
    everyone = data["g"].value_counts(normalize=True)
    total = weights = 0.0
    for i in range(1, k + 1):
        shares = pd.Series(order[:i]).value_counts(normalize=True)
        total += float((shares * np.log(shares / everyone[shares.index])).sum()) / log2(i + 1)
        weights += 1 / log2(i + 1)
    assert fairness(data, k=k).figure("ndkl").value == pytest.approx(total / weights, rel=1e-9)


def test_rows_of_one_score_share_their_places_whatever_their_order():
    data = FIVE.assign(s=0.5)
    result = fairness(data)
    assert result.figure("exposure_ratio").value == pytest.approx(1)
    assert result.figure("representation_ratio").value == pytest.approx(1)
    assert result.figure("ndkl").value == pytest.approx(0, abs=1e-12)


def test_a_shorter_list_than_k_is_looked_at_to_its_end():
    assert fairness(FIVE, k=100).figure("top_share").value == 1
    assert fairness(FIVE, k=100).figure("ndkl").value > 0


def test_the_interval_of_the_representation_allows_for_picking_the_lowest():
    data = many()
    figure = fairness(data, query="q", k=5, minimum=30).figure("representation_ratio")
    _, top = seen(data, 5)
    n, seen_top, share = top.sum(), top[data["g"] == "c"].sum(), (data["g"] == "c").mean()
    z = NormalDist().inv_cdf(1 - 0.05 / 3 / 2)
    p = seen_top / n
    middle, half = p + z * z / (2 * n), z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    assert figure.group == "g=c"
    assert figure.interval == "wilson of the share in the first places, bonferroni over groups"
    assert figure.low == pytest.approx((middle - half) / (1 + z * z / n) / share, rel=1e-9)
    assert figure.high == pytest.approx((middle + half) / (1 + z * z / n) / share, rel=1e-9)


@pytest.mark.spec("F1", "F7")
@pytest.mark.parametrize("reference", ["best", "rest", "g=b"])
def test_queries_merge_and_are_judged_again(reference):
    data = many(ties=True)
    given = {"query": "q", "k": 5, "reference": reference, "protected": ["g", "h"]}
    whole = fairness(data, **given)
    together = merge([fairness(data[data["q"] % 3 == i], **given) for i in range(3)])
    for mine, theirs in zip(together.figures, whole.figures, strict=True):
        assert (mine.name, mine.group, mine.n) == (theirs.name, theirs.group, theirs.n)
        assert mine.value == pytest.approx(theirs.value, rel=1e-7, abs=1e-9)
    assert canonical(judge_again(whole)) == canonical(whole)


def test_the_order_of_rows_changes_nothing():
    data = many(ties=True)
    one, other = (fairness(d, query="q") for d in (data, data.sample(frac=1, random_state=5)))
    assert [f.value for f in one.figures] == pytest.approx([f.value for f in other.figures], rel=1e-9, abs=1e-12)


def test_other_places_need_the_data():
    result = fairness(FIVE)
    with pytest.raises(ParameterError) as caught:
        judge_again(result, k=3)
    assert caught.value.where == "k"
    with pytest.raises(NotMergeable):
        merge([result, fairness(FIVE, k=3)])


def test_small_groups_and_single_ones_are_said():
    assert fairness(FIVE, minimum=3).figure("exposure_ratio").not_estimable == "fewer_than_two_groups_large_enough"
    assert fairness(FIVE, minimum=9).figure("representation_ratio").not_estimable == "no_group_large_enough"
    alone = fairness(FIVE.assign(g="a"))
    assert {alone.figure(n).not_estimable for n in ("exposure_ratio", "representation_ratio", "ndkl")} == {"one_group"}


def test_too_many_places_leave_only_the_divergence_out(monkeypatch):
    monkeypatch.setattr("muster.evidence.fairness_ranking.CELL_LIMIT", 1)
    result = fairness(FIVE)
    assert result.figure("ndkl").not_estimable == "too_many_cells"
    assert result.figure("exposure_ratio").value == pytest.approx(B / A)


@pytest.mark.parametrize(
    ("column", "bad", "code"),
    [("s", None, "missing_values"), ("s", np.inf, "not_finite"), ("q", None, "missing_values")],
)
def test_rows_without_score_or_query_are_refused(column, bad, code):
    data = FIVE.assign(q=[1.0, 1, 1, 2, 2])
    data.loc[1, column] = bad
    with pytest.raises(DataError) as caught:
        fairness(data, query="q")
    assert (caught.value.code, caught.value.where, caught.value.details["row"]) == (code, column, 2)


@pytest.mark.parametrize("wrong", [{"prediction": "s"}, {"score": None}, {"cost_fp": 1.0}])
def test_a_ranking_takes_a_score_alone(wrong):
    with pytest.raises(ParameterError):
        fairness(FIVE, **wrong)


def test_every_figure_has_its_definition():
    result = fairness(many(), query="q", protected=["g", "h"])
    assert {f.name.removesuffix(".intersection") for f in result.figures} <= set(result.definitions)


def test_no_interval_of_exposure_goes_beyond_all_of_it():
    result = fairness(pd.DataFrame({"g": list("aabb"), "s": [4.0, 1.0, 3.0, 2.0]}), minimum=1)
    ends = [result.figure("exposure"), *(r for row in result.groups for r in row.rates if r.name == "exposure")]
    assert all(0 <= each.low <= each.high <= 1 for each in ends)
    assert result.figure("exposure_difference").high <= 1
