"""The worst-served slices: a search over all features and their intersections."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import combinations
from math import isfinite
from types import MappingProxyType
from typing import Any, ClassVar, Self

from pydantic import Field, FiniteFloat, model_validator

from muster.contract.evidence import GroupRow, Rate
from muster.core.canonical import Frozen
from muster.core.figures import Figure
from muster.evidence.check import Definition, Findings, Statistics, Steps
from muster.evidence.errors import DataError, NotMergeable
from muster.evidence.measured import write_figure, write_mean, write_share
from muster.evidence.slice_features import Coded, Feature, code_features, default_features
from muster.evidence.slice_losses import Loss, LossName, read_loss
from muster.evidence.slice_search import Found, Items, Limits, generalisations, search
from muster.evidence.slice_tests import Moments, difference_interval, p_value, standardised
from muster.evidence.statistics import wilson
from muster.evidence.table import Table

DEEPEST = 3
REST = "(everyone else)"


class SliceParameters(Frozen):
    """Which loss, over which features, how deep; see the fields."""

    judged: ClassVar[Mapping[str, Any]] = {"top": True}

    features: tuple[str, ...] = Field(default=(), description="A feature to search. Again for each; default: all.")
    label: str | None = Field(default=None, description="The column of the truth; without it only rejection.")
    prediction: str | None = Field(default=None, description="The column of decisions, or of predicted numbers.")
    score: str | None = Field(default=None, description="The column of scores.")
    threshold: FiniteFloat = Field(default=0.5, description="The score from which on a row is selected.")
    positive: str = Field(default="1", description="The value of label and prediction that counts as positive.")
    loss: LossName = Field(default="error", description="What a row loses.")
    depth: int = Field(default=DEEPEST, ge=1, le=DEEPEST, description="Slices of up to this many features.")
    bins: int = Field(default=5, ge=2, le=20, description="Quantile bins of a feature of numbers.")
    values: int = Field(default=8, ge=1, le=50, description="Frequent values a feature keeps; the rest is (other).")
    minimum: int = Field(default=30, ge=2, description="The smallest number of rows of a slice.")
    share: float = Field(default=0.01, ge=0, lt=1, description="The smallest share of the rows of a slice.")
    top: int = Field(default=10, ge=1, le=100, description="How many slices are listed.")
    beam: int = Field(default=5000, ge=1, description="Sets of features asked for at each depth, at most.")
    level: float = Field(default=0.95, gt=0.5, lt=1, description="The level of intervals, of all slices together.")

    @model_validator(mode="after")
    def _fits(self) -> "SliceParameters":
        if (self.prediction is None) == (self.score is None):
            raise ValueError("name either a prediction column or a score column")
        if self.label is None and self.loss != "rejection":
            raise ValueError("without a label the loss can only be rejection")
        if self.loss == "log_loss" and self.score is None:
            raise ValueError("log_loss takes a score column")
        if self.loss == "absolute" and self.prediction is None:
            raise ValueError("absolute takes a prediction column of numbers")
        return self


class Counted(Frozen):
    """One slice: places of features with a code each, its rows, sum of losses, sum of their squares."""

    items: tuple[tuple[int, int], ...]
    n: int
    total: float
    squares: float

    @property
    def moments(self) -> Moments:
        return Moments(self.n, self.total, self.squares)


class SliceStatistics(Statistics):
    """The listed slices, worst first, with every wider one and the intersections that were counted.

    `space`: how many slices there can be; `looked`: how many were looked at; the others cannot be listed where the
    search was `complete`.
    """

    features: tuple[Feature, ...]
    left_out: Mapping[str, str]
    two_valued: bool
    without_loss: int
    space: int
    looked: int
    worse: int
    complete: bool
    listed: tuple[tuple[tuple[int, int], ...], ...]
    best: tuple[tuple[int, int], ...] = ()
    counted: tuple[Counted, ...]

    def merged(self, other: Self) -> Self:
        del other
        raise NotMergeable("search_again", "slices")

    def name(self, items: Items) -> str:
        """Return the name of a slice for people."""
        return " & ".join(self.features[place].labels[code] for place, code in items)


class Slices:
    """The check ``slices``."""

    name = "slices"
    version = "1"
    title: Mapping[str, str] = MappingProxyType({"en": "Worst-served slices", "zh": "表现最差的细分群体"})
    inputs: Mapping[str, bool] = MappingProxyType({"data": True})
    parameters = SliceParameters
    statistics = SliceStatistics

    def measure(self, tables: Mapping[str, Table], parameters: SliceParameters) -> Steps:
        """Ask for the loss, then for edges and frequent values, then level by level for counts."""
        table = tables["data"]
        used = [name for name in (parameters.label, parameters.prediction, parameters.score) if name]
        for name in (*used, *parameters.features):
            table.require(name)
        loss = yield from read_loss(table, parameters)
        if table.rows == loss.left_out:
            raise DataError("no_loss", parameters.label or "data", loss=parameters.loss)
        coded, left = yield from code_features(
            table,
            parameters.features or default_features(table, used),
            bins=parameters.bins,
            values=parameters.values,
            named=bool(parameters.features),
            where=loss.where,
        )
        if not coded:
            raise DataError("no_features", "data")
        rows = table.rows - loss.left_out
        limits = Limits(
            depth=parameters.depth,
            minimum=max(parameters.minimum, int(-(-parameters.share * rows // 1))),
            top=parameters.top,
            beam=parameters.beam,
            alpha=1 - parameters.level,
        )
        found = yield from search(coded, loss, rows, limits)
        return _keep(found, coded, left, loss, parameters.top)

    def judge(self, statistics: SliceStatistics, parameters: SliceParameters, *, now: datetime) -> Findings:
        """Return each listed slice's loss, its difference from everyone else, and what others explain of it."""
        del now
        known = {each.items: each.moments for each in statistics.counted}
        listed = statistics.listed[: parameters.top]
        figures = [*_summary(statistics, known, parameters)]
        for place, items in enumerate(listed):
            figures += _slice(statistics, known, items, parameters.level)
            remainder = _remainder(statistics, known, items, listed[:place], parameters.level)
            figures += [remainder] if remainder else []
        rows = tuple(_row(statistics, items, known[items], parameters.level) for items in listed)
        return Findings(tuple(figures), rows, DEFINITIONS)


