"""Names of groups, made from the raw values of their attributes."""

import math
from datetime import date
from typing import Any

import numpy as np

MISSING_GROUP = "(missing)"


def name_values(column: Any) -> list[str]:
    """Return the values of a grouped column as texts; no value, NaN and NaT are the group ``(missing)``."""
    values = np.ma.asarray(column)
    if values.dtype.kind == "M":
        missing = np.ma.getmaskarray(values) | np.isnat(values.data)
        texts = np.datetime_as_string(values.data, unit="auto").tolist()
        return [MISSING_GROUP if gone else text for text, gone in zip(texts, missing.tolist(), strict=True)]
    return [name_value(value) for value in values.tolist()]


def name_value(value: object) -> str:
    """Return one value as text: true and false in small letters, numbers as Python writes them."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return MISSING_GROUP
    if isinstance(value, float) and value == 0:
        return "0.0"  # minus nought is nought
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
