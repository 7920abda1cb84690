"""Use cases, the models that serve them, and the frozen versions of those models.

People are random ids here: names live in `identity`, where they can be erased.
"""

from django.db import models

from muster.server.fields import CanonicalField
from muster.server.frozen import FrozenModel


class UseCase(models.Model):
    """The business problem that is classified and governed.

    `framework` is the digest of the rules it follows. `revision` counts every act on it, so that whatever was worked
    out from it can tell whether it is out of date.
    """

    erasable = ("name", "purpose", "revision")

    id = models.CharField(primary_key=True, max_length=32)
    number = models.PositiveIntegerField(unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    purpose = models.TextField(blank=True)
    owner = models.CharField(max_length=32, db_index=True)
    opened_by = models.CharField(max_length=32)
    opened_at = models.DateTimeField()
    framework = models.CharField(max_length=71, db_index=True)
    protected = CanonicalField(default=list)
    raised_tier = models.CharField(max_length=20, null=True, blank=True)  # noqa: DJ001 # null: never raised by hand
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"UC-{self.number} {self.slug}"


class Model(models.Model):
    """One way to serve a use case; the first carries the use case's own slug."""

    class Kind(models.TextChoices):
        INTERNAL = "internal"
        VENDOR = "vendor"

    id = models.CharField(primary_key=True, max_length=32)
    use_case = models.ForeignKey(UseCase, on_delete=models.PROTECT, related_name="models")
    slug = models.SlugField(max_length=60)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.INTERNAL)

    class Meta:
        ordering = ["slug"]
        constraints = [models.UniqueConstraint(fields=["use_case", "slug"], name="registry_model_slug")]

    def __str__(self) -> str:
        return self.slug


class ModelVersion(FrozenModel):
    """A version as it was registered: the artifact, and everything that it was made from.

    `data` maps a data set's name to its digest, `documents` a document's name to the digest of its blob;
    `environment` is the digest of `environment_lock`.
    """

    id = models.CharField(primary_key=True, max_length=32)
    model = models.ForeignKey(Model, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    artifact = models.CharField(max_length=71, db_index=True)
    place = models.CharField(max_length=500, blank=True)
    commit = models.CharField(max_length=64, blank=True)
    environment = models.CharField(max_length=71, blank=True)
    environment_lock = models.TextField(blank=True)
    data = CanonicalField(default=dict)
    metrics = CanonicalField(default=dict)
    documents = CanonicalField(default=dict)
    authors = CanonicalField()
    registered_at = models.DateTimeField()
    registered_by = models.CharField(max_length=32)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["model", "number"], name="registry_version_number")]

    def __str__(self) -> str:
        return f"{self.model_id}@{self.number}"
