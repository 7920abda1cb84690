"""Significance: the tail of chi-square, and p-values adjusted for their number."""

import math
from collections.abc import Sequence

import numpy as np

from muster.evidence.statistics import Floats


def chi_square_tail(statistic: float, freedom: int) -> float:
    """Return P(chi-square with `freedom` degrees >= statistic), by its finite series.

    Source: Abramowitz, Stegun, Handbook of Mathematical Functions (1964), 26.4.4 and 26.4.5.
    """
    half = statistic / 2
    if freedom % 2 == 0:
        start, terms = 0.0, [i * math.log(half) - math.lgamma(i + 1) if half else 0.0 for i in range(freedom // 2)]
        if not half:
            return 1.0
    else:
        start = math.erfc(math.sqrt(half))
        if not half:
            return 1.0
        terms = [(i - 0.5) * math.log(half) - math.lgamma(i + 0.5) for i in range(1, (freedom - 1) // 2 + 1)]
    return min(1.0, start + sum(math.exp(term - half) for term in terms))


def holm(p_values: Sequence[float] | Floats) -> Floats:
    """Return p-values adjusted so that the chance of any false alarm keeps its level.

    Source: S. Holm, A simple sequentially rejective multiple test procedure, Scand. J. Statistics 6 (1979).
    """
    values = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(values, kind="stable")
    stepped = np.maximum.accumulate(values[order] * np.arange(len(values), 0, -1))
    return _back(np.minimum(1.0, stepped), order)


def benjamini_hochberg(p_values: Sequence[float] | Floats) -> Floats:
    """Return p-values adjusted so that the expected share of false alarms among the alarms keeps its level.

    Source: Y. Benjamini, Y. Hochberg, Controlling the false discovery rate, JRSS B 57 (1995).
    """
    values = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(values, kind="stable")
    stepped = values[order] * len(values) / np.arange(1, len(values) + 1)
    return _back(np.minimum(1.0, np.minimum.accumulate(stepped[::-1])[::-1]), order)


def _back(values: Floats, order: np.ndarray[tuple[int], np.dtype[np.intp]]) -> Floats:
    found: Floats = np.empty_like(values)
    found[order] = values
    return found
