"""Record what frouros says of the drift of single columns without missing values."""

import numpy as np
import pandas as pd
from frouros.detectors.data_drift import EMD, JS, PSI, ChiSquareTest, HellingerDistance, KSTest
from oracle import CATEGORIES, NUMBERS, windows, write


def numeric(reference: np.ndarray, current: np.ndarray) -> dict:
    """Compare two columns of numbers."""
    found = {}
    for name, detector in {
        "psi_10_equal_width_bins": PSI(num_bins=10),
        "wasserstein": EMD(),
        "hellinger_10_equal_width_bins": HellingerDistance(num_bins=10),
        "jensen_shannon_10_equal_width_bins": JS(num_bins=10),
    }.items():
        detector.fit(X=reference)
        found[name] = float(detector.compare(X=current)[0].distance)
    test = KSTest()
    test.fit(X=reference)
    result = test.compare(X=current)[0]
    return found | {"ks": float(result.statistic), "ks_p_value": float(result.p_value)}


def category(reference: np.ndarray, current: np.ndarray) -> dict:
    """Compare two columns of categories."""
    test = ChiSquareTest()
    test.fit(X=reference)
    result = test.compare(X=current)[0]
    return {"chi2": float(result.statistic), "chi2_p_value": float(result.p_value)}


def both(reference: pd.DataFrame, current: pd.DataFrame) -> dict:
    numbers = {c: numeric(reference[c].to_numpy(float), current[c].to_numpy(float)) for c in NUMBERS}
    return numbers | {c: category(reference[c].to_numpy(object), current[c].to_numpy(object)) for c in CATEGORIES}


def main() -> None:
    notes = [
        (
            "psi: 10 bins of equal width over both windows together; an empty bin counts as 2.2e-308 (so one"
            " empty bin adds dozens)."
        ),
        "wasserstein: exact, in units of the column. chi2: two-sample contingency test.",
    ]
    write("frouros", notes, {"drift": both(*windows())})


main()
