"""Who is working: without this, nobody could tell a job that runs from a job whose worker was killed."""

from django.db import models


class WorkerBeat(models.Model):
    """A worker and when it last said that it lives."""

    id = models.CharField(max_length=64, primary_key=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.id
