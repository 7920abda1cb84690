"""Fairness of rankings: who is seen. Exposure falls with the place; the first places should mirror who competes."""

import math
from typing import Self

import numpy as np

from muster.contract.evidence import GroupRow
from muster.core.canonical import Frozen
from muster.core.figures import Figure
from muster.evidence.check import Definition, Findings, Steps
from muster.evidence.columns import count_faults, number_faults, plain, refuse_faults, require_numbers
from muster.evidence.errors import NotMergeable, ParameterError
from muster.evidence.fairness_cells import (
    CELL_LIMIT,
    first_rows,
    gap_figure,
    limited_subsets,
    refuse_cells,
    refuse_identifiers,
    require_reference,
)
from muster.evidence.fairness_parameters import FairnessParameters
from muster.evidence.group_rows import Measured, write_rows
from muster.evidence.groups import name_values
from muster.evidence.means import STUDENT, Means, spread_means
from muster.evidence.measured import write_figure
from muster.evidence.plan import RELATION, Columns, Key, Plan, as_float, number, quote
from muster.evidence.rates import define_below
from muster.evidence.spreads import Gap, Rule, below_minimum, find_gap
from muster.evidence.statistics import Floats, divide, wilson
from muster.evidence.sums import Rolled, SumCells
from muster.evidence.table import Table

PLACE = "(place)"
BONFERRONI = "wilson of the share in the first places, bonferroni over groups"
_PLACED_LIMIT = 10 * CELL_LIMIT
_COUNTED, _SUMMED = ("n",), ("exposure", "exposure2", "top")
_RULES = {
    "exposure_ratio": Rule("ratio", method=STUDENT, needs_label=False),
    "exposure_difference": Rule(most=1.0, method=STUDENT, needs_label=False),
}


class RankCells(Frozen):
    """By cell: rows, sums of exposure and its square, rows among the first `k`; `places`: rows at each of these.

    Rows of one score share their places evenly, so `top` and `places` hold parts of rows. `places` is None where there
    were too many.
    """

    k: int
    cells: SumCells
    places: SumCells | None

    def merged(self, other: Self) -> Self:
        """Return the sums of both data together: of other queries, or of other lists.

        Raises:
            NotMergeable: if they look at different places.
        """
        if self.k != other.k:
            raise NotMergeable("other_parameters", "fairness")
        places = self.places.merged(other.places) if self.places and other.places else None
        if places is not None and len(places.cells) > CELL_LIMIT:
            places = None
        return self.model_copy(update={"cells": self.cells.merged(other.cells), "places": places})


def measure_ranks(table: Table, parameters: FairnessParameters) -> Steps:
    """Ask for the exposure of every cell, by one query with windows.

    Raises:
        DataError: for scores that are missing, no numbers or infinite, and missing queries.
    """
    assert parameters.score is not None
    for name in parameters.protected:
        table.require(name)
    yield from require_numbers(table, parameters.score)
    score = plain(parameters.score)
    faults = number_faults(parameters.score)
    if parameters.query is not None:
        faults.append((parameters.query, "missing_values", f"{table.present(parameters.query)} is null"))
    first, looked = yield first_rows(parameters), Plan(count_faults(faults))
    refuse_identifiers(parameters, first)
    refuse_faults(table, faults, looked)
    asked = yield _plan(parameters, score)
    refuse_cells(parameters.protected, asked, _PLACED_LIMIT)
    return _cells(parameters, asked)


def judge_ranks(ranks: RankCells, parameters: FairnessParameters) -> Findings:
    """Return rows and figures of every group. A pure function: it reads no data.

    Raises:
        ParameterError: if other places are asked for than were counted.
    """
    if ranks.k != parameters.k:
        reason = f"the places were counted up to {ranks.k}; other ones need the data"
        raise ParameterError("invalid_parameter", "k", check="fairness", reason=reason)
    figures = _overall(ranks.cells.roll(()), parameters)
    rows: list[GroupRow] = []
    known: set[str] = set()
    for rolled in limited_subsets(ranks.cells.roll, parameters):
        known |= set(rolled.names)
        rows += _rows(rolled, parameters)
        figures += [gap_figure(gap, parameters) for gap in _gaps(rolled, parameters)]
        figures.append(_ndkl(ranks, rolled, parameters))
    require_reference(parameters, known)
    return Findings(tuple(figures), tuple(rows), DEFINITIONS)


