"""Published frameworks: immutable, named by their digest; use cases and decisions point to the one they follow."""

from django.db import models

from muster.server.frozen import FrozenModel


class FrameworkVersion(FrozenModel):
    """One published version of a framework. `content` is its canonical JSON; `current` marks the one in force."""

    mutable = ("current",)

    id = models.CharField(primary_key=True, max_length=32)
    framework_id = models.CharField(max_length=100)
    version = models.CharField(max_length=50)
    digest = models.CharField(max_length=71, unique=True)
    content = models.TextField()
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=32)
    current = models.BooleanField(default=True)

    class Meta:
        ordering = ["-published_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["framework_id"], condition=models.Q(current=True), name="policy_one_current"
            ),
            models.UniqueConstraint(fields=["framework_id", "version"], name="policy_one_text_per_version"),
        ]

    def __str__(self) -> str:
        return f"{self.framework_id} {self.version}"