def _keep(found: Found, coded: Sequence[Coded], left: Mapping[str, str], loss: Loss, top: int) -> SliceStatistics:
    found.threshold(top)
    listed = [items for _, items in found.worse[:top]]
    best = found.best[1] if found.best else ()
    kept = {wider for items in (*listed, best) for wider in (*generalisations(items), items)} | {()}
    for one, other in combinations(listed, 2):
        both = _intersection(one, other)
        if both is not None and found.moments(both):
            kept.add(both)
    counted = []
    for items in sorted(kept, key=lambda items: (len(items), items)):
        moments = found.moments(items)
        if moments:
            counted.append(Counted(items=items, n=moments.n, total=moments.total, squares=moments.squares))
    return SliceStatistics(
        features=tuple(each.feature for each in coded),
        left_out=left,
        two_valued=loss.two_valued,
        without_loss=loss.left_out,
        space=found.space,
        looked=found.looked,
        worse=len(found.worse),
        complete=found.complete,
        listed=tuple(listed),
        best=best,
        counted=tuple(counted),
    )


def _intersection(one: Items, other: Items) -> Items | None:
    """Return the slice of both, None where they contradict each other or one cannot tell."""
    conditions = dict(one)
    if any(conditions.setdefault(place, code) != code for place, code in other):
        return None
    return tuple(sorted(conditions.items()))


def _corrected(statistics: SliceStatistics, level: float) -> float:
    return 1 - (1 - level) / max(1, statistics.space)


def _summary(
    statistics: SliceStatistics, known: Mapping[Items, Moments], parameters: SliceParameters
) -> tuple[Figure, ...]:
    everyone, level = known[()], parameters.level
    if statistics.two_valued:
        overall = write_share("loss", everyone.total, everyone.n, level=level)
    else:
        overall = write_mean("loss", everyone.total, everyone.squares, everyone.n, level=level, floor=0.0)
    counts = {
        "slices_in_space": statistics.space,
        "slices_looked_at": statistics.looked,
        "slices_worse": statistics.worse,
        "search_complete": int(statistics.complete),
    }
    written = [write_figure(name, float(value), everyone.n, level=level) for name, value in counts.items()]
    worst = statistics.listed[0] if statistics.listed else statistics.best
    if not worst:
        return overall, *written, write_figure("worst_slice_difference", None, 0, level=level, reason="no_large_slice")
    return overall, *written, _difference("worst_slice_difference", statistics, known, worst, level)