def _plan(parameters: FairnessParameters, score: str) -> Plan:
    """Place every row, share the exposure of one score evenly, then add up by cell and place.

    Places beyond k are counted together as 0: exposure is all that is asked of them.
    """
    k = parameters.k
    names = [f"g{i}" for i in range(len(parameters.protected))]
    chosen = ", ".join(f"{quote(name)} as {g}" for name, g in zip(parameters.protected, names, strict=True))
    query = quote(parameters.query) if parameters.query is not None else "1"
    rows = f"select {chosen}, {query} as q, {score} as s from {RELATION}"  # noqa: S608
    kept = ", ".join(names)
    placed = (
        f"select {kept}, q, s, row_number() over (partition by q order by s desc) as place, "  # noqa: S608
        "rank() over (partition by q order by s desc) as first_place, count(*) over (partition by q, s) as alike "
        f"from ({rows}) as muster_rows"
    )
    seen = f"{number(math.log(2))} / ln(place + 1)"
    over = (
        f"select {kept}, first_place, alike, avg({seen}) over (partition by q, s) as seen "  # noqa: S608
        f"from ({placed}) as muster_placed"
    )
    keys: dict[str, Key] = {f"a{i}": name for i, name in enumerate(names)}
    keys["place"] = f"case when first_place <= {k} then first_place else 0 end"
    keys["alike"] = f"case when first_place <= {k} then alike else 0 end"
    aggregates = {"n": "count(*)", "exposure": "sum(seen)", "exposure2": "sum(seen * seen)"}
    return Plan(aggregates, keys, limit=_PLACED_LIMIT + 1, over=over)


def _cells(parameters: FairnessParameters, asked: Columns) -> RankCells:
    k = parameters.k
    values = list(zip(*(name_values(asked[f"a{i}"]) for i in range(len(parameters.protected))), strict=True))
    n, first, alike = (as_float(asked[name]).astype(np.int64).tolist() for name in ("n", "place", "alike"))
    sums = np.stack([as_float(asked[name]) for name in _SUMMED[:2]], axis=1).tolist()
    rows, places = [], []
    for value, many, start, ties, (seen, squares) in zip(values, n, first, alike, sums, strict=True):
        inside = min(ties, k - start + 1) if start else 0
        rows.append((value, [many], [seen, squares, many * inside / ties if inside else 0.0]))
        places += [((*value, str(start + i)), (), [many / ties]) for i in range(inside)]
    held = SumCells.of((*parameters.protected, PLACE), (), ("rows",), places)
    return RankCells(
        k=k,
        cells=SumCells.of(parameters.protected, _COUNTED, _SUMMED, rows),
        places=held if len(held.cells) <= CELL_LIMIT else None,
    )


def _exposure(rolled: Rolled) -> Means:
    return Means(rolled.counts[:, 0], rolled.sums[:, 0], rolled.sums[:, 1], least=0.0, most=1.0)


def _rows(rolled: Rolled, parameters: FairnessParameters) -> tuple[GroupRow, ...]:
    means, n, top = _exposure(rolled), rolled.counts[:, 0], rolled.sums[:, 2]
    low, high = means.ends(parameters.level)
    shares = wilson(top, n, parameters.level)
    values, ends = _represented(rolled, parameters.level)
    measured = [
        Measured("exposure", means.totals, n, means.values, low, high, "no_rows"),
        Measured("top_share", top, n, divide(top, n), *shares, "no_rows"),
        Measured("representation", np.nan_to_num(values) * n, n, values, *ends, "no_rows"),
    ]
    return write_rows(rolled.attributes, rolled.names, (n, n), measured, parameters.minimum)


def _represented(rolled: Rolled, level: float) -> tuple[Floats, tuple[Floats, Floats]]:
    """Return the share among the first places over the share of those who compete, with its interval."""
    n, top = rolled.counts[:, 0], rolled.sums[:, 2]
    share = divide(n, n.sum())
    ends = wilson(top, np.full(len(n), top.sum()), level)
    return divide(divide(top, top.sum()), share), (divide(ends[0], share), divide(ends[1], share))


def _overall(everyone: Rolled, parameters: FairnessParameters) -> list[Figure]:
    n, level, means = int(everyone.counts[0, 0]), parameters.level, _exposure(everyone)
    if not n:
        return [write_figure(name, None, 0, level=level, reason="no_rows") for name in ("exposure", "top_share")]
    ends = means.ends(level)
    around = (float(ends[0][0]), float(ends[1][0])) if n > 1 else None
    return [
        write_figure("exposure", float(means.values[0]), n, ends=around, level=level, method="normal"),
        write_figure("top_share", float(everyone.sums[0, 2]) / n, n, level=level),
    ]


