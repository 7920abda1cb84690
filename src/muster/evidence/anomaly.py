"""Anomalies: today's profile against those of the past, each figure with the interval that its history lets expect.

Prediction interval for one further normal observation (G. J. Hahn, Factors for calculating two-sided prediction
intervals, JASA 64 (1969)), on a scale where the figure is roughly normal, and never narrower than today's own
sampling error. The level is corrected for the number of figures (Bonferroni).
"""

import json
import math
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from statistics import fmean, stdev
from types import MappingProxyType
from typing import Any, ClassVar

from pydantic import Field, FiniteFloat, ValidationError, model_validator

from muster.core.canonical import Frozen
from muster.core.figures import Figure
from muster.evidence.anomaly_facts import Fact, facts
from muster.evidence.check import Definition, Findings, Steps
from muster.evidence.errors import ParameterError
from muster.evidence.profile import ProfileParameters, profile_steps
from muster.evidence.profile_columns import ProfileStatistics
from muster.evidence.student import student_quantile
from muster.evidence.table import Table


class Past(Frozen):
    """An earlier profile, as far as it is compared: when, and each fact on its scale, by its name and column."""

    started: datetime
    facts: dict[str, FiniteFloat]

    @model_validator(mode="before")
    @classmethod
    def _from_result(cls, given: Any) -> Any:
        """Take a whole result of the check ``profile`` or ``anomaly`` too, and keep what is compared of it."""
        if not isinstance(given, Mapping) or "statistics" not in given:
            return given
        statistics = ProfileStatistics.model_validate(given["statistics"])
        return {"started": given["started"], "facts": {fact.key: fact.scaled for fact in facts(statistics)}}


class AnomalyParameters(ProfileParameters):
    """The `history` to compare with, how often an ordinary day may be called strange, how much history is needed."""

    judged: ClassVar[Mapping[str, Any]] = {"level": True, "history": True, "alarms": True, "at_least": True}

    history: tuple[Past, ...] = Field(description="A JSON list of earlier results of the check profile.")
    alarms: float = Field(default=0.05, gt=0, lt=0.5, description="The chance that an ordinary day has an anomaly.")
    at_least: int = Field(default=8, ge=3, description="How many earlier results a comparison needs.")


class Anomaly:
    """The check ``anomaly``."""

    name = "anomaly"
    version = "1"
    title: Mapping[str, str] = MappingProxyType({"en": "Anomalies against history", "zh": "与历史相比的异常"})
    inputs: Mapping[str, bool] = MappingProxyType({"data": True})
    parameters = AnomalyParameters
    statistics = ProfileStatistics

    def measure(self, tables: Mapping[str, Table], parameters: AnomalyParameters) -> Steps:
        """Profile the data."""
        return profile_steps(tables["data"], parameters)

    def judge(self, statistics: ProfileStatistics, parameters: AnomalyParameters, *, now: datetime) -> Findings:
        """Hold every fact of today against its history."""
        del now
        today = facts(statistics)
        known = {
            each.key: [past.facts[each.key] for past in parameters.history if each.key in past.facts] for each in today
        }
        compared = sum(len(values) >= parameters.at_least for values in known.values())
        level = 1 - parameters.alarms / max(1, compared)
        told = [_figure(fact, known[fact.key], parameters.at_least, level) for fact in today]
        outside = sum(_is_outside(figure) for figure in told)
        gone = _gone(parameters, statistics)
        n = len(parameters.history)
        none = "" if compared else "too_little_history"
        counted = (
            Figure(name="anomalies", value=None if none else float(outside), n=compared, not_estimable=none),
            Figure(name="figures_compared", value=float(compared), n=len(told)),
            Figure(name="columns_gone", value=float(len(gone)), n=n, group=", ".join(gone)),
        )
        return Findings((*counted, *told), definitions=DEFINITIONS)


def read_history(path: str | Path) -> tuple[Past, ...]:
    """Read earlier results: a folder of JSON files, one a result, or a file with a JSON list of them.

    Raises:
        ParameterError: naming the file that cannot be read, and why.
    """
    source = Path(path)
    files = sorted(source.glob("*.json")) if source.is_dir() else [source]
    found: list[Past] = []
    for file in files:
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
            found += [Past.model_validate(each) for each in (content if isinstance(content, list) else [content])]
        except (OSError, ValueError, KeyError, ValidationError) as error:
            reason = error.strerror if isinstance(error, OSError) else " ".join(str(error).split())
            raise ParameterError("history_unreadable", file.name, reason=reason) from error
    return tuple(sorted(found, key=lambda past: past.started))


def _figure(fact: Fact, past: list[float], at_least: int, level: float) -> Figure:
    name = f"today.{fact.name}"
    m = len(past)
    if m < at_least:
        return Figure(name=name, value=None, n=m, group=fact.column, not_estimable="too_little_history")
    # Today's figure and the past ones carry the same sampling error; figures that never moved still round.
    spread = max(stdev(past), fact.error, 1e-9 * abs(fmean(past)))
    half = student_quantile(0.5 + level / 2, m - 1) * spread * math.sqrt(1 + 1 / m)
    low, high = fact.back(fmean(past) - half), fact.back(fmean(past) + half)
    return Figure(
        name=name, value=fact.value, n=m, group=fact.column,
        low=min(low, high), high=max(low, high), level=level, interval="prediction, normal (Hahn 1969)",
    )  # fmt: skip


def _is_outside(figure: Figure) -> bool:
    if figure.value is None or figure.low is None or figure.high is None:
        return False
    return not figure.low <= figure.value <= figure.high


def _gone(parameters: AnomalyParameters, statistics: ProfileStatistics) -> list[str]:
    """Return the columns of the latest result that are not there today."""
    if not parameters.history:
        return []
    latest = max(parameters.history, key=lambda past: past.started)
    before = {key.partition("|")[2] for key in latest.facts}
    asked = set(parameters.columns) or before
    return sorted((before & asked) - {column.name for column in statistics.columns} - {""})


_TODAY = "value of today; the interval is where one further result lies, given the earlier ones"
DEFINITIONS = {
    "anomalies": Definition(formula="figures outside their prediction interval", source="Hahn (1969), JASA 64"),
    "figures_compared": Definition(formula="figures with at least at_least earlier results", source="Muster"),
    "columns_gone": Definition(formula="columns of the latest earlier result that are not there", source="Muster"),
    **{
        f"today.{name}": Definition(formula=_TODAY, source="Hahn (1969), JASA 64")
        for name in ("rows", "missing_share", "distinct", "mean", "sd", "length_mean")
    },
}

check = Anomaly()
