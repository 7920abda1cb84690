"""A made-up log of credit decisions: seeded, of any size, as two Parquet files (one half of the year each).

33 columns: id, time, 12 numbers, 8 categories, 4 protected attributes, score, decision, label, and four more. In the
second half a few columns drift, twice as many values are missing in one, and the score means a little less than before.

    python -m bench.logs ROWS
"""

import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from bench.cache import folder

SEED, VERSION = 20_261_124, 1
CHUNK = 500_000
ROW_GROUP = 122_880
HALVES = ("first", "second")

NUMBERS = [
    "income",
    "savings",
    "debt_ratio",
    "utilisation",
    "enquiries",
    "tenure_months",
    "loan_amount",
    "interest_rate",
    "balance",
    "bureau_points",
    "late_payments",
    "distance_km",
]
CATEGORIES = ["purpose", "channel", "employment", "housing", "product", "branch", "device", "education"]
PROTECTED = ["sex", "age_band", "ethnicity", "region"]

_DAY = 86_400_000_000
_START = 1_735_689_600_000_000  # 2025-01-01 in microseconds
_REASONS = ("income checked", "file incomplete", "called back", "guarantor named", "salary slip seen", "moved house")
_PLACES = ("at the counter", "by phone", "online", "by letter", "through a broker")

Arrays = dict[str, NDArray[Any]]


def words(prefix: str, count: int) -> tuple[str, ...]:
    """Return `count` names that begin with `prefix`."""
    return tuple(f"{prefix}_{i + 1:0{len(str(count))}d}" for i in range(count))


TEXTS: Mapping[str, tuple[str, ...]] = {
    "purpose": (
        "car",
        "home",
        "renovation",
        "education",
        "wedding",
        "medical",
        "holiday",
        "business",
        "debts",
        "other",
    ),
    "channel": ("branch", "online", "phone", "broker"),
    "employment": ("permanent", "temporary", "self-employed", "retired", "student", "none"),
    "housing": ("owner", "mortgage", "tenant", "family"),
    "product": words("product", 5),
    "branch": words("branch", 120),
    "device": ("desktop", "mobile", "tablet"),
    "education": ("none", "primary", "lower", "upper", "vocational", "bachelor", "master"),
    "sex": ("female", "male", "other"),
    "age_band": ("18-24", "25-34", "35-44", "45-54", "55-64", "65+"),
    "ethnicity": ("a", "b", "c", "d", "e", "f"),
    "region": words("region", 12),
    "model_version": ("3.0", "3.1"),
}
_SHARES: Mapping[str, tuple[float, ...]] = {
    "sex": (0.485, 0.50, 0.015),
    "age_band": (0.09, 0.22, 0.25, 0.20, 0.14, 0.10),
    "ethnicity": (0.60, 0.18, 0.11, 0.07, 0.03, 0.01),
    "region": (0.22, 0.16, 0.13, 0.11, 0.09, 0.08, 0.06, 0.05, 0.04, 0.03, 0.02, 0.01),
    "channel": (0.35, 0.40, 0.15, 0.10),
    "employment": (0.58, 0.12, 0.11, 0.10, 0.05, 0.04),
    "device": (0.45, 0.50, 0.05),
}


def log(rows: int) -> Path:
    """Return the folder of the log of `rows` rows (``first.parquet``, ``second.parquet``), made where it is missing."""
    place = folder() / f"log-{VERSION}-{SEED}-{rows}"
    place.mkdir(parents=True, exist_ok=True)
    for late, half in enumerate(HALVES):
        if not (place / f"{half}.parquet").exists():
            _write(place / f"{half}.parquet", rows, late=bool(late))
    return place


def unlabelled(place: Path) -> Path:
    """Return the second half of a log as it is before any label comes: without that column."""
    path = place / "unlabelled" / "second.parquet"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        part = path.with_suffix(".part")
        with duckdb.connect(config={"memory_limit": "1GB"}) as connection:
            connection.execute(
                f"copy (select * exclude label from read_parquet('{place}/second.parquet')) to '{part}' "  # noqa: S608
                f"(format parquet, compression zstd, row_group_size {ROW_GROUP})"
            )
        part.replace(path)
    return path


