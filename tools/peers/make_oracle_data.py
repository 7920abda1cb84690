"""Write the small data set of the oracles: two windows of 2,500 rows of the bench's log, and nothing random after that.

    PYTHONPATH=tools python tools/peers/make_oracle_data.py

The files are committed: a later numpy may draw other numbers from the same seed.
"""

import csv
from pathlib import Path

import numpy as np

from bench.logs import CATEGORIES, PROTECTED, SEED, TEXTS, make_rows

FOLDER = Path(__file__).parents[2] / "tests/evidence/oracles"
ROWS = 2_500
NUMBERS = ["income", "savings", "debt_ratio", "utilisation", "enquiries", "score"]
KEPT = ("id", *NUMBERS, *CATEGORIES, *PROTECTED, "decision", "label", "amount_predicted", "amount_actual")


def main() -> None:
    """Write ``reference.csv`` (early) and ``current.csv`` (late)."""
    for name, late in (("reference", False), ("current", True)):
        generator = np.random.default_rng([SEED, int(late)])
        made = make_rows(generator, ROWS * late, ROWS, 2 * ROWS, late=late)
        with (FOLDER / f"{name}.csv").open("w", newline="", encoding="utf-8") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(KEPT)
            for i in range(ROWS):
                writer.writerow([_text(column, made[column][i]) for column in KEPT])


def _text(column: str, value: object) -> str:
    if value is np.ma.masked:
        return ""
    if column in TEXTS:
        return TEXTS[column][int(value)]  # type: ignore[call-overload]
    return f"{float(value):.10g}"  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
