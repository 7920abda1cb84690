"""The rows of the ledger: the log's head, its entries, the stored tiles and the checkpoints that were signed."""

from django.db import models

from muster.ledger.frontier import Frontier


class Log(models.Model):
    """The head of the log: one row, locked by whoever appends.

    `frontier` is all that an append has to know of the tree; `last_at` keeps time from running backwards;
    `signing_due` says that a job to sign the next checkpoint is already waiting.
    """

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY, editable=False)
    origin = models.CharField(max_length=255)
    size = models.BigIntegerField(default=0)
    frontier = models.BinaryField()
    last_at = models.DateTimeField(null=True)
    signing_due = models.BooleanField(default=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_log")]

    def __str__(self) -> str:
        return f"{self.origin} ({self.size})"

    @property
    def tree(self) -> Frontier:
        """The frontier as a value."""
        return Frontier.from_bytes(bytes(self.frontier))


class Entry(models.Model):
    """One leaf, as it was signed; the other columns only repeat what it says, to search by."""

    index = models.BigIntegerField(primary_key=True)
    leaf = models.BinaryField()
    leaf_hash = models.BinaryField(max_length=32)
    act = models.CharField(max_length=64)
    by = models.CharField(max_length=64)
    at = models.DateTimeField()
    use_case = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["index"]
        indexes = [
            models.Index(fields=["use_case", "index"], name="entry_use_case"),
            models.Index(fields=["act", "index"], name="entry_act"),
            models.Index(fields=["by", "index"], name="entry_by"),
        ]

    def __str__(self) -> str:
        return f"{self.index} {self.act}"


class Tile(models.Model):
    """The hashes of one tile above the leaves, complete or growing, so that a proof reads a few rows only."""

    level = models.PositiveSmallIntegerField()
    number = models.BigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "number"], name="one_tile")]

    def __str__(self) -> str:
        return f"{self.level}/{self.number}"


class SignedCheckpoint(models.Model):
    """A checkpoint that was signed: the note as it was published."""

    size = models.BigIntegerField(primary_key=True)
    note = models.BinaryField()
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"checkpoint of {self.size}"
