"""More than two classes: a table of counts by label and prediction, and sums over the probabilities of the classes."""

from collections.abc import Collection
from typing import Protocol, Self

import numpy as np
from pydantic import Field, FiniteFloat

from muster.contract.evidence import GroupRow
from muster.core.figures import Figure
from muster.evidence.check import Definition, Statistics, Steps
from muster.evidence.columns import broken, plain, refuse, require_numbers
from muster.evidence.errors import DataError, NotMergeable
from muster.evidence.measured import measure_rate, write_figure, write_mean, write_share
from muster.evidence.plan import Columns, Key, Plan, as_float, count_if, literal, number, quote
from muster.evidence.statistics import Counts, Floats, divide, percentile_interval, replicates, tabulate
from muster.evidence.table import NUMBERS, Table

CLASSES = 200
"""The most classes that a label may have."""
CLOSE = 1e-6
"""How far the probabilities of a row may sum from 1."""
_AVERAGED = ("precision", "recall", "f1")


class Settings(Protocol):
    """What the figures of several classes depend on."""

    @property
    def label(self) -> str: ...
    @property
    def prediction(self) -> str | None: ...
    @property
    def probabilities(self) -> tuple[str, ...]: ...
    @property
    def top(self) -> int: ...
    @property
    def minimum(self) -> int: ...
    @property
    def level(self) -> float: ...
    @property
    def replicates(self) -> int: ...
    @property
    def seed(self) -> int: ...


class MulticlassStatistics(Statistics):
    """Labelled rows by label (rows of `counts`) and prediction (columns), both in the order of `classes`.

    With probabilities: `ranks` counts rows by how many classes were as likely as the true one or likelier, and
    `log`, `square` hold the sums of the losses and of their squares; `wrong` rows whose truth had probability 0.
    """

    classes: tuple[str, ...] = ()
    counts: tuple[tuple[int, ...], ...] = ()
    ranks: tuple[int, ...] | None = None
    log: tuple[FiniteFloat, FiniteFloat] = (0.0, 0.0)
    square: tuple[FiniteFloat, FiniteFloat] = (0.0, 0.0)
    wrong: int = Field(default=0, ge=0)

    def merged(self, other: Self) -> Self:
        if not self.classes or not other.classes:
            return self if self.classes else other
        if (self.ranks is None) != (other.ranks is None):
            raise NotMergeable("other_parameters", "performance")
        classes = tuple(sorted({*self.classes, *other.classes}))
        counts = np.zeros((len(classes), len(classes)), dtype=np.int64)
        for part in (self, other):
            at = [classes.index(name) for name in part.classes]
            counts[np.ix_(at, at)] += np.array(part.counts, dtype=np.int64)
        ranks = None
        if self.ranks is not None and other.ranks is not None:
            ranks = tuple(a + b for a, b in zip(self.ranks, other.ranks, strict=True))
        return type(self)(
            classes=classes,
            counts=_rows(counts),
            ranks=ranks,
            log=(self.log[0] + other.log[0], self.log[1] + other.log[1]),
            square=(self.square[0] + other.square[0], self.square[1] + other.square[1]),
            wrong=self.wrong + other.wrong,
        )


def measure_multiclass(table: Table, settings: Settings) -> Steps:
    """Ask for the rows by label and prediction, and for the losses of the probabilities.

    Raises:
        DataError: for columns of different types, too many classes, missing predictions, and probabilities that are
            no numbers, not between 0 and 1, or do not sum to 1.
    """
    columns = dict(_pair(each) for each in settings.probabilities)
    yield from require_numbers(table, *columns.values())
    _refuse_types(table, settings)
    label = _text(table, settings.label)
    keys: dict[str, Key] = {"y": label, "p": _prediction(table, settings, columns)}
    where = f"{table.present(settings.label)} is not null"
    aggregates = {"n": "count(*)"}
    if columns:
        keys["r"] = _rank(label, columns)
        aggregates |= _losses(label, columns)
    asked = yield Plan(aggregates, keys, where, limit=CLASSES * CLASSES * max(1, len(columns)))
    _refuse(table, settings, columns, asked)
    return _read(asked, list(columns))


