"""Record what fairlearn says of the groups of the log and of the census rows."""

import math
import warnings

import pandas as pd
from fairlearn.metrics import (
    MetricFrame,
    count,
    demographic_parity_difference,
    demographic_parity_ratio,
    equal_opportunity_difference,
    equalized_odds_difference,
    equalized_odds_ratio,
    false_negative_rate,
    false_positive_rate,
    selection_rate,
    true_negative_rate,
    true_positive_rate,
)
from oracle import PROTECTED, acs, windows, write
from sklearn.metrics import accuracy_score, precision_score

METRICS = {
    "n": count,
    "selection_rate": selection_rate,
    "true_positive_rate": true_positive_rate,
    "true_negative_rate": true_negative_rate,
    "false_positive_rate": false_positive_rate,
    "false_negative_rate": false_negative_rate,
    "precision": lambda y, p: precision_score(y, p, zero_division=0),
    "accuracy": accuracy_score,
}
AGGREGATES = {
    "demographic_parity_difference": demographic_parity_difference,
    "demographic_parity_ratio": demographic_parity_ratio,
    "equal_opportunity_difference": equal_opportunity_difference,
    "equalized_odds_difference": equalized_odds_difference,
    "equalized_odds_ratio": equalized_odds_ratio,
}


def groups(rows: pd.DataFrame, label: str, decision: str, protected: list[str]) -> dict:
    """Return every group's figures and the gaps between groups, for one set of attributes."""
    y, p = rows[label].astype(int), rows[decision].astype(int)
    frame = MetricFrame(metrics=METRICS, y_true=y, y_pred=p, sensitive_features=rows[protected])
    named = {
        " & ".join(map(str, key if isinstance(key, tuple) else (key,))): {
            name: float(value) for name, value in row.items() if not math.isnan(value)
        }
        for key, row in frame.by_group.iterrows()
    }
    gaps = {name: float(f(y, p, sensitive_features=rows[protected])) for name, f in AGGREGATES.items()}
    gaps["equalized_odds_difference_mean"] = float(
        equalized_odds_difference(y, p, sensitive_features=rows[protected], agg="mean")
    )
    return {"groups": {name: row for name, row in named.items() if row}, "gaps": gaps}


def main() -> None:
    warnings.simplefilter("ignore")
    current = windows()[1]
    labelled = current[current["label"].notna()]
    sets = [[name] for name in PROTECTED] + [["sex", "ethnicity"], ["sex", "age_band", "ethnicity"]]
    figures = {
        "current": {" & ".join(s): groups(labelled, "label", "decision", s) for s in sets},
        "acs": {
            " & ".join(s): groups(acs(), "employed", "prediction", s) for s in (["SEX"], ["RAC1P"], ["SEX", "RAC1P"])
        },
    }
    notes = [
        "current: the rows of current.csv that have a label. acs: all rows of reference_2015.parquet.",
        (
            "fairlearn gives 0 where a rate has no denominator (no positives, no negatives, nobody "
            "selected); groups without rows are left out here."
        ),
    ]
    write("fairlearn", notes, figures)


main()
