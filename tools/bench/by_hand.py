"""The limits: for each job the least work by hand in DuckDB and numpy that gives the same figures.

Each function takes the folder of a log and returns how many figures it made; what it imports is not timed.
"""

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from bench.logs import CATEGORIES, NUMBERS, PROTECTED
from bench.rules import rules

Z = 1.959963984540054
CHUNKS, CELLS = 10, 1_001  # a score of 1 has a cell of its own
DRIFTING = (*NUMBERS, "score")
BATCH = 4
Floats = NDArray[np.float64]


def connect(memory: str = "512MB") -> duckdb.DuckDBPyConnection:
    """Open an engine like ours."""
    return duckdb.connect(":memory:", config={"memory_limit": memory, "threads": 2})


def files(log: Path, half: str = "*") -> str:
    """Return the log as an SQL relation."""
    return f"read_parquet('{log}/{half}.parquet')"


def fairness(log: Path) -> int:
    """One GROUP BY to the finest cells; all 14 sets of attributes are sums of a small array."""
    keys = ", ".join(PROTECTED)
    asked = f"select {keys}, decision, label, count(*) as n from {files(log)} group by all"  # noqa: S608
    cells = connect().execute(asked).fetchnumpy()
    codes = [np.unique(np.asarray(cells[name], dtype=str), return_inverse=True)[1] for name in PROTECTED]
    n = cells["n"].astype(np.float64)
    label = np.ma.filled(np.ma.asarray(cells["label"]).astype(np.int64), 2)
    outcome = np.asarray(cells["decision"]) * 3 + label
    made = 0
    for size in (1, 2, 3):
        for subset in combinations(range(len(PROTECTED)), size):
            packed = np.zeros(len(n), dtype=np.int64)
            for i in subset:
                packed = packed * (codes[i].max() + 1) + codes[i]
            group = np.unique(packed, return_inverse=True)[1]
            counts = np.bincount(group * 6 + outcome, weights=n, minlength=6 * (group.max() + 1)).reshape(-1, 6)
            made += _rates(counts)
    return made


def _rates(counts: Floats) -> int:
    tn, fn, _u0, fp, tp, u1 = counts.T
    labelled, selected = tn + fn + fp + tp, fp + tp + u1
    pairs = [
        (selected, counts.sum(axis=1)),
        (tp, tp + fn),
        (fp, fp + tn),
        (fn, tp + fn),
        (tp, tp + fp),
        (tp + tn, labelled),
    ]
    made = 0
    with np.errstate(divide="ignore", invalid="ignore"):
        for over, under in pairs:
            rate = over / under
            middle = (rate + Z * Z / (2 * under)) / (1 + Z * Z / under)
            half = Z / (1 + Z * Z / under) * np.sqrt(rate * (1 - rate) / under + Z * Z / (4 * under * under))
            low, high = np.clip(middle - half, 0, 1), np.clip(middle + half, 0, 1)
            gap, ratio = np.nanmax(rate) - np.nanmin(rate), np.nanmin(rate) / np.nanmax(rate)
            made += rate.size + low.size + high.size + np.size(gap) + np.size(ratio)
    return made


def edges(log: Path) -> dict[str, list[float]]:
    """Return 100 quantiles of each number in the first half and twelve more in its tail; kept beside the log."""
    kept = log / "edges.json"
    if not kept.exists():
        at = [*np.linspace(0.01, 0.99, 99), *(1 - 0.01 * 0.5 ** np.arange(1, 13))]
        asked = ", ".join(f"quantile_disc({name}, {[float(p) for p in at]})::double[]" for name in DRIFTING)
        found = connect("2GB").execute(f"select {asked} from {files(log, 'first')}").fetchone() or ()  # noqa: S608
        kept.write_text(json.dumps({name: sorted(set(e)) for name, e in zip(DRIFTING, found, strict=True)}))
    read: dict[str, list[float]] = json.loads(kept.read_text())
    return read


def drift(log: Path) -> int:
    """One scan of the window with stored edges and reference counts: a histogram a column; five distances of them."""
    stored, made = edges(log), 0
    early, late = reference_counts(log), _histograms(log, "second")
    for i, name in enumerate(DRIFTING):
        at = [*stored[name], np.inf]
        p, q = (np.array([row[1 + 2 * i].get(e, 0) for e in at], dtype=np.float64) for row in (early, late))
        made += _distances(p, q)
        steps = np.abs(np.cumsum(p) / p.sum() - np.cumsum(q) / q.sum())
        made += np.size(steps.max()) + np.size((steps[:-2] * np.diff(stored[name])).sum())
    for a, b in zip(early[1 + 2 * len(DRIFTING) :], late[1 + 2 * len(DRIFTING) :], strict=True):
        names = sorted({*a, *b})
        made += _distances(*(np.array([row.get(name, 0) for name in names], dtype=np.float64) for row in (a, b)))
    return made