def chunks(rows: int, *, late: bool) -> Iterator[Arrays]:
    """Yield one half of a log of `rows` rows, in chunks; categories are numbers of places in `TEXTS`."""
    begin, end = (rows // 2, rows) if late else (0, rows // 2)
    for at in range(begin, end, CHUNK):
        generator = np.random.default_rng([SEED, rows, at])
        yield make_rows(generator, at, min(CHUNK, end - at), rows, late=late)


def make_rows(generator: np.random.Generator, at: int, n: int, rows: int, *, late: bool) -> Arrays:
    """Return `n` rows of the log, the first of them number `at` of `rows`."""
    made: Arrays = {"id": np.arange(at, at + n) + 1_000_000}
    made["time"] = (_START + 365 * _DAY * ((made["id"] - 1_000_000 + generator.random(n)) / rows)).astype(np.int64)
    made |= _categories(generator, n, late=late)
    made |= _numbers(generator, n, made, late=late)
    made |= _outcome(generator, n, made, late=late)
    made["model_version"] = np.full(n, int(late), dtype=np.uint8)
    made["note"] = generator.integers(0, 30_000, n)
    return made


def _categories(generator: np.random.Generator, n: int, *, late: bool) -> Arrays:
    made: Arrays = {}
    for name in (*CATEGORIES, *PROTECTED):
        many = len(TEXTS[name])
        shares = np.array(_SHARES.get(name, 1.0 / np.arange(1, many + 1) ** 0.7), dtype=np.float64)
        if late and name == "channel":
            shares = np.array([0.25, 0.52, 0.14, 0.09])
        drawn = np.searchsorted(np.cumsum(shares / shares.sum())[:-1], generator.random(n), side="right")
        made[name] = drawn.astype(np.uint8)
    return made


def _numbers(generator: np.random.Generator, n: int, made: Arrays, *, late: bool) -> Arrays:
    grown = 1.06 if late else 1.0
    income = np.exp(generator.normal(10.3, 0.55, n)) * (1 + 0.08 * (made["age_band"] >= 2)) * grown  # noqa: PLR2004
    loan = np.exp(generator.normal(9.1, 0.8, n)).round(-2)
    return {
        "income": income.round(2),
        "savings": ((generator.pareto(1.6, n)) * 2_500).round(2),
        "debt_ratio": np.clip(generator.gamma(2.0, 0.14, n) * (1.1 if late else 1.0), 0, 5).round(4),
        "utilisation": _lost(generator, generator.beta(1.6, 2.8, n).round(4), 0.10 if late else 0.05),
        "enquiries": generator.poisson(1.4 if late else 1.1, n).astype(np.float64),
        "tenure_months": generator.geometric(0.02, n).astype(np.float64),
        "loan_amount": loan,
        "interest_rate": np.clip(generator.normal(6.4, 1.8, n), 0.5, 20).round(2),
        "balance": generator.normal(1_800, 2_400, n).round(2),
        "bureau_points": _lost(generator, np.clip(generator.normal(640, 85, n), 300, 850).round(), 0.03),
        "late_payments": generator.negative_binomial(0.5, 0.45, n).astype(np.float64),
        "distance_km": _lost(generator, generator.exponential(14.0, n).round(3), 0.01),
    }


def _lost(generator: np.random.Generator, values: NDArray[Any], share: float) -> NDArray[Any]:
    """Return the values with a share of them missing."""
    return np.ma.masked_array(values, generator.random(len(values)) < share)


def _outcome(generator: np.random.Generator, n: int, made: Arrays, *, late: bool) -> Arrays:
    worth = (
        0.9 * (np.log(made["income"]) - 10.3)
        - 1.8 * (made["debt_ratio"] - 0.28)
        + 0.008 * (np.ma.filled(made["bureau_points"], 600) - 640)
        - 0.35 * made["late_payments"]
        + 0.25 * (made["employment"] == 0)
        - 0.18 * (made["ethnicity"] >= 2)  # noqa: PLR2004
        + 0.10 * (made["sex"] == 1)
    )
    seen = worth + generator.normal(0, 0.45, n)
    score = (1 / (1 + np.exp(-(0.35 + seen)))).round(6)
    truth = 0.35 + (0.80 if late else 0.93) * seen + (0.06 * (made["region"] < 3) if late else 0.0)  # noqa: PLR2004
    paid = (generator.random(n) < 1 / (1 + np.exp(-truth))).astype(np.float64)
    predicted = (made["loan_amount"] * (1.02 - 0.3 * score)).round(2)
    return {
        "score": score,
        "decision": (score >= 0.5).astype(np.uint8),  # noqa: PLR2004
        "label": _lost(generator, paid, 0.11),
        "amount_predicted": predicted,
        "amount_actual": (predicted * np.exp(generator.normal(-0.02, 0.12, n))).round(2),
    }


def _write(path: Path, rows: int, *, late: bool) -> None:
    """Write one half through a database on disk, so that the log's size never matters to memory."""
    part = path.with_suffix(".part")
    with tempfile.TemporaryDirectory(dir=path.parent) as spill:
        config: dict[str, Any] = {"memory_limit": "1GB", "temp_directory": spill, "preserve_insertion_order": True}
        with duckdb.connect(f"{spill}/log.duckdb", config=config) as connection:
            for number, chunk in enumerate(chunks(rows, late=late)):
                connection.register("chunk", _ready(chunk))
                connection.execute(f"{'insert into log' if number else 'create table log as'} {_select(chunk)}")
                connection.unregister("chunk")
            connection.execute(f"copy log to '{part}' (format parquet, compression zstd, row_group_size {ROW_GROUP})")
    part.replace(path)


def _ready(chunk: Arrays) -> dict[str, NDArray[Any]]:
    """Missing numbers as NaN: plain arrays are what DuckDB reads without copying."""
    return {name: np.ma.filled(values, np.nan) for name, values in chunk.items()}


def _select(chunk: Arrays) -> str:
    chosen = ", ".join(f"{_column(name, values)} as {name}" for name, values in chunk.items())
    return f"select {chosen} from chunk"  # noqa: S608


def _column(name: str, values: NDArray[Any]) -> str:
    if name in TEXTS:
        return f"([{', '.join(repr(text) for text in TEXTS[name])}])[{name} + 1]"
    if name == "note":
        reasons, places = (f"([{', '.join(map(repr, texts))}])" for texts in (_REASONS, _PLACES))
        return f"{reasons}[note % 6 + 1] || ' ' || {places}[note // 6 % 5 + 1] || ', case ' || (note // 30)"
    if name == "time":
        return "make_timestamp(time)"
    kept = f"case when isnan({name}) then null else {name} end" if np.ma.isMaskedArray(values) else name
    whole = {"decision": "tinyint", "label": "tinyint", "enquiries": "integer", "tenure_months": "integer"}
    whole |= {"late_payments": "integer", "bureau_points": "integer"}
    return f"cast({kept} as {whole[name]})" if name in whole else kept


if __name__ == "__main__":
    begun = time.perf_counter()
    made = log(int(sys.argv[1]))
    size = sum(file.stat().st_size for file in made.iterdir()) / 1e6
    print(f"{made.name}: {size:.0f} MB, {time.perf_counter() - begun:.1f} s")
