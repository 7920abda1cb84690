"""fairlearn's side of the bench: single attributes only, for all crossings take minutes at a million rows."""

from pathlib import Path

import pandas as pd
from fairlearn.metrics import (
    MetricFrame,
    count,
    demographic_parity_difference,
    equalized_odds_difference,
    false_negative_rate,
    false_positive_rate,
    selection_rate,
    true_positive_rate,
)
from sklearn.metrics import accuracy_score, precision_score
from stopwatch import run

PROTECTED = ["sex", "age_band", "ethnicity", "region"]
METRICS = {
    "n": count,
    "selection_rate": selection_rate,
    "true_positive_rate": true_positive_rate,
    "false_positive_rate": false_positive_rate,
    "false_negative_rate": false_negative_rate,
    "precision": lambda y, p: precision_score(y, p, zero_division=0),
    "accuracy": accuracy_score,
}


def fairness(log: Path) -> int:
    """Compute rates by group and gaps, attribute by attribute, on the labelled rows."""
    rows = pd.read_parquet(log / "first.parquet", columns=[*PROTECTED, "decision", "label"])
    rows = pd.concat([rows, pd.read_parquet(log / "second.parquet", columns=list(rows.columns))]).dropna()
    y, p, made = rows["label"].astype(int), rows["decision"].astype(int), 0
    for name in PROTECTED:
        frame = MetricFrame(metrics=METRICS, y_true=y, y_pred=p, sensitive_features=rows[name])
        made += frame.by_group.size + 2
        demographic_parity_difference(y, p, sensitive_features=rows[name])
        equalized_odds_difference(y, p, sensitive_features=rows[name])
    return made


run({"fairness": fairness})
