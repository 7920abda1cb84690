"""What is known of a use case: answers, evidence, sign-offs, decisions; and what is worked out from it for lists.

Columns named `*_text` hold canonical JSON, byte for byte what the digest beside them covers. People are random ids.
"""

from django.db import models

from muster.server.fields import CanonicalField
from muster.server.frozen import FrozenModel
from muster.server.registry.models import ModelVersion, UseCase


class AnswerRow(FrozenModel):
    """One answer; a later one supersedes it, none is lost."""

    mutable = ("superseded_at",)

    id = models.CharField(primary_key=True, max_length=32)
    use_case = models.ForeignKey(UseCase, on_delete=models.PROTECT, related_name="answers")
    question = models.CharField(max_length=100)
    value = CanonicalField()
    by = models.CharField(max_length=32)
    at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["use_case", "question"],
                condition=models.Q(superseded_at=None),
                name="casework_one_answer_in_force",
            )
        ]


class EvidenceRow(FrozenModel):
    """Proof as it was handed in. No use case: it is the organisation's, and counts everywhere."""

    id = models.CharField(primary_key=True, max_length=32)
    use_case = models.ForeignKey(UseCase, on_delete=models.PROTECT, null=True, related_name="evidence")
    version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, null=True, related_name="evidence")
    kind = models.CharField(max_length=20)
    check_name = models.CharField(max_length=100, blank=True)
    measure = models.CharField(max_length=100, blank=True)
    statement_text = models.TextField()
    statement = models.CharField(max_length=71)
    figures = CanonicalField(default=list)
    parameters = CanonicalField(default=dict)
    data = models.CharField(max_length=71, blank=True)
    failure = models.TextField(blank=True)
    assurance = models.CharField(max_length=10, default="builder")
    by = models.CharField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["use_case", "version", "check_name"])]


class SignOffRow(FrozenModel):
    """One signature, bound to the digest of exactly what was signed. The comment can be erased, its digest stays."""

    mutable = ("withdrawn_at", "comment")
    erasable = ("comment",)

    id = models.CharField(primary_key=True, max_length=32)
    use_case = models.ForeignKey(UseCase, on_delete=models.PROTECT, related_name="sign_offs")
    version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, null=True, related_name="sign_offs")
    gate = models.CharField(max_length=50)
    person = models.CharField(max_length=32, db_index=True)
    roles = CanonicalField()
    meaning = models.CharField(max_length=20)
    outcome = models.CharField(max_length=20)
    subject = models.CharField(max_length=71)
    content_text = models.TextField()
    comment = models.TextField(blank=True)
    comment_digest = models.CharField(max_length=71, blank=True)
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["use_case", "gate", "person", "meaning", "subject"],
                condition=models.Q(withdrawn_at=None),
                name="casework_signed_once",
            )
        ]


class Decision(FrozenModel):
    """A verdict that was acted on, beside the dossier and the framework from which it can be recomputed.

    `entry` is known only once the leaf is written, so the leaf cannot hold it.
    """

    erasable = ("entry",)

    id = models.CharField(primary_key=True, max_length=32)
    use_case = models.ForeignKey(UseCase, on_delete=models.PROTECT, related_name="decisions")
    version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, null=True, related_name="decisions")
    target = models.CharField(max_length=50)
    passed = models.BooleanField()
    verdict_text = models.TextField()
    dossier_text = models.TextField()
    dossier = models.CharField(max_length=71)
    framework = models.CharField(max_length=71)
    at = models.DateTimeField()
    by = models.CharField(max_length=32)
    entry = models.BigIntegerField(unique=True)

    class Meta:
        ordering = ["-at"]


class Blob(FrozenModel):
    """A document by its digest."""

    digest = models.CharField(primary_key=True, max_length=71)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    content = models.BinaryField()
    at = models.DateTimeField()
    by = models.CharField(max_length=32)


class Standing(models.Model):
    """Where a use case stands, worked out for lists: rebuildable, and never read by a gate.

    It is out of date when `revision` or `framework` differ from the use case's, or when `stale_at` has come.
    `next_duty` is the first duty (a `contract.portfolio.DutyOut`) as JSON.
    """

    use_case = models.OneToOneField(UseCase, on_delete=models.CASCADE, primary_key=True, related_name="standing")
    revision = models.PositiveIntegerField()
    framework = models.CharField(max_length=71)
    tier = models.CharField(max_length=20, db_index=True)
    tier_rank = models.SmallIntegerField(db_index=True)
    step = models.CharField(max_length=50, db_index=True)
    gate = models.CharField(max_length=50, blank=True)
    state = models.CharField(max_length=20, db_index=True)
    version = models.PositiveIntegerField(null=True)
    next_duty = models.JSONField(null=True)
    stale_at = models.DateTimeField(null=True, db_index=True)
    worked_out_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.tier} {self.state}"


class Duty(models.Model):
    """One thing that waits for somebody; part of the standing, so equally rebuildable.

    `not_for` are people who cannot do it: their own work, or already done.
    """

    id = models.BigAutoField(primary_key=True)
    use_case = models.ForeignKey(UseCase, on_delete=models.CASCADE, related_name="duties")
    position = models.PositiveIntegerField()
    act = models.CharField(max_length=30)
    role = models.CharField(max_length=50, db_index=True)
    gate = models.CharField(max_length=50, blank=True)
    measure = models.CharField(max_length=100, blank=True)
    version = models.PositiveIntegerField(null=True)
    parameters = models.JSONField(default=dict)
    not_for = models.JSONField(default=list)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["use_case", "position"]

    def __str__(self) -> str:
        return f"{self.act} {self.role}"


class CheckRun(models.Model):
    """A check that Muster was asked to run itself: how far it is, and what became of it. Its proof is an `EvidenceRow`.

    `share` is written while it runs, outside of any act; the ledger knows who asked, who stopped it, and the proof.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    id = models.CharField(primary_key=True, max_length=32)
    use_case = models.ForeignKey(UseCase, on_delete=models.PROTECT, related_name="runs")
    version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, null=True, related_name="runs")
    check_name = models.CharField(max_length=100)
    inputs = models.JSONField()
    parameters = models.JSONField(default=dict)
    asked = models.CharField(max_length=71)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    share = models.FloatField(null=True)
    stop_asked = models.BooleanField(default=False)
    failure = models.TextField(blank=True)
    evidence = models.ForeignKey(EvidenceRow, on_delete=models.PROTECT, null=True)
    job = models.CharField(max_length=40)
    by = models.CharField(max_length=32)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["asked"],
                condition=models.Q(state__in=("waiting", "running")),
                name="casework_one_run_of_a_kind",
            )
        ]

    def __str__(self) -> str:
        return f"{self.check_name} {self.id}"
