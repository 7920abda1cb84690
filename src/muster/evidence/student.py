"""Student's t distribution for whole degrees of freedom, without a dependency."""

import math

_CLOSE = 1e-12


def student_cdf(t: float, df: int) -> float:
    """Return P(T <= t).

    Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4.
    """
    angle = math.atan2(t, math.sqrt(df))
    cosine2 = math.cos(angle) ** 2
    odd = df % 2
    term = math.cos(angle) if odd else 1.0
    total = 0.0
    for k in range(1 + odd, df, 2):
        total += term
        term *= cosine2 * k / (k + 1)
    inside = math.sin(angle) * total
    if odd:
        inside = 2 / math.pi * (angle + inside)
    return 0.5 + inside / 2


def student_quantile(probability: float, df: int) -> float:
    """Return t with P(T <= t) = `probability` (0 to 1, ends excluded), by halving."""
    if probability < 0.5:  # noqa: PLR2004 - the distribution is symmetric
        return -student_quantile(1 - probability, df)
    low, high = 0.0, 1.0
    while student_cdf(high, df) < probability:
        low, high = high, high * 2
    while high - low > _CLOSE * high:
        middle = (low + high) / 2
        low, high = (middle, high) if student_cdf(middle, df) < probability else (low, middle)
    return high
