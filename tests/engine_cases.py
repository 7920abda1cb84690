"""One seeded table of every kind of value, and every check of the house asked of it: what engines must agree on."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from math import isclose
from unittest.mock import patch

import numpy as np
import pyarrow as pa

from muster.evidence import run_check
from muster.evidence.paired_scores import COUNTED

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ROWS = 5_000
OF_FILES = "first_row."
"""Rows of a table have no numbers: only files say which row is the first that breaks a rule."""
SKETCHED = {"distinct.approximate"}
"""Estimates by definition: each engine has a sketch of its own, and PostgreSQL counts."""
LIKE = {"rel_tol": 1e-9, "abs_tol": 1e-9}


def make_table(seed=7, shift=0.0):
    """Return an Arrow table with missing values, NaN and infinity in it."""
    rng = np.random.default_rng(seed)
    gone = rng.random((ROWS, 4)) < 0.05
    score = np.round(rng.random(ROWS), 3)
    income = np.exp(rng.normal(10 + shift, 1, ROWS))
    odd = rng.normal(size=ROWS)
    odd[:40], odd[40:45] = np.nan, np.inf
    day = date(2025, 1, 1)
    start = datetime(2025, 1, 1)  # noqa: DTZ001 - a time without a zone
    text = np.array(["f", "m", "Ä x", 'it\'s \\ "q"', ""])
    columns = {
        "id": np.arange(ROWS),
        "Sex": _with_gaps(text[rng.integers(0, 5, ROWS)], gone[:, 0]),
        "age_band": _with_gaps(rng.integers(1, 4, ROWS), gone[:, 1]),
        "member": _with_gaps(rng.random(ROWS) < 0.3, gone[:, 2]),
        "half": _with_gaps(rng.integers(0, 4, ROWS) / 2, gone[:, 3]),
        "since": [day + timedelta(days=int(d)) for d in rng.integers(0, 3, ROWS)],
        "prediction": (score >= 0.5).astype(int),
        "label": _with_gaps((rng.random(ROWS) < score).astype(int), rng.random(ROWS) < 0.02),
        "rival": np.round(np.clip(score + rng.normal(0, 0.1, ROWS), 0, 1), 3),
        "score": score,
        "income": income,
        "odd": odd,
        "expected": income * rng.normal(1, 0.1, ROWS),
        "final": (score >= 0.6).astype(int),
        "price": [
            None if g else Decimal(int(c)) / 100 for c, g in zip(rng.integers(0, 9999, ROWS), gone[:, 0], strict=True)
        ],
        "at": [start + timedelta(seconds=int(s)) for s in rng.integers(0, 86_400 * 90, ROWS)],
        "zoned": [datetime(2025, 1, 1, tzinfo=UTC) + timedelta(hours=int(h)) for h in rng.integers(0, 2000, ROWS)],
        "code": [f"{'AB' if i % 7 else 'xx'}-{i % 100:03d}" for i in range(ROWS)],
        "class": np.array(["low", "middle", "high"])[rng.integers(0, 3, ROWS)],
        "guess": np.array(["low", "middle", "high"])[rng.integers(0, 3, ROWS)],
        "session": np.arange(ROWS) // 10,
        "relevance": rng.integers(0, 4, ROWS),
    }
    kinds = {"price": pa.decimal128(10, 2), "at": pa.timestamp("us"), "zoned": pa.timestamp("us", "UTC")}
    return pa.table({name: pa.array(values, type=kinds.get(name)) for name, values in columns.items()})


def _with_gaps(values, gone):
    return [None if g else v for v, g in zip(values.tolist(), gone, strict=True)]


@dataclass(frozen=True)
class Case:
    """A check, what it is asked, and its further inputs; the test data are those of the reference.

    `counted` is how many rows a champion's check counts score by score; more of them fall into cells.
    """

    check: str
    asked: dict = field(default_factory=dict)
    inputs: tuple[str, ...] = ()
    counted: int = COUNTED

    def run(self, data, others):
        own = {"champion": data, "test": others.get("reference")}
        inputs = {name: own[name] if name in own else others[name] for name in self.inputs}
        with patch("muster.evidence.champion.COUNTED", self.counted):
            return run_check(self.check, data, now=NOW, **self.asked, **inputs)


BINARY = {"label": "label", "prediction": "prediction"}
RULES = (
    {"rule": "missing", "column": "odd", "max_share": 0.1},
    {"rule": "range", "column": "income", "min": 100, "max": 100_000},
    {"rule": "range", "column": "odd", "max": 2},
    {"rule": "range", "column": "price", "max": 50.5},
    {"rule": "set", "column": "Sex", "values": ["f", "m", 'it\'s \\ "q"']},
    {"rule": "set", "column": "age_band", "values": [1, 2]},
    {"rule": "set", "column": "member", "values": [True]},
    {"rule": "pattern", "column": "code", "pattern": "[A-Z]{2}-[0-9]+"},
    {"rule": "unique", "column": "id"},
    {"rule": "unique", "columns": ["Sex", "age_band", "since"]},
    {"rule": "freshness", "column": "zoned", "max_age_days": 400},
    {"rule": "freshness", "column": "since", "max_age_days": 400},
    {"rule": "monotone", "column": "income", "along": "at", "by": ["age_band"]},
    {"rule": "foreign_key", "column": "id"},
)

CASES = {
    "fairness": Case("fairness", BINARY | {"protected": ["Sex", "age_band", "member"]}),
    "fairness of dates and halves": Case("fairness", BINARY | {"protected": ["since", "half"]}),
    "fairness by score": Case("fairness", {"label": "label", "score": "score", "protected": ["member"]}),
    "fairness of numbers": Case(
        "fairness", {"task": "regression", "label": "income", "prediction": "expected", "protected": ["Sex", "member"]}
    ),
    "fairness of rankings": Case(
        "fairness", {"task": "ranking", "label": "label", "score": "score", "query": "session", "protected": ["Sex"]}
    ),
    "performance": Case("performance", BINARY | {"score": "score"}),
    "performance of regression": Case(
        "performance", {"task": "regression", "label": "income", "prediction": "expected"}
    ),
    "performance of classes": Case("performance", {"task": "multiclass", "label": "class", "prediction": "guess"}),
    "performance of ranking": Case(
        "performance", {"task": "ranking", "label": "relevance", "score": "score", "query": "session"}
    ),
    "quality": Case("quality", {"rules": RULES}, ("parent",)),
    "drift": Case("drift", {"leave_out": ["id", "odd"]}, ("reference",)),
    "drift of columns together": Case(
        "drift_multivariate", {"columns": ["income", "score", "rival", "expected"]}, ("reference",)
    ),
    "proxies": Case("proxies", {"protected": ["Sex", "member"], "leave_out": ["id", "at", "zoned"]}),
    "sampling": Case(
        "sampling",
        {"protected": ["Sex", "age_band"], "label": "label", "key": ["code", "half"], "id": "id", "time": "at"},
        ("reference", "test"),
    ),
    "feedback": Case(
        "feedback",
        {"protected": ["Sex"], "prediction": "prediction", "label": "label", "time": "at", "period": "month"},
    ),
    "estimate by time": Case("estimate", {"label": "label", "score": "score", "time": "at"}, ("reference",)),
    "estimate by month": Case(
        "estimate", {"label": "label", "score": "score", "time": "zoned", "period": "month"}, ("reference",)
    ),
    "champion": Case("champion", {"label": "label", "score": "score", "champion_score": "rival"}),
    "champion in cells": Case(
        "champion", {"label": "label", "score": "score", "champion_score": "rival", "id": "id"}, ("champion",), 100
    ),
    "champion beyond 0 to 1": Case(
        "champion", {"label": "label", "score": "income", "champion_score": "expected"}, (), 100
    ),
    "oversight": Case("oversight", {"protected": ["Sex"], "before": "prediction", "after": "final"}),
    "slices": Case("slices", BINARY | {"features": ["Sex", "age_band", "income", "member", "half"], "top": 5}),
    "profile": Case("profile"),
}


def differences(one, other):
    """Return what two results do not have in common, as lines."""
    lines = []
    ours, others = ([f for f in each.figures if not f.name.startswith(OF_FILES)] for each in (one, other))
    if [(f.name, f.group) for f in ours] != [(f.name, f.group) for f in others]:
        return [
            f"figures of one only: {sorted({(f.name, f.group) for f in ours} ^ {(f.name, f.group) for f in others})}"
        ]
    for a, b in zip(ours, others, strict=True):
        mine, theirs = a.model_dump(), b.model_dump()
        if a.name in SKETCHED:
            assert isclose(mine.pop("value"), theirs["value"], rel_tol=0.2), (a, b)
        for name, value in mine.items():
            if not _alike(value, theirs[name]):
                lines.append(f"{a.name} {a.group} {name}: {value} against {theirs[name]}")
    if len(one.groups) != len(other.groups):
        lines.append("other groups")
    lines += [
        f"{a} against {b}"
        for a, b in zip(one.groups, other.groups, strict=False)
        if not _alike(a.model_dump(), b.model_dump())
    ]
    return lines


def _alike(one, other):
    if isinstance(one, bool) or isinstance(other, bool) or one is None or other is None:
        return one == other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return isclose(one, other, **LIKE)
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_alike(one[k], other[k]) for k in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(_alike(a, b) for a, b in zip(one, other, strict=True))
    return one == other
