"""What every recorder of oracles shares: the two windows as frames, and how its figures are printed."""

import json
import platform
import sys
from importlib.metadata import version
from pathlib import Path

import pandas as pd

FOLDER = Path(__file__).parents[2] / "tests/evidence/oracles"
ACS = Path(__file__).parents[2] / "src/muster/example/data/acs_ma_employment/reference_2015.parquet"
NUMBERS = ("income", "savings", "debt_ratio", "enquiries", "score")
CATEGORIES = ("purpose", "channel", "employment", "housing", "product", "branch", "device", "education")
PROTECTED = ("sex", "age_band", "ethnicity", "region")


def windows() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return reference and current; missing values are NaN, the word "none" is a value."""
    read = {"keep_default_na": False, "na_values": {"utilisation": [""], "label": [""]}}
    return tuple(pd.read_csv(FOLDER / f"{name}.csv", **read) for name in ("reference", "current"))


def acs() -> pd.DataFrame:
    """Return the census rows that ship with Muster, in the order of the file."""
    return pd.read_parquet(ACS)


def acs_windows() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the first 34,000 census rows and the rest."""
    rows = acs()
    return rows.iloc[:34_000].reset_index(drop=True), rows.iloc[34_000:].reset_index(drop=True)


def write(peer: str, notes: list[str], figures: dict) -> None:
    """Print what was recorded, with all that is needed to repeat it."""
    packages = (peer, "pandas", "numpy", "scipy", "scikit-learn")
    recorded = {
        "peer": peer,
        "versions": {"python": platform.python_version()}
        | {name: _version(name) for name in packages if _version(name)},
        "command": "python tools/peers/record_oracles.py " + peer,
        "notes": notes,
        "figures": figures,
    }
    json.dump(recorded, sys.stdout, indent=1, default=float, allow_nan=False)
    sys.stdout.write("\n")


def _version(package: str) -> str:
    try:
        return version(package)
    except ModuleNotFoundError:
        return ""
