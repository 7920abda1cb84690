"""Every signature that was given at a gate, with its comment, and whether it still counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from muster.core.duty import Actor
from muster.report.words import join, name_role
from muster.server.casework.models import SignOffRow
from muster.server.casework.queries import Case
from muster.server.web.language import tag


@dataclass(frozen=True)
class SignOffShown:
    """One signature as it was given; `counts` is worked out against what stands there now."""

    id: str
    person: str
    roles: str
    meaning: str
    outcome: str
    comment: str
    subject: str
    at: datetime
    withdrawn_at: datetime | None
    counts: bool
    mine: bool


def show_sign_offs(case: Case, actor: Actor, names: Mapping[str, str], *, gate: str) -> list[SignOffShown]:
    """Return the signatures at a gate, newest first."""
    assessed = case.assessment.gate(gate)
    subject = assessed.subject if assessed else ""
    rows = SignOffRow.objects.filter(use_case=case.use_case, gate=gate).order_by("-at")
    if assessed and assessed.gate.subject == "version":
        rows = rows.filter(version=case.version)
    return [
        SignOffShown(
            id=row.id,
            person=names.get(row.person, row.person[:8]),
            roles=join((name_role(case.framework, role, tag()) for role in row.roles), tag()),
            meaning=row.meaning,
            outcome=row.outcome,
            comment=row.comment,
            subject=row.subject,
            at=row.at,
            withdrawn_at=row.withdrawn_at,
            counts=row.subject == subject and row.withdrawn_at is None,
            mine=row.person == actor.person and row.withdrawn_at is None,
        )
        for row in rows.defer("content_text")
    ]
