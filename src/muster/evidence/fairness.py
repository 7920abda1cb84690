"""Group fairness: rates of every group and intersection, gaps between the best and the worst served."""

from collections.abc import Mapping
from datetime import datetime
from itertools import combinations
from types import MappingProxyType

import numpy as np
from pydantic import Field, FiniteFloat, JsonValue, model_validator

from muster.core.figures import Figure
from muster.evidence.check import Parameters
from muster.evidence.errors import DataError
from muster.evidence.gaps import Gap, compute_gaps
from muster.evidence.plan import MISSING, Binary, Plan, binary, group_key, thresholded
from muster.evidence.rates import DEFINITIONS, OUTCOMES, RATES, group_rows, overall_figures
from muster.evidence.result import CheckResult, describe_data, environment
from muster.evidence.source import Columns, Source
from muster.evidence.statistics import Cells, Groups, roll_up, tabulate

VERSION = "1"
CELL_LIMIT = 20_000
DEEPEST = 3


class FairnessParameters(Parameters):
    """What to compare, for whom.

    `protected`: columns of protected attributes. The decision is `prediction` (two values), or `score`
    reaching `threshold`. `label` is optional: without it only selection rates are estimable. `positive` is
    the value that counts as positive, in label and prediction; in a prediction of numbers or booleans beside
    a text label it is 1. `minimum` is the smallest denominator with which a group may decide a gap.
    """

    protected: tuple[str, ...] = Field(min_length=1)
    prediction: str | None = None
    score: str | None = None
    threshold: FiniteFloat = 0.5
    label: str | None = None
    positive: str = "1"
    minimum: int = Field(default=30, ge=1)
    depth: int = Field(default=DEEPEST, ge=1, le=DEEPEST)

    @model_validator(mode="after")
    def _one_decision(self) -> "FairnessParameters":
        if (self.prediction is None) == (self.score is None):
            raise ValueError("name either a prediction column or a score column with a threshold")
        if len(set(self.protected)) != len(self.protected):
            raise ValueError("each protected attribute is named once")
        return self


class Fairness:
    """The check ``fairness``."""

    name = "fairness"
    title: Mapping[str, str] = MappingProxyType({"en": "Group fairness", "zh": "群体公平性"})
    parameters = FairnessParameters

    def run(self, source: Source, parameters: FairnessParameters, *, now: datetime) -> CheckResult:
        """Ask the data one aggregation and turn its cells into figures."""
        decision, label = _columns(source, parameters)
        plan = _plan(source, parameters, decision, label)
        query = plan.sql(source.relation, limit=CELL_LIMIT + 1)
        cells = _cells(source, parameters, query, decision, label)
        groups = [roll_up(cells, subset) for subset in _subsets(parameters)]
        used = (*parameters.protected, decision.column, *((label.column,) if label else ()))
        return CheckResult(
            check=self.name,
            version=VERSION,
            parameters=parameters.model_dump(mode="json"),
            data=describe_data(source, used),
            figures=figures(cells, groups, parameters),
            groups=tuple(row for each in groups for row in group_rows(each, parameters)),
            statistics=_stored(cells),
            definitions=DEFINITIONS,
            query=query,
            seed=parameters.seed,
            environment=environment(),
            started=now,
            finished=now,
        )


def figures(cells: Cells, groups: list[Groups], parameters: FairnessParameters) -> tuple[Figure, ...]:
    """Return the figures that a framework judges: everyone's rates, then the gaps of each set of attributes.

    Gaps of intersections carry the suffix ``.intersection``. A pure function of the cells: it reads no data.
    """
    everyone = overall_figures(roll_up(cells, ()), parameters)
    gaps = compute_gaps(cells, groups, parameters)
    labelled = parameters.label is not None
    return (*everyone, *(_figure(gap, parameters, labelled=labelled) for gap in gaps))


def cells_from(statistics: Mapping[str, JsonValue]) -> Cells:
    """Rebuild the cells that a result stored, to judge or compare again without the data."""
    attributes, rows = statistics["attributes"], statistics["cells"]
    assert isinstance(attributes, list)
    assert isinstance(rows, list)
    width = len(attributes)
    table = [list(row) for row in rows if isinstance(row, list)]
    keys = [[str(row[i]) for row in table] for i in range(width)]
    counts = np.array([row[width:] for row in table], dtype=np.int64)
    return tabulate([str(name) for name in attributes], keys, OUTCOMES, counts)


