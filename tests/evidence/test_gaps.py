from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from muster.evidence import run_check

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def fairness(columns, **parameters):
    return run_check("fairness", pd.DataFrame(columns), now=NOW, protected=["g"], prediction="p", **parameters)


@pytest.mark.spec("F1")
def test_a_group_with_too_few_positives_is_told_beside_the_gap_that_it_is_left_out_of():
    group = np.repeat(["a", "b", "c"], 500)
    label = np.r_[np.tile([1, 0], 500), np.arange(500) < 5].astype(int)
    decided = np.where(group == "c", 0, label)  # c: 5 positives, none of them found
    result = fairness({"g": group, "y": label, "p": decided}, label="y")
    assert result.figure("true_positive_rate_difference").value == 0
    told = {f.name: (f.value, f.n) for f in result.figures if f.name.startswith("groups_below_minimum")}
    assert told == {
        "groups_below_minimum": (1, 500),
        "groups_below_minimum.true_positive_rate": (1, 500),
        "groups_below_minimum.precision": (1, 500),
    }


def test_without_labels_only_rows_can_be_too_few():
    result = fairness({"g": ["a"] * 40 + ["b"] * 5, "p": [0, 1] * 22 + [1]})
    told = [(f.name, f.value, f.n) for f in result.figures if f.name.startswith("groups_below_minimum")]
    assert told == [("groups_below_minimum", 1, 5)]
