"""What decisions cost: each of the four outcomes has a price, a benefit being a negative one."""

from typing import Protocol

import numpy as np

from muster.core.canonical import Frozen
from muster.core.figures import Figure
from muster.evidence.check import Definition
from muster.evidence.measured import write_figure, write_mean
from muster.evidence.scores import ScoreCells
from muster.evidence.statistics import Counts, Floats


class Priced(Protocol):
    """Parameters that may name prices."""

    @property
    def cost_fp(self) -> float | None: ...
    @property
    def cost_fn(self) -> float | None: ...
    @property
    def benefit_tp(self) -> float | None: ...
    @property
    def benefit_tn(self) -> float | None: ...


class Costs(Frozen):
    """The price of one row of each outcome, in any currency."""

    tp: float
    fp: float
    fn: float
    tn: float

    @property
    def weights(self) -> Floats:
        """The prices in the order tp, fp, fn, tn."""
        return np.array([self.tp, self.fp, self.fn, self.tn])


def costs_of(parameters: Priced) -> Costs | None:
    """Return the prices; None where none was named. What was not named costs nothing."""
    given = (parameters.benefit_tp, parameters.cost_fp, parameters.cost_fn, parameters.benefit_tn)
    if all(each is None for each in given):
        return None
    tp, fp, fn, tn = (each or 0.0 for each in given)
    return Costs(tp=-tp, fp=fp, fn=fn, tn=-tn)


def cost_figures(
    counts: Counts, cells: ScoreCells | None, curve: tuple[Floats, Counts] | None, costs: Costs, level: float
) -> tuple[Figure, ...]:
    """Return the mean cost of the decisions taken, and the threshold that would have cost least.

    `counts` holds tp, fp, fn, tn. The best threshold is picked on the same rows that price it, so its cost is
    somewhat too low: try it on other data before using it.
    """
    n = int(counts.sum())
    names = ("mean_cost", "best_threshold", "mean_cost_at_best_threshold")
    if not n:
        return tuple(write_figure(name, None, 0, level=level, reason="no_labels") for name in names)
    mean = _mean("mean_cost", counts, costs, level)
    if cells is None or curve is None:
        return mean, *(write_figure(name, None, 0, level=level, reason="no_score") for name in names[1:])
    limits, rows = curve
    best = int(np.argmin(rows @ costs.weights))
    least = None if np.isinf(limits[best]) else float(limits[best])
    at = write_figure("best_threshold", least, n if least is not None else 0, level=level, reason="best_selects_nobody")
    return mean, at, _mean("mean_cost_at_best_threshold", rows[best], costs, level)


def _mean(name: str, counts: Counts, costs: Costs, level: float) -> Figure:
    total, squares = float(counts @ costs.weights), float(counts @ costs.weights**2)
    return write_mean(name, total, squares, int(counts.sum()), level=level)


DEFINITIONS = {
    "mean_cost": Definition(
        formula="(cost_fp fp + cost_fn fn - benefit_tp tp - benefit_tn tn) / n; interval: normal",
        source="Elkan, The Foundations of Cost-Sensitive Learning, IJCAI (2001)",
    ),
    "best_threshold": Definition(
        formula="the threshold of least mean cost on these rows (of equals the lowest); in a grid: the edge of a cell",
        source="Elkan, IJCAI (2001)",
    ),
    "mean_cost_at_best_threshold": Definition(
        formula="mean cost there; picked and priced on the same rows, so somewhat too low; interval: normal",
        source="Muster",
    ),
}