def multiclass_figures(statistics: MulticlassStatistics, settings: Settings) -> tuple[Figure, ...]:
    """Return the figures over all classes, then those of each. A pure function: it reads no data."""
    level, classes = settings.level, statistics.classes
    counts = np.array(statistics.counts, dtype=np.int64).reshape(len(classes), len(classes))
    n, right = int(counts.sum()), int(np.trace(counts))
    if not n:
        averaged = [f"{how}_{name}" for how in ("macro", "weighted") for name in _AVERAGED]
        names = ("accuracy", "accuracy_of_majority", "balanced_accuracy", *averaged)
        return tuple(write_figure(name, None, 0, level=level, reason="no_labels") for name in names)
    most = int(counts.sum(axis=1).max())
    figures = [
        write_share("accuracy", right, n, level=level),
        write_share("accuracy_of_majority", most, n, level=level),
    ]
    figures += _averages(counts, settings)
    figures += _probable(statistics, n, settings)
    for row in multiclass_rows(statistics, settings):
        for rate in row.rates:
            over, under, reason = rate.numerator, rate.denominator, rate.not_estimable
            figures.append(write_share(rate.name, over, under, level=level, reason=reason, group=row.group))
    return tuple(figures)


def multiclass_rows(statistics: MulticlassStatistics, settings: Settings) -> tuple[GroupRow, ...]:
    """Return precision and recall of each class. A pure function: it reads no data."""
    classes = statistics.classes
    counts = np.array(statistics.counts, dtype=np.int64).reshape(len(classes), len(classes))
    rows = []
    for i, name in enumerate(classes):
        hit, true, said = int(counts[i, i]), int(counts[i].sum()), int(counts[:, i].sum())
        counted = (("precision", said, "nobody_selected"), ("recall", true, "no_positives"))
        rates = tuple(
            measure_rate(rate, hit, under, level=settings.level, minimum=settings.minimum, reason=reason)
            for rate, under, reason in counted
        )
        rows.append(GroupRow(attributes=("class",), group=f"class={name}", n=true, labelled=true, rates=rates))
    return tuple(rows)


def _averages(counts: Counts, settings: Settings) -> list[Figure]:
    n, level = int(counts.sum()), settings.level
    drawn = np.zeros((0, *counts.shape), dtype=np.int64)
    if settings.replicates:
        cells = tabulate([], [], [str(i) for i in range(counts.size)], counts.reshape(1, -1))
        blocks = list(replicates(cells, number=settings.replicates, seed=settings.seed))
        drawn = np.concatenate(blocks)[:, 0, :].reshape(-1, *counts.shape)
    seen, sampled = _averaged(counts[None]), _averaged(drawn)
    figures = []
    for name, value in seen.items():
        if np.isnan(value[0]):
            figures.append(write_figure(name, None, 0, level=level, reason="undefined_in_a_class"))
            continue
        ends = percentile_interval(sampled[name], level) if settings.replicates else None
        figures.append(write_figure(name, float(value[0]), n, ends=ends, level=level, method="cell bootstrap"))
    return figures


def _averaged(counts: Counts) -> dict[str, Floats]:
    """Return averages of (replicates, classes, classes); NaN where a class has no value, which is never a 0."""
    hit = np.diagonal(counts, axis1=1, axis2=2)
    true, said = counts.sum(axis=2), counts.sum(axis=1)
    each = {"precision": divide(hit, said), "recall": divide(hit, true), "f1": divide(2 * hit, true + said)}
    weights = divide(true, true.sum(axis=1, keepdims=True))
    found = {"balanced_accuracy": each["recall"].mean(axis=1)}
    found |= {f"macro_{name}": values.mean(axis=1) for name, values in each.items()}
    for name, values in each.items():
        found[f"weighted_{name}"] = np.where(weights > 0, values * weights, 0.0).sum(axis=1)
    return found


