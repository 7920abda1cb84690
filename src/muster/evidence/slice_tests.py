"""Whether a slice is served worse than the rest of a wider one: exact for two-valued losses, normal for others."""

from dataclasses import dataclass
from math import erfc, exp, inf, lgamma, log, sqrt

from muster.evidence.statistics import newcombe, normal_quantile

_TERMS_THAT_COUNT = 1e-17


@dataclass(frozen=True)
class Moments:
    """Rows, the sum of their losses, the sum of the squares of these."""

    n: int
    total: float
    squares: float

    @property
    def mean(self) -> float:
        return self.total / self.n

    @property
    def variance(self) -> float:
        """Return the variance, divided by n."""
        return max(0.0, self.squares / self.n - self.mean**2)

    def without(self, part: "Moments") -> "Moments":
        """Return what is left without `part` of these rows."""
        return Moments(self.n - part.n, self.total - part.total, self.squares - part.squares)


def p_value(part: Moments, whole: Moments, *, two_valued: bool) -> float:
    """Return how likely a random `part` of `whole` of that size has at least this mean loss.

    Two-valued: Fisher's exact test, one-sided. Else the normal approximation of the permutation test.
    """
    rest = whole.without(part)
    if not part.n or not rest.n:
        return 1.0
    if two_valued:
        return exp(min(0.0, _hypergeometric_tail(round(part.total), whole.n, round(whole.total), part.n)))
    if whole.variance == 0:
        return 1.0
    z = (part.mean - rest.mean) / sqrt(whole.variance * (1 / part.n + 1 / rest.n))
    return 0.5 * erfc(z / sqrt(2))


def chernoff(part: Moments, whole: Moments) -> float:
    """Return an upper bound of the exact p-value: W. Hoeffding, JASA 58 (1963), theorem 1 and section 6."""
    seen, expected = part.mean, whole.mean
    if seen <= expected:
        return 1.0
    distance = seen * log(seen / expected)
    if seen < 1:
        distance += (1 - seen) * log((1 - seen) / (1 - expected))
    return exp(-part.n * distance)


def difference_interval(part: Moments, rest: Moments, *, two_valued: bool, level: float) -> tuple[float, float]:
    """Return the interval of the difference of the means: Newcombe's or Welch's normal one."""
    if two_valued:
        return newcombe(part.total, part.n, rest.total, rest.n, level)
    difference = part.mean - rest.mean
    half = normal_quantile(level) * sqrt(part.variance / max(1, part.n - 1) + rest.variance / max(1, rest.n - 1))
    return difference - half, difference + half


def standardised(part: Moments, rest: Moments) -> float:
    """Return Cohen's d: the difference of the means over the pooled standard deviation; infinite for none."""
    pooled = (part.n * part.variance + rest.n * rest.variance) / (part.n + rest.n)
    return (part.mean - rest.mean) / sqrt(pooled) if pooled > 0 else inf


def _hypergeometric_tail(seen: int, population: int, successes: int, drawn: int) -> float:
    """Return the logarithm of P(X >= seen) for X hypergeometric; its terms fall fast above the mean."""
    low, high = max(0, drawn + successes - population), min(drawn, successes)
    if seen <= low:
        return 0.0
    first = _choose(successes, seen) + _choose(population - successes, drawn - seen) - _choose(population, drawn)
    total = term = 1.0
    for x in range(seen, high):
        term *= (successes - x) * (drawn - x) / ((x + 1) * (population - successes - drawn + x + 1))
        total += term
        if term < _TERMS_THAT_COUNT * total:
            break
    return first + log(total)


def _choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
