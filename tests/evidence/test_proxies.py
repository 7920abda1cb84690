from datetime import UTC, datetime
from math import log, sqrt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2_contingency
from scipy.stats.contingency import association
from sklearn.metrics import accuracy_score, mutual_info_score

from muster.evidence import run_check
from muster.evidence.association import cramers_v, guess, information, is_sparse, pool
from muster.evidence.errors import DataError, NotMergeable, ParameterError
from muster.evidence.proxies import check
from muster.evidence.run import merge

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
# f=a: x x y, f=b: y y. chi2 = 0.64 (1/1.2 + 1/1.8 + 1/0.8 + 1/1.2) = 20/9; phi2' = 4/9 - 1/4; r' - 1 = c' - 1 = 3/4.
FIVE = pd.DataFrame({"f": list("aaabb"), "g": list("xxyyy")})


def proxies(data, **given):
    return run_check(check, data, now=NOW, **{"protected": ["g"], "minimum": 1, **given})


@pytest.fixture
def registered(monkeypatch):
    monkeypatch.setattr("muster.evidence.run.load", lambda _name: check)


def people(rows=3000, seed=1):
    draw = np.random.default_rng(seed)
    group = draw.integers(0, 3, rows)
    return pd.DataFrame(
        {
            "g": np.array(list("xyz"))[group],
            "near": np.where(draw.random(rows) < 0.6, group, draw.integers(0, 3, rows)),
            "noise": draw.normal(size=rows),
            "height": draw.normal(size=rows) + group,
            "town": np.array(["a", "b", "c", None], dtype=object)[draw.integers(0, 4, rows)],
            "row_id": np.arange(rows),
        }
    )


@pytest.mark.spec("F1")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("proxy_v", sqrt((4 / 9 - 1 / 4) / (3 / 4))),
        ("proxy_accuracy", 4 / 5),
        ("proxy_lift", 4 / 5 - 3 / 5),
        # Four entropies' corrections cancel but for that of the attribute: (2 - 1) / (2 * 5).
        (
            "proxy_information",
            (2 / 5 * log(5 / 3) + 1 / 5 * log(5 / 9) + 2 / 5 * log(5 / 3)) / (-0.4 * log(0.4) - 0.6 * log(0.6) + 0.1),
        ),
    ],
)
def test_five_rows_give_the_figures_computed_by_hand(name, value):
    figure = proxies(FIVE).figure(name, "f")
    assert (figure.value, figure.n, figure.reference) == (pytest.approx(value), 5, "g")


@pytest.mark.spec("F1")
def test_the_strongest_proxy_of_each_attribute_is_named():
    result = proxies(people(), protected=["g", "town"])
    first = result.figure("strongest_proxy")
    assert (first.group, first.reference) == ("near", "g")
    assert first.value == result.figure("proxy_v", "near").value
    assert first.low < result.figure("proxy_v", "near").low  # at the level of all features together
    assert [f.value for f in result.figures if f.name == "features_compared"] == [3, 3]
    assert "row_id" not in {f.group for f in result.figures}


@pytest.mark.spec("F1")
def test_a_feature_that_is_the_attribute_tells_all_of_it_and_noise_nothing():
    data = people().assign(same=lambda d: d["g"] + "!")
    result = proxies(data)
    for name in ("proxy_v", "proxy_information", "proxy_accuracy"):
        assert result.figure(name, "same").value == pytest.approx(1)
    noise = result.figure("proxy_v", "noise")
    assert noise.low == 0
    assert noise.value < 0.05
    assert result.figure("proxy_p_adjusted", "noise").value > 0.05
    assert result.figure("proxy_information", "noise").value < 0.002


def test_figures_agree_with_scipy_and_scikit_learn():
    data = people()
    result = proxies(data)
    table = pd.crosstab(data["near"], data["g"]).to_numpy()
    tested = chi2_contingency(table, correction=False)
    assert result.figure("proxy_p", "near").value == pytest.approx(tested.pvalue, abs=1e-12)
    v = cramers_v(table)
    assert sqrt(v.phi2 / 2) == pytest.approx(association(table, method="cramer"))
    n, shrunk = 3000, 3 - 4 / 2999
    corrected = sqrt((tested.statistic / n - 4 / (n - 1)) / (shrunk - 1))
    assert result.figure("proxy_v", "near").value == pytest.approx(corrected)
    shares = data["g"].value_counts(normalize=True)
    entropy = -(shares * np.log(shares)).sum() + 2 / (2 * n)
    shared = mutual_info_score(data["near"], data["g"]) + (3 + 3 - 9 - 1) / (2 * n)
    assert result.figure("proxy_information", "near").value == pytest.approx(shared / entropy)
    best = data.groupby("near")["g"].agg(lambda s: s.value_counts().sort_index().idxmax())
    assert result.figure("proxy_accuracy", "near").value == accuracy_score(data["g"], data["near"].map(best))


def test_missing_values_are_a_value_of_their_own():
    data = people().assign(gone=lambda d: np.where(d["g"] == "x", np.nan, 1.5 + np.arange(len(d)) % 7))
    result = proxies(data, features=["gone"])
    assert result.figure("proxy_accuracy", "gone").value > 0.6
    assert result.statistics["features"][0]["labels"][-1] == "gone=(missing)"
    assert {cell[0] for cell in result.statistics["tables"]["g"][0] if cell[1] == "x"} == {
        len(result.statistics["features"][0]["labels"]) - 1
    }