def reference_counts(log: Path) -> tuple[Any, ...]:
    """Return the histograms of the first half, counted once and kept beside the log."""
    kept = log / "reference_counts.pairs.json"
    if not kept.exists():
        row = [list(each.items()) if isinstance(each, dict) else each for each in _histograms(log, "first")]
        kept.write_text(json.dumps(row))
    read = json.loads(kept.read_text())
    return tuple(dict(map(tuple, each)) if isinstance(each, list) else each for each in read)


def _histograms(log: Path, half: str) -> tuple[Any, ...]:
    stored = edges(log)
    chosen = [f"histogram({name}::double, {stored[name]}), count({name})" for name in DRIFTING]
    chosen += [f"histogram({name})" for name in CATEGORIES]
    asked = ", ".join(chosen)
    return connect().execute(f"select count(*), {asked} from {files(log, half)}").fetchone() or ()  # noqa: S608


def _distances(p: Floats, q: Floats) -> int:
    total = p + q
    keep = total > 0
    p, q, total = p[keep], q[keep], total[keep]
    expected = total * (p.sum() / total.sum())
    chi2 = ((p - expected) ** 2 / expected).sum() * total.sum() / q.sum()
    p, q = (p + 0.5) / (p + 0.5).sum(), (q + 0.5) / (q + 0.5).sum()
    middle = (p + q) / 2
    psi = ((q - p) * np.log(q / p)).sum()
    js = np.sqrt((p * np.log(p / middle) + q * np.log(q / middle)).sum() / 2)
    return int(np.size(chi2) + np.size(psi) + np.size(js))


def quality(log: Path) -> int:
    """37 rules in one query, the exact count of distinct ids among them."""
    found = connect().execute(f"select count(*), {', '.join(map(_broken, rules()))} from {files(log)}")  # noqa: S608
    return len(found.fetchone() or ()) - 1


def _broken(rule: dict[str, Any]) -> str:
    column = rule["column"]
    if rule["rule"] == "missing":
        return f"count(*) - count({column})"
    if rule["rule"] == "unique":
        return f"count({column}) - count(distinct {column})"
    if rule["rule"] == "range":
        return f"count(*) filter (not {column} between {rule['min']} and {rule['max']})"
    if rule["rule"] == "set":
        return f"count(*) filter ({column} not in ({', '.join(map(repr, rule['values']))}))"
    if rule["rule"] == "pattern":
        return f"count(*) filter (not regexp_full_match({column}, '{rule['pattern']}'))"
    return f"count(*) filter (not {column} {rule['operator']} {rule['other']})"


def profile(log: Path) -> int:
    """All 33 columns in batches: counts, distinct values, ends, moments, quantiles, lengths, most frequent values."""
    engine, made = connect(), 0
    kinds = {str(r[0]): str(r[1]) for r in engine.execute(f"describe select * from {files(log)}").fetchall()}  # noqa: S608
    names = list(kinds)
    for at in range(0, len(names), BATCH):
        asked = ", ".join(_summary(name, kinds[name]) for name in names[at : at + BATCH])
        made += len(engine.execute(f"select {asked} from {files(log)}").fetchone() or ())  # noqa: S608
    return made


def _summary(name: str, kind: str) -> str:
    if kind == "VARCHAR":
        return (
            f"count({name}), approx_count_distinct({name}), min({name}), max({name}), min(length({name})), "
            f"max(length({name})), avg(length({name})), approx_top_k({name}, 20)"
        )
    number = f"epoch({name})" if kind == "TIMESTAMP" else f"{name}::double"
    return (
        f"count({name}), approx_count_distinct({name}), min({name}), max({name}), avg({number}), "
        f"stddev_samp({number}), approx_quantile({number}, [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99])"
    )


def estimate(log: Path) -> int:
    """Five metrics of ten chunks and of all rows, each with an interval: see `expected`."""
    return sum(each.size for each in expected(log))


