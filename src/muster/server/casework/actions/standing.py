"""Work out anew where use cases stand, for lists; no gate ever reads it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from muster.core.assess import assess
from muster.server.casework.models import Duty, Standing
from muster.server.casework.queries import dossiers
from muster.server.casework.standing import Situation, describe
from muster.server.casework.tasks import refresh_due
from muster.server.jobs.actions import enqueue
from muster.server.policy.queries import by_digest
from muster.server.registry.models import UseCase
from muster.server.registry.queries import latest_versions

BATCH = 200
OUTDATED = ""
"""Stands in place of the framework's digest in a standing that must be worked out anew."""


def refresh(use_cases: Sequence[UseCase]) -> None:
    """Work out the standing and the duties of these use cases as they are now, each with its newest version."""
    now = timezone.now()
    newest = latest_versions(use_case.id for use_case in use_cases)
    subjects = [(use_case, newest.get(use_case.id)) for use_case in use_cases]
    for (use_case, version), snapshot in zip(subjects, dossiers(subjects), strict=True):
        framework = by_digest(use_case.framework)
        situation = describe(framework, snapshot, assess(framework, snapshot, now))
        _store(use_case, situation, version.number if version else None, now)


def refresh_stale(limit: int = BATCH) -> int:
    """Work out those whose time has come and those that were outdated; return how many there were."""
    due = Standing.objects.filter(Q(stale_at__lte=timezone.now()) | Q(framework=OUTDATED)).order_by("pk")
    with transaction.atomic():
        return _refresh_locked(list(due.values_list("pk", flat=True)[:limit]))


def outdate(use_case: str = "") -> None:
    """Say that what standings were made of has changed, for one use case or (empty) for all; a job makes them anew."""
    made = Standing.objects.exclude(framework=OUTDATED)
    if (made.filter(use_case=use_case) if use_case else made).update(framework=OUTDATED):
        enqueue(refresh_due)


def rebuild() -> int:
    """Work out every standing from nothing; return how many use cases there are."""
    ids = list(UseCase.objects.order_by("number").values_list("pk", flat=True))
    for first in range(0, len(ids), BATCH):
        with transaction.atomic():
            _refresh_locked(ids[first : first + BATCH])
    return len(ids)


def _refresh_locked(ids: list[str]) -> int:
    """Lock first, always in one order: an act that goes on meanwhile is waited for, never overwritten."""
    use_cases = list(UseCase.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    refresh(use_cases)
    return len(use_cases)


def _store(use_case: UseCase, situation: Situation, version: int | None, now: datetime) -> None:
    planned = Standing.objects.filter(use_case=use_case).values_list("stale_at", flat=True).first()
    if situation.stale_at is not None and situation.stale_at != planned:
        enqueue(refresh_due.using(run_after=situation.stale_at))
    Standing.objects.update_or_create(
        use_case=use_case,
        defaults={
            "revision": use_case.revision,
            "framework": use_case.framework,
            "tier": situation.tier,
            "tier_rank": situation.tier_rank,
            "step": situation.step,
            "gate": situation.gate,
            "state": situation.state,
            "version": version,
            "next_duty": situation.duties[0].model_dump(mode="json") if situation.duties else None,
            "stale_at": situation.stale_at,
            "worked_out_at": now,
        },
    )
    waiting_since = {
        (duty.act, duty.role, duty.gate, duty.measure): duty.since for duty in Duty.objects.filter(use_case=use_case)
    }
    Duty.objects.filter(use_case=use_case).delete()
    Duty.objects.bulk_create(
        Duty(
            use_case=use_case,
            position=position,
            act=duty.act,
            role=role,
            gate=duty.gate,
            measure=duty.measure,
            version=version,
            parameters=dict(duty.parameters),
            not_for=list(duty.not_for),
            since=waiting_since.get((duty.act, role, duty.gate, duty.measure), now),
            until=duty.until,
        )
        for position, duty in enumerate(situation.duties)
        for role in duty.roles
    )
