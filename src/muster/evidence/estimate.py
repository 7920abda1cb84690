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
from muster.evidence.plan import Columns, Key, Plan, count_if
from muster.evidence.statistics import Counts
from muster.evidence.table import Table

_OUTSIDE = -1


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
        known, unknown = (_Question(tables[name], parameters) for name in ("reference", "data"))
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
    """What is asked of one table, and what must be refused in the answer."""

    def __init__(self, table: Table, parameters: EstimateParameters) -> None:
        self.table = table
        self.score = parameters.score
        self.value = plain(parameters.score)
        self.decision = thresholded(table, "p", parameters.score, parameters.threshold)
        self.label_column = parameters.label
        self.prediction_column = parameters.prediction
        self.label: Binary | None = None
        has_label = parameters.label in table.columns
        if has_label:
            self.label = binary(table, "y", parameters.label, parameters.positive)
        if parameters.prediction is not None and parameters.prediction in table.columns:
            beside = parameters.label if has_label else None
            self.decision = as_decision(table, "p", parameters.prediction, parameters.positive, label=beside)

    def plan(self, name: str, cells: int, chunks: Chunks | None) -> Plan:
        """Return the rows by score cell, and of the data by chunk and decision too."""
        if chunks is None:
            self.table.require(self.label_column)
        elif self.prediction_column is not None:
            self.table.require(self.prediction_column)
        value = self.value
        cell = f"case when {value} >= 0 and {value} <= 1 then floor({value} * {cells}) else {_OUTSIDE} end"
        keys: dict[str, Key] = {"s": cell}
        aggregates = {
            "n": "count(*)",
            "bad": count_if(broken(value)),
            "none": f"count(*) - count({value})",
            "labelled": "0",
            "positives": "0",
        }
        if self.label is not None:
            aggregates |= self.label.aggregates()
            aggregates["labelled"] = count_if(f"({self.label.code}) <> {MISSING}")
            aggregates["positives"] = count_if(f"({self.label.code}) = 1")
        if chunks is not None:
            keys |= {"p": self.decision.code} | chunks.keys
            aggregates |= self.decision.aggregates()
        return Plan(aggregates, keys, table=name, over=chunks.over if chunks else "")

    def check(self, asked: Columns) -> None:
        """Raise `DataError` for scores that are no probabilities, and for columns of more than two values."""
        value, outside = self.value, np.asarray(asked["s"]) == _OUTSIDE
        none, bad, odd = (int(np.asarray(asked[name])[outside].sum()) for name in ("none", "bad", "n"))
        refuse(self.table, "missing_values", self.score, none, f"{value} is null")
        refuse(self.table, "not_finite", self.score, bad, broken(value))
        refuse(self.table, "not_probability", self.score, odd, f"not ({value} >= 0 and {value} <= 1)")
        if self.label is not None:
            seen = (np.asarray(asked["positives"]) > 0).astype(np.int64)
            self.label.refuse_third_value(self.table, {**asked, self.label.alias: seen})
        if "p" in asked:
            self.decision.refuse_gaps(self.table, asked)
            self.decision.refuse_third_value(self.table, asked)


def _read_reference(asked: Columns, cells: int) -> Reference:
    labelled, positives = (np.asarray(asked[name], dtype=np.int64) for name in ("labelled", "positives"))
    if not labelled.sum():
        raise DataError("reference_unlabelled", "reference")
    if positives.sum() in {0, labelled.sum()}:
        raise DataError("reference_one_class", "reference")
    at, rows, over = _add_up(np.asarray(asked["s"], dtype=np.int64), labelled, positives)
    kept = rows > 0
    return Reference(
        cells=cells, at=tuple(at[kept].tolist()), rows=tuple(rows[kept].tolist()), positives=tuple(over[kept].tolist())
    )


def _read_chunks(asked: Columns, names: Sequence[str]) -> tuple[Chunk, ...]:
    counts = [np.asarray(asked[name], dtype=np.int64) for name in ("n", "labelled", "positives")]
    at, selected = np.asarray(asked["s"], dtype=np.int64), np.asarray(asked["p"]) == 1
    known, member = np.unique(np.array(names), return_inverse=True)
    order = np.argsort(member, kind="stable")
    parts = np.split(order, np.cumsum(np.bincount(member))[:-1])
    return tuple(
        gather(str(name), [Cells(at[rows], selected[rows], *(each[rows] for each in counts))])
        for name, rows in zip(known, parts, strict=True)
    )


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