def expected(log: Path) -> tuple[Floats, Floats, Floats]:
    """Return value, low and high, each (all rows and chunks, accuracy precision recall f1 auc).

    Score cells of the reference and of the chunks, counted by one packed number; isotonic calibration on the cells;
    expected confusion counts; and by the delta method the variance of the labels and of the calibration's pools.
    """
    engine, data = connect(), files(log, "unlabelled/second")
    fitted = engine.execute(
        f"select floor(score * {CELLS - 1})::int * 2 + label as k, count(*) as n "  # noqa: S608
        f"from {files(log, 'first')} where label is not null group by 1"
    ).fetchnumpy()
    share, starts, unsure = _calibrated(_unpacked(fitted, (CELLS, 2)))
    (rows,) = engine.execute(f"select count(*) from {data}").fetchone() or (0,)  # noqa: S608
    chunk = f"floor(file_row_number * {CHUNKS} / {rows})"
    packed = f"({chunk} * {CELLS} + floor(score * {CELLS - 1})) * 2 + decision"
    asked = engine.execute(f"select {packed} as k, count(*) as n from {data} group by 1").fetchnumpy()  # noqa: S608
    parts = _unpacked(asked, (CHUNKS, CELLS, 2))
    counts = np.concatenate([parts.sum(axis=0, keepdims=True), parts])
    value, slope = _expected(counts, share)
    noise = (slope**2 * counts * (share * (1 - share))[:, None]).sum(axis=(2, 3))
    pooled = np.add.reduceat((slope * counts).sum(axis=3), starts, axis=2)
    half = Z * np.sqrt(noise + (pooled**2 * unsure).sum(axis=2))
    return value.T, np.maximum(value - half, 0).T, np.minimum(value + half, 1).T


def _unpacked(asked: dict[str, Any], shape: tuple[int, ...]) -> Floats:
    """Return the counted rows by their packed places."""
    many = int(np.prod(shape))
    return np.bincount(asked["k"].astype(np.int64), weights=asked["n"], minlength=many).reshape(shape)


def _calibrated(labels: Floats) -> tuple[Floats, NDArray[np.int64], Floats]:
    """Return the share of each cell, the cells where a pool begins, and the variance of each pool's share."""
    n, at = labels.sum(axis=1), np.flatnonzero(labels.sum(axis=1))
    fitted = _isotonic(labels[at, 1] / n[at], n[at])
    pool = np.cumsum(np.diff(fitted, prepend=fitted[0]) > 0)
    rows, positives = np.bincount(pool, n[at]), np.bincount(pool, labels[at, 1])
    smooth = (positives + 0.5) / (rows + 1)
    every = np.arange(CELLS)
    nearest = pool[np.searchsorted((at[1:] + at[:-1]) / 2, every)]
    starts = np.flatnonzero(np.diff(nearest, prepend=-1))
    return np.interp(every, at, fitted), starts, smooth * (1 - smooth) / rows


def _expected(counts: Floats, share: Floats) -> tuple[Floats, Floats]:
    """Return the metrics (5, parts), and how each moves with the share of one row (5, parts, cells, decisions)."""
    n, chosen = counts.sum(axis=(1, 2)), counts[:, :, 1].sum(axis=1)
    over, under = counts.sum(axis=2) * share, counts.sum(axis=2) * (1 - share)
    positives, negatives, tp = over.sum(axis=1), under.sum(axis=1), counts[:, :, 1] @ share
    accuracy = (tp + counts[:, :, 0] @ (1 - share)) / n
    precision, recall, f1 = tp / chosen, tp / positives, 2 * tp / (chosen + positives)
    below = np.cumsum(under, axis=1) - under / 2
    above = positives[:, None] - np.cumsum(over, axis=1) + over / 2
    auc = (over * below).sum(axis=1) / positives / negatives
    slope = np.empty((5, *counts.shape))
    decision = np.arange(2)
    slope[0] = ((2 * decision - 1) / n[:, None])[:, None]
    slope[1] = (decision / chosen[:, None])[:, None]
    slope[2] = ((decision - recall[:, None]) / positives[:, None])[:, None]
    slope[3] = ((2 * decision - f1[:, None]) / (chosen + positives)[:, None])[:, None]
    moved = below - above - (auc * (negatives - positives))[:, None]
    slope[4] = (moved / (positives * negatives)[:, None])[:, :, None]
    return np.stack([accuracy, precision, recall, f1, auc]), slope


def _isotonic(values: Floats, weights: Floats) -> Floats:
    means: list[float] = []
    heavy: list[float] = []
    lengths: list[int] = []
    for value, weight in zip(values, weights, strict=True):
        mean, mass, length = float(value), float(weight), 1
        while means and means[-1] >= mean:
            last = heavy.pop()
            mean = (means.pop() * last + mean * mass) / (last + mass)
            mass, length = mass + last, length + lengths.pop()
        means.append(mean)
        heavy.append(mass)
        lengths.append(length)
    return np.repeat(means, lengths)
