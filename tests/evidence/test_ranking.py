from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score, ndcg_score

from muster.evidence import merge, run_check
from muster.evidence.errors import DataError

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def run(data, **parameters):
    return run_check("performance", data, now=NOW, label="y", task="ranking", score="s", query="q", **parameters)


def made(ties):
    generator = np.random.default_rng(5)
    score = generator.random(600).round(1) if ties else generator.random(600)
    return pd.DataFrame({"q": generator.integers(0, 40, 600), "s": score, "y": generator.integers(0, 4, 600)})


@pytest.mark.spec("F4")
@pytest.mark.parametrize("ties", [False, True])
def test_ndcg_is_that_of_scikit_learn_ties_and_all(ties):
    frame = made(ties)
    each = [ndcg_score([part["y"]], [part["s"]], k=5) for _, part in frame.groupby("q") if part["y"].max() > 0]
    figure = run(frame, k=5).figure("ndcg")
    assert figure.value == pytest.approx(np.mean(each), abs=1e-9)
    assert figure.high - figure.value == pytest.approx(1.959964 * np.std(each, ddof=1) / np.sqrt(len(each)), rel=1e-6)
    assert figure.n == len(each)


def test_average_precision_is_that_of_scikit_learn_without_ties():
    frame = made(ties=False)
    each = [average_precision_score(part["y"] > 0, part["s"]) for _, part in frame.groupby("q") if part["y"].max() > 0]
    assert run(frame).figure("map").value == pytest.approx(np.mean(each), abs=1e-9)


def test_five_rows_give_the_figures_computed_by_hand():
    # Query 1: scores .9 .8 .7, relevance 0 1 1. Query 2: one score for both rows, relevance 1 0. Query 3: nothing.
    # MRR: 1/2, and 1/2 for ties count against. MAP: (1/2 + 2/3)/2 and 1/2. Precision at 2: 1/2 and 1/2.
    frame = pd.DataFrame({"q": [1, 1, 1, 2, 2, 3], "s": [0.9, 0.8, 0.7, 0.5, 0.5, 0.1], "y": [0, 1, 1, 1, 0, 0]})
    found = run(frame, k=2)
    assert found.figure("mrr").value == pytest.approx(1 / 2)
    assert found.figure("map").value == pytest.approx(((1 / 2 + 2 / 3) / 2 + 1 / 2) / 2)
    assert found.figure("precision_at_k").value == pytest.approx(1 / 2)
    log = 1 / np.log2(3)
    assert found.figure("ndcg").value == pytest.approx((log / (1 + log) + (1 + log) / 2) / 2)
    assert found.figure("queries_without_relevant").value == 1
    nothing = run(frame.assign(y=0))
    assert nothing.figure("ndcg").not_estimable == "no_relevant"


def test_the_order_of_rows_changes_nothing_and_shards_of_whole_queries_merge():
    frame = made(ties=True)
    whole = run(frame)
    mixed = run(frame.sample(frac=1, random_state=2).reset_index(drop=True))
    parts = merge([run(frame[frame["q"] % 2 == i].reset_index(drop=True)) for i in (0, 1)])
    for figure in whole.figures:
        for other in (mixed, parts):
            assert other.figure(figure.name).value == pytest.approx(figure.value, abs=1e-9), figure.name


@pytest.mark.parametrize(
    ("change", "code"),
    [({"q": None}, "missing_values"), ({"s": np.inf}, "not_finite"), ({"y": -1}, "negative_relevance")],
)
def test_what_cannot_be_ranked_is_refused_with_its_row(change, code):
    frame = made(ties=False).astype(float)
    column, value = next(iter(change.items()))
    frame.loc[2, column] = value
    with pytest.raises(DataError) as caught:
        run(frame)
    assert (caught.value.code, caught.value.details["row"]) == (code, 3)
