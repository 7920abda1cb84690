"""Measure the fairness check against fairlearn, in one run, on the same data: ``python tools/bench_evidence.py``.

Both compute, for single attributes, n, selection rate, TPR, FPR, FNR, precision and accuracy of every group;
ours starts from the Parquet file and adds 1,000 bootstrap replicates, fairlearn starts from a frame in memory.
"""

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
from fairlearn.metrics import (
    MetricFrame,
    count,
    false_negative_rate,
    false_positive_rate,
    selection_rate,
    true_positive_rate,
)
from sklearn.metrics import accuracy_score, precision_score

from muster.evidence import run_check

REFERENCE = Path(__file__).parents[1] / "src/muster/example/data/acs_ma_employment/reference_2015.parquet"
AGREEMENT = 0.8  # share of rows whose prediction is the label
METRICS = {
    "n": count,
    "selection_rate": selection_rate,
    "true_positive_rate": true_positive_rate,
    "false_positive_rate": false_positive_rate,
    "false_negative_rate": false_negative_rate,
    "precision": lambda y, p: precision_score(y, p, zero_division=0),
    "accuracy": accuracy_score,
}


def make_million(path: Path) -> None:
    """Write a seeded table of 1,000,000 rows: three attributes of 2, 6 and 12 values, label and prediction."""
    generator = np.random.default_rng(20_26)
    n = 1_000_000
    frame = pd.DataFrame(
        {
            "sex": generator.integers(0, 2, n).astype(str),
            "age": generator.integers(0, 6, n).astype(str),
            "region": generator.integers(0, 12, n).astype(str),
            "label": generator.integers(0, 2, n),
        }
    )
    frame["prediction"] = np.where(generator.random(n) < AGREEMENT, frame["label"], 1 - frame["label"])
    frame.to_parquet(path)


def measure(work: Callable[[], object], rounds: int) -> float:
    """Return the shortest of `rounds` wall times, in seconds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def compare(path: Path, label: str, protected: list[str], rounds: int) -> None:
    """Time both on one file and print the ratio."""
    frame = pd.read_parquet(path)

    def ours() -> object:
        given = {"label": label, "prediction": "prediction", "protected": protected, "depth": 1}
        return run_check("fairness", path, now=datetime.now(UTC), **given)

    def theirs() -> object:
        y, p = frame[label], frame["prediction"]
        return [
            MetricFrame(metrics=METRICS, y_true=y, y_pred=p, sensitive_features=frame[a]).by_group for a in protected
        ]

    ours()  # imports and file cache
    mine, fairlearn = measure(ours, 3), measure(theirs, rounds)
    rows = f"{len(frame):,} rows, {', '.join(protected)}"
    print(f"{rows}: muster {mine:.3f} s, fairlearn {fairlearn:.3f} s, ratio {fairlearn / mine:.0f}")


if __name__ == "__main__":
    compare(REFERENCE, "employed", ["SEX", "RAC1P"], rounds=2)
    with tempfile.TemporaryDirectory() as folder:
        million = Path(folder) / "million.parquet"
        make_million(million)
        compare(million, "label", ["sex", "age", "region"], rounds=1)
