"""Against a champion: the same rows judged by both, so that differences are paired and luck cancels."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, ClassVar, Literal, Self

import numpy as np
from pydantic import Field, FiniteFloat, model_validator

from muster.core.canonical import Frozen
from muster.evidence.binary import Binary, as_decision, binary, thresholded
from muster.evidence.check import Findings, Statistics, Steps
from muster.evidence.columns import (
    broken,
    count_faults,
    number_faults,
    plain,
    refuse_faults,
    refuse_unlike,
    require_numbers,
)
from muster.evidence.errors import DataError, NotMergeable
from muster.evidence.paired import DEFINITIONS, area_figures, paired_figures
from muster.evidence.paired_scores import COUNTED, PairedScores, measure_pairs
from muster.evidence.plan import RELATION, Columns, Key, Plan, as_float, count_if, quote, whole
from muster.evidence.scores import GRID, scale_for
from muster.evidence.table import Table

PREFIX = "champion."


class ChampionParameters(Frozen):
    """Which columns are the challenger's, and which the champion's: in the same data, or in data joined by `id`."""

    judged: ClassVar[Mapping[str, Any]] = {"margin": True, "level": True}

    label: str = Field(description="The column of the truth.")
    task: Literal["classification", "regression"] = Field(default="classification", description="What was predicted.")
    prediction: str | None = Field(default=None, description="The challenger's predictions.")
    score: str | None = Field(default=None, description="The challenger's probabilities.")
    champion_prediction: str | None = Field(default=None, description="The champion's predictions.")
    champion_score: str | None = Field(default=None, description="The champion's probabilities.")
    id: str | None = Field(default=None, description="The column that joins the data to those of the champion.")
    threshold: FiniteFloat = Field(default=0.5, description="The score from which on a row is selected.")
    positive: str = Field(default="1", description="The value that counts as positive.")
    margin: FiniteFloat = Field(default=0.0, ge=0, description="How much worse the challenger may be.")
    level: float = Field(default=0.95, gt=0.5, lt=1, description="The level of the intervals.")

    @model_validator(mode="after")
    def _both_the_same(self) -> "ChampionParameters":
        if self.prediction is None and self.score is None:
            raise ValueError("name a prediction column, a score column, or both")
        if self.task == "regression" and (self.prediction is None or self.score is not None):
            raise ValueError("regression takes a prediction column and no score")
        return self


class ChampionStatistics(Statistics):
    """Labelled rows both, only the challenger, only the champion and neither got right; sums of paired losses.

    `scores` holds the cells of both scores, where there are two; `sums` for each loss the sums of the challenger's,
    the champion's, and of their difference squared.
    """

    n: int
    right: tuple[int, int, int, int] | None = None
    scores: PairedScores | None = None
    sums: dict[str, tuple[FiniteFloat, FiniteFloat, FiniteFloat]] = Field(default_factory=dict)

    def merged(self, other: Self) -> Self:
        if set(self.sums) != set(other.sums) or (self.right is None) != (other.right is None):
            raise NotMergeable("other_parameters", "champion")
        right = None
        if self.right is not None and other.right is not None:
            a, b = self.right, other.right
            right = (a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3])
        sums = {}
        for name, mine in self.sums.items():
            theirs = other.sums[name]
            sums[name] = (mine[0] + theirs[0], mine[1] + theirs[1], mine[2] + theirs[2])
        scores = self.scores.merged(other.scores) if self.scores and other.scores else None
        return type(self)(n=self.n + other.n, right=right, scores=scores, sums=sums)


@dataclass(frozen=True, kw_only=True)
class Paired(Table):
    """The data with the champion's columns beside them; rows of a join have no order."""

    base: Table

    def select(self, sql: str) -> Columns:
        return self.base.select(sql)


