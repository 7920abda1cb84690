"""What is wrong with a framework that loads: orphans, gates nobody can pass, conditions that never hold."""

from collections.abc import Callable, Collection, Iterator
from datetime import date

from muster.core.framework import Framework
from muster.core.lint import conditions, gates, matrix, measures, people, questions, regulations, texts
from muster.core.lint.complaint import Complaint
from muster.core.load import Positions
from muster.core.problem import Problem, in_order

RULES: tuple[Callable[[Framework], Iterator[Complaint]], ...] = (
    *texts.RULES,
    *questions.RULES,
    *matrix.RULES,
    *measures.RULES,
    *conditions.RULES,
    *gates.RULES,
    *people.RULES,
    *regulations.RULES,
)


def lint(
    framework: Framework, positions: Positions, today: date, installed_checks: Collection[str] | None = None
) -> tuple[Problem, ...]:
    """Return every error and warning in reading order; without an error the framework may be published.

    With `installed_checks` (the names of the checks that this installation can compute) a measure that asks for
    another is an error too, unless Muster answers it from its own records.
    """
    found = complaints(framework, today, installed_checks)
    return in_order(_placed(complaint, positions) for complaint in found)


def complaints(
    framework: Framework, today: date, installed_checks: Collection[str] | None = None
) -> tuple[Complaint, ...]:
    """Return the same as `lint` by path in the model: for a framework that has no files, as one that is published."""
    found = [complaint for rule in RULES for complaint in rule(framework)]
    found += matrix.overdue_review(framework, today)
    found += regulations.past_laws(framework, today)
    if installed_checks is not None:
        found += measures.uninstalled_checks(framework, installed_checks)
    return tuple(found)


def _placed(complaint: Complaint, positions: Positions) -> Problem:
    at = positions.at(*complaint.path)
    return Problem(
        path=at.path,
        line=at.line,
        column=at.column,
        message=complaint.message,
        hint=complaint.hint,
        severity=complaint.severity,
        rule=complaint.rule,
    )
