"""Decide a release, issue and revoke its permit, and record what runs where."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from muster.core.assess import assess
from muster.core.duty import Actor
from muster.core.gate import judge_gate
from muster.core.process import Act
from muster.core.reasons import Denied
from muster.ledger.permit import Permit as Claims
from muster.ledger.permit import build_permit
from muster.server.casework.actions.deciding import store_decision
from muster.server.casework.actions.desk import Desk, close_desk, open_desk
from muster.server.casework.models import Decision
from muster.server.casework.naming import nearest
from muster.server.identity.models import new_id
from muster.server.journal.keys import ledger_key
from muster.server.operations.models import Deployment, Permit
from muster.server.outcome import Done, Invalid, invalid
from muster.server.registry.models import ModelVersion

LONGEST_LIFE = timedelta(days=90)
LONGEST_REASON = 2000


def decide_release(actor: Actor | None, version: ModelVersion, environment: str) -> Done[Decision] | Denied | Invalid:
    """Judge anew whether `version` may go to `environment`, keep the decision, and issue a permit where it passed.

    The permit (``decision.permit``) ends when time alone could change the verdict, and after 90 days at the latest.
    """
    with transaction.atomic():
        desk = open_desk(actor, version.model.use_case, version)
        if isinstance(desk, Denied):
            return desk
        allowed = desk.may("release")
        if isinstance(allowed, Denied):
            return allowed
        known = desk.framework.environment_by_id
        if environment not in known:
            return invalid("environment", "unknown_environment", value=environment, hint=nearest(environment, known))
        seen = assess(desk.framework, desk.dossier, timezone.now())
        verdict = judge_gate(seen, environment)
        decision = store_decision(desk, environment, verdict)
        if verdict.passed:
            _issue(desk, version, decision, verdict.holds_until, seen.process.environments[environment])
    return Done(decision, decision.entry)


def revoke_permit(actor: Actor | None, permit: Permit, reason: str) -> Done[Permit] | Denied | Invalid:
    """Take a permit back, with a reason; from then on it stands on the signed list of revoked permits."""
    with transaction.atomic():
        row = _begin(actor, permit, "revoke_permit")
        if not isinstance(row, tuple):
            return row
        desk, locked = row
        if locked.revoked_at is not None:
            return invalid("permit", "already_revoked", value=locked.id)
        if not 0 < len(reason.strip()) <= LONGEST_REASON:
            return invalid("reason", "length", hint=f"1-{LONGEST_REASON}")
        locked.revoked_at, locked.revoked_by, locked.revoked_reason = timezone.now(), desk.actor.person, reason.strip()
        locked.save(update_fields=["revoked_at", "revoked_by", "revoked_reason"])
        about = {"permit": locked.id, "version": locked.version_id}
        entry = close_desk(desk.use_case, "permit.revoked", by=desk.actor.person, rows=(locked,), about=about)
    return Done(locked, entry.index)


def confirm_live(actor: Actor | None, permit: Permit) -> Done[Deployment] | Denied | Invalid:
    """Record that the version of this permit now runs in its environment; what ran there before has ended."""
    with transaction.atomic():
        begun = _begin(actor, permit, "release")
        if not isinstance(begun, tuple):
            return begun
        desk, locked = begun
        now = timezone.now()
        if locked.revoked_at is not None or now >= locked.not_after:
            return invalid("permit", "not_in_force", value=locked.id)
        running = Deployment.objects.filter(
            version__model=locked.version.model, environment=locked.environment, ended_at=None
        )
        if running.filter(permit=locked).exists():
            return invalid("permit", "already_live", value=locked.id)
        followed = list(running)
        for earlier in followed:
            earlier.ended_at = now
            earlier.save(update_fields=["ended_at"])
        row = Deployment(
            id=new_id(),
            version=locked.version,
            environment=locked.environment,
            permit=locked,
            at=now,
            by=desk.actor.person,
        )
        row.save(force_insert=True)
        about = {"deployment": row.id, "permit": locked.id, "version": locked.version_id}
        facts = {"environment": row.environment}
        entry = close_desk(desk.use_case, "version.live", by=row.by, rows=(row, *followed), about=about, facts=facts)
    return Done(row, entry.index)


def _begin(actor: Actor | None, permit: Permit, act: Act) -> tuple[Desk, Permit] | Denied:
    desk = open_desk(actor, permit.version.model.use_case, permit.version)
    if isinstance(desk, Denied):
        return desk
    allowed = desk.may(act)
    if isinstance(allowed, Denied):
        return allowed
    return desk, Permit.objects.select_for_update().select_related("version__model").get(pk=permit.pk)


def _issue(
    desk: Desk, version: ModelVersion, decision: Decision, holds_until: datetime | None, gates: tuple[str, ...]
) -> Permit:
    latest = decision.at + LONGEST_LIFE
    not_after = min(holds_until, latest) if holds_until else latest
    claims = Claims(
        permit=new_id(),
        use_case=desk.use_case.slug,
        model=version.model.slug,
        version=version.number,
        environment=decision.target,
        artifact=version.artifact,
        framework=decision.framework,
        dossier=decision.dossier,
        issued_at=decision.at,
        not_after=not_after,
        gates=gates,
    )
    row = Permit(
        id=claims.permit,
        version=version,
        decision=decision,
        environment=decision.target,
        envelope=build_permit(claims, [ledger_key()]).decode(),
        issued_at=decision.at,
        not_after=not_after,
    )
    row.save(force_insert=True)
    about = {"permit": row.id, "version": version.id, "decision": decision.id, "artifact": version.artifact}
    facts = {"environment": row.environment, "not_after": not_after.isoformat()}
    close_desk(desk.use_case, "permit.issued", by=desk.actor.person, rows=(row,), about=about, facts=facts)
    return row
