"""What the two kinds of performance hand back, and how a figure with its interval is written."""

from dataclasses import dataclass

from pydantic import JsonValue

from muster.core.figures import Figure
from muster.evidence.result import Definition


@dataclass(frozen=True)
class Measured:
    figures: tuple[Figure, ...]
    statistics: dict[str, JsonValue]
    definitions: dict[str, Definition]
    query: str


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
