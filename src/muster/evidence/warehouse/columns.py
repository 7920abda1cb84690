"""Rows of an engine as columns, in the conventions of DuckDB's numpy answers: masked only where values are missing."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from muster.evidence.plan import Columns
from muster.evidence.table import Column

_FILL: dict[str, Any] = {
    "integer": 0,
    "number": 0.0,
    "single": 0.0,
    "boolean": False,
    "date": date(1970, 1, 1),
    "timestamp": datetime(1970, 1, 1),  # noqa: DTZ001 - numpy's times carry no zone; all are UTC here
}
_TYPES = {"integer": "int64", "number": "float64", "single": "float32", "boolean": "bool"}


def to_columns(names: Sequence[str], kinds: Sequence[str], rows: Sequence[Sequence[Any]]) -> Columns:
    """Turn rows into named columns.

    `kinds` are those of `Column`, and ``single`` for floats of four bytes. Decimals become doubles, dates and times
    ``datetime64[us]`` in UTC.
    """
    return {name: _column([row[i] for row in rows], kinds[i]) for i, name in enumerate(names)}


def kind_of(column: Column, singles: frozenset[str]) -> str:
    """Return the kind of an answer's column."""
    return "single" if column.type in singles else column.kind


def _column(values: list[Any], kind: str) -> NDArray[Any]:
    gone = np.array([value is None for value in values], dtype=bool)
    fill = _FILL.get(kind, "")
    present = [fill if value is None else value for value in values]
    if kind in {"date", "timestamp"}:
        data = np.array([_utc(value) for value in present], dtype="datetime64[us]")
    elif kind == "integer" and any(abs(value) >= 2**63 for value in present):
        data = np.array([float(value) for value in present])
    elif kind in _TYPES:
        data = np.array([float(v) for v in present] if kind == "number" else present, dtype=_TYPES[kind])
    else:
        data = np.empty(len(present), dtype=object)
        data[:] = [str(value) for value in present]
    return np.ma.masked_array(data, mask=gone) if gone.any() else data


def _utc(value: Any) -> Any:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).replace(tzinfo=None)
    return value
