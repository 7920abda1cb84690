"""Record what evidently says of the drift of single columns."""

import os

os.environ["DO_NOT_TRACK"] = "1"

import pandas as pd
from evidently.legacy.calculations.stattests import (
    chi_stat_test,
    hellinger_stat_test,
    jensenshannon_stat_test,
    ks_stat_test,
    psi_stat_test,
    wasserstein_stat_test,
)
from evidently.legacy.core import ColumnType
from oracle import CATEGORIES, NUMBERS, windows, write

TESTS = {
    "psi": psi_stat_test,
    "jensen_shannon": jensenshannon_stat_test,
    "hellinger": hellinger_stat_test,
}


def column(reference: pd.Series, current: pd.Series, kind: ColumnType) -> dict:
    """Compare one column by every test that is offered for its kind."""
    own = {"wasserstein_over_reference_std": wasserstein_stat_test, "ks_p_value": ks_stat_test}
    if kind == ColumnType.Categorical:
        own = {"chi2_goodness_of_fit_p_value": chi_stat_test}
    return {name: float(test.func(reference, current, kind, 0.1)[0]) for name, test in {**TESTS, **own}.items()}


def main() -> None:
    reference, current = windows()
    kinds = dict.fromkeys(NUMBERS, ColumnType.Numerical) | dict.fromkeys(CATEGORIES, ColumnType.Categorical)
    figures = {name: column(reference[name], current[name], kind) for name, kind in kinds.items()}
    notes = [
        (
            "Categories: psi and jensen_shannon (distance, natural logarithm) over the values of both "
            "windows; an empty bin is filled with 1e-4 (psi) or a millionth."
        ),
        (
            "Numbers: bins of equal width over both windows (Sturges), so psi and jensen_shannon of numbers "
            "are no oracle of quantile bins."
        ),
        "chi2 is a goodness-of-fit test that takes the reference as exact: not the two-sample test.",
    ]
    write("evidently", notes, {"drift": figures})


main()
