"""Classification: counts by decision, label and score give every figure without the rows."""

from typing import Protocol, Self

import numpy as np

from muster.contract.evidence import GroupRow
from muster.core.canonical import Frozen
from muster.core.figures import Figure
from muster.evidence.binary import MISSING, Binary, as_decision, binary, thresholded
from muster.evidence.calibration import calibration_rows
from muster.evidence.check import Definition, Statistics, Steps
from muster.evidence.columns import plain, require_numbers
from muster.evidence.cost import Priced, cost_figures, costs_of
from muster.evidence.errors import NotMergeable
from muster.evidence.grid import grid_aggregates, grid_key, read_grid
from muster.evidence.measured import write_figure, write_share
from muster.evidence.plan import Columns, Key, Plan, as_float, finite, scalar
from muster.evidence.probabilities import probability_figures
from muster.evidence.scores import GRID, ScoreCells, keep_scores, scale_for
from muster.evidence.statistics import Counts, Floats, divide, percentile_interval, replicates, tabulate
from muster.evidence.table import Table
from muster.evidence.thresholds import curve, threshold_rows

COUNTED = 250_000
"""Rows up to which every distinct score is counted."""


class Settings(Priced, Protocol):
    """What the figures of a classification depend on."""

    @property
    def label(self) -> str: ...
    @property
    def prediction(self) -> str | None: ...
    @property
    def score(self) -> str | None: ...
    @property
    def threshold(self) -> float: ...
    @property
    def positive(self) -> str: ...
    @property
    def bins(self) -> int: ...
    @property
    def minimum(self) -> int: ...
    @property
    def level(self) -> float: ...
    @property
    def replicates(self) -> int: ...
    @property
    def seed(self) -> int: ...


class Confusion(Frozen):
    """Labelled rows by decision and label."""

    tp: int
    fp: int
    fn: int
    tn: int

    @property
    def n(self) -> int:
        return self.tp + self.fp + self.fn + self.tn

    def plus(self, other: "Confusion") -> "Confusion":
        """Return the counts of both together."""
        return Confusion(tp=self.tp + other.tp, fp=self.fp + other.fp, fn=self.fn + other.fn, tn=self.tn + other.tn)


class ClassificationStatistics(Statistics):
    """Labelled rows by decision and label, and with a score the cells of the scores."""

    confusion: Confusion
    unlabelled: int
    scores: ScoreCells | None = None

    def merged(self, other: Self) -> Self:
        if (self.scores is None) != (other.scores is None):
            raise NotMergeable("other_parameters", "performance")
        both = self.scores.merged(other.scores) if self.scores is not None and other.scores is not None else None
        return type(self)(
            confusion=self.confusion.plus(other.confusion), unlabelled=self.unlabelled + other.unlabelled, scores=both
        )


def measure_classification(table: Table, settings: Settings) -> Steps:
    """Ask for counts by decision, label and score.

    Up to `COUNTED` rows every distinct score is counted; beyond that the scores are put into a grid by the engine.

    Raises:
        DataError: for a label or prediction of more than two values, missing predictions, scores that are not finite.
    """
    if settings.score is not None:
        yield from require_numbers(table, settings.score)
    columns = _columns(table, settings)
    scale = (yield from _look(settings)) if settings.score and table.rows > COUNTED else None
    asked = yield _plan(columns, settings, scale)
    for column in columns[1:]:
        column.refuse_gaps(table, asked)
    for column in columns:
        column.refuse_third_value(table, asked)
    decided = np.asarray(asked["p"]) == 1
    n, y = np.asarray(asked["n"], dtype=np.int64), np.asarray(asked["y"])
    confusion = Confusion(
        **{
            name: int(n[(decided == p) & (y == t)].sum())
            for name, p, t in (("tp", True, 1), ("fp", True, 0), ("fn", False, 1), ("tn", False, 0))
        }
    )
    cells = None
    if settings.score:
        cells = _distinct(asked, n, y) if scale is None else read_grid(asked, scale)
    return ClassificationStatistics(confusion=confusion, unlabelled=int(n[y == MISSING].sum()), scores=cells)


def classification_figures(statistics: ClassificationStatistics, settings: Settings) -> tuple[Figure, ...]:
    """Return all figures. A pure function: it reads no data."""
    c, cells, costs = statistics.confusion, statistics.scores, costs_of(settings)
    priced: tuple[Figure, ...] = ()
    if costs is not None:
        at = curve(cells) if cells is not None and cells.at else None
        priced = cost_figures(np.array([c.tp, c.fp, c.fn, c.tn]), cells, at, costs, settings.level)
    return (
        *count_figures(c, settings),
        *probability_figures(cells, c.n, bins=settings.bins, level=settings.level),
        *priced,
    )


def classification_rows(statistics: ClassificationStatistics, settings: Settings) -> tuple[GroupRow, ...]:
    """Return the threshold curve and the calibration bins. A pure function: it reads no data."""
    cells = statistics.scores
    if cells is None or not cells.at:
        return ()
    level, minimum = settings.level, settings.minimum
    bins = calibration_rows(cells, bins=settings.bins, level=level, minimum=minimum)
    return threshold_rows(cells, costs_of(settings), level=level, minimum=minimum) + bins


