"""NannyML's side of the bench: drift of 21 columns, and performance without labels in ten chunks."""

from pathlib import Path

import nannyml as nml
import pandas as pd
from stopwatch import alone, run

NUMBERS = [
    *("income", "savings", "debt_ratio", "utilisation", "enquiries", "tenure_months", "loan_amount"),
    *("interest_rate", "balance", "bureau_points", "late_payments", "distance_km", "score"),
]
CATEGORIES = ["purpose", "channel", "employment", "housing", "product", "branch", "device", "education"]


def drift(log: Path) -> int:
    """Compare the second half with the first."""
    columns = [*NUMBERS, *CATEGORIES]
    reference, current = (pd.read_parquet(log / f"{half}.parquet", columns=columns) for half in ("first", "second"))
    calculator = nml.UnivariateDriftCalculator(
        column_names=columns,
        treat_as_categorical=CATEGORIES,
        continuous_methods=["kolmogorov_smirnov", "jensen_shannon", "wasserstein"],
        categorical_methods=["chi2", "jensen_shannon"],
        chunk_size=len(current),
    )
    calculator.fit(reference)
    return int(calculator.calculate(current).to_df().size)


def estimate(log: Path) -> int:
    """Fit on the labelled rows of the first half, estimate the second."""
    reference = pd.read_parquet(log / "first.parquet", columns=["score", "decision", "label"]).dropna()
    current = pd.read_parquet(log / "second.parquet", columns=["score", "decision"])
    with alone():
        estimator = nml.CBPE(
            problem_type="classification_binary",
            y_pred_proba="score",
            y_pred="decision",
            y_true="label",
            metrics=["roc_auc", "f1", "accuracy", "precision", "recall"],
            chunk_number=10,
        )
        estimator.fit(reference.reset_index(drop=True))
        return int(estimator.estimate(current).to_df().size)


run({"drift": drift, "estimate": estimate})
