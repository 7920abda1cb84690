"""Results that are judged again or merged without the data: they never state what was not counted."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from muster.evidence import judge_again, merge, run_check
from muster.evidence.errors import DataError, NotMergeable, ParameterError

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
RULES = [{"rule": "missing", "column": "g"}, {"rule": "range", "column": "s", "max": 0.5}]
GIVEN = {
    "fairness": {"protected": ["g"], "prediction": "p", "label": "y"},
    "slices": {"features": ["g"], "prediction": "p", "label": "y"},
    "performance": {"label": "y", "prediction": "p", "score": "s"},
    "champion": {"label": "y", "prediction": "p", "champion_prediction": "c"},
    "estimate": {"label": "y", "score": "s"},
    "drift": {"columns": ["s", "g"]},
    "oversight": {"protected": ["g"], "before": "p", "after": "c"},
    "quality": {"rules": RULES},
    "profile": {},
}


def made(seed, n=200):
    generator = np.random.default_rng(seed)
    s = generator.random(n)
    frame = pd.DataFrame({"g": generator.choice(["a", "b"], n), "s": s, "p": (s > 0.5).astype(int)})
    frame["y"] = (generator.random(n) < s).astype(int)
    return frame.assign(c=np.where(generator.random(n) < 0.2, 1 - frame.p, frame.p))


def checked(name, seed=1, **given):
    inputs = {"reference": made(9)} if name in {"estimate", "drift"} else {}
    return run_check(name, made(seed), now=NOW, **{**GIVEN[name], **inputs, **given})


@pytest.mark.spec("F8")
@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("fairness", {"prediction": "c"}),
        ("fairness", {"label": "c"}),
        ("fairness", {"threshold": 0.9}),
        ("fairness", {"positive": "0"}),
        ("fairness", {"protected": ["c"]}),
        ("slices", {"loss": "false_negative"}),
        ("slices", {"depth": 1}),
        ("slices", {"minimum": 100}),
        ("performance", {"threshold": 0.9}),
        ("performance", {"score": "c"}),
        ("champion", {"prediction": "c"}),
        ("estimate", {"chunks": 3}),
        ("drift", {"columns": ["s"]}),
        ("oversight", {"before": "y"}),
        ("oversight", {"protected": ["y"]}),
        ("quality", {"rules": RULES[:1]}),
        ("quality", {"rules": [{"rule": "missing", "column": "y"}, RULES[1]]}),
        ("profile", {"columns": ["s"]}),
    ],
)
def test_what_the_data_were_counted_with_cannot_be_stated_otherwise_afterwards(name, changed):
    with pytest.raises(ParameterError) as caught:
        judge_again(checked(name), **changed)
    assert (caught.value.code, caught.value.where) == ("measured_parameter", *changed)


@pytest.mark.spec("F8")
@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("fairness", {"minimum": 120}),
        ("fairness", {"level": 0.9}),
        ("performance", {"bins": 7}),
        ("performance", {"cost_fp": 2.0}),
        ("champion", {"margin": 0.3}),
        ("estimate", {"minimum": 10}),
        ("drift", {"bins": 4}),
        ("oversight", {"minimum": 120}),
        ("quality", {"rules": [RULES[0], {**RULES[1], "max_share": 0.9}]}),
        ("profile", {"level": 0.8}),
    ],
)
def test_what_only_the_judgement_reads_may_change(name, changed):
    result = checked(name)
    assert judge_again(result).figures == result.figures
    again = judge_again(result, **changed)
    assert again.figures != result.figures
    key, value = next(iter(changed.items()))
    if key != "rules":
        assert again.parameters[key] == value


@pytest.mark.spec("F8")
@pytest.mark.parametrize(
    ("name", "statistics"),
    [
        ("fairness", {"a": 1}),
        ("fairness", {"attributes": ["g"], "cells": [["a"]]}),
        ("fairness", {"attributes": ["g"], "cells": [["a", -5, 1, 1, 1, 1, 1]]}),
        ("fairness", {"attributes": ["h"], "cells": [["a", 5, 1, 1, 1, 1, 1]]}),
        ("performance", {}),
        ("drift", {"reference": {}}),
        ("quality", {"rules": []}),
    ],
)
def test_statistics_that_are_not_those_of_the_check_are_refused(name, statistics):
    with pytest.raises(DataError) as caught:
        judge_again(checked(name).model_copy(update={"statistics": statistics}))
    assert caught.value.code == "statistics_unusable"


@pytest.mark.spec("F8")
def test_a_result_of_another_version_is_not_judged_under_its_old_number():
    with pytest.raises(DataError) as caught:
        judge_again(checked("fairness").model_copy(update={"version": "0"}))
    assert caught.value.code == "other_version"


@pytest.mark.spec("F8")
def test_the_same_file_never_counts_twice(tmp_path):
    for day in (1, 2):
        made(day).to_parquet(tmp_path / f"{day}.parquet")
    monday, tuesday = (
        run_check("fairness", tmp_path / f"{day}.parquet", now=NOW, **GIVEN["fairness"]) for day in (1, 2)
    )
    for again in (monday, merge([monday, tuesday])):
        with pytest.raises(NotMergeable) as caught:
            merge([again, monday])
        assert caught.value.code == "same_data"


@pytest.mark.spec("F8")
def test_results_that_were_held_against_different_inputs_do_not_merge():
    alone = run_check("drift", made(2), now=NOW, columns=["s", "g"])
    with pytest.raises(NotMergeable) as caught:
        merge([checked("drift"), alone])
    assert caught.value.code == "other_inputs"


@pytest.mark.spec("F8")
def test_one_reference_of_two_days_counts_once():
    days = merge([checked("drift", 1), checked("drift", 2)])
    whole = run_check("drift", pd.concat([made(1), made(2)]), now=NOW, reference=made(9), **GIVEN["drift"])
    for figure in whole.figures:
        same = days.figure(figure.name, figure.group)
        assert (same.n, same.value, same.low, same.high) == (
            figure.n,
            *(None if each is None else pytest.approx(each) for each in (figure.value, figure.low, figure.high)),
        )
    assert days.inputs == whole.inputs


@pytest.mark.spec("F1", "F8")
def test_training_data_of_two_days_count_once():
    days = [run_check("oversight", made(i), now=NOW, training=made(9), **GIVEN["oversight"]) for i in (1, 2)]
    assert merge(days).figure("selection_rate.training").n == 200
    assert merge(days).figure("selection_rate.before").n == 400
