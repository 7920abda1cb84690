"""How a figure with its interval is written."""

from math import sqrt

from muster.core.figures import Figure
from muster.evidence.statistics import normal_quantile


def write_figure(
    name: str,
    value: float | None,
    n: int,
    *,
    ends: tuple[float, float] | None = None,
    level: float,
    method: str = "",
    reason: str = "",
) -> Figure:
    """Write a figure; without a value it needs a `reason`, without `ends` it has no interval."""
    shown = ends if value is not None else None
    return Figure(
        name=name,
        value=value,
        n=n,
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
    written = write_figure(name, mean, n, ends=ends, level=level, method="normal")
    return written.model_copy(update={"group": group}) if group else written