def _gaps(rolled: Rolled, parameters: FairnessParameters) -> list[Gap]:
    spread = spread_means(rolled.attributes, rolled.names, _exposure(rolled), parameters)
    gaps = [
        find_gap(name, spread, rule, reference=parameters.reference, minimum=parameters.minimum, level=parameters.level)
        for name, rule in _RULES.items()
    ]
    n = rolled.counts[:, 0]
    below = below_minimum(rolled.attributes, n, {"exposure": n}, parameters.minimum)
    return [*gaps, _representation_gap(rolled, parameters), *below]


def _representation_gap(rolled: Rolled, parameters: FairnessParameters) -> Gap:
    """Return the group that is rarest among the first places for its number, at a level that allows for picking it."""
    n = rolled.counts[:, 0]
    at = np.flatnonzero(n >= parameters.minimum)
    gap = Gap("representation_ratio", rolled.attributes, 0.0, 0, method=BONFERRONI)
    if len(rolled.names) == 1 or not len(at):
        reason = "one_group" if len(rolled.names) == 1 else "no_group_large_enough"
        return Gap(gap.name, gap.attributes, 0.0, 0, not_estimable=reason)
    values, (low, high) = _represented(rolled, 1 - (1 - parameters.level) / len(at))
    worst = int(at[np.argmin(values[at])])
    interval = float(low[at].min()), float(high[at].min())
    return Gap(
        gap.name,
        gap.attributes,
        float(values[worst]),
        int(n[worst]),
        group=rolled.names[worst],
        interval=interval,
        method=BONFERRONI,
    )


def _ndkl(ranks: RankCells, rolled: Rolled, parameters: FairnessParameters) -> Figure:
    """Return the mean divergence of the first 1, 2, ... k places from everyone who competes, weighted by place."""
    name = "ndkl.intersection" if len(rolled.attributes) > 1 else "ndkl"
    group, n = " & ".join(rolled.attributes), int(rolled.counts.sum())
    reason = "one_group" if len(rolled.names) == 1 else "too_many_cells" if ranks.places is None else ""
    value = None
    if not reason and ranks.places is not None:
        names, table = ranks.places.split(rolled.attributes, PLACE, [str(i + 1) for i in range(ranks.k)])
        everyone = dict(zip(rolled.names, (rolled.counts[:, 0] / n).tolist(), strict=True))
        value = diverge(table[:, :, 0], np.array([everyone[each] for each in names]))
    written = write_figure(name, value, n if value is not None else 0, level=parameters.level, reason=reason)
    return written.model_copy(update={"group": group})


def diverge(places: Floats, everyone: Floats) -> float:
    """Return the normalised discounted Kullback-Leibler divergence of rows at places (groups, places) from shares."""
    filled = places[:, places.sum(axis=0) > 0]
    so_far = np.cumsum(filled, axis=1)
    shares = so_far / so_far.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(shares > 0, shares * np.log(shares / everyone[:, None]), 0.0)
    weights = 1 / np.log2(np.arange(filled.shape[1]) + 2)
    return max(0.0, float(terms.sum(axis=0) @ weights / weights.sum()))


_EXPOSURE = "Singh, Joachims, Fairness of Exposure in Rankings, KDD (2018)"
_GEYIK = "Geyik, Ambler, Kenthapadi, Fairness-Aware Ranking in Search & Recommendation Systems, KDD (2019)"
_PAIRS = (
    "interval: simultaneous over all compared pairs of groups with enough rows, calibrated on draws of each mean from"
    " Student's t, rows counting as independent"
)
DEFINITIONS: dict[str, Definition] = {
    "exposure": Definition(
        formula="mean of 1 / log2(1 + place) within the query, rows of one score sharing theirs; interval: normal",
        source=_EXPOSURE,
    ),
    "exposure_ratio": Definition(
        formula=f"lowest / highest mean exposure of a group; {_PAIRS}, of logarithms", source=_EXPOSURE
    ),
    "exposure_difference": Definition(formula=f"highest - lowest mean exposure of a group; {_PAIRS}", source=_EXPOSURE),
    "top_share": Definition(
        formula="rows among the first k of their query / rows; interval of a group: Wilson", source="Muster"
    ),
    "representation": Definition(
        formula="share among the first k places / share of all rows; interval: Wilson of the first, given the second",
        source=_GEYIK,
    ),
    "representation_ratio": Definition(
        formula="lowest representation of a group with enough rows; interval: Wilson, Bonferroni over these groups",
        source=_GEYIK,
    ),
    "ndkl": Definition(
        formula="mean over places 1 to k, weighted by 1 / log2(place + 1), of the Kullback-Leibler divergence of the"
        " groups' shares up to there (all queries together) from their shares of all rows; no interval",
        source=_GEYIK,
    ),
    **define_below(),
}