def test_rare_values_are_pooled_before_they_tell_anything():
    table = np.array([[40, 0, 1], [30, 30, 0], [1, 0, 1], [0, 3, 0]])
    # Rows of 2 and 3 are 5 together, still too few: they join the 41. Then the column of 2 joins that of 33.
    assert pool(table, 30).tolist() == [[41, 5], [30, 30]]
    assert pool(table, 4).tolist() == [[40, 1], [30, 30], [1, 4]]
    assert pool(table, 1).tolist() == table.tolist()
    assert pool(np.array([[1, 2]]), 30).tolist() == [[3]]


def test_too_few_rows_for_so_many_values_is_not_estimable():
    assert cramers_v(np.eye(5, dtype=np.int64)) is None
    figure = proxies(pd.DataFrame({"f": list("abcde"), "g": list("vwxyz")})).figure("proxy_v")
    assert (figure.value, figure.not_estimable) == (None, "sparse_table")
    assert proxies(FIVE).figure("proxy_p").not_estimable == "sparse_table"
    assert proxies(FIVE.assign(g="x")).figure("strongest_proxy").not_estimable == "one_group"
    assert proxies(FIVE, minimum=30).figure("proxy_lift").not_estimable == "one_value_large_enough"
    assert not is_sparse(np.full((2, 2), 5))
    assert is_sparse(np.array([[5, 5], [5, 4]]))


@pytest.mark.spec("F1")
@pytest.mark.parametrize("association_strength", [0.0, 0.1, 0.5])
def test_the_interval_of_v_covers_the_truth_about_as_often_as_it_says(association_strength):
    attribute, bins = np.array([0.7, 0.25, 0.05]), np.full(10, 0.1)
    peaks = np.zeros((10, 3))
    peaks[:7, 0], peaks[7:9, 1], peaks[9, 2] = 0.1, 0.1, 0.1
    shares = (1 - association_strength) * np.outer(bins, attribute) + association_strength * peaks
    r, c = shares.sum(axis=1, keepdims=True), shares.sum(axis=0, keepdims=True)
    truth = sqrt(max(0.0, (shares**2 / (r * c)).sum() - 1) / 2)
    draw = np.random.default_rng(4)
    drawn = draw.multinomial(2000, shares.ravel(), size=400).reshape(-1, 10, 3)
    ends = [cramers_v(table).interval(0.95) for table in drawn]
    covered = np.mean([low <= truth + 1e-9 and truth <= high + 1e-9 for low, high in ends])
    assert 0.92 <= covered <= 0.99


tables = st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=2, max_size=5).map(np.array)


@given(tables)
def test_association_stays_within_its_bounds_and_its_order_does_not_matter(table):
    table = pool(table, 1)
    v = cramers_v(table) if table.size else None
    if v is None:
        return
    low, high = v.interval(0.95)
    assert 0 <= low <= v.value <= high <= 1
    turned = cramers_v(table[::-1, ::-1].T)
    assert turned.value == pytest.approx(v.value, abs=1e-7)
    assert 0 <= information(table) <= 1
    assert guess(table).right >= guess(table).majority


@pytest.mark.spec("F1")
def test_parts_merge_into_the_whole(registered):
    data = people().drop(columns=["row_id"])
    cuts = {"noise": [-1, 0, 1], "height": [0, 1, 2, 3]}
    parts = [proxies(data.iloc[i::3], protected=["g", "town"], cuts=cuts) for i in range(3)]
    whole = proxies(data.sample(frac=1, random_state=1), protected=["g", "town"], cuts=cuts)
    assert merge(parts).figures == whole.figures
    assert merge(parts).statistics == whole.statistics


def test_values_that_only_one_part_has_are_listed_together(registered):
    parts = [FIVE, FIVE.assign(f=list("ccbbb"))]
    whole = proxies(pd.concat(parts, ignore_index=True))
    assert merge([proxies(part) for part in parts]).statistics == whole.statistics


@pytest.mark.parametrize(
    ("other", "given"),
    [
        (FIVE.assign(f=list("ccddd")), {"values": 3}),  # four values, three are kept
        (FIVE.assign(f=list("ccbba")), {"values": 2}),  # the other side has pooled
        (FIVE.assign(h=list("ababa")), {}),
    ],
)
def test_parts_in_other_bins_are_refused(registered, other, given):
    with pytest.raises(NotMergeable) as caught:
        merge([proxies(FIVE, **given), proxies(other, **given)])
    assert caught.value.code == "other_bins"


def test_numbers_cut_at_other_quantiles_are_refused(registered):
    parts = [proxies(people(seed=seed), features=["noise"]) for seed in (1, 2)]
    with pytest.raises(NotMergeable):
        merge(parts)


def test_what_cannot_be_compared_is_refused():
    with pytest.raises(ParameterError):
        proxies(FIVE, protected=[])
    with pytest.raises(ParameterError):
        proxies(FIVE, features=["g"])
    for code, data, asked in (
        ("missing_column", FIVE, {"protected": ["h"]}),
        ("no_features", FIVE[["g"]], {}),
        ("constant_feature", FIVE.assign(f="a"), {"features": ["f"]}),
        ("constant_feature", FIVE.assign(f=1.5), {"cuts": {"f": []}}),
        ("wrong_type", FIVE, {"cuts": {"f": [1.0]}}),
        ("too_many_values", people(), {"protected": ["row_id"]}),
    ):
        with pytest.raises(DataError) as caught:
            proxies(data, **asked)
        assert caught.value.code == code
        assert caught.value.sentence("zh")
