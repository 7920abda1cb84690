"""Columns together: scikit-learn as oracle, planted drift found, no drift covers its null, days add up."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.metrics import roc_auc_score

from muster.evidence.drift_moments import split_half
from muster.evidence.drift_multivariate import MultivariateStatistics, check
from muster.evidence.errors import DataError, NotMergeable
from muster.evidence.run import run_check
from muster.evidence.source import open_tables

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
pytestmark = pytest.mark.spec("F8")
X = ["a", "b", "c", "d"]


def run(data, reference, **given):
    return run_check(check, data, reference=reference, now=NOW, **given)


def window(seed, n, shift=0.0, together=0.8):
    """Four columns, the first two of which go together."""
    draw = np.random.default_rng(seed)
    a = draw.normal(0, 1, n)
    b = together * a + np.sqrt(1 - together**2) * draw.normal(0, 1, n)
    c = draw.gamma(2, 3, n) + 5 * shift
    return pd.DataFrame({"a": 100 + 15 * a, "b": b + shift, "c": c, "d": draw.integers(0, 4, n) + 0.1 * c})


def halves(frame):
    with open_tables({"data": frame}) as tables:
        sql = f"select {split_half(tables['data'], None)} as h from muster_data"  # noqa: S608
        return np.asarray(tables["data"].select(sql)["h"])


@pytest.fixture(scope="module")
def drifted():
    before, after = window(1, 4000), window(2, 3000, 0.3, 0.5)
    return before, after, run(after, before)


def test_the_errors_of_reconstruction_are_those_of_scikit_learn(drifted):
    before, after, result = drifted
    mean, spread = before[X].mean(), before[X].std(ddof=0)
    kept = int(result.figure("components_kept").value)
    whole = PCA().fit((before[X] - mean) / spread).explained_variance_ratio_.cumsum()
    assert whole[kept - 1] >= 0.8 > whole[kept - 2]
    u, now, half = ((before[X] - mean) / spread).to_numpy(), ((after[X] - mean) / spread).to_numpy(), halves(before)

    def errors(fitted, rows):
        model = PCA(n_components=kept).fit(u[half == fitted])
        return ((rows - model.inverse_transform(model.transform(rows))) ** 2).sum(axis=1)

    reference = np.concatenate([errors(1, u[half == 0]), errors(0, u[half == 1])])
    data = (errors(0, now) + errors(1, now)) / 2
    for name, rows in (("reference", reference), ("data", data)):
        figure = result.figure(f"reconstruction_error_{name}")
        assert figure.value == pytest.approx(rows.mean(), rel=1e-8)
        assert figure.high - figure.value == pytest.approx(1.959964 * rows.std(ddof=1) / len(rows) ** 0.5, rel=1e-5)
    assert result.figure("reconstruction_error_ratio").value == pytest.approx(data.mean() / reference.mean(), rel=1e-8)
    assert result.figure("reconstruction_error_difference").value == pytest.approx(data.mean() - reference.mean())


def test_the_classifier_is_the_linear_discriminant_of_scikit_learn_on_rows_it_has_not_seen(drifted):
    before, after, result = drifted
    rows = np.concatenate([before[X], after[X]])
    truth = np.repeat([0, 1], [len(before), len(after)])
    half = np.concatenate([halves(before), halves(after)])
    areas = []
    for fold in (0, 1):
        model = LinearDiscriminantAnalysis(solver="lsqr").fit(rows[half != fold], truth[half != fold])
        areas.append(roc_auc_score(truth[half == fold], rows[half == fold] @ model.coef_[0]))
    found = result.figure("domain_classifier_auc")
    assert found.value == pytest.approx(np.mean(areas), abs=2e-4)
    assert abs(found.value - np.mean(areas)) <= result.figure("domain_classifier_auc_error").value < 0.002


def test_the_halves_are_about_halves():
    assert 0.45 < halves(window(1, 4000)).mean() < 0.55


def test_scores_of_few_values_are_ranked_exactly():
    draw = np.random.default_rng(5)
    before, after = (
        pd.DataFrame({"x": draw.binomial(1, p, 2000), "y": draw.binomial(1, 0.5, 2000), "id": np.arange(2000)})
        for p in (0.5, 0.6)
    )
    result = run(after, before, columns=["x", "y"], split_by="id")
    assert result.figure("domain_classifier_auc_error").value == 0
    assert result.figure("domain_classifier_auc").value == pytest.approx(0.55, abs=0.02)


def test_columns_that_only_stop_going_together_are_found():
    before, after = window(1, 3000), window(2, 3000, together=0.0)
    result = run(after, before, columns=["a", "b"])
    assert result.figure("reconstruction_error_ratio").low > 2
    assert result.figure("reconstruction_error_difference").low > 0.1
    area = result.figure("domain_classifier_auc")
    assert area.low < 0.5 < area.high  # no mean has moved: a linear classifier is blind to it


def test_a_shift_along_the_kept_component_is_found_by_the_classifier_alone():
    before = window(1, 3000)
    after = window(2, 3000).assign(a=lambda f: f["a"] + 6, b=lambda f: f["b"] + 0.4)
    result = run(after, before, columns=["a", "b"])
    assert result.figure("domain_classifier_auc").low > 0.55
    assert result.figure("reconstruction_error_ratio").low < 1 < result.figure("reconstruction_error_ratio").high


def test_without_drift_the_intervals_cover_no_drift():
    covered = {"domain_classifier_auc": 0, "reconstruction_error_ratio": 0}
    for seed in range(30):
        result = run(window(2 * seed, 400), window(2 * seed + 1, 600))
        for name, null in zip(covered, (0.5, 1.0), strict=True):
            figure = result.figure(name)
            covered[name] += figure.low <= null <= figure.high
    assert min(covered.values()) >= 26


def test_the_order_of_rows_is_nothing(drifted):
    before, after, result = drifted
    other = run(after.sample(frac=1, random_state=1), before.sample(frac=1, random_state=2))
    for one, two in zip(result.figures, other.figures, strict=True):
        for end in ("value", "low", "high"):
            mine, theirs = getattr(one, end), getattr(two, end)
            assert mine is theirs or mine == pytest.approx(theirs, rel=1e-7, abs=1e-9)


VALUES = st.tuples(st.floats(-1e3, 1e3), st.integers(-5, 5).map(float), st.one_of(st.none(), st.floats(-1, 1)))


@settings(max_examples=15, deadline=None)
@given(st.lists(VALUES, min_size=4, max_size=30), st.integers(1, 29))
def test_days_against_one_reference_add_up_to_the_week_but_for_the_classifier(rows, place):
    before = window(1, 200)[["a", "b", "c"]]
    after = pd.DataFrame(rows, columns=["a", "b", "c"]).astype("float64")
    parts = [part for part in (after[:place], after[place:]) if part["c"].notna().any()]
    if not parts:
        return
    counted = [MultivariateStatistics.model_validate(run(part, before).statistics) for part in parts]
    merged = counted[0] if len(counted) == 1 else counted[0].merged(counted[1])
    whole = run(pd.concat(parts), before)
    told = check.judge(merged, check.parameters(), now=NOW).figures
    for one, other in zip(whole.figures, told, strict=True):
        if one.name.startswith("domain_classifier"):
            assert len(counted) == 1 or other.not_estimable == "directions_differ"
        else:
            assert (one.name, one.n, one.group) == (other.name, other.n, other.group)
            assert one.value == pytest.approx(other.value, rel=1e-6, abs=1e-9)


def test_results_against_other_references_do_not_add_up():
    days = [run(window(1, 300), window(seed, 300)) for seed in (2, 3)]
    parts = [MultivariateStatistics.model_validate(day.statistics) for day in days]
    with pytest.raises(NotMergeable):
        parts[0].merged(parts[1])


def test_what_is_incomplete_constant_or_of_one_window_takes_no_part_and_is_told():
    before = window(1, 500).assign(still=1, label=0, word="x")
    after = window(2, 400).assign(still=2, word="x", new=1)
    after.loc[:9, "a"] = np.nan
    after.loc[10:14, "b"] = np.inf
    result = run(after, before)
    assert (result.figure("columns_compared").value, result.figure("columns_constant").group) == (4, "still")
    assert result.figure("rows_incomplete", "data").value == 15
    assert result.figure("rows_incomplete", "reference").value == 0
    assert result.figure("columns_only_in_reference").group == "label"
    assert result.figure("columns_only_in_data").group == "new"
    assert result.figure("columns_not_comparable").group == "word"
    assert result.figure("domain_classifier_auc").n == 385


def test_columns_of_huge_numbers_keep_their_precision():
    before, after = window(1, 2000), window(2, 2000, 0.3, 0.5)
    moved = [frame.assign(a=frame["a"] * 1e-9 + 1e3, b=frame["b"] * 1e60) for frame in (before, after)]
    plain, other = run(after, before, split_by="d"), run(moved[1], moved[0], split_by="d")
    for name in ("domain_classifier_auc", "reconstruction_error_ratio"):
        assert other.figure(name).value == pytest.approx(plain.figure(name).value, rel=1e-3)


def test_too_little_is_not_estimable_and_says_why():
    one = run(window(1, 300), window(2, 300), columns=["a"])
    assert one.figure("reconstruction_error_ratio").not_estimable == "one_column"
    assert one.figure("domain_classifier_auc").value is not None
    few = run(window(1, 5), window(2, 6))
    assert few.figure("reconstruction_error_ratio").not_estimable == "window_too_small"
    assert few.figure("domain_classifier_auc").not_estimable == "window_too_small"
    twins = [frame.assign(b=frame["a"] * 2) for frame in (window(1, 300), window(2, 300))]
    assert run(*twins, columns=["a", "b"]).figure("reconstruction_error_ratio").not_estimable == "no_error"
    still = run(window(1, 50), window(2, 50).assign(a=1.0), columns=["a"])
    assert still.figure("domain_classifier_auc").not_estimable == "constant_column"


def test_rows_of_one_value_stay_in_one_half():
    frame = window(1, 400).assign(who=np.arange(400) // 4)
    with open_tables({"data": frame}) as tables:
        sql = f"select who, {split_half(tables['data'], 'who')} as h from muster_data"  # noqa: S608
        answer = tables["data"].select(sql)
    assert pd.DataFrame(answer).groupby("who")["h"].nunique().max() == 1


@pytest.mark.parametrize(
    ("data", "given", "code"),
    [
        (window(1, 50).assign(a="x"), {}, "other_type"),
        (window(1, 50).assign(a=np.nan), {}, "no_complete_rows"),
        (window(1, 50), {"columns": ["z"]}, "missing_column"),
        (window(1, 50), {"split_by": "z"}, "missing_column"),
        (pd.DataFrame({"z": [1.0]}), {}, "nothing_to_compare"),
    ],
)
def test_refuses(data, given, code):
    with pytest.raises(DataError) as refused:
        run(data, window(2, 50), **given)
    assert refused.value.code == code


def test_more_columns_than_can_be_compared_and_values_out_of_reach_are_refused():
    many = pd.DataFrame({f"x{i}": [1.0, 2.0] for i in range(65)})
    with pytest.raises(DataError, match="65 columns"):
        run(many, many)
    near = window(1, 50).assign(a=lambda f: f["a"] * 1e-100)
    with pytest.raises(DataError, match="unit of the column"):
        run(window(2, 50).assign(a=1e100), near)
