from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from muster.evidence import run_check
from muster.evidence.errors import DataError, NotMergeable, ParameterError
from muster.evidence.oversight import OversightStatistics, check
from muster.evidence.run import merge

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
# g=a: before 1 0 0, after 1 1 0 -> 1 of 3 overridden, 1 of 2 raised, 0 of 1 lowered; g=b: 1 1 -> 1 0: 1 of 2, lowered.
FIVE = pd.DataFrame({"g": list("aaabb"), "p": [1, 0, 0, 1, 1], "q": [1, 1, 0, 1, 0], "y": [1, 1, 0, 1, 0]})


def oversight(data, **given):
    known = {"protected": ["g"], "before": "p", "after": "q", "minimum": 1, "replicates": 100}
    return run_check(check, data, now=NOW, **{**known, **given})


@pytest.mark.spec("F1")
@pytest.mark.parametrize(
    ("name", "value", "n"),
    [
        ("override_rate", 2 / 5, 5),
        ("override_to_positive_rate", 1 / 2, 2),
        ("override_to_negative_rate", 1 / 3, 3),
        ("override_rate_difference", 1 / 2 - 1 / 3, 5),
        ("selection_rate.before", 3 / 5, 5),
        ("selection_rate.after", 3 / 5, 5),
        ("selection_rate_ratio.before", 1 / 3, 5),
        ("selection_rate_ratio.after", 3 / 4, 5),
        ("accuracy.before", 3 / 5, 5),
        ("accuracy.after", 1.0, 5),
    ],
)
def test_five_rows_give_the_figures_computed_by_hand(name, value, n):
    figure = oversight(FIVE, label="y").figure(name)
    assert (figure.value, figure.n) == (pytest.approx(value), n)


@pytest.mark.spec("F1")
def test_every_group_is_listed_with_its_override_rate():
    rows = {row.group: {rate.name: rate for rate in row.rates} for row in oversight(FIVE).groups}
    names = ("override_rate", "override_to_positive_rate", "override_to_negative_rate")
    counted = {
        group: [(rates[name].numerator, rates[name].denominator) for name in names] for group, rates in rows.items()
    }
    assert counted == {"g=a": [(1, 3), (1, 2), (0, 1)], "g=b": [(1, 2), (0, 0), (1, 2)]}


def test_a_group_in_which_nobody_can_be_raised_says_so():
    rows = {row.group: {rate.name: rate for rate in row.rates} for row in oversight(FIVE.assign(p=1)).groups}
    raised = rows["g=a"]["override_to_positive_rate"]
    assert (raised.value, raised.not_estimable) == (None, "no_rows")


@pytest.mark.spec("F1")
def test_training_and_production_stand_beside_the_decided_log():
    training = pd.DataFrame({"g": list("aabb"), "d": [1, 1, 1, 0]})
    production = pd.DataFrame({"g": list("aabb"), "d": [1, 0, 0, 0]})
    result = oversight(FIVE, training=training, production=production, decided="d")
    assert result.figure("selection_rate_ratio.training").value == pytest.approx(1 / 2)
    assert result.figure("selection_rate_ratio.production").value == 0
    assert set(result.inputs) == {"training", "production"}
    assert {f.name.rpartition(".")[2] for f in oversight(FIVE).figures}.isdisjoint({"training", "production"})


def test_nobody_to_raise_is_not_estimable_instead_of_zero():
    figure = oversight(FIVE.assign(p=1)).figure("override_to_positive_rate")
    assert (figure.value, figure.not_estimable) == (None, "no_rows")


def test_without_labels_no_error_rate_is_claimed():
    assert not [f for f in oversight(FIVE).figures if f.name.startswith(("accuracy", "true_positive"))]


def test_parts_merge_into_the_whole(monkeypatch):
    monkeypatch.setattr("muster.evidence.run.load", lambda _name: check)
    draw = np.random.default_rng(1)
    data = pd.DataFrame({name: draw.integers(0, 2, 300) for name in "gpqy"})
    parts = [oversight(data.iloc[i::2], label="y") for i in range(2)]
    together, whole = merge(parts), oversight(data.sample(frac=1, random_state=1), label="y")
    assert (together.figures, together.groups) == (whole.figures, whole.groups)
    with pytest.raises(NotMergeable):
        OversightStatistics(stages={}).merged(OversightStatistics.model_validate(whole.statistics))


def test_what_cannot_be_compared_is_refused():
    with pytest.raises(ParameterError):
        oversight(FIVE, after="p")
    with pytest.raises(DataError) as caught:
        oversight(FIVE.assign(q=[1, None, 0, 1, 0]))
    assert (caught.value.code, caught.value.details["row"]) == ("missing_values", 2)


def test_too_many_groups_are_refused_with_how_many_values_each_attribute_has(monkeypatch):
    monkeypatch.setattr("muster.evidence.fairness_cells.CELL_LIMIT", 3)
    with pytest.raises(DataError) as caught:
        oversight(FIVE.assign(g=list("vwxyz")))
    assert (caught.value.code, caught.value.details["values"]) == ("too_many_groups", "g: 5")
    assert "g: 5" in str(caught.value)
