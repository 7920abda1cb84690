"""Outcome after human intervention: who is overridden, and what that does to selection and error rates by group."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, ClassVar, Self

import numpy as np
from pydantic import Field, model_validator

from muster.contract.evidence import GroupRow, Rate
from muster.core.figures import Figure
from muster.evidence.binary import MISSING, Binary, as_decision, binary
from muster.evidence.check import Definition, Findings, Parameters, Statistics, Steps
from muster.evidence.errors import NotMergeable
from muster.evidence.fairness import CellStatistics, Fairness, FairnessParameters, count_outcomes, figures
from muster.evidence.fairness_cells import CELL_LIMIT, refuse_cells
from muster.evidence.groups import name_values
from muster.evidence.plan import Columns, Plan, quote
from muster.evidence.rates import OUTCOMES, group_rows
from muster.evidence.statistics import Counts, roll_up, tabulate
from muster.evidence.table import Table

OTHERS = ("training", "production")
_RATES = ("selection_rate", "true_positive_rate", "false_positive_rate", "accuracy")
_SHOWN = {*_RATES, *(f"{name}_difference" for name in _RATES), "selection_rate_ratio", "equalised_odds_difference"}
_STAGES = ("before", "after", *OTHERS)
_CHANGES = {"override": "override_rate", "raised": "override_to_positive_rate", "lowered": "override_to_negative_rate"}


class OversightParameters(Parameters):
    """Which columns hold the model's decision (`before`) and the human's (`after`); see the fields."""

    judged: ClassVar[Mapping[str, Any]] = {**Parameters.judged, "minimum": True, "depth": True}

    protected: tuple[str, ...] = Field(min_length=1, description="A protected attribute. Again for each.")
    before: str = Field(description="The column of the model's decisions, two values.")
    after: str = Field(description="The column of the final decisions, two values.")
    label: str | None = Field(default=None, description="The column of the truth, where it is known.")
    decided: str | None = Field(default=None, description="The decisions in training and production; default: before.")
    positive: str = Field(default="1", description="The value of decisions and label that counts as positive.")
    minimum: int = Field(default=30, ge=1, description="The smallest denominator that may decide a gap.")
    depth: int = Field(default=1, ge=1, le=3, description="Intersections of up to this many attributes.")

    @model_validator(mode="after")
    def _apart(self) -> "OversightParameters":
        if self.before == self.after:
            raise ValueError("before and after are two columns")
        return self

    def fairness(self, column: str, label: str | None) -> FairnessParameters:
        """Return the parameters of the same comparison for one column of decisions."""
        return FairnessParameters(
            protected=self.protected,
            prediction=column,
            label=label,
            positive=self.positive,
            minimum=self.minimum,
            depth=self.depth,
            level=self.level,
            replicates=self.replicates,
            seed=self.seed,
        )


class OversightStatistics(Statistics):
    """Cells of every stage: ``before``, ``after``, further data sets, and the changes between the first two."""

    stages: Mapping[str, CellStatistics]

    def merged(self, other: Self) -> Self:
        if set(self.stages) != set(other.stages):
            raise NotMergeable("other_inputs", "oversight")
        together = {name: _together(name, cells, other.stages[name]) for name, cells in self.stages.items()}
        return self.model_copy(update={"stages": together})


def _together(stage: str, one: CellStatistics, other: CellStatistics) -> CellStatistics:
    """Add the cells of a stage up; training or production data that both were held against count once."""
    return one if stage in OTHERS and one == other else one.merged(other)


class Oversight:
    """The check ``oversight``."""

    name = "oversight"
    version = "1"
    title: Mapping[str, str] = MappingProxyType({"en": "Outcome after human intervention", "zh": "人工干预后的结果"})
    inputs: Mapping[str, bool] = MappingProxyType({"data": True, "training": False, "production": False})
    parameters = OversightParameters
    statistics = OversightStatistics

    def measure(self, tables: Mapping[str, Table], parameters: OversightParameters) -> Steps:
        """Ask each data set one aggregation."""
        stages = yield from _decided(tables["data"], parameters)
        for name in OTHERS:
            if name in tables:
                given = parameters.fairness(parameters.decided or parameters.before, None)
                stages[name] = yield from _elsewhere(Fairness().measure({"data": tables[name]}, given), name)
        return OversightStatistics(stages=stages)

    def judge(self, statistics: OversightStatistics, parameters: OversightParameters, *, now: datetime) -> Findings:
        """Return the rates and gaps of every stage side by side, then who was overridden."""
        del now
        written: list[Figure] = []
        for stage in _STAGES:
            if stage in statistics.stages:
                label = parameters.label if stage in {"before", "after"} else None
                written += [
                    _renamed(figure, f"{figure.name.partition('.')[0]}.{stage}")
                    for figure in _figures(statistics.stages[stage], parameters, label)
                    if label or not _needs_label(figure.name)
                ]
        for change, name in _CHANGES.items():
            for figure in _figures(statistics.stages[change], parameters, None):
                base = figure.name.partition(".")[0]
                if base in {"selection_rate", "selection_rate_difference"}:
                    written.append(_renamed(figure, base.replace("selection_rate", name)))
        return Findings(tuple(written), _rows(statistics, parameters), DEFINITIONS)


def _needs_label(name: str) -> bool:
    return not name.startswith("selection_rate")


def _renamed(figure: Figure, name: str) -> Figure:
    suffix = ".intersection" if figure.name.endswith(".intersection") else ""
    # Without rows fairness speaks of labels first; a change needs none, and has no rows that it could change.
    reason = "no_rows" if figure.not_estimable == "no_labels" and figure.n == 0 and name in _CHANGES.values() else ""
    return figure.model_copy(update={"name": name + suffix, "not_estimable": reason or figure.not_estimable})


def _figures(cells: CellStatistics, parameters: OversightParameters, label: str | None) -> list[Figure]:
    given, table = parameters.fairness(parameters.before, label), cells.table()
    subsets = [roll_up(table, names) for names in given.subsets]
    return [figure for figure in figures(table, subsets, given) if figure.name.partition(".")[0] in _SHOWN]


def _rows(statistics: OversightStatistics, parameters: OversightParameters) -> tuple[GroupRow, ...]:
    """Return every group with how often its decisions were changed, at all and in either direction."""
    given = parameters.fairness(parameters.after, None)
    tables = {name: statistics.stages[change].table() for change, name in _CHANGES.items()}
    return tuple(
        together[0].model_copy(
            update={"rates": tuple(_change(row, name) for name, row in zip(tables, together, strict=True))}
        )
        for names in given.subsets
        for together in zip(
            *(group_rows(roll_up(table, names), given) for table in tables.values()),
            strict=True,
        )
    )


def _change(row: GroupRow, name: str) -> Rate:
    """Read the selection rate of a table of changes as what it is."""
    rate = next(rate for rate in row.rates if rate.name == "selection_rate")
    reason = "" if rate.value is not None else "no_rows"
    return rate.model_copy(update={"name": name, "not_estimable": reason})


def _elsewhere(steps: Steps, name: str) -> Steps:
    """Let a check that speaks of ``data`` ask another input."""
    answer = None
    while True:
        try:
            asked = steps.send(answer)
        except StopIteration as stop:
            return stop.value
        several = asked if isinstance(asked, tuple) else (asked,)
        moved = tuple(replace(request, table=name) for request in several)
        answer = yield moved if isinstance(asked, tuple) else moved[0]


def _decided(table: Table, parameters: OversightParameters) -> Steps:
    for name in parameters.protected:
        table.require(name)
    columns = {
        "p": as_decision(table, "p", parameters.before, parameters.positive, label=parameters.label),
        "q": as_decision(table, "q", parameters.after, parameters.positive, label=parameters.label),
    }
    if parameters.label:
        columns["y"] = binary(table, "y", parameters.label, parameters.positive)
    keys = {f"a{i}": quote(name) for i, name in enumerate(parameters.protected)}
    keys |= {alias: column.code for alias, column in columns.items()}
    aggregates = {"n": "count(*)"} | {k: v for column in columns.values() for k, v in column.aggregates().items()}
    asked = yield Plan(aggregates, keys, limit=CELL_LIMIT + 1)
    _refuse(table, asked, columns, parameters)
    values = [name_values(asked[f"a{i}"]) for i in range(len(parameters.protected))]
    counted = _stages(asked, labelled=parameters.label is not None)
    return {
        stage: CellStatistics.of(tabulate(parameters.protected, values, OUTCOMES, rows))
        for stage, rows in counted.items()
    }


def _refuse(table: Table, asked: Columns, columns: Mapping[str, Binary], parameters: OversightParameters) -> None:
    refuse_cells(parameters.protected, asked)
    for alias, column in columns.items():
        if alias != "y":
            column.refuse_gaps(table, asked)
        column.refuse_third_value(table, asked)


def _stages(asked: Columns, *, labelled: bool) -> dict[str, Counts]:
    """Return the outcomes of every stage: an override is read as a selection among the rows that it could change."""
    n = np.asarray(asked["n"], dtype=np.int64)
    before, after = np.asarray(asked["p"]) == 1, np.asarray(asked["q"]) == 1
    label = np.asarray(asked["y"]) if labelled else np.full(len(n), MISSING)
    unknown = np.full(len(n), MISSING)
    return {
        "before": count_outcomes(n, before, label),
        "after": count_outcomes(n, after, label),
        "override": count_outcomes(n, before != after, unknown),
        "raised": count_outcomes(np.where(before, 0, n), after, unknown),
        "lowered": count_outcomes(np.where(before, n, 0), ~after, unknown),
    }


_HOUSE = "Muster; rates and gaps as in the check fairness"
DEFINITIONS = {
    "override_rate": Definition(formula="rows whose final decision differs from the model's / rows", source=_HOUSE),
    "override_to_positive_rate": Definition(
        formula="rows that the model did not select and the human did / rows that the model did not select",
        source=_HOUSE,
    ),
    "override_to_negative_rate": Definition(
        formula="rows that the model selected and the human did not / rows that the model selected", source=_HOUSE
    ),
} | {
    f"{name}.{stage}": Definition(formula=f"{name} of the decisions {stage}", source=_HOUSE)
    for name in sorted(_SHOWN)
    for stage in _STAGES
}
DEFINITIONS |= {
    f"{name}_difference": Definition(formula=f"highest - lowest {name} of any group", source=_HOUSE)
    for name in _CHANGES.values()
}

check = Oversight()
