"""What errors cost each group: the mean price of a labelled row, and how far it lies apart."""

from collections.abc import Sequence

import numpy as np

from muster.core.figures import Figure
from muster.evidence.check import Definition
from muster.evidence.cost import Costs
from muster.evidence.fairness_cells import gap_figure
from muster.evidence.fairness_parameters import FairnessParameters
from muster.evidence.gaps import drawn_tables
from muster.evidence.group_rows import Measured
from muster.evidence.means import Means, spread_means
from muster.evidence.measured import write_figure
from muster.evidence.spreads import REST, Rule, find_gap
from muster.evidence.statistics import Cells, Counts, Floats, Groups, divide, roll_up

_LABELLED = slice(0, 4)  # tp fp fn tn


def _rules(costs: Costs) -> dict[str, Rule]:
    return {"difference": Rule(worse="high", most=float(costs.weights.max())), "ratio": Rule("ratio", worse="high")}


def prices(parameters: FairnessParameters) -> Costs | None:
    """Return the prices of errors; None where none was named. What was not named costs nothing."""
    if parameters.cost_fp is None and parameters.cost_fn is None:
        return None
    return Costs(tp=0.0, fp=parameters.cost_fp or 0.0, fn=parameters.cost_fn or 0.0, tn=0.0)


def cost_rates(groups: Groups, costs: Costs, parameters: FairnessParameters) -> Measured:
    """Return the mean cost of each group."""
    means = _means(groups.counts, costs)
    low, high = means.ends(parameters.level)
    reason = "no_labels" if parameters.label else "no_label"
    return Measured("mean_cost", means.totals, means.n, means.values, low, high, reason)


def cost_figures(
    cells: Cells, groups: Sequence[Groups], costs: Costs, parameters: FairnessParameters
) -> tuple[Figure, ...]:
    """Return the mean cost of everyone, then difference and ratio of each set of attributes."""
    gaps = []
    for each, drawn, rest in _drawn(cells, groups, costs, parameters):
        means = _means(each.counts, costs)
        spread = spread_means(each.attributes, each.names, means, parameters, drawn=drawn, rest=rest)
        for kind, rule in _rules(costs).items():
            gap = find_gap(
                f"mean_cost_{kind}",
                spread,
                rule,
                reference=parameters.reference,
                minimum=parameters.minimum,
                level=parameters.level,
            )
            gaps.append(gap_figure(gap, parameters))
    return _overall(cells, costs, parameters), *gaps


def _means(counts: Counts, costs: Costs) -> Means:
    labelled = counts[:, _LABELLED]
    most = float(costs.weights.max())
    return Means(labelled.sum(axis=1), labelled @ costs.weights, labelled @ costs.weights**2, least=0.0, most=most)


def _drawn(
    cells: Cells, groups: Sequence[Groups], costs: Costs, parameters: FairnessParameters
) -> list[tuple[Groups, Floats | None, Floats | None]]:
    """Return each set of attributes with the mean cost of its deciding groups (and of their rests) in replicates."""
    at = [np.flatnonzero(each.counts[:, _LABELLED].sum(axis=1) >= parameters.minimum) for each in groups]
    drawn: list[list[Floats]] = [[] for _ in groups]
    rests: list[list[Floats]] = [[] for _ in groups]
    for tables in drawn_tables(cells, list(groups), parameters) if any(map(len, at)) else ():
        for i, table in enumerate(tables):
            labelled = table[..., _LABELLED]
            chosen = labelled[:, at[i]]
            drawn[i].append(divide(chosen @ costs.weights, chosen.sum(axis=-1)))
            if parameters.reference == REST:
                others = labelled.sum(axis=1, keepdims=True) - chosen
                rests[i].append(divide(others @ costs.weights, others.sum(axis=-1)))
    return [
        (each, np.concatenate(some) if some else None, np.concatenate(rest) if rest else None)
        for each, some, rest in zip(groups, drawn, rests, strict=True)
    ]


def _overall(cells: Cells, costs: Costs, parameters: FairnessParameters) -> Figure:
    means = _means(roll_up(cells, ()).counts, costs)
    n = int(means.n[0])
    if not n:
        reason = "no_labels" if parameters.label else "no_label"
        return write_figure("mean_cost", None, 0, level=parameters.level, reason=reason)
    low, high = (float(end[0]) for end in means.ends(parameters.level))
    ends = (low, high) if n > 1 else None
    value = float(means.values[0])
    return write_figure("mean_cost", value, n, ends=ends, level=parameters.level, method="normal")


_GAP = "interval: simultaneous over all compared pairs of groups with enough rows, calibrated on a bootstrap of cells"
_SOURCE = "Elkan, The Foundations of Cost-Sensitive Learning, IJCAI (2001)"
DEFINITIONS: dict[str, Definition] = {
    "mean_cost": Definition(formula="(cost_fp fp + cost_fn fn) / labelled rows; interval: normal", source=_SOURCE),
    "mean_cost_difference": Definition(formula=f"highest - lowest mean cost of a group; {_GAP}", source="Muster"),
    "mean_cost_ratio": Definition(
        formula=f"lowest / highest mean cost of a group, both above 0; {_GAP}, of logarithms", source="Muster"
    ),
}
