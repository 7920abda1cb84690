"""How a figure, or the rate of a group, is written with its interval."""

from math import sqrt

from muster.contract.evidence import Rate
from muster.core.figures import Figure
from muster.evidence.statistics import normal_quantile, wilson


def write_figure(
    name: str,
    value: float | None,
    n: int,
    *,
    ends: tuple[float, float] | None = None,
    level: float,
    method: str = "",
    reason: str = "",
    group: str = "",
    reference: str = "",
) -> Figure:
    """Write a figure; without a value it needs a `reason`, without `ends` it has no interval."""
    shown = ends if value is not None else None
    return Figure(
        name=name,
        value=value,
        n=n,
        group=group,
        reference=reference,
        low=shown[0] if shown else None,
        high=shown[1] if shown else None,
        level=level if shown else None,
        interval=method if shown else "",
        not_estimable="" if value is not None else reason,
    )


def write_mean(
    name: str, total: float, squares: float, n: int, *, level: float, floor: float = float("-inf"), group: str = ""
) -> Figure:
    """Write the mean of `n` terms from their sum and sum of squares, with the normal interval of a mean."""
    mean = total / n
    ends = None
    if n > 1:
        half = normal_quantile(level) * sqrt(max(0.0, squares - n * mean * mean) / (n - 1) / n)
        ends = max(floor, mean - half), mean + half
    return write_figure(name, mean, n, ends=ends, level=level, method="normal", group=group)


def write_root(name: str, squares: float, fourths: float, n: int, *, level: float, group: str = "") -> Figure:
    """Write the root of the mean of `n` squares from the sums of squares and of fourth powers; normal interval."""
    square = squares / n
    half = normal_quantile(level) * sqrt(max(0.0, fourths / n - square * square) / n)
    ends = sqrt(max(0.0, square - half)), sqrt(square + half)
    return write_figure(name, sqrt(square), n, ends=ends, level=level, method="normal", group=group)


def write_share(
    name: str, over: float, under: int, *, level: float, reason: str = "no_labels", group: str = ""
) -> Figure:
    """Write `over` / `under` with Wilson's interval; with nothing to divide by it is not estimable for `reason`."""
    if not under:
        return write_figure(name, None, 0, level=level, reason=reason, group=group)
    low, high = (float(end) for end in wilson(over, under, level))
    return write_figure(name, over / under, under, ends=(low, high), level=level, method="wilson", group=group)


def measure_rate(name: str, over: float, under: int, *, level: float, minimum: int, reason: str = "no_labels") -> Rate:
    """Return `over` / `under` as the rate of a group, which `minimum` rows let decide; as in `write_share`."""
    if not under:
        return Rate(name=name, numerator=over, denominator=0, value=None, enough=False, not_estimable=reason)
    low, high = (float(end) for end in wilson(over, under, level))
    value, enough = over / under, under >= minimum
    return Rate(name=name, numerator=over, denominator=under, value=value, low=low, high=high, enough=enough)
