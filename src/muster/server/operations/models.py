"""Permits that were issued, and where versions run."""

from django.db import models

from muster.server.casework.models import Decision
from muster.server.frozen import FrozenModel
from muster.server.registry.models import ModelVersion


class Permit(FrozenModel):
    """A release permit as it was signed; it can be revoked, never changed."""

    mutable = ("revoked_at", "revoked_by", "revoked_reason")
    erasable = ("revoked_reason",)

    id = models.CharField(primary_key=True, max_length=32)
    version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="permits")
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="permit")
    environment = models.CharField(max_length=50)
    envelope = models.TextField()
    issued_at = models.DateTimeField()
    not_after = models.DateTimeField(db_index=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=32, blank=True)
    revoked_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-issued_at"]


class Deployment(FrozenModel):
    """A version that runs in an environment, on the ground of a permit."""

    mutable = ("ended_at",)

    id = models.CharField(primary_key=True, max_length=32)
    version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="deployments")
    environment = models.CharField(max_length=50)
    permit = models.ForeignKey(Permit, on_delete=models.PROTECT, related_name="deployments")
    at = models.DateTimeField()
    by = models.CharField(max_length=32)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at"]