class Champion:
    """The check ``champion``."""

    name = "champion"
    version = "2"
    title: Mapping[str, str] = MappingProxyType({"en": "Against the champion", "zh": "与冠军模型比较"})
    inputs: Mapping[str, bool] = MappingProxyType({"data": True, "champion": False})
    parameters = ChampionParameters
    statistics = ChampionStatistics

    def measure(self, tables: Mapping[str, Table], parameters: ChampionParameters) -> Steps:
        """Ask for the rows by label and both decisions, and for sums of paired losses."""
        table, over, rivals = yield from _pair(tables, parameters)
        if parameters.task == "regression":
            return (yield from _measure_regression(table, over, parameters, rivals["prediction"]))
        return (yield from _measure_classification(table, over, parameters, rivals))

    def judge(self, statistics: ChampionStatistics, parameters: ChampionParameters, *, now: datetime) -> Findings:
        """Turn counts and sums into paired figures."""
        del now
        margin, level = parameters.margin, parameters.level
        figures = paired_figures(statistics.n, statistics.right, statistics.sums, margin=margin, level=level)
        if parameters.task == "classification":
            figures += area_figures(statistics.scores, margin=margin, level=level)
        return Findings(figures, definitions=DEFINITIONS)


def _pair(tables: Mapping[str, Table], parameters: ChampionParameters) -> Steps:
    """Return the table with both models' columns, the subquery that makes it, and the champion's column names."""
    data = tables["data"]
    own = {"prediction": parameters.prediction, "score": parameters.score}
    named = {"prediction": parameters.champion_prediction, "score": parameters.champion_score}
    rival = tables.get("champion")
    if rival is None:
        for kind, column in own.items():
            if column is not None and named[kind] is None:
                raise DataError("no_champion_column", column, kind=f"champion_{kind}")
        return data, "", named
    if parameters.id is None:
        raise DataError("no_join", "champion")
    theirs = {kind: named[kind] or column for kind, column in own.items() if column is not None}
    refuse_unlike(parameters.id, data.require(parameters.id), f"champion.{parameters.id}", rival.require(parameters.id))
    yield from _refuse_twins(tables, parameters.id)
    beside = {f"{PREFIX}{column}": rival.require(column) for column in theirs.values()}
    shown = ", ".join(f"c.{quote(name.removeprefix(PREFIX))} as {quote(name)}" for name in beside)
    on = f"d.{quote(parameters.id)} = c.{quote(parameters.id)}"
    over = f"select d.*, {shown} from {RELATION} as d join {rival.relation} as c on {on}"  # noqa: S608
    joined = yield Plan({"n": "count(*)"}, over=over)
    if missing := data.rows - whole(joined, "n"):
        raise DataError("unpaired_rows", parameters.id, count=missing)
    fields = {name: getattr(data, name) for name in ("kind", "digest", "digest_of", "rows", "engine", "relation")}
    table = Paired(base=data, columns={**data.columns, **beside}, **fields)
    return table, over, {kind: f"{PREFIX}{column}" for kind, column in theirs.items()}


def _refuse_twins(tables: Mapping[str, Table], column: str) -> Steps:
    for name, table in tables.items():
        table.require(column)
        asked = yield Plan({"n": "count(*)", "ids": f"count(distinct {quote(column)})"}, table=name)
        if twins := whole(asked, "n") - whole(asked, "ids"):
            raise DataError("duplicate_ids", f"{name}.{column}", count=twins)


def _measure_classification(
    table: Table, over: str, parameters: ChampionParameters, rivals: Mapping[str, str | None]
) -> Steps:
    label = binary(table, "y", parameters.label, parameters.positive)
    named = (parameters.score, rivals.get("score")) if parameters.score is not None else ()
    scores = [name for name in named if name is not None]
    yield from require_numbers(table, *scores)
    columns = [label, *_decisions(table, parameters, rivals)]
    keys: dict[str, Key] = {column.alias: column.code for column in columns}
    aggregates = {"n": "count(*)"}
    for column in columns:
        aggregates |= column.aggregates()
    both = dict(zip("mt", map(plain, scores), strict=False))
    if both:
        aggregates |= _score_sums(label.code, both["m"], both["t"])
    where = f"{table.present(parameters.label)} is not null"
    asked = yield Plan(aggregates, keys, where, over=over)
    for column in columns:
        column.refuse_third_value(table, asked)
    for column in columns[1:]:
        column.refuse_gaps(table, asked)
    y, p, c = (np.asarray(asked[name]) for name in ("y", "p", "c"))
    n = np.asarray(asked["n"], dtype=np.int64)
    right = [
        int(n[((p == y) == mine) & ((c == y) == theirs)].sum()) for mine in (True, False) for theirs in (True, False)
    ]
    pairs = None
    if both:
        scales = None if table.rows <= COUNTED else (_scale(asked, "m"), _scale(asked, "t"))
        pairs = yield from measure_pairs({"y": label.code, **both}, scales, where=where, over=over)
    sums, total = _sums(asked), int(n.sum())
    return ChampionStatistics(n=total, right=(right[0], right[1], right[2], right[3]), scores=pairs, sums=sums)


