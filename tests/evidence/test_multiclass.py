from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics

from muster.evidence import merge, run_check
from muster.evidence.errors import DataError, ParameterError

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
NAMES = ["a", "b", "c", "d"]
COLUMNS = {"probabilities": [f"{name}=p_{name}" for name in NAMES]}


def run(data, **parameters):
    return run_check("performance", data, now=NOW, **{"label": "y", "task": "multiclass", **parameters})


def refusal(data, **parameters):
    with pytest.raises(DataError) as caught:
        run(data, **parameters)
    return caught.value


def made(n=600):
    generator = np.random.default_rng(3)
    given = generator.dirichlet([1, 2, 1, 0.7], n)
    y = [NAMES[generator.choice(4, p=row)] for row in given]
    return pd.DataFrame({"y": y, **{f"p_{name}": given[:, i] for i, name in enumerate(NAMES)}})


@pytest.mark.spec("F4")
def test_figures_of_several_classes_are_those_of_scikit_learn():
    frame = made()
    given = frame[[f"p_{name}" for name in NAMES]].to_numpy()
    said = np.array(NAMES)[given.argmax(axis=1)]
    found = run(frame, top=2, **COLUMNS)
    expected = {
        "accuracy": metrics.accuracy_score(frame["y"], said),
        "balanced_accuracy": metrics.balanced_accuracy_score(frame["y"], said),
        "log_loss": metrics.log_loss(frame["y"], given),
        "top_accuracy": metrics.top_k_accuracy_score(frame["y"], given, k=2),
        "brier": ((given - pd.get_dummies(frame["y"]).to_numpy()) ** 2).sum(axis=1).mean(),
    }
    for how in ("macro", "weighted"):
        for name in ("precision", "recall", "f1"):
            expected[f"{how}_{name}"] = getattr(metrics, f"{name}_score")(frame["y"], said, average=how)
    for name, value in expected.items():
        figure = found.figure(name)
        assert figure.value == pytest.approx(value, abs=1e-9), name
        assert figure.low < figure.value < figure.high, name
    each = metrics.recall_score(frame["y"], said, average=None)
    assert [found.figure("recall", f"class={name}").value for name in NAMES] == pytest.approx(each)


def test_five_rows_give_the_figures_computed_by_hand():
    # Labels a a b b c, said a b b b a: a 1 of 2 hit, said twice; b 2 of 2, said 3 times; c 0 of 1, never said.
    found = run(pd.DataFrame({"y": list("aabbc"), "p": list("abbba")}), prediction="p")
    assert found.figure("accuracy").value == pytest.approx(3 / 5)
    assert found.figure("macro_recall").value == pytest.approx((1 / 2 + 1 + 0) / 3)
    assert found.figure("macro_f1").value == pytest.approx((2 / 4 + 4 / 5 + 0) / 3)
    assert found.figure("macro_precision").not_estimable == "undefined_in_a_class"
    assert found.figure("precision", "class=b").value == pytest.approx(2 / 3)
    assert found.figure("precision", "class=c").not_estimable == "nobody_selected"
    assert found.figure("log_loss").not_estimable == "no_probabilities"


def test_numbers_are_the_same_class_however_they_are_written_and_text_beside_numbers_is_refused():
    whole = pd.DataFrame({"y": [1, 2, 3, 1], "p": [1.0, 2.0, 1.0, 1.0]})
    assert run(whole, prediction="p").figure("accuracy").value == 0.75
    error = refusal(whole.assign(p=["1", "2", "3", "1"]), prediction="p")
    assert (error.code, error.where) == ("types_differ", "p")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"p_a": 0.9}, "not_a_distribution"),
        ({"p_a": 1.4}, "not_probability"),
        ({"p_a": np.inf}, "not_finite"),
        ({"p_a": None}, "missing_values"),
        ({"y": "e"}, "class_without_column"),
    ],
)
def test_probabilities_that_are_none_are_refused(change, code):
    frame = made(30)
    column, value = next(iter(change.items()))
    frame.loc[4, column] = value
    assert refusal(frame, **COLUMNS).code == code


def test_a_label_of_too_many_classes_and_missing_predictions_are_refused():
    many = pd.DataFrame({"y": [str(i) for i in range(300)]})
    assert refusal(many.assign(p="0"), prediction="p").code == "too_many_classes"
    gap = pd.DataFrame({"y": ["a", "b"], "p": ["a", None]})
    assert refusal(gap, prediction="p").details["row"] == 2


@pytest.mark.parametrize("given", [{}, {"score": "s"}, {"probabilities": ["a"]}, {"probabilities": ["a=x", "a=y"]}])
def test_parameters_that_make_no_sense_are_refused(given):
    with pytest.raises(ParameterError):
        run(made(5), **given)


def test_shards_with_other_classes_merge_into_the_whole_and_unlabelled_ones_add_nothing():
    frame = made()
    order = frame.sort_values("y").reset_index(drop=True)
    parts = [run(part.reset_index(drop=True), **COLUMNS) for part in (order[:250], order[250:])]
    whole, together = run(frame, **COLUMNS), merge(parts)
    for figure in whole.figures:
        assert together.figure(figure.name, figure.group).value == pytest.approx(figure.value, abs=1e-9)
    nothing = run(frame.assign(y=pd.Series([None] * len(frame), dtype=object)), **COLUMNS)
    assert {f.not_estimable for f in nothing.figures} == {"no_labels"}
