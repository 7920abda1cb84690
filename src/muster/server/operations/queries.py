"""Permits, what was revoked, and what runs or ran where."""

from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from muster.ledger.permit import Revocations, build_revocations
from muster.server.journal.keys import ledger_key
from muster.server.operations.models import Deployment, Permit
from muster.server.registry.models import ModelVersion, UseCase


def permits(of: UseCase) -> list[Permit]:
    """Return every permit of a use case, newest first."""
    rows = Permit.objects.filter(version__model__use_case=of)
    return list(rows.select_related("version__model__use_case", "decision"))


def permit_in_force(version: ModelVersion, environment: str) -> Permit | None:
    """Return the newest permit of a version for an environment that is neither ended nor revoked."""
    now = timezone.now()
    return Permit.objects.filter(version=version, environment=environment, revoked_at=None, not_after__gt=now).first()


def revocations() -> bytes:
    """Return the signed list of permits that were revoked before their time, as of now."""
    now = timezone.now()
    revoked = Permit.objects.filter(revoked_at__isnull=False, not_after__gt=now).order_by("pk")
    listed = Revocations(issued_at=now, revoked=tuple(revoked.values_list("pk", flat=True)))
    return build_revocations(listed, [ledger_key()])


def live_at(use_case: UseCase, environment: str, at: datetime) -> list[Deployment]:
    """Return what ran in an environment at a moment: who put it there, and on which permit and decision."""
    rows = Deployment.objects.filter(version__model__use_case=use_case, environment=environment, at__lte=at)
    running = rows.filter(Q(ended_at=None) | Q(ended_at__gt=at))
    return list(running.select_related("version__model", "permit__decision"))
