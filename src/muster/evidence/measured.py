"""How a figure with its interval is written."""

from muster.core.figures import Figure


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
