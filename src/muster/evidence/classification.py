"""Classification: counts per distinct score give every figure, ties and all, without the rows."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from pydantic import JsonValue

from muster.core.figures import Figure
from muster.evidence.measured import Measured, write_figure
from muster.evidence.plan import MISSING, Plan, binary, thresholded
from muster.evidence.probabilities import DEFINITIONS as PROBABILITY_DEFINITIONS
from muster.evidence.probabilities import Scores, bin_scores, probability_figures
from muster.evidence.result import Definition
from muster.evidence.source import Columns, Source, as_float, quote
from muster.evidence.statistics import Counts, Floats, divide, percentile_interval, replicates, tabulate, wilson


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


@dataclass(frozen=True)
class Confusion:
    """Labelled rows by decision and label."""

    tp: int
    fp: int
    fn: int
    tn: int

    @property
    def n(self) -> int:
        return self.tp + self.fp + self.fn + self.tn


def measure_classification(source: Source, settings: Settings) -> Measured:
    """Ask for counts by decision, label and score, and return all figures.

    Raises:
        DataError: for a label or prediction of more than two values, missing predictions, scores that are not finite.
    """
    plan, asked = _ask(source, settings)
    decided = asked["p"] == 1
    n, y = np.asarray(asked["n"], dtype=np.int64), np.asarray(asked["y"])
    confusion = Confusion(
        *(int(n[(decided == p) & (y == t)].sum()) for p, t in ((True, 1), (True, 0), (False, 1), (False, 0)))
    )
    scores = _scores(asked, n, y) if settings.score else None
    statistics: dict[str, JsonValue] = {
        "confusion": {"tp": confusion.tp, "fp": confusion.fp, "fn": confusion.fn, "tn": confusion.tn},
        "unlabelled": int(n[y == MISSING].sum()),
    }
    if scores is not None:
        statistics["score_bins"] = bin_scores(scores, settings.bins)
    figures = (
        *count_figures(confusion, settings),
        *probability_figures(scores, confusion.n, bins=settings.bins, level=settings.level),
    )
    return Measured(figures, statistics, {**DEFINITIONS, **PROBABILITY_DEFINITIONS}, plan.sql(source.relation))


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
        ends = percentile_interval(draws, level)
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


def _ask(source: Source, settings: Settings) -> tuple[Plan, Columns]:
    label = binary(source, "y", settings.label, settings.positive)
    columns = [label]
    keys = {"y": label.code}
    if settings.prediction is not None:
        coded = source.is_number(settings.prediction) or source.columns[settings.prediction] == "BOOLEAN"
        positive = "1" if coded and not source.is_number(settings.label) else settings.positive
        columns.append(binary(source, "p", settings.prediction, positive))
    if settings.score is not None:
        alias = "p" if settings.prediction is None else "q"
        columns.append(thresholded(source, alias, settings.score, settings.threshold))
        keys["s"] = f"cast({quote(settings.score)} as double)"
    keys |= {column.alias: column.code for column in columns[1:]}
    aggregates = {"n": "count(*)"}
    for column in columns:
        aggregates |= column.aggregates()
    plan = Plan(aggregates, keys)
    asked = source.ask(plan.sql(source.relation))
    for column in columns[1:]:
        column.refuse_gaps(source, asked)
    for column in columns:
        column.refuse_third_value(source, asked)
    return plan, asked


def _scores(asked: Columns, n: Counts, y: Counts) -> Scores:
    labelled = y != MISSING
    score, n, y = as_float(asked["s"])[labelled], n[labelled], y[labelled]
    values, at = np.unique(score, return_inverse=True)
    positives = np.zeros(len(values), dtype=np.int64)
    negatives = np.zeros(len(values), dtype=np.int64)
    np.add.at(positives, at, np.where(y == 1, n, 0))
    np.add.at(negatives, at, np.where(y == 0, n, 0))
    return Scores(values, positives, negatives)


def _bootstrap(c: Confusion, settings: Settings) -> Counts:
    if not c.n:
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
