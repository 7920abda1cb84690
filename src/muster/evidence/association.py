"""How far one column tells another: functions of one table of counts (values of one, values of the other)."""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from muster.evidence.significance import chi_square_tail
from muster.evidence.statistics import Counts, Floats, normal_quantile

_COMMON, _LEAST, _SHARE = 5.0, 1.0, 0.2


def pool(table: Counts, minimum: int) -> Counts:
    """Pool rows, then columns, of fewer than `minimum` counts; what is still too small joins the smallest other."""
    return _pool_rows(_pool_rows(table, minimum).T, minimum).T


def _pool_rows(table: Counts, minimum: int) -> Counts:
    table = table[table.sum(axis=1) > 0]
    small = table.sum(axis=1) < minimum
    if not small.any():
        return table
    kept: Counts
    rest, kept = table[small].sum(axis=0, keepdims=True), table[~small]
    if rest.sum() >= minimum or not len(kept):
        return np.concatenate([kept, rest])
    np.add.at(kept, int(kept.sum(axis=1).argmin()), rest[0])
    return kept


@dataclass(frozen=True)
class CramersV:
    """Cramer's V with its bias corrected: phi squared, what it is divided by with and without correction.

    `variance` of phi squared by the delta method; `noise`: the variance of chi-square without association.
    """

    phi2: float
    width: float
    least: int
    variance: float
    free: int
    noise: float
    n: int

    @property
    def value(self) -> float:
        return min(1.0, sqrt(self._corrected / self.width))

    @property
    def _corrected(self) -> float:
        return max(0.0, self.phi2 - self.free / (self.n - 1))

    def interval(self, level: float) -> tuple[float, float]:
        """Return the ends at `level`: the values of phi squared that lie no further than z standard errors away.

        Variance at a value x: what the delta method on the multinomial gives, in proportion to x, plus what chi-square
        varies by chance alone. The upper end reaches the uncorrected V: the correction is right only without
        association, and too large where there is much.
        """
        z, middle = normal_quantile(level), self.phi2 - self.free / (self.n - 1)
        slope = self.variance / self.phi2 if self.phi2 else 0.0
        centre = middle + z * z * slope / 2
        half = z * sqrt(max(0.0, slope * middle + (z * slope / 2) ** 2 + self.noise / self.n**2))
        low, high = (sqrt(max(0.0, end) / self.width) for end in (centre - half, centre + half))
        uncorrected = sqrt(self.phi2 / self.least)
        return min(self.value, low), min(1.0, max(self.value, high, uncorrected))

    def p(self) -> float:
        """Return the p-value of Pearson's chi-square."""
        return chi_square_tail(self.phi2 * self.n, self.free)


def cramers_v(table: Counts) -> CramersV | None:
    """Return V of a table without empty rows and columns; None where there are too few rows for it.

    Source: W. Bergsma, A bias-correction for Cramer's V and Tschuprow's T, J. Korean Statistical Society 42 (2013).
    """
    rows, columns = table.shape
    n = int(table.sum())
    if min(rows, columns) < 2 or n < 2:  # noqa: PLR2004 - one value cannot vary
        return None
    wide = [size - (size - 1) ** 2 / (n - 1) for size in (rows, columns)]
    width = min(wide) - 1
    if width <= 0:
        return None
    share: Floats = table / n
    r, c = share.sum(axis=1, keepdims=True), share.sum(axis=0, keepdims=True)
    ratio = share / (r * c)
    phi2 = max(0.0, float((share * ratio).sum()) - 1)
    slopes = 2 * ratio - (share * ratio).sum(axis=1, keepdims=True) / r - (share * ratio).sum(axis=0, keepdims=True) / c
    variance = max(0.0, float((share * slopes**2).sum()) - float((share * slopes).sum()) ** 2)
    free = (rows - 1) * (columns - 1)
    # Rare values make chi-square vary more than its distribution says: the next term of its variance.
    rare = float((1 / r).sum() - rows**2) * float((1 / c).sum() - columns**2) / n
    return CramersV(phi2, width, min(rows, columns) - 1, variance / n, free, 2 * free + max(0.0, rare), n)


def is_sparse(table: Counts) -> bool:
    """Say whether the chi-square distribution cannot be trusted: W. G. Cochran, Biometrics 10 (1954)."""
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0, keepdims=True) / table.sum()
    return bool(expected.min() < _LEAST or (expected < _COMMON).mean() > _SHARE)


def information(table: Counts) -> float:
    """Return the share of the entropy of the columns that knowing the row removes, 0 to 1 (Theil's U).

    Entropies with the correction of G. A. Miller (1955): (filled cells - 1) / 2n is added to each.
    """
    columns = _entropy(table.sum(axis=0))
    shared = _entropy(table.sum(axis=1)) + columns - _entropy(table.ravel())
    return min(1.0, max(0.0, shared / columns))


def _entropy(counts: Counts) -> float:
    filled = counts[counts > 0]
    n = float(filled.sum())
    return float(-(filled / n * np.log(filled / n)).sum()) + (len(filled) - 1) / (2 * n)


@dataclass(frozen=True)
class Guess:
    """Guessing the column from the row: right guesses, those of always guessing the commonest column, the gain.

    `squares`: the sum of the squares of the gain of each count (-1, 0 or 1).
    """

    right: int
    majority: int
    squares: int

    @property
    def gain(self) -> int:
        return self.right - self.majority


def guess(table: Counts) -> Guess:
    """Guess for each row its commonest column: the best guess on these very counts, never worse than the majority."""
    commonest = int(table.sum(axis=0).argmax())
    best = table.max(axis=1)
    other = best > table[:, commonest]
    right, majority = int(best.sum()), int(table[:, commonest].sum())
    return Guess(right, majority, int(best[other].sum() + table[other, commonest].sum()))
