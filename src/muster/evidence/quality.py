"""Data quality: rules compiled to one query; each rule's violations, and how many rules failed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType

from pydantic import Field, JsonValue

from muster.core.canonical import Frozen
from muster.core.figures import Figure
from muster.evidence.plan import Plan
from muster.evidence.result import CheckResult, Definition, describe_data, environment
from muster.evidence.rules import Counted, Freshness, Rule, Schema, Unique, subject
from muster.evidence.source import Source

VERSION = "1"
_DAY = 86_400.0


class QualityParameters(Frozen):
    """The `rules` to hold the data against; at least one, for no rules would pass everything."""

    rules: tuple[Rule, ...] = Field(min_length=1)


@dataclass(frozen=True)
class Outcome:
    """What one rule found: `violations` of `n`, whether that fails it, and the details worth reading."""

    rule: Rule
    violations: int | None
    n: int
    failed: bool
    details: tuple[str, ...] = ()
    not_estimable: str = ""


class Quality:
    """The check ``quality``."""

    name = "quality"
    title: Mapping[str, str] = MappingProxyType({"en": "Data quality", "zh": "数据质量"})
    parameters = QualityParameters

    def run(self, source: Source, parameters: QualityParameters, *, now: datetime) -> CheckResult:
        """Compile all rules to one query, ask it, and report every rule."""
        plan = _plan(source, parameters.rules)
        query = plan.sql(source.relation)
        asked = {name: column[0] for name, column in source.ask(query).items()}
        answers = {name: None if _is_missing(value) else float(value) for name, value in asked.items()}
        outcomes = [_judge(rule, answers.get(f"r{i}"), source, now) for i, rule in enumerate(parameters.rules)]
        return CheckResult(
            check=self.name,
            version=VERSION,
            parameters=parameters.model_dump(mode="json"),
            data=describe_data(source, _used(source, parameters.rules)),
            figures=_figures(outcomes),
            groups=(),
            statistics={"rules": [_stored(outcome) for outcome in outcomes]},
            definitions=DEFINITIONS,
            query=query,
            seed=None,
            environment=environment(),
            started=now,
            finished=now,
        )


def _plan(source: Source, rules: tuple[Rule, ...]) -> Plan:
    aggregates = {"n": "count(*)"}
    for i, rule in enumerate(rules):
        if isinstance(rule, Counted):
            aggregates[f"r{i}"] = rule.violations(source)
        elif isinstance(rule, Freshness):
            aggregates[f"r{i}"] = rule.newest(source)
    return Plan(aggregates)


def _judge(rule: Rule, answer: float | None, source: Source, now: datetime) -> Outcome:
    if isinstance(rule, Schema):
        numbers = {name for name in source.columns if source.is_number(name)}
        lines = rule.differences(source.columns, numbers=numbers)
        return Outcome(rule, len(lines), len(source.columns), bool(lines), tuple(lines))
    if isinstance(rule, Freshness):
        if answer is None:
            return Outcome(rule, None, 0, failed=True, not_estimable="no_values")
        age = (now.astimezone(UTC).timestamp() - answer) / _DAY
        newest = datetime.fromtimestamp(answer, UTC).isoformat()
        stale = age > rule.max_age_days
        return Outcome(rule, int(stale), 1, stale, (f"newest: {newest}",))
    assert answer is not None
    violations = int(answer)
    return Outcome(rule, violations, source.rows, violations > rule.max_share * source.rows)


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


def _stored(outcome: Outcome) -> dict[str, JsonValue]:
    return {
        "rule": outcome.rule.model_dump(mode="json"),
        "violations": outcome.violations,
        "n": outcome.n,
        "failed": outcome.failed,
        "details": list(outcome.details),
    }


def _used(source: Source, rules: tuple[Rule, ...]) -> tuple[str, ...]:
    names: list[str] = []
    for rule in rules:
        if isinstance(rule, Schema):
            names += source.columns
        elif isinstance(rule, Unique) and rule.columns:
            names += rule.columns
        else:
            names.append(str(rule.column))
    return tuple(dict.fromkeys(names))


def _is_missing(value: object) -> bool:
    # A masked constant is how the engine's arrays say that there is no value.
    return value is None or type(value).__name__ == "MaskedConstant"


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
