"""The figures of rules: violations, their share with its interval, and how many rules failed. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from muster.core.figures import Figure
from muster.evidence.check import Definition
from muster.evidence.measured import write_share
from muster.evidence.quality_answers import Answered
from muster.evidence.rules import Rule, subject
from muster.evidence.rules_table import Freshness, Schema

_DAY = 86_400.0
_WILSON = "interval: Wilson, JASA 22 (1927)"


@dataclass(frozen=True)
class Outcome:
    """What one rule found: whether that fails it, and why its violations have no value, if they have none."""

    rule: Rule
    answer: Answered
    failed: bool
    violations: int | None
    not_estimable: str = ""

    @property
    def shown(self) -> bool:
        """Whether the data show that the rule holds or that it does not."""
        return not self.not_estimable


def figures(
    rules: tuple[Rule, ...], answers: tuple[Answered, ...], *, level: float, now: datetime
) -> tuple[Figure, ...]:
    """Return the figures: how many rules failed first, then each rule's own.

    A rule that is not shown to hold (it looked at too few rows, or at parts that may break it between them) has
    failed; `rules_not_shown` says how many of those that failed did so only for this.
    """
    outcomes = [judge(rule, answer, now) for rule, answer in zip(rules, answers, strict=True)]
    n = len(outcomes)
    failed = [outcome for outcome in outcomes if outcome.failed]
    return (
        Figure(name="rules_failed", value=float(len(failed)), n=n),
        Figure(name="rules_total", value=float(n), n=n),
        Figure(name="rules_not_shown", value=float(sum(not outcome.shown for outcome in failed)), n=n),
        *(figure for outcome in outcomes for figure in _of_rule(outcome, level)),
    )


def judge(rule: Rule, answer: Answered, now: datetime) -> Outcome:
    """Hold what the data answered against one rule."""
    if isinstance(rule, Freshness):
        if answer.newest is None:
            return Outcome(rule, answer, failed=True, violations=None, not_estimable="no_values")
        stale = (now.astimezone(UTC).timestamp() - answer.newest) / _DAY > rule.max_age_days
        return Outcome(rule, answer, stale, int(stale))
    violations = answer.violations or 0
    if isinstance(rule, Schema):
        return Outcome(rule, answer, bool(violations), violations)
    broken = violations > rule.max_share * answer.n
    if answer.apart and not broken:
        return Outcome(rule, answer, failed=True, violations=None, not_estimable="counted_apart")
    if answer.n == 0:
        return Outcome(rule, answer, bool(rule.min_rows), None, "nothing_to_look_at")
    return Outcome(rule, answer, broken or answer.n < rule.min_rows, violations)


def _of_rule(outcome: Outcome, level: float) -> Iterator[Figure]:
    kind, about, answer = outcome.rule.rule, subject(outcome.rule), outcome.answer
    value = None if outcome.violations is None else float(outcome.violations)
    yield Figure(name=f"violations.{kind}", value=value, n=answer.n, group=about, not_estimable=outcome.not_estimable)
    if isinstance(outcome.rule, Schema | Freshness):
        return
    yield _share(outcome, about, level)
    told = {"first_row": answer.first, "repeated_values": answer.repeated, "most_repeats": answer.most}
    for name, number in told.items():
        if number is not None:
            yield Figure(name=f"{name}.{kind}", value=float(number), n=answer.n, group=about)


def _share(outcome: Outcome, about: str, level: float) -> Figure:
    name, n = f"share.{outcome.rule.rule}", outcome.answer.n
    if outcome.violations is None:
        return Figure(name=name, value=None, n=n, group=about, not_estimable=outcome.not_estimable)
    return write_share(name, outcome.violations, n, level=level, group=about)


_ROWS = {
    "missing": "rows without a value; NaN counts as none",
    "range": "rows below min, above max, or NaN, of those with a value",
    "set": "rows whose value is not in the set, of those with a value",
    "pattern": "rows whose whole text does not match, of those with a value",
    "parses": "rows whose text cannot be read as the kind, of those with a value",
    "mixed": "the smaller of: texts that are numbers, texts that are not",
    "finite": "rows with an infinite number, of those with a value",
    "compare": "rows that do not stand in the relation, of those with all values",
    "conditional": "rows that break the inner rule, of those where the condition holds",
    "unique": "rows with a value minus distinct values: rows that repeat another",
    "foreign_key": "rows whose key the other table does not have, of those with a value",
    "monotone": "steps in the wrong direction, of all steps along the order",
    "schema": "columns missing, of another type, or not expected",
    "freshness": "1 if the newest value is older than max_age_days at the start of the check, else 0",
}
_COUNTED = _ROWS.keys() - {"schema", "freshness"}

DEFINITIONS = {
    "rules_failed": Definition(
        formula="rules whose violations exceed max_share of the rows they look at, or that are not shown to hold",
        source="Muster",
    ),
    "rules_total": Definition(formula="rules that were asked", source="Muster"),
    "rules_not_shown": Definition(
        formula="of the rules that failed, those without a figure: too few rows, or counted in parts", source="Muster"
    ),
    **{f"violations.{rule}": Definition(formula=text, source="Muster") for rule, text in _ROWS.items()},
    **{f"share.{rule}": Definition(formula="violations / rows looked at", source=_WILSON) for rule in sorted(_COUNTED)},
    **{
        f"first_row.{rule}": Definition(formula="number of the first row that breaks the rule, from 1", source="Muster")
        for rule in sorted(_COUNTED)
    },
    "repeated_values.unique": Definition(formula="values that occur more than once", source="Muster"),
    "most_repeats.unique": Definition(formula="rows that share the most frequent value", source="Muster"),
}
