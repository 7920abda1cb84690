"""aequitas' side of the bench: it knows no crossings, so it is fed joined columns."""

from itertools import combinations
from pathlib import Path

import pandas as pd
from aequitas.group import Group
from stopwatch import run

PROTECTED = ["sex", "age_band", "ethnicity", "region"]


def fairness(log: Path) -> int:
    """Compute rates by group of all sets of up to three attributes, on the labelled rows."""
    columns = [*PROTECTED, "decision", "label"]
    rows = pd.concat([pd.read_parquet(log / f"{half}.parquet", columns=columns) for half in ("first", "second")])
    rows = rows.dropna().reset_index(drop=True)
    frame = pd.DataFrame({"score": rows["decision"].astype(int), "label_value": rows["label"].astype(int)})
    for size in (1, 2, 3):
        for subset in combinations(PROTECTED, size):
            joined = rows[subset[0]].astype(object)
            for name in subset[1:]:
                joined = joined + "|" + rows[name]
            frame["&".join(subset)] = joined
    table, _ = Group().get_crosstabs(frame, attr_cols=[name for name in frame if name not in {"score", "label_value"}])
    return int(table.size)


run({"fairness": fairness})
