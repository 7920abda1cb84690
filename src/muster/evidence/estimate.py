"""Performance estimated without labels, in chunks: never a measurement, and it says when it cannot be believed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, FiniteFloat, model_validator

from muster.core.canonical import Frozen
from muster.evidence.binary import MISSING, Binary, as_decision, binary, thresholded
from muster.evidence.cbpe import CELLS, FEW, FINE, Calibration, Cells, calibrate
from muster.evidence.check import Findings, Statistics, Steps
from muster.evidence.chunks import Chunks, Period, cut
from muster.evidence.columns import broken, plain, refuse, require_numbers
from muster.evidence.errors import DataError, NotMergeable
from muster.evidence.estimated import DEFINITIONS, estimate_figures
from muster.evidence.plan import RELATION, Columns, Plan, key_sql, quote
from muster.evidence.statistics import Counts
from muster.evidence.table import Table

_OUTSIDE, _BROKEN, _NONE = -1, -2, -3  # in place of a cell: no probability, NaN or infinite, no value


class EstimateParameters(Frozen):
    """What to estimate: `label` is known in the reference, and perhaps in some rows of the data."""

    judged: ClassVar[Mapping[str, Any]] = {"minimum": True, "level": True}

    label: str = Field(description="The column of the truth, in the reference and as far as known in the data.")
    score: str = Field(description="The column of the probability that the model gave.")
    prediction: str | None = Field(default=None, description="The column of decisions; else the threshold decides.")
    threshold: FiniteFloat = Field(default=0.5, description="The score from which on a row is selected.")
    positive: str = Field(default="1", description="The value of label and prediction that counts as positive.")
    time: str | None = Field(default=None, description="The column whose order makes the chunks; else the row order.")
    period: Period | None = Field(default=None, description="Chunks of the calendar in place of equal numbers.")
    chunks: int = Field(default=10, ge=1, le=100, description="How many chunks of equal numbers of rows.")
    minimum: int = Field(default=30, ge=1, description="The rows from which on a chunk has figures.")
    level: float = Field(default=0.95, gt=0.5, lt=1, description="The level of the intervals.")

    @model_validator(mode="after")
    def _period_of_a_time(self) -> "EstimateParameters":
        if self.period is not None and self.time is None:
            raise ValueError("a period needs a time column")
        return self


class Reference(Frozen):
    """Labelled rows of the reference by score cell, `cells` of them between 0 and 1."""

    cells: int
    at: tuple[int, ...]
    rows: tuple[int, ...]
    positives: tuple[int, ...]

    def calibration(self) -> Calibration:
        """Fit the calibration."""
        return calibrate(_array(self.at), _array(self.rows), _array(self.positives), self.cells)


class Chunk(Frozen):
    """Rows of one chunk by score cell and decision."""

    name: str
    at: tuple[int, ...]
    selected: tuple[bool, ...]
    rows: tuple[int, ...]
    labelled: tuple[int, ...]
    positives: tuple[int, ...]

    @property
    def cells(self) -> Cells:
        """The rows as arrays."""
        counts = [_array(each) for each in (self.rows, self.labelled, self.positives)]
        return Cells(_array(self.at), np.array(self.selected, dtype=bool), *counts)


class EstimateStatistics(Statistics):
    """The reference and each chunk by score cell; `calendar` says whether chunks of the same name are one."""

    reference: Reference
    chunks: tuple[Chunk, ...]
    calendar: bool

    def merged(self, other: Self) -> Self:
        if self.reference != other.reference:
            raise NotMergeable("other_reference", "reference")
        if not self.calendar:
            raise NotMergeable("chunks_by_number", "chunks")
        names = sorted({chunk.name for chunk in self.chunks + other.chunks})
        return type(self)(
            reference=self.reference,
            calendar=True,
            chunks=tuple(
                gather(name, [chunk.cells for chunk in self.chunks + other.chunks if chunk.name == name])
                for name in names
            ),
        )


class Estimate:
    """The check ``estimate``."""

    name = "estimate"
    version = "1"
    title: Mapping[str, str] = MappingProxyType({"en": "Performance estimated without labels", "zh": "无标签性能估计"})
    inputs: Mapping[str, bool] = MappingProxyType({"data": True, "reference": True})
    parameters = EstimateParameters
    statistics = EstimateStatistics

    def measure(self, tables: Mapping[str, Table], parameters: EstimateParameters) -> Steps:
        """Ask reference and data for their rows by score cell, together."""
        for name, table in tables.items():
            yield from require_numbers(table, parameters.score, input_name=name)
        chunks = yield from cut(tables["data"], parameters.time, parameters.period, parameters.chunks)
        cells = FINE if all(table.rows <= FEW for table in tables.values()) else CELLS
        known = _Question(tables["reference"], parameters, decided=False)
        unknown = _Question(tables["data"], parameters, decided=True)
        fitted, asked = yield known.plan("reference", cells, None), unknown.plan("data", cells, chunks)
        known.check(fitted)
        unknown.check(asked)
        reference = _read_reference(fitted, cells)
        return EstimateStatistics(
            reference=reference, chunks=_read_chunks(asked, chunks.names(asked)), calendar=chunks.period is not None
        )

    def judge(self, statistics: EstimateStatistics, parameters: EstimateParameters, *, now: datetime) -> Findings:
        """Estimate every chunk, and hold it against the labels that there are."""
        del now
        calibration = statistics.reference.calibration()
        chunks = {chunk.name: chunk.cells for chunk in statistics.chunks}
        figures = estimate_figures(calibration, chunks, minimum=parameters.minimum, level=parameters.level)
        return Findings(figures, definitions=DEFINITIONS)


class _Question:
    """What is asked of one table, and what must be refused in the answer; of the reference no decisions."""

    def __init__(self, table: Table, parameters: EstimateParameters, *, decided: bool) -> None:
        self.table = table
        self.score = parameters.score
        self.value = plain(parameters.score)
        self.label: Binary | None = None
        if parameters.label in table.columns or not decided:
            self.label = binary(table, "y", parameters.label, parameters.positive)
        self.decision: Binary | None = None
        if decided:
            self.decision = _decision(table, parameters, beside=parameters.label if self.label else None)
        self.columns = [each for each in (self.label, self.decision) if each]

    def plan(self, table: str, cells: int, chunks: Chunks | None) -> Plan:
        """Return the rows by score cell and label, and of the data by chunk and decision too.

        They are counted by raw values first, and the few counted rows are read as codes.
        """
        raw, keys = {"muster_cell": self._cell(cells)}, {"s": "muster_cell"}
        for name, key in chunks.keys.items() if chunks else ():
            raw[f"muster_{name}"], keys[name] = key_sql(key), f"muster_{name}"
        aggregates = {"n": "cast(sum(muster_n) as bigint)"}
        for column in self.columns:
            # A score is a code already when it is counted: it has far too many values.
            inner = quote(column.column) if column.others else f"muster_{column.alias}"
            raw[inner] = inner if column.others else column.code
            keys[column.alias] = column.code if column.others else inner
            aggregates |= column.aggregates()
        chosen = ", ".join(sql if sql == column else f"{sql} as {column}" for column, sql in raw.items())
        source = f"({chunks.over}) as muster_cut" if chunks and chunks.over else RELATION
        grouped = ", ".join(str(i + 1) for i in range(len(raw)))
        over = f"select {chosen}, count(*) as muster_n from {source} group by {grouped}"  # noqa: S608
        return Plan(aggregates, keys, table=table, over=over)

    def _cell(self, cells: int) -> str:
        value = self.value
        return (
            f"case when {value} >= 0 and {value} <= 1 then cast(floor({value} * {cells}) as integer) "
            f"when {value} is null then {_NONE} when {broken(value)} then {_BROKEN} else {_OUTSIDE} end"
        )

    def check(self, asked: Columns) -> None:
        """Raise `DataError` for scores that are no probabilities, and for columns of more than two values."""
        value = self.value
        for cell, code, condition in (
            (_NONE, "missing_values", f"{value} is null"),
            (_BROKEN, "not_finite", broken(value)),
            (_OUTSIDE, "not_probability", f"not ({value} >= 0 and {value} <= 1)"),
        ):
            refuse(self.table, code, self.score, int(asked["n"][np.asarray(asked["s"]) == cell].sum()), condition)
        if self.label is not None:
            self.label.refuse_third_value(self.table, asked)
        if self.decision is not None:
            self.decision.refuse_gaps(self.table, asked)
            self.decision.refuse_third_value(self.table, asked)


def _decision(table: Table, parameters: EstimateParameters, *, beside: str | None) -> Binary:
    if parameters.prediction is None:
        return thresholded(table, "p", parameters.score, parameters.threshold)
    table.require(parameters.prediction)
    return as_decision(table, "p", parameters.prediction, parameters.positive, label=beside)


def _read_cells(asked: Columns) -> Cells:
    """Return the answer as cells; those of one cell and decision may be several."""
    n, at = (np.asarray(asked[name], dtype=np.int64) for name in ("n", "s"))
    label = np.asarray(asked["y"]) if "y" in asked else np.full(len(n), MISSING)
    selected = np.asarray(asked["p"]) == 1 if "p" in asked else np.zeros(len(n), dtype=bool)
    return Cells(at, selected, n, n * (label != MISSING), n * (label == 1))


def _read_reference(asked: Columns, cells: int) -> Reference:
    known = _read_cells(asked).among_labelled()
    if not known.n:
        raise DataError("reference_unlabelled", "reference")
    if known.positives.sum() in {0, known.n}:
        raise DataError("reference_one_class", "reference")
    at, rows, positives = (tuple(each.tolist()) for each in _add_up(known.at, known.rows, known.positives))
    return Reference(cells=cells, at=at, rows=rows, positives=positives)


def _read_chunks(asked: Columns, names: Sequence[str]) -> tuple[Chunk, ...]:
    cells = _read_cells(asked)
    known = sorted(set(names))
    place = {name: i for i, name in enumerate(known)}
    member = np.array([place[name] for name in names])
    return tuple(gather(name, [cells.among(member == i)]) for i, name in enumerate(known))


def gather(name: str, parts: Sequence[Cells]) -> Chunk:
    """Return the rows of several tables of cells as one chunk, each cell and decision once."""
    key = np.concatenate([part.at * 2 + part.selected for part in parts])
    counts = [np.concatenate([getattr(part, each) for part in parts]) for each in ("rows", "labelled", "positives")]
    places, *added = _add_up(key, *counts)
    rows, labelled, positives = (tuple(each.tolist()) for each in added)
    return Chunk(
        name=name,
        at=tuple((places // 2).tolist()),
        selected=tuple((places % 2 == 1).tolist()),
        rows=rows,
        labelled=labelled,
        positives=positives,
    )


def _add_up(key: Counts, *columns: Counts) -> tuple[Counts, ...]:
    places, where = np.unique(key, return_inverse=True)
    totals = [np.zeros(len(places), dtype=np.int64) for _ in columns]
    for total, column in zip(totals, columns, strict=True):
        np.add.at(total, where, column)
    return places, *totals


def _array(values: Sequence[int]) -> NDArray[np.int64]:
    return np.array(values, dtype=np.int64)


check = Estimate()
