"""Publish a framework: the only way in which rules come into force."""

from django.db import transaction
from django.utils import timezone

from muster.core.canonical import canonical
from muster.core.duty import Actor, may
from muster.core.framework import Framework
from muster.core.lint import complaints
from muster.core.lint.complaint import Complaint
from muster.core.reasons import Denied
from muster.evidence.registry import installed
from muster.server.identity.models import new_id
from muster.server.journal.actions import record
from muster.server.outcome import Done, Invalid, Problem, invalid
from muster.server.policy.models import FrameworkVersion
from muster.server.policy.queries import current
from muster.server.rows import rows_fact


def publish(actor: Actor | None, framework: Framework) -> Done[FrameworkVersion] | Denied | Invalid:
    """Bring `framework` into force for every use case opened from now on.

    Those in flight keep the rules they follow. The first framework is published by an administrator (the founding
    act), later ones by whoever the framework in force says.
    """
    with transaction.atomic():
        list(FrameworkVersion.objects.select_for_update().filter(current=True).values_list("id"))
        allowed = may(current(framework.id) or current(), actor, "publish_framework")
        if isinstance(allowed, Denied) or actor is None:
            return allowed  # type: ignore[return-value] # may() denies everything to nobody
        problems = _problems(framework)
        if problems:
            return Invalid(problems)
        if FrameworkVersion.objects.filter(framework_id=framework.id, version=framework.version).exists():
            return invalid("version", "already_published", value=framework.version)
        followed = list(FrameworkVersion.objects.filter(framework_id=framework.id, current=True))
        for earlier in followed:
            earlier.current = False
            earlier.save(update_fields=["current"])
        row = FrameworkVersion(
            id=new_id(),
            framework_id=framework.id,
            version=framework.version,
            digest=framework.digest,
            content=canonical(framework).decode(),
            published_at=timezone.now(),
            published_by=actor.person,
        )
        row.save(force_insert=True)
        about = {"framework": row.digest}
        facts = {"id": row.framework_id, "version": row.version, **rows_fact(row, *followed)}
        entry = record("framework.published", by=actor.person, about=about, facts=facts)
    return Done(row, entry.index)


def _problems(framework: Framework) -> tuple[Problem, ...]:
    """Every error of the lint, a check that is not installed among them, by its path in the framework."""
    found = complaints(framework, timezone.now().date(), installed())
    return tuple(
        Problem(where=".".join(map(str, complaint.path)), code="lint", value=complaint.rule, hint=_said(complaint))
        for complaint in found
        if complaint.severity == "error"
    )


def _said(complaint: Complaint) -> str:
    return f"{complaint.message} ({complaint.hint})" if complaint.hint else complaint.message
