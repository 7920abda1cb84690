"""Scores put into a grid by the engine: its key, its sums, and how they are read."""

from typing import TypeVar

import numpy as np

from muster.evidence.binary import MISSING
from muster.evidence.plan import Columns, as_float, finite, number
from muster.evidence.scores import EXACT, Losses, ScoreCells
from muster.evidence.statistics import Counts, Floats

Summed = TypeVar("Summed", Counts, Floats)


def grid_key(score: str, scale: float) -> str:
    """Return the expression of a score's cell; none where it is missing, NaN or infinite."""
    return f"case when {finite(score)} then floor({score} * {number(scale)}) end"


def grid_aggregates(score: str, label: str, *, probable: bool) -> dict[str, str]:
    """Return what is summed in each cell; `label` is an expression of 1 and 0, and the losses are of probabilities."""
    sums = {"total": f"sum({score})", "low": f"min({score})", "high": f"max({score})"}
    if not probable:
        return sums
    sure = f"(case when {label} = 1 then {score} else 1 - {score} end)"
    missed = f"(case when {label} = 1 then 1 - {score} else {score} end)"
    log = f"(case when {sure} > 0 then -ln({sure}) else 0 end)"
    return sums | {
        "square": f"sum({missed} * {missed})",
        "fourth": f"sum({missed} * {missed} * {missed} * {missed})",
        "log": f"sum({log})",
        "log_square": f"sum({log} * {log})",
        "wrong": f"count(case when {sure} <= 0 then 1 end)",
    }


def read_grid(asked: Columns, scale: float) -> ScoreCells:
    """Read the labelled rows of an answer by label ``y`` and cell ``s`` as cells.

    Where each cell holds but one score, and there are few, they are kept as they are: nothing was lost.
    """
    y = np.asarray(asked["y"])
    kept = np.flatnonzero(y != MISSING)
    if not kept.size:
        return ScoreCells()
    n, y = np.asarray(asked["n"], dtype=np.int64)[kept], y[kept]
    lows, highs, totals = (as_float(asked[name])[kept] for name in ("low", "high", "total"))
    cell, where = np.unique(as_float(asked["s"])[kept], return_inverse=True)
    low, high = np.full(len(cell), np.inf), np.full(len(cell), -np.inf)
    np.minimum.at(low, where, lows)
    np.maximum.at(high, where, highs)
    over, under = (_sum(where, np.where(y == label, n, 0), len(cell)) for label in (1, 0))
    exact = bool((low == high).all()) and len(cell) <= EXACT
    losses = [None if exact or "log" not in asked else _losses(asked, kept[y == label]) for label in (1, 0)]
    return ScoreCells(
        scale=0.0 if exact else scale,
        at=tuple((low if exact else cell).tolist()),
        positives=tuple(over.tolist()),
        negatives=tuple(under.tolist()),
        sums=() if exact else tuple(_sum(where, totals, len(cell)).tolist()),
        low=float(low.min()),
        high=float(high.max()),
        of_positives=losses[0],
        of_negatives=losses[1],
    )


def _losses(asked: Columns, rows: Counts) -> Losses:
    names = ("square", "fourth", "log", "log_square")
    sums = {name: float(as_float(asked[name])[rows].sum()) for name in names}
    return Losses(**sums, wrong=int(np.asarray(asked["wrong"], dtype=np.int64)[rows].sum()))


def _sum(where: Counts, values: Summed, size: int) -> Summed:
    total: Summed = np.zeros(size, dtype=values.dtype)
    np.add.at(total, where, values)
    return total
