"""Great Expectations' side of the bench (on pandas): the 37 rules."""

from pathlib import Path

import great_expectations as gx
import great_expectations.expectations as gxe
import pandas as pd
from rules import RULES
from stopwatch import run


def expectation(rule: dict) -> gxe.Expectation:
    """Return one rule as an expectation."""
    column, kind = rule["column"], rule["rule"]
    if kind == "missing":
        return gxe.ExpectColumnValuesToNotBeNull(column=column, mostly=1 - rule.get("max_share", 0.0))
    if kind == "range":
        return gxe.ExpectColumnValuesToBeBetween(column=column, min_value=rule["min"], max_value=rule["max"])
    if kind == "set":
        return gxe.ExpectColumnValuesToBeInSet(column=column, value_set=rule["values"])
    if kind == "pattern":
        return gxe.ExpectColumnValuesToMatchRegex(column=column, regex=f"^{rule['pattern']}$")
    if kind == "unique":
        return gxe.ExpectColumnValuesToBeUnique(column=column)
    return gxe.ExpectColumnPairValuesAToBeGreaterThanB(column_A=rule["other"], column_B=column, or_equal=True)


def quality(log: Path) -> int:
    """Validate a batch of both halves; results as counts."""
    rows = pd.concat([pd.read_parquet(log / f"{half}.parquet") for half in ("first", "second")], ignore_index=True)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("bench").add_dataframe_asset("log")
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": rows})
    suite = gx.ExpectationSuite(name="rules", expectations=[expectation(rule) for rule in RULES])
    return len(batch.validate(suite, result_format="BASIC").results)


run({"quality": quality})