def count_figures(confusion: Confusion, settings: Settings) -> tuple[Figure, ...]:
    """Return the figures that need only the confusion counts. A pure function: it reads no data."""
    c, level = confusion, settings.level
    positives, negatives = c.tp + c.fn, c.fp + c.tn
    drawn = _bootstrap(c, settings)

    def rate(name: str, over: int, under: int, reason: str) -> Figure:
        return write_share(name, over, under, level=level, reason=reason if c.n else "no_labels")

    def sampled(name: str, value: Floats, draws: Floats, n: int, reason: str) -> Figure:
        if np.isnan(value):
            return write_figure(name, None, 0, level=level, reason=reason if c.n else "no_labels")
        ends = percentile_interval(draws, level) if draws.size else None
        return write_figure(name, float(value), n, ends=ends, level=level, method="cell bootstrap")

    counts = np.array([[c.tp, c.fp, c.fn, c.tn]])
    return (
        rate("accuracy", c.tp + c.tn, c.n, "no_labels"),
        rate("accuracy_of_majority", max(positives, negatives), c.n, "no_labels"),
        sampled("balanced_accuracy", _balanced(counts)[0], _balanced(drawn), c.n, "one_class"),
        rate("precision", c.tp, c.tp + c.fp, "nobody_selected"),
        rate("recall", c.tp, positives, "no_positives"),
        sampled("f1", _f1(counts)[0], _f1(drawn), c.tp + c.fp + c.fn, "no_positives"),
    )


def _columns(table: Table, settings: Settings) -> list[Binary]:
    """Return the label, the decision, and the score beside a decision of its own."""
    columns = [binary(table, "y", settings.label, settings.positive)]
    if settings.prediction is not None:
        columns.append(as_decision(table, "p", settings.prediction, settings.positive, label=settings.label))
    if settings.score is not None:
        alias = "p" if settings.prediction is None else "q"
        columns.append(thresholded(table, alias, settings.score, settings.threshold))
    return columns


def _look(settings: Settings) -> Steps:
    """Return the scale of the grid for the scores that there are."""
    assert settings.score is not None
    score = plain(settings.score)
    inside = f"case when {finite(score)} then {score} end"
    asked = yield Plan({"low": f"min({inside})", "high": f"max({inside})"})
    low, high = scalar(asked, "low"), scalar(asked, "high")
    if low is None or high is None:  # nothing that is a number: the next question counts why
        return float(GRID)
    return scale_for(low, high)


def _plan(columns: list[Binary], settings: Settings, scale: float | None) -> Plan:
    keys: dict[str, Key] = {column.alias: column.code for column in columns}
    aggregates = {"n": "count(*)"}
    if settings.score is not None:
        score = plain(settings.score)
        keys["s"] = score if scale is None else grid_key(score, scale)
        if scale is not None:
            aggregates |= grid_aggregates(score, columns[0].code, probable=scale == GRID)
    for column in columns:
        aggregates |= column.aggregates()
    return Plan(aggregates, keys)


def _distinct(asked: Columns, n: Counts, y: Counts) -> ScoreCells:
    labelled = y != MISSING
    score, n, y = as_float(asked["s"])[labelled], n[labelled], y[labelled]
    return keep_scores(score, np.where(y == 1, n, 0), np.where(y == 0, n, 0))


def _bootstrap(c: Confusion, settings: Settings) -> Counts:
    if not c.n or not settings.replicates:
        return np.zeros((0, 4), dtype=np.int64)
    cells = tabulate([], [], ["tp", "fp", "fn", "tn"], np.array([[c.tp, c.fp, c.fn, c.tn]], dtype=np.int64))
    blocks = list(replicates(cells, number=settings.replicates, seed=settings.seed))
    return np.concatenate(blocks)[:, 0, :]


def _balanced(counts: Counts) -> Floats:
    tp, fp, fn, tn = counts.T
    mean: Floats = (divide(tp, tp + fn) + divide(tn, tn + fp)) / 2
    return mean


def _f1(counts: Counts) -> Floats:
    tp, fp, fn, _ = counts.T
    return divide(2 * tp, 2 * tp + fp + fn)


_BOOK = "Hastie, Tibshirani, Friedman, The Elements of Statistical Learning (2009), 7 and 9"

DEFINITIONS = {
    "accuracy": Definition(formula="(tp + tn) / n; interval: Wilson", source=_BOOK),
    "accuracy_of_majority": Definition(
        formula="share of the more frequent label: what always guessing it would reach; interval: Wilson",
        source="Muster",
    ),
    "balanced_accuracy": Definition(
        formula="(tp / (tp + fn) + tn / (tn + fp)) / 2; interval: percentiles of the cell bootstrap",
        source="Brodersen et al., The balanced accuracy and its posterior distribution (2010)",
    ),
    "precision": Definition(formula="tp / (tp + fp); interval: Wilson", source="van Rijsbergen (1979)"),
    "recall": Definition(formula="tp / (tp + fn); interval: Wilson", source="van Rijsbergen (1979)"),
    "f1": Definition(
        formula="2 tp / (2 tp + fp + fn); interval: percentiles of the cell bootstrap",
        source="van Rijsbergen, Information Retrieval (1979)",
    ),
}
