"""Record what NannyML says: performance estimated without labels (CBPE), and drift of single columns."""

import os

os.environ["NML_DISABLE_USAGE_LOGGING"] = "1"

import nannyml as nml
import pandas as pd
from nannyml.calibration import IsotonicCalibrator, NoopCalibrator
from oracle import CATEGORIES, NUMBERS, acs_windows, windows, write

METRICS = ["roc_auc", "f1", "accuracy", "precision", "recall", "specificity", "average_precision"]


def cbpe(reference: pd.DataFrame, analysis: pd.DataFrame, names: dict[str, str], chunks: int) -> dict:
    """Estimate with and without NannyML's own calibration; by metric, one row a chunk."""
    return {
        form: _estimate(reference, analysis, names, chunks, calibrator)
        for form, calibrator in (
            ("calibrated_when_needed", IsotonicCalibrator()),
            ("scores_as_they_are", NoopCalibrator()),
        )
    }


def _estimate(
    reference: pd.DataFrame, analysis: pd.DataFrame, names: dict[str, str], chunks: int, calibrator: object
) -> dict:
    estimator = nml.CBPE(
        problem_type="classification_binary", metrics=METRICS, chunk_number=chunks, calibrator=calibrator, **names
    )
    estimator.fit(reference)
    table = estimator.estimate(analysis).filter(period="analysis").to_df()
    ends = (table[("chunk", name)] for name in ("start_index", "end_index"))
    chunk = [{"start": int(first), "end": int(last)} for first, last in zip(*ends, strict=True)]
    columns = ("value", "sampling_error", "lower_confidence_boundary", "upper_confidence_boundary", "realized")
    figures = {m: {c: _plain(table[(m, c)]) for c in columns if (m, c) in table} for m in METRICS}
    return {"needed_calibration": bool(estimator.needs_calibration), "chunks": chunk, "metrics": figures}


def _plain(values: pd.Series) -> list:
    return [None if pd.isna(value) else float(value) for value in values]


def drift(reference: pd.DataFrame, current: pd.DataFrame) -> dict:
    """Compare the whole current window with the reference, column by column."""
    calculator = nml.UnivariateDriftCalculator(
        column_names=[*NUMBERS, *CATEGORIES],
        treat_as_categorical=list(CATEGORIES),
        continuous_methods=["kolmogorov_smirnov", "jensen_shannon", "wasserstein", "hellinger"],
        categorical_methods=["chi2", "jensen_shannon", "l_infinity", "hellinger"],
        chunk_size=len(current),
    )
    calculator.fit(reference)
    table = calculator.calculate(current).filter(period="analysis").to_df()
    found: dict = {}
    for column, method, value in table.columns:
        if value == "value" and column != "chunk":
            found.setdefault(column, {})[method] = float(table[(column, method, value)].iloc[0])
    return found


def main() -> None:
    reference, current = windows()
    names = {"y_pred_proba": "score", "y_pred": "decision", "y_true": "label"}
    labelled = reference[reference["label"].notna()].reset_index(drop=True)
    census = {"y_pred_proba": "predicted_probability", "y_pred": "prediction", "y_true": "employed"}
    figures = {
        "cbpe": cbpe(labelled, current.drop(columns="label"), names, 5),
        "cbpe_acs": cbpe(*acs_windows(), census, 10),
        "drift": drift(reference, current),
    }
    notes = [
        (
            "cbpe: fitted on the rows of reference.csv that have a label; estimated on current.csv in 5 "
            "chunks of 500 rows; the decision is decision (score >= 0.5)."
        ),
        "cbpe_acs: reference = the first 34,000 rows of reference_2015.parquet, analysis = the rest, in 10 chunks.",
        (
            "calibrated_when_needed: NannyML calibrates (isotonic) only where that lowers the calibration "
            "error in every fold (needed_calibration); scores_as_they_are is exact arithmetic."
        ),
        (
            "Boundaries are value +- 3 sampling errors, clipped to what is possible; the sampling error is "
            "estimated on the reference by repeated sampling."
        ),
        (
            "drift: jensen_shannon is the distance with logarithm base 2; kolmogorov_smirnov is exact up to "
            "10,000 reference rows; chi2 is the statistic."
        ),
    ]
    write("nannyml", notes, figures)


main()
