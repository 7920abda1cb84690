"""pandera's side of the bench (on Polars): the 37 rules."""

from pathlib import Path

import pandera.polars as pa
import polars as pl
from rules import RULES
from stopwatch import run


def quality(log: Path) -> int:
    """Check the 37 rules lazily, so that every failure is counted."""
    rows = pl.read_parquet(log / "*.parquet")
    checks: dict[str, list[pa.Check]] = {}
    missing: dict[str, float] = {}
    made = 0
    for rule in RULES:
        column, kind = rule["column"], rule["rule"]
        own = checks.setdefault(column, [])
        if kind == "missing":
            missing[column] = rule.get("max_share", 0.0)
        elif kind == "range":
            own.append(pa.Check.in_range(rule["min"], rule["max"]))
        elif kind == "set":
            own.append(pa.Check.isin(rule["values"]))
        elif kind == "pattern":
            own.append(pa.Check.str_matches(f"^{rule['pattern']}$"))
        made += 1
    columns = {
        name: pa.Column(checks=own, nullable=missing.get(name, 1.0) > 0, unique=name == "id")
        for name, own in checks.items()
    }
    try:
        pa.DataFrameSchema(columns).validate(rows, lazy=True)
    except pa.errors.SchemaErrors as error:
        made += len(error.failure_cases)
    shares = rows.select([pl.col(name).null_count() for name, share in missing.items() if share])
    together = rows.select((pl.col("amount_actual") <= pl.col("id")).sum())
    return made + shares.width + together.width


run({"quality": quality})
