"""Classification: counts per distinct score give every figure, ties and all, without the rows."""

from typing import Any, Protocol, Self

import numpy as np
from pydantic import FiniteFloat

from muster.core.canonical import Frozen
from muster.core.figures import Figure
from muster.evidence.binary import MISSING, Binary, as_decision, binary, thresholded
from muster.evidence.check import Definition, Statistics, Steps
from muster.evidence.measured import write_figure
from muster.evidence.plan import Columns, Key, Plan, as_float, double, quote
from muster.evidence.probabilities import Scores, probability_figures
from muster.evidence.statistics import Counts, Floats, divide, percentile_interval, replicates, tabulate, wilson
from muster.evidence.table import Table


class Settings(Protocol):
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
    """Counts by decision and label, and with a score: distinct `scores`, rising, with the labels at each."""

    confusion: Confusion
    unlabelled: int
    scores: tuple[FiniteFloat, ...] | None = None
    positives: tuple[int, ...] = ()
    negatives: tuple[int, ...] = ()

    def merged(self, other: Self) -> Self:
        merged = {
            "confusion": self.confusion.plus(other.confusion),
            "unlabelled": self.unlabelled + other.unlabelled,
        }
        if self.scores is None or other.scores is None:
            return type(self)(**merged)
        both = _sorted_scores(
            np.array(self.scores + other.scores),
            np.array(self.positives + other.positives, dtype=np.int64),
            np.array(self.negatives + other.negatives, dtype=np.int64),
        )
        return type(self)(**merged, **_stored(both))

    @property
    def table(self) -> Scores | None:
        """The scores as arrays; None without a score column."""
        if self.scores is None:
            return None
        return Scores(
            np.array(self.scores), np.array(self.positives, dtype=np.int64), np.array(self.negatives, dtype=np.int64)
        )


def measure_classification(table: Table, settings: Settings) -> Steps:
    """Ask for counts by decision, label and score.

    Raises:
        DataError: for a label or prediction of more than two values, missing predictions, scores that are not finite.
    """
    plan, columns = _plan(table, settings)
    asked = yield plan
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
    return ClassificationStatistics(
        confusion=confusion,
        unlabelled=int(n[y == MISSING].sum()),
        **(_stored(_scores(asked, n, y)) if settings.score else {}),
    )


def classification_figures(statistics: ClassificationStatistics, settings: Settings) -> tuple[Figure, ...]:
    """Return all figures. A pure function: it reads no data."""
    confusion = statistics.confusion
    return (
        *count_figures(confusion, settings),
        *probability_figures(statistics.table, confusion.n, bins=settings.bins, level=settings.level),
    )


def count_figures(confusion: Confusion, settings: Settings) -> tuple[Figure, ...]:
    """Return the figures that need only the confusion counts. A pure function: it reads no data."""
    c, level = confusion, settings.level
    positives, negatives = c.tp + c.fn, c.fp + c.tn
    drawn = _bootstrap(c, settings)

    def rate(name: str, over: int, under: int, reason: str) -> Figure:
        if not under:
            return write_figure(name, None, 0, level=level, reason=reason if c.n else "no_labels")
        low, high = wilson(over, under, level)
        return write_figure(name, over / under, under, ends=(float(low), float(high)), level=level, method="wilson")

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


def _plan(table: Table, settings: Settings) -> tuple[Plan, list[Binary]]:
    label = binary(table, "y", settings.label, settings.positive)
    columns = [label]
    keys: dict[str, Key] = {"y": label.code}
    if settings.prediction is not None:
        columns.append(as_decision(table, "p", settings.prediction, settings.positive, label=settings.label))
    if settings.score is not None:
        alias = "p" if settings.prediction is None else "q"
        columns.append(thresholded(table, alias, settings.score, settings.threshold))
        keys["s"] = double(quote(settings.score))
    keys |= {column.alias: column.code for column in columns[1:]}
    aggregates = {"n": "count(*)"}
    for column in columns:
        aggregates |= column.aggregates()
    return Plan(aggregates, keys), columns


def _scores(asked: Columns, n: Counts, y: Counts) -> Scores:
    labelled = y != MISSING
    score, n, y = as_float(asked["s"])[labelled], n[labelled], y[labelled]
    return _sorted_scores(score, np.where(y == 1, n, 0), np.where(y == 0, n, 0))


def _sorted_scores(score: Floats, over: Counts, under: Counts) -> Scores:
    values, at = np.unique(score, return_inverse=True)
    positives = np.zeros(len(values), dtype=np.int64)
    negatives = np.zeros(len(values), dtype=np.int64)
    np.add.at(positives, at, over)
    np.add.at(negatives, at, under)
    return Scores(values, positives, negatives)


def _stored(scores: Scores) -> dict[str, Any]:
    return {
        "scores": tuple(scores.values.tolist()),
        "positives": tuple(scores.positives.tolist()),
        "negatives": tuple(scores.negatives.tolist()),
    }


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
