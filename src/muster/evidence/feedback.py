"""Feedback: who ever gets a label, and whether groups that are selected less come less in the next window."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, ClassVar, Self

import numpy as np
from pydantic import Field, model_validator

from muster.core.canonical import Frozen
from muster.evidence.binary import MISSING, Binary, as_decision, binary
from muster.evidence.check import Findings, Statistics, Steps
from muster.evidence.chunks import Chunks, Period, cut
from muster.evidence.errors import NotMergeable, ParameterError
from muster.evidence.fairness import CellStatistics, count_outcomes
from muster.evidence.fairness_cells import CELL_LIMIT, refuse_cells
from muster.evidence.feedback_figures import DEFINITIONS, WINDOW, feedback_figures, feedback_groups
from muster.evidence.groups import name_values
from muster.evidence.plan import Columns, Plan, quote
from muster.evidence.rates import OUTCOMES
from muster.evidence.statistics import tabulate
from muster.evidence.table import Table


class FeedbackParameters(Frozen):
    """Whose decisions, when, and how time is cut into windows."""

    judged: ClassVar[Mapping[str, Any]] = {"minimum": True, "level": True}

    protected: tuple[str, ...] = Field(default=(), description="A protected attribute. Again for each.")
    prediction: str = Field(description="The column of decisions, two values.")
    time: str = Field(description="The column of times: a date, a time or a number.")
    label: str | None = Field(default=None, description="The column of the truth, where it is known.")
    positive: str = Field(default="1", description="The value of decision and label that counts as positive.")
    periods: int = Field(default=8, ge=2, le=200, description="How many windows of equal numbers of rows.")
    period: Period | None = Field(default=None, description="Windows of the calendar instead; these merge.")
    minimum: int = Field(default=30, ge=1, description="The rows that a group has in every window, or is left out.")
    level: float = Field(default=0.95, gt=0.5, lt=1, description="The level of the intervals.")

    @model_validator(mode="after")
    def _apart(self) -> "FeedbackParameters":
        if len(set(self.protected)) != len(self.protected):
            raise ValueError("each protected attribute is named once")
        if {self.time, self.prediction, self.label} & set(self.protected):
            raise ValueError("time, prediction and label are no protected attributes")
        return self


class FeedbackStatistics(Statistics):
    """Rows by window, attributes, decision and label; only windows of the calendar are those of other data too."""

    period: Period | None
    cells: CellStatistics

    def merged(self, other: Self) -> Self:
        if self.period is None or other.period is None:
            raise NotMergeable("windows_again", "periods")
        return self.model_copy(update={"cells": self.cells.merged(other.cells)})


class Feedback:
    """The check ``feedback``."""

    name = "feedback"
    version = "1"
    title: Mapping[str, str] = MappingProxyType({"en": "Signs of a feedback loop", "zh": "反馈循环的迹象"})
    inputs: Mapping[str, bool] = MappingProxyType({"data": True})
    parameters = FeedbackParameters
    statistics = FeedbackStatistics

    def measure(self, tables: Mapping[str, Table], parameters: FeedbackParameters) -> Steps:
        """Ask for the ends of the windows, then for one aggregation."""
        table = tables["data"]
        if not parameters.protected:
            raise ParameterError("no_protected", "protected")
        for name in parameters.protected:
            table.require(name)
        decision = as_decision(table, "p", parameters.prediction, parameters.positive, label=parameters.label)
        label = binary(table, "y", parameters.label, parameters.positive) if parameters.label else None
        chunks = yield from cut(table, parameters.time, parameters.period, parameters.periods)
        columns = [column for column in (decision, label) if column]
        keys = {f"a{i}": quote(name) for i, name in enumerate(parameters.protected)}
        keys |= {column.alias: column.code for column in columns}
        aggregates = {"n": "count(*)"} | {k: v for column in columns for k, v in column.aggregates().items()}
        asked = yield Plan(aggregates, keys | chunks.keys, limit=CELL_LIMIT + 1, over=chunks.over)
        refuse_cells(parameters.protected, asked)
        decision.refuse_gaps(table, asked)
        for column in columns:
            column.refuse_third_value(table, asked)
        return FeedbackStatistics(period=parameters.period, cells=_cells(asked, chunks, label, parameters))

    def judge(self, statistics: FeedbackStatistics, parameters: FeedbackParameters, *, now: datetime) -> Findings:
        """Return who has a label, and the slope of the next window's share on this one's selection rate."""
        del now
        cells = statistics.cells.table()
        return Findings(feedback_figures(cells, parameters), feedback_groups(cells, parameters), DEFINITIONS)


def _cells(asked: Columns, chunks: Chunks, label: Binary | None, parameters: FeedbackParameters) -> CellStatistics:
    n = np.asarray(asked["n"], dtype=np.int64)
    known = np.asarray(asked["y"]) if label else np.full(len(n), MISSING)
    counts = count_outcomes(n, np.asarray(asked["p"]) == 1, known)
    windows = [name.partition("=")[2] for name in chunks.names(asked)]
    return CellStatistics.of(tabulate((WINDOW, *parameters.protected), [windows, *_values(asked)], OUTCOMES, counts))


def _values(asked: Columns) -> list[list[str]]:
    return [name_values(asked[name]) for name in asked if name.startswith("a") and name[1:].isdigit()]


check = Feedback()
