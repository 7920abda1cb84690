"""evidently's side of the bench: drift (PSI everywhere) of 21 columns, and its summary of all columns."""

from pathlib import Path

import pandas as pd
from evidently import DataDefinition, Dataset, Report
from evidently.presets import DataDriftPreset, DataSummaryPreset
from stopwatch import run

NUMBERS = [
    *("income", "savings", "debt_ratio", "utilisation", "enquiries", "tenure_months", "loan_amount"),
    *("interest_rate", "balance", "bureau_points", "late_payments", "distance_km", "score"),
]
CATEGORIES = ["purpose", "channel", "employment", "housing", "product", "branch", "device", "education"]


def drift(log: Path) -> int:
    """Compare the second half with the first."""
    columns = [*NUMBERS, *CATEGORIES]
    known = DataDefinition(numerical_columns=NUMBERS, categorical_columns=CATEGORIES)
    reference, current = (
        Dataset.from_pandas(pd.read_parquet(log / f"{half}.parquet", columns=columns), data_definition=known)
        for half in ("first", "second")
    )
    done = Report([DataDriftPreset(method="psi")]).run(current, reference)
    return len(done.dict()["metrics"])


def profile(log: Path) -> int:
    """Summarise all columns."""
    rows = pd.concat([pd.read_parquet(log / f"{half}.parquet") for half in ("first", "second")], ignore_index=True)
    texts = [name for name in rows if rows[name].dtype == object]
    # Its summary refuses small integers: labels and decisions are handed over as text.
    for name in ("label", "decision"):
        rows[name] = rows[name].map({0: "0", 1: "1"}).astype(object)
    numbers = [name for name in rows if name not in {*texts, "label", "decision", "time"}]
    known = DataDefinition(
        numerical_columns=numbers, categorical_columns=[*texts, "label", "decision"], datetime_columns=["time"]
    )
    done = Report([DataSummaryPreset()]).run(Dataset.from_pandas(rows, data_definition=known), None)
    return len(done.dict()["metrics"])


run({"drift": drift, "profile": profile})
