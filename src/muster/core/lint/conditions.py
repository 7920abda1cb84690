"""Conditions that can never hold, and what they make unreachable."""

from collections.abc import Iterator

from muster.core.condition import AllOf, AnyOf, AttributeTest, Condition, Not
from muster.core.framework import Framework
from muster.core.lint.assignments import Cases
from muster.core.lint.complaint import Complaint
from muster.core.tree import Path
from muster.core.walk import conditions_in

_HINT = "two of its parts exclude each other: correct one, or remove the rule"


def never_holding(framework: Framework) -> Iterator[Complaint]:
    """A condition that no use case can meet: the floor, category, question or rule behind it is unreachable."""
    cases = Cases(framework)
    for path, condition in conditions_in(framework):
        if cases.can_hold(condition) is False:
            yield Complaint(
                "never-holds", path, f"this can never hold, so {_what(framework, path)} is unreachable", _HINT
            )
        else:
            yield from _dead_branches(cases, path, condition)


def _dead_branches(cases: Cases, path: Path, condition: Condition) -> Iterator[Complaint]:
    """An alternative under `any` that can never hold is dead text."""
    if isinstance(condition, AttributeTest | Not):
        return
    key, parts = ("all", condition.all) if isinstance(condition, AllOf) else ("any", condition.any)
    for number, part in enumerate(parts):
        here = (*path, key, number)
        if isinstance(condition, AnyOf) and cases.can_hold(part) is False:
            yield Complaint("dead-branch", here, "this alternative can never hold", "remove it", "warning")
        else:
            yield from _dead_branches(cases, here, part)


def _what(framework: Framework, path: Path) -> str:
    """Return in words whose condition stands at `path`."""
    here: object = framework
    named = "it"
    for part in path:
        here = here[part] if isinstance(here, tuple) and isinstance(part, int) else getattr(here, str(part), None)
        name = getattr(here, "id", None) or getattr(here, "value", None)
        named = f"`{name}`" if isinstance(name, str) else named
    return named


RULES = (never_holding,)
