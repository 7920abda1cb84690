"""Distances between two windows, functions of counts alone: PSI, Jensen-Shannon, KS, Wasserstein, chi-square."""

from dataclasses import dataclass
from math import exp, log, pi, sqrt

import numpy as np
from numpy.typing import NDArray

from muster.evidence.significance import chi_square_tail
from muster.evidence.statistics import Counts, Floats, normal_quantile

EXPECTED = 5.0
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Distance:
    """A distance with the ends of its interval."""

    value: float
    low: float
    high: float


def psi(reference: Counts, current: Counts, level: float) -> Distance:
    """Return the population stability index: sum of (q - p) ln(q / p).

    With an empty bin on one side, half a row is added to every bin of both sides. Interval: delta method plus the
    noise that no drift makes (chi-square with bins - 1 degrees of freedom over the harmonic size).
    """
    p, q, n, m = _shares(reference, current)
    value = float(np.sum((q - p) * np.log(q / p)))
    slopes = -np.log(q / p) + 1 - q / p, np.log(q / p) + 1 - p / q
    return _around(value, (p, q), slopes, (n, m), noise=1.0, level=level)


def jensen_shannon(reference: Counts, current: Counts, level: float) -> Distance:
    """Return the Jensen-Shannon *distance*, the root of the divergence with logarithms of base 2: 0 to 1."""
    kept = (reference + current) > 0
    p, q = reference[kept] / reference.sum(), current[kept] / current.sum()
    middle = (p + q) / 2
    halves = [np.log2(np.where(x > 0, x, 1) / middle) for x in (p, q)]
    value = max(0.0, float(np.sum(p * halves[0] + q * halves[1]) / 2))
    slopes = [np.where(x > 0, half / 2, 0) for x, half in zip((p, q), halves, strict=True)]
    sizes = float(reference.sum()), float(current.sum())
    around = _around(value, (p, q), (slopes[0], slopes[1]), sizes, noise=1 / (8 * log(2)), level=level)
    return Distance(sqrt(value), sqrt(around.low), min(1.0, sqrt(around.high)))


def _shares(reference: Counts, current: Counts) -> tuple[Floats, Floats, float, float]:
    kept = (reference + current) > 0
    p, q = reference[kept].astype(np.float64), current[kept].astype(np.float64)
    if min(p.min(), q.min()) == 0:
        p, q = p + 0.5, q + 0.5
    return p / p.sum(), q / q.sum(), float(reference.sum()), float(current.sum())


def _around(
    value: float,
    shares: tuple[Floats, Floats],
    slopes: tuple[Floats, Floats],
    sizes: tuple[float, float],
    *,
    noise: float,
    level: float,
) -> Distance:
    variance = sum(
        float(np.sum(x * s * s) - np.sum(x * s) ** 2) / size for x, s, size in zip(shares, slopes, sizes, strict=True)
    )
    unit = noise * (1 / sizes[0] + 1 / sizes[1])
    free = len(shares[0]) - 1
    half = normal_quantile(level) * sqrt(max(0.0, variance) + 2 * free * unit * unit)
    return Distance(value, max(0.0, value - free * unit - half), value + half)


def kolmogorov_smirnov(reference: Counts, current: Counts, level: float) -> tuple[Distance, float]:
    """Return the largest gap between the distribution functions at the edges, and its two-sample p-value.

    p: Kolmogorov's series with Stephens' correction for the size nm / (n + m). Interval: the band that Kolmogorov's
    distribution gives around both functions together; conservative. Source: M. A. Stephens, JRSS B 32 (1970).
    """
    n, m = float(reference.sum()), float(current.sum())
    gap = float(np.abs(np.cumsum(reference) / n - np.cumsum(current) / m).max())
    root = sqrt(n * m / (n + m))
    reach = sqrt(-log((1 - level) / 2) / 2) / root
    p = kolmogorov((root + 0.12 + 0.11 / root) * gap)
    return Distance(gap, max(0.0, gap - reach), min(1.0, gap + reach)), p


def kolmogorov(x: float) -> float:
    """Return the probability that Kolmogorov's statistic exceeds `x`."""
    if x < 1.18:  # noqa: PLR2004 - where both series need few terms
        if x < 0.04:  # noqa: PLR2004 - 1 to the last digit, and exp would underflow
            return 1.0
        terms = sum(exp(-((2 * k - 1) ** 2) * pi * pi / (8 * x * x)) for k in range(1, 5))
        return 1 - sqrt(2 * pi) / x * terms
    return max(0.0, min(1.0, 2 * sum((-1.0) ** (k - 1) * exp(-2 * k * k * x * x) for k in range(1, 8))))


@dataclass(frozen=True)
class Wasserstein:
    """The distance, and by how much it may be too small because cells hide crossings of the functions."""

    distance: Distance
    error: float


