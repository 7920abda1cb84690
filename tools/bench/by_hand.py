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
CHUNKS, CELLS = 10, 1_000
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
    """Score cells of the reference and of ten chunks; isotonic calibration on cells; expected confusion counts."""
    engine = connect()
    cell = f"least({CELLS - 1}, floor(score * {CELLS}))::int"
    fitted = engine.execute(
        f"select {cell} as b, count(*) as n, sum(label) as k from {files(log, 'first')} "  # noqa: S608
        "where label is not null group by 1 order by 1"
    ).fetchnumpy()
    believed = np.interp(
        np.arange(CELLS), fitted["b"], _isotonic(fitted["k"].astype(float) / fitted["n"], fitted["n"].astype(float))
    )
    (rows,) = engine.execute(f"select count(*) from {files(log, 'unlabelled/second')}").fetchone() or (0,)  # noqa: S608
    cells = engine.execute(
        f"select (file_row_number * {CHUNKS}) // {rows} as c, {cell} as b, decision as d, count(*) as n "  # noqa: S608
        f"from {files(log, 'unlabelled/second')} group by all"
    ).fetchnumpy()
    flat = (cells["c"].astype(np.int64) * CELLS + cells["b"]) * 2 + cells["d"]
    counts = np.bincount(flat, weights=cells["n"], minlength=CHUNKS * CELLS * 2).reshape(CHUNKS, CELLS, 2)
    tp, fp = counts[:, :, 1] @ believed, counts[:, :, 1] @ (1 - believed)
    fn, tn = counts[:, :, 0] @ believed, counts[:, :, 0] @ (1 - believed)
    positive, negative = counts.sum(axis=2) * believed, counts.sum(axis=2) * (1 - believed)
    below = np.cumsum(negative, axis=1) - negative / 2
    auc = (positive * below).sum(axis=1) / positive.sum(axis=1) / negative.sum(axis=1)
    total = tp + fp + fn + tn
    return sum(x.size for x in (auc, (tp + tn) / total, tp / (tp + fp), tp / (tp + fn), 2 * tp / (2 * tp + fp + fn)))


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
