from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from job_samples import fails, never_ends, write_once
from muster.server.jobs.actions import ATTEMPTS, beat, enqueue, recover
from muster.server.jobs.models import WorkerBeat
from processes import process, until

LEASE = "1"


def worker():
    return process("-m", "muster.server.jobs", MUSTER_JOB_LEASE=LEASE)


def job():
    return DBTaskResult.objects.get()


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_act_enqueues_nothing():
    with transaction.atomic():
        enqueue(fails)
        transaction.set_rollback(True)
    assert not DBTaskResult.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_job_outside_of_an_act_is_refused():
    with pytest.raises(RuntimeError, match="inside the transaction"):
        enqueue(fails)


@pytest.mark.django_db(transaction=True)
def test_arguments_are_stored_as_json(tmp_path):
    with transaction.atomic():
        enqueue(write_once, folder=str(tmp_path))
    assert job().args_kwargs == {"args": [], "kwargs": {"folder": str(tmp_path)}}


@pytest.mark.spec("D7")
@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_neither_loses_nor_doubles_a_job(tmp_path):
    with transaction.atomic():
        enqueue(write_once, folder=str(tmp_path))
    attempts = tmp_path / "attempts"
    with worker():
        until(attempts.exists)
    assert job().status == TaskResultStatus.RUNNING  # nobody told the database
    with worker():
        until(lambda: job().status == TaskResultStatus.SUCCESSFUL)
    assert (tmp_path / "result").read_text() == "done"
    assert attempts.read_text().count("attempt") == 2
    assert len(set(job().worker_ids)) == 2


@pytest.mark.django_db(transaction=True)
def test_a_job_that_kills_its_workers_is_set_aside(tmp_path):
    with transaction.atomic():
        enqueue(never_ends, folder=str(tmp_path))
    for number in range(ATTEMPTS):
        DBTaskResult.objects.get().claim(f"dead/{number}")
        assert recover() == 1
    assert job().status == TaskResultStatus.FAILED
    assert "died in each of 3 attempts" in job().traceback


@pytest.mark.django_db(transaction=True)
def test_the_job_of_a_living_worker_is_left_alone(tmp_path):
    with transaction.atomic():
        enqueue(never_ends, folder=str(tmp_path))
    beat("alive/1")
    job().claim("alive/1")
    assert recover() == 0
    WorkerBeat.objects.update(seen_at=timezone.now() - timedelta(minutes=1))
    assert recover() == 1


@pytest.mark.django_db(transaction=True)
def test_a_failed_job_says_why():
    with transaction.atomic():
        enqueue(fails)
    with worker():
        until(lambda: job().status == TaskResultStatus.FAILED)
    assert "this job cannot be done" in job().traceback
