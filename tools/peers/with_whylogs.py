"""whylogs' side of the bench: its profile of all columns."""

from pathlib import Path

import pandas as pd
import whylogs as why
from stopwatch import run


def profile(log: Path) -> int:
    """Log both halves into one profile."""
    rows = pd.concat([pd.read_parquet(log / f"{half}.parquet") for half in ("first", "second")], ignore_index=True)
    return int(why.log(rows).view().to_pandas().size)


run({"profile": profile})
