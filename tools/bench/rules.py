"""The 37 rules of the quality job."""

from typing import Any

from bench.logs import NUMBERS, PROTECTED, TEXTS


def rules() -> list[dict[str, Any]]:
    """Return the 37 rules of the quality job, as Muster reads them."""
    missing = {"utilisation": 0.2, "label": 0.3, "bureau_points": 0.1, "distance_km": 0.1}
    present = ("id", "time", "income", "score", "decision", *PROTECTED)
    sets = ("channel", "employment", "housing", "sex", "age_band", "education")
    return [
        *({"rule": "missing", "column": c} for c in present),
        *({"rule": "missing", "column": c, "max_share": share} for c, share in missing.items()),
        *({"rule": "range", "column": c, "min": -20_000, "max": 100_000_000} for c in NUMBERS),
        {"rule": "range", "column": "score", "min": 0, "max": 1},
        *({"rule": "set", "column": c, "values": list(TEXTS[c])} for c in sets),
        {"rule": "set", "column": "decision", "values": [0, 1]},
        {"rule": "pattern", "column": "region", "pattern": "region_[0-9]+"},
        {"rule": "pattern", "column": "branch", "pattern": "branch_[0-9]+"},
        {"rule": "compare", "column": "amount_actual", "other": "id", "operator": "<="},
        {"rule": "unique", "column": "id"},
    ]
