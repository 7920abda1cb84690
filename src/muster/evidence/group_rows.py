"""Rows of groups with whatever was measured in them, written all at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from muster.contract.evidence import GroupRow, Rate
from muster.evidence.statistics import Counts, Floats

_ROWS = TypeAdapter(tuple[GroupRow, ...])
_RATES = TypeAdapter(tuple[tuple[Rate, ...], ...])


@dataclass(frozen=True)
class Measured:
    """Something measured in every group: what it is made of, its value (NaN: undefined) and interval.

    `reason` says why there is no value: the same for all, or one a group.
    """

    name: str
    over: Floats
    under: Counts
    values: Floats
    low: Floats
    high: Floats
    reason: str | Sequence[str]

    def rates(self, minimum: int) -> list[dict[str, Any]]:
        """Return one rate a group, as plain values."""
        reasons = [self.reason] * len(self.under) if isinstance(self.reason, str) else self.reason
        columns = (self.over, self.under, self.values, self.low, self.high, self.under >= minimum)
        return [
            {
                "name": self.name,
                "numerator": over,
                "denominator": under,
                "value": _known(value),
                "low": _known(low),
                "high": _known(high),
                "enough": enough,
                "not_estimable": "" if value == value else reason,  # noqa: PLR0124 - only NaN differs from itself
            }
            for over, under, value, low, high, enough, reason in zip(
                *(c.tolist() for c in columns), reasons, strict=True
            )
        ]


def write_rows(
    attributes: tuple[str, ...],
    names: Sequence[str],
    sizes: tuple[Counts, Counts],
    measured: Sequence[Measured],
    minimum: int,
) -> tuple[GroupRow, ...]:
    """Write the rows of groups; `sizes`: their rows, and those with a label."""
    columns = [each.rates(minimum) for each in measured]
    n, labelled = (each.tolist() for each in sizes)
    return _ROWS.validate_python(
        [
            {"attributes": attributes, "group": group, "n": size, "labelled": known, "rates": tuple(rates)}
            for group, size, known, *rates in zip(names, n, labelled, *columns, strict=True)
        ]
    )


def add_rates(rows: Sequence[GroupRow], measured: Sequence[Measured], minimum: int) -> tuple[GroupRow, ...]:
    """Add to each row what else was measured in its group, in the same order."""
    if not measured:
        return tuple(rows)
    columns = [each.rates(minimum) for each in measured]
    more = _RATES.validate_python([tuple(rates) for rates in zip(*columns, strict=True)])
    return tuple(row.model_copy(update={"rates": (*row.rates, *rates)}) for row, rates in zip(rows, more, strict=True))


def _known(value: float) -> float | None:
    return value if value == value else None  # noqa: PLR0124 - only NaN differs from itself