def _scale(asked: Columns, who: str) -> float:
    """Return the scale of the grid for the scores of one model; of no rows, that of probabilities."""
    lows, highs = (as_float(asked[f"{end}_{who}"]) for end in ("least", "most"))
    return scale_for(float(lows.min()), float(highs.max())) if lows.size else float(GRID)


def _decisions(table: Table, parameters: ChampionParameters, rivals: Mapping[str, str | None]) -> list[Binary]:
    found = []
    for alias, prediction, score in (
        ("p", parameters.prediction, parameters.score),
        ("c", rivals.get("prediction"), rivals.get("score")),
    ):
        if prediction is not None:
            found.append(as_decision(table, alias, prediction, parameters.positive, label=parameters.label))
        if score is not None:
            found.append(thresholded(table, alias if prediction is None else f"{alias}s", score, parameters.threshold))
    return found


def _score_sums(label: str, mine: str, theirs: str) -> dict[str, str]:
    inside = f"{mine} >= 0 and {mine} <= 1 and {theirs} >= 0 and {theirs} <= 1"
    losses, sums = {}, {"outside": count_if(f"not ({inside})")}
    for who, score in (("m", mine), ("t", theirs)):
        sums |= {f"least_{who}": f"min({score})", f"most_{who}": f"max({score})"}
        sure = f"(case when {label} = 1 then {score} else 1 - {score} end)"
        losses[f"brier_{who}"] = f"((1 - {sure}) * (1 - {sure}))"
        losses[f"log_loss_{who}"] = f"(case when {sure} > 0 then -ln({sure}) else 0 end)"
        losses[f"wrong_{who}"] = f"{sure} <= 0"
    sums["wrong"] = count_if(f"{losses['wrong_m']} or {losses['wrong_t']}")
    return sums | _paired_sums({name: (losses[f"{name}_m"], losses[f"{name}_t"]) for name in ("brier", "log_loss")})


def _paired_sums(losses: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    sums: dict[str, str] = {}
    for name, (mine, theirs) in losses.items():
        sums |= {
            f"{name}_0": f"sum({mine})",
            f"{name}_1": f"sum({theirs})",
            f"{name}_2": f"sum(({mine} - {theirs}) * ({mine} - {theirs}))",
        }
    return sums


def _sums(asked: Columns) -> dict[str, tuple[float, float, float]]:
    if "brier_0" in asked and int(np.asarray(asked["outside"]).sum()):
        return {}
    names = [name for name in ("brier", "log_loss", "mae") if f"{name}_0" in asked]
    if "wrong" in asked and int(np.asarray(asked["wrong"]).sum()):
        names.remove("log_loss")
    found = {}
    for name in names:
        mine, theirs, squares = (float(np.nansum(as_float(asked[f"{name}_{i}"]))) for i in range(3))
        found[name] = (mine, theirs, squares)
    return found


def _measure_regression(table: Table, over: str, parameters: ChampionParameters, rival: str | None) -> Steps:
    assert parameters.prediction is not None
    assert rival is not None
    yield from require_numbers(table, parameters.label, parameters.prediction, rival)
    label = table.value(parameters.label)
    mine, theirs = plain(parameters.prediction), plain(rival)
    faults = [(parameters.label, "not_finite", broken(label))]
    faults += number_faults(parameters.prediction) + number_faults(rival)
    where = f"{label} is not null"
    looked = yield Plan({"n": "count(*)", **count_faults(faults)}, where=where, over=over)
    refuse_faults(table, faults, looked)
    losses = {"mae": (f"abs({mine} - {label})", f"abs({theirs} - {label})")}
    asked = yield Plan(_paired_sums(losses), where=where, over=over)
    n = whole(looked, "n")
    return ChampionStatistics(n=n, sums=_sums(asked) if n else {})


check = Champion()