def _difference(
    name: str, statistics: SliceStatistics, known: Mapping[Items, Moments], items: Items, level: float
) -> Figure:
    part = known[items]
    found = _gap(name, statistics, part, known[()].without(part), level)
    return found.model_copy(update={"group": statistics.name(items), "reference": REST})


def _gap(name: str, statistics: SliceStatistics, part: Moments, rest: Moments, level: float) -> Figure:
    """Return the difference of two means, its interval corrected for every slice that could have been found."""
    ends = difference_interval(part, rest, two_valued=statistics.two_valued, level=_corrected(statistics, level))
    method = ("newcombe" if statistics.two_valued else "welch") + ", bonferroni over the space"
    return write_figure(name, part.mean - rest.mean, part.n, ends=ends, level=level, method=method)


def _slice(
    statistics: SliceStatistics, known: Mapping[Items, Moments], items: Items, level: float
) -> tuple[Figure, ...]:
    part, everyone = known[items], known[()]
    chance = min(1.0, statistics.space * p_value(part, everyone, two_valued=statistics.two_valued))
    effect = standardised(part, everyone.without(part))
    size = effect if isfinite(effect) else None
    name = statistics.name(items)
    return (
        _difference("slice_difference", statistics, known, items, level),
        write_figure("slice_effect", size, part.n, level=level, reason="constant_loss", group=name, reference=REST),
        write_figure("slice_p_value", chance, part.n, level=level, group=name, reference=REST),
    )


def _remainder(
    statistics: SliceStatistics,
    known: Mapping[Items, Moments],
    items: Items,
    before: Sequence[Items],
    level: float,
) -> Figure | None:
    """Return the smallest difference that is left without the rows of a slice listed before; None if none overlaps."""
    least: tuple[float, Items, Moments, Moments] | None = None
    for other in before:
        both = _intersection(items, other)
        shared = known.get(both) if both is not None else None
        if not shared or not shared.n or shared.n == known[items].n:
            continue
        part = known[items].without(shared)
        rest = known[()].without(known[items])
        if least is None or part.mean - rest.mean < least[0]:
            least = part.mean - rest.mean, other, part, rest
    if least is None:
        return None
    _value, other, part, rest = least
    found = _gap("slice_remainder", statistics, part, rest, level)
    return found.model_copy(update={"group": statistics.name(items), "reference": statistics.name(other)})


def _row(statistics: SliceStatistics, items: Items, part: Moments, level: float) -> GroupRow:
    ends: tuple[float | None, float | None] = (None, None)
    if statistics.two_valued:
        low, high = wilson(part.total, part.n, level)
        ends = float(low), float(high)
    rate = Rate(
        name="loss", numerator=part.total, denominator=part.n, value=part.mean, low=ends[0], high=ends[1], enough=True
    )
    attributes = tuple(statistics.features[place].name for place, _ in items)
    return GroupRow(attributes=attributes, group=statistics.name(items), n=part.n, labelled=part.n, rates=(rate,))


_KLOESGEN = "W. Kloesgen, Explora (1996): the mean test of subgroup discovery"
DEFINITIONS = {
    "loss": Definition(formula="mean loss of all rows that have one", source="Muster"),
    "slices_in_space": Definition(
        formula="slices that the features and the smallest number of rows leave room for; the correction counts these",
        source="Bonferroni",
    ),
    "slices_looked_at": Definition(formula="slices with enough rows that were counted", source="Muster"),
    "slices_worse": Definition(
        formula="slices significantly worse than the rest of every wider slice", source="Muster"
    ),
    "search_complete": Definition(
        formula="1 if every slice was looked at or cannot be listed by its bound, 0 if the beam left some out",
        source="Muster",
    ),
    "worst_slice_difference": Definition(
        formula="mean loss of the slice with the highest sqrt(n) (mean - everyone's) / sd, minus everyone else's",
        source=_KLOESGEN,
    ),
    "slice_difference": Definition(formula="mean loss of the slice - mean loss of everyone else", source=_KLOESGEN),
    "slice_effect": Definition(formula="slice_difference / pooled standard deviation", source="Cohen (1988), d"),
    "slice_p_value": Definition(
        formula="one-sided, against everyone else, times slices_in_space; exact (Fisher) for losses of 0 and 1",
        source="R. A. Fisher (1935); permutation test",
    ),
    "slice_remainder": Definition(
        formula="slice_difference without the rows of the reference, the earlier slice that explains most of it",
        source="Muster",
    ),
}

check = Slices()
