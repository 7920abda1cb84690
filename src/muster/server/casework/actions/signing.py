"""Sign at a gate, and take a signature back."""

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from django.db import transaction
from django.utils import timezone

from muster.core.assess import GateAssessment, assess
from muster.core.canonical import canonical, digest
from muster.core.dossier import Outcome
from muster.core.duty import Actor, may_sign
from muster.core.process import Meaning
from muster.core.reasons import Denied
from muster.server.casework.actions.desk import Desk, close_desk, open_desk
from muster.server.casework.models import SignOffRow
from muster.server.identity.models import new_id
from muster.server.outcome import Done, Invalid, denied, invalid
from muster.server.registry.models import ModelVersion, UseCase

LONGEST_COMMENT = 10_000


def parts(content: Mapping[str, Any]) -> dict[str, str]:
    """Return the digest of each part of what is signed, so that a change can be named later."""
    return {name: digest(value) for name, value in content.items()}


def sign(
    actor: Actor | None,
    use_case: UseCase,
    gate: str,
    *,
    version: ModelVersion | None = None,
    roles: Sequence[str],
    meaning: Meaning,
    outcome: Outcome,
    subject_seen: str,
    parts_seen: Mapping[str, str] | None = None,
    comment: str = "",
) -> Done[SignOffRow] | Denied | Invalid:
    """Sign at `gate` in `roles`, for exactly the content whose digest was `subject_seen`.

    `parts_seen` (from `parts`) lets a refusal name what changed since. One signature may cover several roles.
    """
    with transaction.atomic():
        desk = open_desk(actor, use_case, version)
        if isinstance(desk, Denied):
            return desk
        at_gate = assess(desk.framework, desk.dossier, timezone.now()).gate(gate)
        if at_gate is None:
            return invalid("gate", "unknown_gate", value=gate)
        # A refusal is false, so it cannot be found with `or`.
        refusals = (
            _form(at_gate, version, roles, comment),
            _duty(desk, at_gate, roles, meaning),
            _known(outcome),
            _content(desk, at_gate, subject_seen, parts_seen),
            _again(desk, at_gate, meaning),
        )
        refused = next((refusal for refusal in refusals if refusal is not None), None)
        if refused is not None:
            return refused
        row = SignOffRow(
            id=new_id(),
            use_case=desk.use_case,
            version=version if at_gate.gate.subject == "version" else None,
            gate=at_gate.gate.id,
            person=desk.actor.person,
            roles=sorted(set(roles)),
            meaning=meaning,
            outcome=outcome,
            subject=at_gate.subject,
            content_text=canonical(at_gate.content).decode(),
            comment=comment,
            comment_digest=digest(comment) if comment else "",
            at=timezone.now(),
        )
        row.save(force_insert=True)
        about = {"sign_off": row.id, "subject": row.subject, **({"version": row.version.id} if row.version else {})}
        facts = {"gate": row.gate, "roles": row.roles, "meaning": meaning, "outcome": outcome}
        entry = close_desk(desk.use_case, "gate.signed", by=row.person, rows=(row,), about=about, facts=facts)
    return Done(row, entry.index)


def withdraw(actor: Actor | None, sign_off: SignOffRow) -> Done[SignOffRow] | Denied | Invalid:
    """Take back one's own signature; it stays on record, and counts no longer."""
    with transaction.atomic():
        desk = open_desk(actor, sign_off.use_case, sign_off.version)
        if isinstance(desk, Denied):
            return desk
        allowed = desk.may("sign")
        if isinstance(allowed, Denied):
            return allowed
        row = SignOffRow.objects.select_for_update().get(pk=sign_off.pk)
        if row.person != desk.actor.person:
            return denied("role_lacks_act", "sign", gate=row.gate)
        if row.withdrawn_at is not None:
            return invalid("sign_off", "already_withdrawn", value=row.id)
        row.withdrawn_at = timezone.now()
        row.save(update_fields=["withdrawn_at"])
        about = {"sign_off": row.id}
        facts = {"gate": row.gate}
        entry = close_desk(desk.use_case, "sign_off.withdrawn", by=row.person, rows=(row,), about=about, facts=facts)
    return Done(row, entry.index)


def _form(at_gate: GateAssessment, version: ModelVersion | None, roles: Sequence[str], comment: str) -> Invalid | None:
    if at_gate.gate.subject == "version" and version is None:
        return invalid("version", "version_missing")
    if not roles:
        return invalid("roles", "empty")
    return invalid("comment", "length", hint=f"0-{LONGEST_COMMENT}") if len(comment) > LONGEST_COMMENT else None


def _known(outcome: str) -> Invalid | None:
    known = get_args(Outcome)
    return (
        None if outcome in known else invalid("outcome", "unknown_outcome", value=outcome[:100], hint=", ".join(known))
    )


def _duty(desk: Desk, at_gate: GateAssessment, roles: Sequence[str], meaning: Meaning) -> Denied | None:
    for role in roles:
        allowed = may_sign(desk.framework, desk.actor, desk.dossier, at_gate.gate, role=role, meaning=meaning)
        if isinstance(allowed, Denied):
            return allowed
    return None


def _content(
    desk: Desk, at_gate: GateAssessment, subject_seen: str, parts_seen: Mapping[str, str] | None
) -> Denied | None:
    if subject_seen == at_gate.subject:
        return None
    now = parts(at_gate.content)
    seen = parts_seen or {}
    changed = sorted(name for name in now if seen.get(name) != now[name]) if seen else []
    return denied(
        "subject_changed",
        "sign",
        gate=at_gate.gate.id,
        seen=subject_seen,
        now=at_gate.subject,
        changed=changed,
        use_case=desk.use_case.slug,
    )


def _again(desk: Desk, at_gate: GateAssessment, meaning: Meaning) -> Denied | None:
    for earlier in desk.dossier.sign_offs:
        same = (earlier.gate, earlier.person, earlier.meaning) == (at_gate.gate.id, desk.actor.person, meaning)
        if same and earlier.subject == at_gate.subject and earlier.withdrawn_at is None:
            at = earlier.at.isoformat()
            return denied("already_signed", "sign", gate=at_gate.gate.id, sign_off=earlier.id, at=at)
    return None