def _columns(source: Source, parameters: FairnessParameters) -> tuple[Binary, Binary | None]:
    for name in parameters.protected:
        source.require(name)
    label = binary(source, "y", parameters.label, parameters.positive) if parameters.label else None
    if parameters.score is not None:
        return thresholded(source, "p", parameters.score, parameters.threshold), label
    assert parameters.prediction is not None
    kind = source.require(parameters.prediction)
    coded = source.is_number(parameters.prediction) or kind == "BOOLEAN"
    text_label = label is not None and not source.is_number(label.column)
    positive = "1" if coded and text_label else parameters.positive
    return binary(source, "p", parameters.prediction, positive), label


def _plan(source: Source, parameters: FairnessParameters, decision: Binary, label: Binary | None) -> Plan:
    keys = {f"a{i}": group_key(source, name) for i, name in enumerate(parameters.protected)}
    keys["p"] = decision.code
    aggregates = {"n": "count(*)", **decision.aggregates()}
    if label:
        keys["y"] = label.code
        aggregates |= label.aggregates()
    return Plan(aggregates, keys)


def _cells(source: Source, parameters: FairnessParameters, query: str, decision: Binary, label: Binary | None) -> Cells:
    asked = source.ask(query)
    if len(asked["n"]) > CELL_LIMIT:
        raise DataError("too_many_groups", " & ".join(parameters.protected), limit=CELL_LIMIT)
    decision.refuse_gaps(source, asked)
    for column in (decision, label):
        if column:
            column.refuse_third_value(source, asked)
    return tabulate(
        parameters.protected,
        [asked[f"a{i}"].tolist() for i in range(len(parameters.protected))],
        OUTCOMES,
        _outcomes(asked, labelled=label is not None),
    )


def _outcomes(asked: Columns, *, labelled: bool) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    n = np.asarray(asked["n"], dtype=np.int64)
    label = np.asarray(asked["y"]) if labelled else np.full(len(n), MISSING)
    # Positions in OUTCOMES: tp fp fn tn, then selected and not selected without a label.
    place = np.where(asked["p"] == 1, 0, 2) + np.where(label == 1, 0, 1)
    place = np.where(label == MISSING, np.where(asked["p"] == 1, 4, 5), place)
    counts = np.zeros((len(n), len(OUTCOMES)), dtype=np.int64)
    counts[np.arange(len(n)), place] = n
    return counts


def _subsets(parameters: FairnessParameters) -> list[tuple[str, ...]]:
    deepest = min(parameters.depth, len(parameters.protected))
    return [s for size in range(1, deepest + 1) for s in combinations(parameters.protected, size)]


def _figure(gap: Gap, parameters: FairnessParameters, *, labelled: bool) -> Figure:
    suffix = ".intersection" if len(gap.attributes) > 1 else ""
    reason = gap.not_estimable
    if reason and not labelled and gap.needs_label:
        reason = "no_label"
    ends = gap.interval or (None, None)
    return Figure(
        name=gap.name + suffix,
        value=None if reason else gap.value,
        n=gap.n,
        group=gap.group or " & ".join(gap.attributes),
        reference=gap.reference,
        low=ends[0],
        high=ends[1],
        level=parameters.level if gap.interval else None,
        interval="simultaneous cell bootstrap" if gap.interval else "",
        not_estimable=reason,
    )


def _stored(cells: Cells) -> dict[str, JsonValue]:
    rows: list[JsonValue] = []
    for codes, counts in zip(cells.codes.tolist(), cells.counts.tolist(), strict=True):
        names: list[JsonValue] = [cells.values[i][code] for i, code in enumerate(codes)]
        rows.append([*names, *counts])
    return {"attributes": list(cells.attributes), "outcomes": list(cells.outcomes), "cells": rows}


check = Fairness()

__all__ = ["RATES", "Fairness", "FairnessParameters", "cells_from", "check", "figures"]
