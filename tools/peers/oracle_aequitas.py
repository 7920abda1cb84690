"""Record what aequitas says of the groups of the log and of the census rows."""

import warnings

import pandas as pd
from aequitas.group import Group
from oracle import PROTECTED, acs, windows, write

RATES = ("tpr", "tnr", "fpr", "fnr", "fdr", "for", "precision", "npv", "ppr", "pprev", "prev")
COUNTS = ("tp", "fp", "fn", "tn", "group_size", "pp", "pn", "group_label_pos", "group_label_neg")


def crosstab(rows: pd.DataFrame, label: str, decision: str, attributes: list[str]) -> dict:
    """Return every group's counts and rates by attribute."""
    frame = rows[attributes].astype(str).reset_index(drop=True)
    frame["score"] = rows[decision].astype(int).to_numpy()
    frame["label_value"] = rows[label].astype(int).to_numpy()
    table, _ = Group().get_crosstabs(frame, attr_cols=attributes)
    found: dict = {}
    for _, row in table.iterrows():
        rates = {name: None if pd.isna(row[name]) else float(row[name]) for name in RATES}
        counts = {name: int(row[name]) for name in COUNTS}
        found.setdefault(row["attribute_name"], {})[row["attribute_value"]] = counts | rates
    return found


def main() -> None:
    warnings.simplefilter("ignore")
    current = windows()[1]
    labelled = current[current["label"].notna()]
    figures = {
        "current": crosstab(labelled, "label", "decision", list(PROTECTED)),
        "acs": crosstab(acs(), "employed", "prediction", ["SEX", "RAC1P"]),
    }
    notes = [
        "current: the rows of current.csv that have a label. acs: all rows of reference_2015.parquet.",
        (
            "null: aequitas gives NaN where a rate has no denominator. pprev is the selection rate; ppr is "
            "the share of all selected."
        ),
    ]
    write("aequitas", notes, figures)


main()