def _probable(statistics: MulticlassStatistics, n: int, settings: Settings) -> list[Figure]:
    level = settings.level
    names = ("top_accuracy", "log_loss", "brier")
    if statistics.ranks is None:
        return [write_figure(name, None, 0, level=level, reason="no_probabilities") for name in names]
    top = write_share("top_accuracy", sum(statistics.ranks[: settings.top]), n, level=level)
    loss = write_mean("log_loss", *statistics.log, n, level=level, floor=0.0)
    if statistics.wrong:
        loss = write_figure("log_loss", None, 0, level=level, reason="infinite_loss")
    return [top, loss, write_mean("brier", *statistics.square, n, level=level, floor=0.0)]


def _pair(given: str) -> tuple[str, str]:
    name, _, column = given.partition("=")
    return name, column


def _refuse_types(table: Table, settings: Settings) -> None:
    if settings.prediction is None:
        return
    label, other = table.require(settings.label), table.require(settings.prediction)
    if (label.kind in NUMBERS) != (other.kind in NUMBERS) or (label.kind == "boolean") != (other.kind == "boolean"):
        raise DataError("types_differ", settings.prediction, found=other.type, label=label.type)


def _text(table: Table, column: str) -> str:
    """Return a class as text: 1 and 1.0 are the same class."""
    value = table.present(column)
    if table.columns[column].kind != "number":
        return f"cast({value} as varchar)"
    whole = f"floor(cast({value} as double)) = cast({value} as double)"
    return f"case when {whole} then cast(cast({value} as bigint) as varchar) else cast({value} as varchar) end"


def _prediction(table: Table, settings: Settings, columns: dict[str, str]) -> str:
    if settings.prediction is not None:
        return _text(table, settings.prediction)
    names = list(columns.items())
    cases = [
        f"when {' and '.join(f'{plain(column)} >= {plain(other)}' for _, other in names)} then {literal(name)}"
        for name, column in names
    ]
    return "case " + " ".join(cases) + " end"


def _truth(label: str, columns: dict[str, str]) -> str:
    cases = " ".join(f"when {literal(name)} then {plain(column)}" for name, column in columns.items())
    return f"(case ({label}) {cases} else 0 end)"


def _rank(label: str, columns: dict[str, str]) -> str:
    """Return how many classes are at least as likely as the true one, itself included; ties count against it."""
    truth = _truth(label, columns)
    return " + ".join(f"(case when {plain(column)} >= {truth} then 1 else 0 end)" for column in columns.values())


def _losses(label: str, columns: dict[str, str]) -> dict[str, str]:
    truth = _truth(label, columns)
    log = f"(case when {truth} > 0 then -ln({truth}) else 0 end)"
    square = "(" + " + ".join(f"{plain(c)} * {plain(c)}" for c in columns.values()) + f" - 2 * {truth} + 1)"
    total = " + ".join(plain(column) for column in columns.values())
    known = ", ".join(literal(name) for name in columns)
    outside, missing, odd = (" or ".join(map(wrong, columns.values())) for wrong in (_outside, _missing, _odd))
    return {
        "log": f"sum({log})",
        "log2": f"sum({log} * {log})",
        "square": f"sum({square})",
        "square2": f"sum({square} * {square})",
        "wrong": count_if(f"{truth} <= 0"),
        "unknown": count_if(f"not ({label} in ({known}))"),
        "missing": count_if(missing),
        "odd": count_if(odd),
        "outside": count_if(outside),
        "unequal": count_if(f"not (abs({total} - 1) <= {number(CLOSE)})"),
    }


