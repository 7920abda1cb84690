"""Put work into the queue, and take back the work of workers that died."""

import logging
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult
from pydantic import JsonValue

from muster.server.jobs.models import WorkerBeat

LEASE = timedelta(seconds=30)
"""How long a worker may be silent before its job is given to another."""
ATTEMPTS = 3
"""How many workers a job may take down before it is set aside as failed."""

_log = logging.getLogger(__name__)


def enqueue(task: Task[Any, Any], **arguments: JsonValue) -> str:
    """Put a job into the queue, inside the transaction of the act that causes it; return its id.

    It is there when the act commits, and never was when it does not. A job may be run again when its worker died:
    a task is written so that a second run changes nothing.

    Raises:
        RuntimeError: outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"{task.name}: enqueue a job inside the transaction of the act that causes it")
    return str(task.enqueue(**arguments).id)


def beat(worker: str) -> None:
    """Note that `worker` lives."""
    WorkerBeat.objects.update_or_create(id=worker, defaults={"seen_at": timezone.now()})


def stop_beating(worker: str) -> None:
    """Note that `worker` has ended: what it still holds is free at once."""
    WorkerBeat.objects.filter(id=worker).delete()


def recover(lease: timedelta = LEASE) -> int:
    """Give the jobs of dead workers back to the queue, and return how many.

    A job that took down its third worker is set aside as failed: it would take down every other.
    """
    with transaction.atomic():
        alive = set(WorkerBeat.objects.filter(seen_at__gt=timezone.now() - lease).values_list("id", flat=True))
        running = DBTaskResult.objects.running().select_for_update(skip_locked=True)
        orphans = [job for job in running if not alive.intersection(job.worker_ids[-1:])]
        for job in orphans:
            _give_back(job)
        WorkerBeat.objects.filter(seen_at__lte=timezone.now() - 10 * lease).delete()
    return len(orphans)


def _give_back(job: DBTaskResult[Any, Any]) -> None:
    tries = len(job.worker_ids)
    _log.warning("job %s (%s) lost its worker in attempt %d", job.id, job.task_path, tries)
    if tries >= ATTEMPTS:
        job.set_failed(RuntimeError(f"the worker died in each of {tries} attempts"))
        return
    job.status, job.started_at = TaskResultStatus.READY, None
    job.save(update_fields=["status", "started_at"])
