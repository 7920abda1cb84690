"""Data quality: rules compiled to one query; each rule's violations, and how many rules failed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Self

from pydantic import Field, FiniteFloat

from muster.core.canonical import Frozen
from muster.core.figures import Figure
from muster.evidence.check import Definition, Findings, Statistics, Steps
from muster.evidence.errors import NotMergeable
from muster.evidence.plan import Columns, Plan, seconds, whole
from muster.evidence.rules import Counted, Freshness, Rule, Schema, subject
from muster.evidence.table import Table

VERSION = "1"
_DAY = 86_400.0


class QualityParameters(Frozen):
    """The `rules` to hold the data against; at least one, for no rules would pass everything."""

    rules: tuple[Rule, ...] = Field(min_length=1, description="A YAML or JSON list of rules.")


class Answered(Frozen):
    """What the data answered to one rule: violations of `n`, or the newest time as seconds since 1970."""

    violations: int | None = None
    newest: FiniteFloat | None = None
    n: int
    details: tuple[str, ...] = ()


class QualityStatistics(Statistics):
    """One answer for each rule, in the order of the rules."""

    rules: tuple[Answered, ...]

    def merged(self, other: Self) -> Self:
        raise NotMergeable("other_parameters", type(other).__name__)


@dataclass(frozen=True)
class Outcome:
    """What one rule found: `violations` of `n`, whether that fails it, and the details worth reading."""

    rule: Rule
    violations: int | None
    n: int
    failed: bool
    not_estimable: str = ""


class Quality:
    """The check ``quality``."""

    name = "quality"
    version = VERSION
    title: Mapping[str, str] = MappingProxyType({"en": "Data quality", "zh": "数据质量"})
    inputs: Mapping[str, bool] = MappingProxyType({"data": True})
    parameters = QualityParameters
    statistics = QualityStatistics

    def measure(self, tables: Mapping[str, Table], parameters: QualityParameters) -> Steps:
        """Compile all rules to one query and ask it."""
        table = tables["data"]
        asked = yield _plan(table, parameters.rules)
        return QualityStatistics(rules=tuple(_read(rule, i, asked, table) for i, rule in enumerate(parameters.rules)))

    def judge(self, statistics: QualityStatistics, parameters: QualityParameters, *, now: datetime) -> Findings:
        """Report every rule."""
        outcomes = [_judge(rule, answer, now) for rule, answer in zip(parameters.rules, statistics.rules, strict=True)]
        return Findings(_figures(outcomes), definitions=DEFINITIONS)


def _plan(table: Table, rules: tuple[Rule, ...]) -> Plan:
    aggregates = {"n": "count(*)"}
    for i, rule in enumerate(rules):
        if isinstance(rule, Counted):
            aggregates[f"r{i}"] = rule.violations(table)
        elif isinstance(rule, Freshness):
            aggregates[f"r{i}"] = rule.newest(table)
    return Plan(aggregates)


def _read(rule: Rule, place: int, asked: Columns, table: Table) -> Answered:
    if isinstance(rule, Schema):
        lines = rule.differences(table.columns)
        return Answered(violations=len(lines), n=len(table.columns), details=tuple(lines))
    if isinstance(rule, Freshness):
        newest = seconds(asked[f"r{place}"][0])
        if newest is None:
            return Answered(n=0)
        return Answered(newest=newest, n=1, details=(f"newest: {datetime.fromtimestamp(newest, UTC).isoformat()}",))
    return Answered(violations=whole(asked, f"r{place}"), n=table.rows)


def _judge(rule: Rule, answer: Answered, now: datetime) -> Outcome:
    if isinstance(rule, Schema):
        return Outcome(rule, answer.violations, answer.n, bool(answer.violations))
    if isinstance(rule, Freshness):
        if answer.newest is None:
            return Outcome(rule, None, 0, failed=True, not_estimable="no_values")
        stale = (now.astimezone(UTC).timestamp() - answer.newest) / _DAY > rule.max_age_days
        return Outcome(rule, int(stale), 1, stale)
    assert answer.violations is not None
    return Outcome(rule, answer.violations, answer.n, answer.violations > rule.max_share * answer.n)


def _figures(outcomes: list[Outcome]) -> tuple[Figure, ...]:
    failed = sum(outcome.failed for outcome in outcomes)
    n = len(outcomes)
    each = (
        Figure(
            name=f"violations.{outcome.rule.rule}",
            value=None if outcome.violations is None else float(outcome.violations),
            n=outcome.n,
            group=subject(outcome.rule),
            not_estimable=outcome.not_estimable,
        )
        for outcome in outcomes
    )
    return (
        Figure(name="rules_failed", value=float(failed), n=n),
        Figure(name="rules_total", value=float(n), n=n),
        *each,
    )


DEFINITIONS = {
    "rules_failed": Definition(formula="rules whose violations exceed max_share of the rows", source="Muster"),
    "rules_total": Definition(formula="rules that were asked", source="Muster"),
    "violations.missing": Definition(formula="rows without a value; NaN counts as none", source="Muster"),
    "violations.range": Definition(
        formula="rows below min, above max, or NaN; missing values not counted", source="Muster"
    ),
    "violations.set": Definition(formula="rows whose value is not in the set", source="Muster"),
    "violations.unique": Definition(
        formula="rows with a value minus distinct values: rows that repeat another", source="Muster"
    ),
    "violations.schema": Definition(formula="columns missing, of another type, or not expected", source="Muster"),
    "violations.freshness": Definition(
        formula="1 if the newest value is older than max_age_days at the start of the check, else 0",
        source="Muster",
    ),
}

check = Quality()