def _refuse(table: Table, settings: Settings, columns: dict[str, str], asked: Columns) -> None:
    classes = {str(each) for each in np.ma.asarray(asked["y"]).tolist()}
    if len(classes) > CLASSES:
        raise DataError("too_many_classes", settings.label, limit=CLASSES)
    for name, code in (
        ("missing", "missing_values"),
        ("odd", "not_finite"),
        ("outside", "not_probability"),
        ("unequal", "not_a_distribution"),
    ):
        if name in asked and (count := int(np.asarray(asked[name]).sum())):
            raise _blame(table, code, columns.values(), count)
    if "unknown" in asked and int(np.asarray(asked["unknown"]).sum()):
        extra = sorted(classes - set(columns))
        raise DataError("class_without_column", settings.label, names=", ".join(extra[:10]))
    said = np.ma.asarray(asked["p"]).tolist()
    n = np.asarray(asked["n"], dtype=np.int64)
    if settings.prediction is not None:
        none = int(n[[each is None for each in said]].sum()) if said else 0
        refuse(table, "missing_values", settings.prediction, none, f"{table.present(settings.prediction)} is null")


def _blame(table: Table, code: str, columns: Collection[str], count: int) -> DataError:
    """Return the refusal of `count` rows, naming the column of the first of them where rows have an order."""
    wrong = {"missing_values": _missing, "not_finite": _odd, "not_probability": _outside}.get(code)
    if wrong is None:
        return DataError(code, " + ".join(columns), count=count)
    rows = dict(zip(columns, table.first_rows([wrong(column) for column in columns]), strict=True))
    known = {column: row for column, row in rows.items() if row is not None}
    column = min(known, key=known.__getitem__, default=", ".join(columns))
    return DataError(code, column, count=count, row=known.get(column, "?"))


def _missing(column: str) -> str:
    return f"{quote(column)} is null"


def _odd(column: str) -> str:
    return broken(plain(column))


def _outside(column: str) -> str:
    return f"({plain(column)} < 0 or {plain(column)} > 1)"


def _read(asked: Columns, known: list[str]) -> MulticlassStatistics:
    y, p = (np.array([str(each) for each in np.ma.asarray(asked[name]).tolist()]) for name in ("y", "p"))
    if not y.size:
        return MulticlassStatistics(ranks=tuple(0 for _ in known) if known else None)
    n = np.asarray(asked["n"], dtype=np.int64)
    classes = tuple(sorted({*y.tolist(), *p.tolist(), *known}))
    counts = np.zeros((len(classes), len(classes)), dtype=np.int64)
    np.add.at(counts, (np.searchsorted(classes, y), np.searchsorted(classes, p)), n)
    if not known:
        return MulticlassStatistics(classes=classes, counts=_rows(counts))
    ranks = np.zeros(len(known), dtype=np.int64)
    np.add.at(ranks, np.asarray(asked["r"], dtype=np.int64) - 1, n)
    log, log2, square, square2 = (float(as_float(asked[name]).sum()) for name in ("log", "log2", "square", "square2"))
    return MulticlassStatistics(
        classes=classes,
        counts=_rows(counts),
        ranks=tuple(ranks.tolist()),
        log=(log, log2),
        square=(square, square2),
        wrong=int(np.asarray(asked["wrong"]).sum()),
    )


def _rows(counts: Counts) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(row) for row in counts.tolist())


_ONE = "mean over the classes; not estimable where a class has none; interval: percentiles of the cell bootstrap"
_WEIGHTED = "mean over the classes weighted by their labels; interval: percentiles of the cell bootstrap"
_SOURCE = "Sokolova, Lapalme, Information Processing and Management 45 (2009)"
DEFINITIONS = {
    **{f"macro_{name}": Definition(formula=f"{name} of each class, {_ONE}", source=_SOURCE) for name in _AVERAGED},
    **{
        f"weighted_{name}": Definition(formula=f"{name} of each class, {_WEIGHTED}", source=_SOURCE)
        for name in _AVERAGED
    },
    "top_accuracy": Definition(
        formula="rows whose true class is among the `top` likeliest, ties against it, / n; interval: Wilson",
        source="Russakovsky et al., ImageNet Large Scale Visual Recognition Challenge, IJCV 115 (2015)",
    ),
}
