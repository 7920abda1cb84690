"""The RACI matrix: every piece of work has exactly one person who answers for it."""

from collections.abc import Iterator

from muster.core.framework import Framework
from muster.core.lint.complaint import Complaint
from muster.core.process import RaciRow
from muster.core.tree import Path


def uncovered(framework: Framework) -> Iterator[Complaint]:
    """An activity of the process that no row of the RACI matrix answers for."""
    covered = {path for row in framework.raci for path in row.covers}
    for n, step in enumerate(framework.process.steps):
        for m, activity in enumerate(step.activities):
            if f"{step.id}.{activity.id}" not in covered:
                message = f"nobody is accountable for `{step.id}.{activity.id}`"
                hint = "name it in `covers` of a row of the RACI matrix"
                yield Complaint("activity-without-accountable", ("process", "steps", n, "activities", m), message, hint)


def covered_twice(framework: Framework) -> Iterator[Complaint]:
    """An activity with two accountable roles has none."""
    first: dict[str, RaciRow] = {}
    for n, row in enumerate(framework.raci):
        for m, covered in enumerate(row.covers):
            other = first.setdefault(covered, row)
            if other.accountable != row.accountable:
                message = (
                    f"`{covered}` has two accountable roles: {other.accountable} ({other.id}) and {row.accountable}"
                )
                yield Complaint(
                    "two-accountable", ("raci", n, "covers", m), message, "leave it to one of them", "warning"
                )


def incomplete_rows(framework: Framework) -> Iterator[Complaint]:
    """A row that nobody carries out, or that covers work of another step than its own."""
    for n, row in enumerate(framework.raci):
        path: Path = ("raci", n)
        if not row.responsible:
            message = f"nobody is responsible for `{row.id}`"
            yield Complaint("nobody-responsible", (*path, "responsible"), message, "name at least one role")
        for m, covered in enumerate(row.covers):
            if covered.split(".", maxsplit=1)[0] != row.step:
                message = f"`{row.id}` belongs to the step `{row.step}` but covers `{covered}`"
                yield Complaint("covers-other-step", (*path, "covers", m), message, "split the row by step", "warning")


def idle_signatures(framework: Framework) -> Iterator[Complaint]:
    """A signature for work in which its role has no part: neither accountable nor responsible."""
    rows = {row.id: row for row in framework.raci}
    for n, gate in enumerate(framework.process.gates):
        for m, rule in enumerate(gate.sign_offs):
            row = rows[rule.activity]
            if rule.role not in (row.accountable, *row.responsible):
                message = f"`{rule.role}` signs for `{row.id}` but is neither accountable nor responsible for it"
                path = ("process", "gates", n, "sign_offs", m, "role")
                hint = f"accountable: {row.accountable}; responsible: {', '.join(row.responsible)}"
                yield Complaint("signs-for-others", path, message, hint, "warning")


RULES = (uncovered, covered_twice, incomplete_rows, idle_signatures)
