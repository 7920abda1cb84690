"""Decide a gate: judge it once more under the lock, and keep the verdict beside all that it was made from."""

from django.db import transaction
from django.utils import timezone

from muster.core.assess import assess
from muster.core.canonical import canonical
from muster.core.duty import Actor
from muster.core.gate import judge_gate
from muster.core.reasons import Denied, Verdict
from muster.server.casework.actions.desk import Desk, close_desk, open_desk
from muster.server.casework.models import Decision
from muster.server.identity.models import new_id
from muster.server.outcome import Done, Invalid, invalid
from muster.server.registry.models import ModelVersion, UseCase


def decide_gate(
    actor: Actor | None, use_case: UseCase, target: str, *, version: ModelVersion | None = None
) -> Done[Decision] | Denied | Invalid:
    """Decide a gate, whatever the verdict; an environment is decided by `operations.actions.decide_release`."""
    with transaction.atomic():
        desk = open_desk(actor, use_case, version)
        if isinstance(desk, Denied):
            return desk
        allowed = desk.may("release")
        if isinstance(allowed, Denied):
            return allowed
        seen = assess(desk.framework, desk.dossier, timezone.now())
        at_gate = seen.gate(target)
        if at_gate is None:
            return invalid("gate", "unknown_gate", value=target)
        decision = store_decision(desk, at_gate.gate.id, judge_gate(seen, target))
    return Done(decision, decision.entry)


def store_decision(desk: Desk, target: str, verdict: Verdict) -> Decision:
    """Record the verdict and keep what reproduces it: the dossier, and the digest of the framework."""
    decision = Decision(
        id=new_id(),
        use_case=desk.use_case,
        version=desk.version,
        target=target,
        passed=verdict.passed,
        verdict_text=canonical(verdict).decode(),
        dossier_text=canonical(desk.dossier).decode(),
        dossier=desk.dossier.digest,
        framework=desk.framework.digest,
        at=verdict.at,
        by=desk.actor.person,
    )
    about = {"decision": decision.id, "dossier": decision.dossier, "framework": decision.framework}
    facts = {
        "target": target,
        "passed": verdict.passed,
        "reasons": sorted({reason.code for reason in verdict.reasons}),
    }
    version = {"version": desk.version.id} if desk.version else {}
    entry = close_desk(
        desk.use_case, "gate.decided", by=decision.by, rows=(decision,), about={**about, **version}, facts=facts
    )
    decision.entry = entry.index
    decision.save(force_insert=True)
    return decision