def wasserstein(
    reference: tuple[Counts, Floats],
    current: tuple[Counts, Floats],
    edges: Floats,
    ends: tuple[float, float],
    level: float,
) -> Wasserstein:
    """Return the Wasserstein-1 distance: the area between the distribution functions.

    Counts and in-cell sums of each window, the edges of the cells, and the least and greatest value of both. The
    area of a cell is exact unless the functions cross in it: the integral of F over [a, b) is F(a)(b - a) plus
    (count b - sum) / n. `error` bounds what crossings may add. Interval: delta method (mean of the potential), low
    end also less the area that two samples of these sizes have without drift.
    """
    bounds = np.concatenate(([min(ends[0], edges[0])], edges, [max(ends[1], edges[-1])]))
    widths = np.diff(bounds)
    sides = [_areas(counts, sums, bounds) for counts, sums in (reference, current)]
    (low_f, high_f, area_f, n), (low_g, high_g, area_g, m) = sides
    signed = area_f - area_g
    up, down = widths * np.maximum(0, high_f - low_g), widths * np.maximum(0, high_g - low_f)
    hidden = np.maximum(0, np.minimum(up - np.maximum(signed, 0), down - np.maximum(-signed, 0)))
    crossed = _crossing(low_f - low_g, high_f - high_g, widths)
    # Where all values of a cell are its lower edge the functions are flat in it: nothing crosses, nothing is hidden.
    flat = np.logical_and.reduce([_is_flat(counts, sums, bounds) for counts, sums in (reference, current)])
    hidden, crossed = np.where(flat, 0.0, hidden), np.where(flat, 0.0, crossed)
    areas = np.clip(np.maximum(np.abs(signed), crossed), 0, np.abs(signed) + 2 * hidden)
    value = float(areas.sum())
    error = max(0.0, float((np.abs(signed) + 2 * hidden).sum()) - value)
    steps = np.concatenate(([0.0], np.cumsum(np.sign(signed) * widths)))
    potential = (steps[:-1] + steps[1:]) / 2
    variance = sum(_variance(counts, potential) / size for (counts, _), size in ((reference, n), (current, m)))
    pooled = (reference[0] + current[0]).cumsum() / (n + m)
    noise = sqrt(2 / pi * (1 / n + 1 / m)) * float(np.sum(np.sqrt(pooled * (1 - pooled)) * widths))
    half = normal_quantile(level) * sqrt(variance)
    return Wasserstein(Distance(value, max(0.0, value - noise - half), value + error + half), error)


def _areas(counts: Counts, sums: Floats, bounds: Floats) -> tuple[Floats, Floats, Floats, float]:
    n = float(counts.sum())
    high = np.cumsum(counts) / n
    low = high - counts / n
    return low, high, low * np.diff(bounds) + np.maximum(0, counts * bounds[1:] - sums) / n, n


def _is_flat(counts: Counts, sums: Floats, bounds: Floats) -> NDArray[np.bool_]:
    least = counts * bounds[:-1]
    found: NDArray[np.bool_] = sums - least <= _ROUNDING * (np.abs(sums) + np.abs(least))
    return found


def _crossing(left: Floats, right: Floats, widths: Floats) -> Floats:
    """Return the area of two triangles where a straight difference changes its sign, 0 elsewhere."""
    crosses = left * right < 0
    total = np.where(crosses, np.abs(left) + np.abs(right), 1.0)
    area: Floats = np.where(crosses, widths * (left**2 + right**2) / (2 * total), 0.0)
    return area


def _variance(counts: Counts, values: Floats) -> float:
    mean = float(np.average(values, weights=counts))
    return float(np.average((values - mean) ** 2, weights=counts))


@dataclass(frozen=True)
class ChiSquare:
    """Pearson's statistic of a two-row table, its degrees of freedom, p-value, and Cramer's V with interval."""

    statistic: float
    free: int
    p: float
    v: Distance


def chi_square(reference: Counts, current: Counts, level: float) -> ChiSquare | None:
    """Test two windows as two samples (contingency table), never one against the other as if it were exact.

    Bins with an expected count below 5 on either side are pooled into one; None if fewer than two bins are left.
    """
    table = _pooled(np.stack([reference, current]))
    if table.shape[1] < 2:  # noqa: PLR2004 - one bin cannot differ
        return None
    total = table.sum()
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0, keepdims=True) / total
    statistic = float(((table - expected) ** 2 / expected).sum())
    free = table.shape[1] - 1
    half = normal_quantile(level) * sqrt(2 * free + 4 * max(0.0, statistic - free))
    low, high = max(0.0, statistic - free - half), statistic + half
    v = Distance(sqrt(statistic / total), sqrt(low / total), min(1.0, sqrt(high / total)))
    return ChiSquare(statistic, free, chi_square_tail(statistic, free), v)


def _pooled(table: Counts) -> Counts:
    table = table[:, table.sum(axis=0) > 0]
    share = table.sum(axis=1).min() / table.sum()
    small = table.sum(axis=0) * share < EXPECTED
    if not small.any():
        return table
    rest = table[:, small].sum(axis=1, keepdims=True)
    kept = table[:, ~small]
    if rest.sum() * share < EXPECTED and kept.shape[1]:
        least = int(kept.sum(axis=0).argmin())
        kept[:, least] += rest[:, 0]
        return kept
    return np.concatenate([kept, rest], axis=1)
