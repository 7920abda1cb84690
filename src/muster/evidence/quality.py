"""Data quality: rules compiled to one query; each rule's violations, and how many rules failed."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, ClassVar

from pydantic import Field

from muster.core.canonical import Frozen
from muster.evidence.check import Findings, Steps
from muster.evidence.plan import Columns, Plan, seconds, whole
from muster.evidence.quality_answers import Answered, QualityStatistics
from muster.evidence.quality_figures import DEFINITIONS, figures
from muster.evidence.rules import Rule
from muster.evidence.rules_rows import Conditional, Counts, Mixed, RowRule
from muster.evidence.rules_table import PARENT, ForeignKey, Freshness, Monotone, Schema, Unique
from muster.evidence.table import Table

VERSION = "2"
InOneQuery = RowRule | Mixed | Conditional | Unique


class QualityParameters(Frozen):
    """The `rules` to hold the data against; at least one, for no rules would pass everything."""

    judged: ClassVar[Mapping[str, Any]] = {
        "level": True,
        "rules": {"__all__": {"name", "max_share", "min_rows", "max_age_days"}},
    }

    rules: tuple[Rule, ...] = Field(min_length=1, description="A YAML or JSON list of rules.")
    level: float = Field(default=0.95, gt=0.5, lt=1, description="The level of the intervals.")


class Quality:
    """The check ``quality``."""

    name = "quality"
    version = VERSION
    title: Mapping[str, str] = MappingProxyType({"en": "Data quality", "zh": "数据质量"})
    inputs: Mapping[str, bool] = MappingProxyType({"data": True, PARENT: False})
    parameters = QualityParameters
    statistics = QualityStatistics

    def measure(self, tables: Mapping[str, Table], parameters: QualityParameters) -> Steps:
        """Compile all rules to one query (keys and orders have one each), then ask about what repeats, if any does."""
        table, rules = tables["data"], parameters.rules
        counts = {i: rule.counts(table) for i, rule in enumerate(rules) if isinstance(rule, InOneQuery)}
        others = {i: plans for i, rule in enumerate(rules) if (plans := _own_plans(rule, tables))}
        asked = [_together(table, rules, counts), *(plan for plans in others.values() for plan in plans)]
        first, *rest = yield tuple(asked)
        answers = _find_first([_read(rule, i, first, table) for i, rule in enumerate(rules)], table, counts)
        for i, plans in others.items():
            own, rest = rest[: len(plans)], rest[len(plans) :]
            answers[i] = _read_own(rules[i], own)
        repeating = {i: rule for i, rule in enumerate(rules) if isinstance(rule, Unique) and answers[i].violations}
        if repeating:
            told = yield tuple(rule.repeats(table) for rule in repeating.values())
            for i, each in zip(repeating, told, strict=True):
                update = {"repeated": whole(each, "repeated"), "most": whole(each, "most")}
                answers[i] = answers[i].model_copy(update=update)
        return QualityStatistics(rules=tuple(answers))

    def judge(self, statistics: QualityStatistics, parameters: QualityParameters, *, now: datetime) -> Findings:
        """Report every rule."""
        found = figures(parameters.rules, statistics.rules, level=parameters.level, now=now)
        names = {figure.name for figure in found}
        return Findings(found, definitions={name: text for name, text in DEFINITIONS.items() if name in names})


def _own_plans(rule: Rule, tables: Mapping[str, Table]) -> tuple[Plan, ...]:
    """Return what cannot be asked in the one query: the rows without a key, the steps of an order."""
    if isinstance(rule, ForeignKey):
        return rule.plans(tables)
    return (rule.plan(tables["data"]),) if isinstance(rule, Monotone) else ()


def _together(table: Table, rules: tuple[Rule, ...], counts: Mapping[int, Counts]) -> Plan:
    aggregates = {"rows": "count(*)"}
    for i, each in counts.items():
        aggregates |= {f"n{i}": each.n, f"v{i}": each.violations}
    aggregates |= {f"t{i}": rule.newest(table) for i, rule in enumerate(rules) if isinstance(rule, Freshness)}
    return Plan(aggregates)


def _find_first(answers: list[Answered], table: Table, counts: Mapping[int, Counts]) -> list[Answered]:
    """Add the first row that breaks each rule which one breaks, where rows have an order."""
    broken = [i for i, each in counts.items() if answers[i].violations and each.first]
    found = dict(zip(broken, table.first_rows([counts[i].first for i in broken]), strict=True))
    return [each.model_copy(update={"first": found.get(i)}) for i, each in enumerate(answers)]


def _read(rule: Rule, place: int, asked: Columns, table: Table) -> Answered:
    if isinstance(rule, Schema):
        lines = rule.differences(table.columns)
        return Answered(rule=rule.rule, violations=len(lines), n=len(table.columns), details=tuple(lines))
    if isinstance(rule, Freshness):
        newest = seconds(asked[f"t{place}"][0])
        if newest is None:
            return Answered(rule=rule.rule, n=0)
        told = f"newest: {datetime.fromtimestamp(newest, UTC).isoformat()}"
        return Answered(rule=rule.rule, newest=newest, n=1, details=(told,))
    if f"v{place}" not in asked:  # asked by a query of its own
        return Answered(rule=rule.rule, n=0)
    return Answered(rule=rule.rule, violations=whole(asked, f"v{place}"), n=whole(asked, f"n{place}"))


def _read_own(rule: Rule, answers: Sequence[Columns]) -> Answered:
    if isinstance(rule, ForeignKey):
        looked, alone = answers
        return Answered(rule=rule.rule, n=whole(looked, "n"), violations=whole(alone, "n"))
    return Answered(rule=rule.rule, n=whole(answers[0], "n"), violations=whole(answers[0], "violations"))


check = Quality()
