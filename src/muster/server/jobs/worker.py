"""The process that carries out jobs: the library's worker, with a heartbeat beside it."""

import logging
import os
import secrets
import socket
import threading
from datetime import timedelta

from django.db import DatabaseError, connection

from muster.server.jobs.actions import LEASE, beat, recover, stop_beating

_log = logging.getLogger(__name__)


class Heart(threading.Thread):
    """Says several times per lease that the worker lives, and looks after jobs of those that died."""

    def __init__(self, worker: str, lease: timedelta = LEASE) -> None:
        super().__init__(name="heart", daemon=True)
        self._worker, self._lease = worker, lease
        self._end = threading.Event()

    def run(self) -> None:
        """Beat until told to stop; a database that is away for a moment is asked again."""
        while not self._end.wait(self._lease.total_seconds() / 6):
            try:
                beat(self._worker)
                recover(self._lease)
            except DatabaseError:
                _log.exception("the heartbeat of worker %s was not written; it will be tried again", self._worker)
                connection.close()
        connection.close()

    def stop(self) -> None:
        """Stop beating and forget the worker."""
        self._end.set()
        self.join()
        stop_beating(self._worker)


def new_worker_id() -> str:
    """Return a name for a worker that no other has: machine, process, random part."""
    return f"{socket.gethostname()[:32]}/{os.getpid()}/{secrets.token_hex(4)}"


def run_worker(*, lease: timedelta = LEASE, interval: float = 1.0, batch: bool = False) -> None:
    """Carry out jobs until the process is asked to end (SIGINT or SIGTERM), or with `batch` until there are none."""
    from django_tasks_db.management.commands.db_worker import Worker

    name = new_worker_id()
    beat(name)
    recover(lease)
    heart = Heart(name, lease)
    heart.start()
    worker = Worker(
        queue_names=["*"],
        interval=interval,
        batch=batch,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=name,
        excluded_queue_names=[],
    )
    try:
        if threading.current_thread() is threading.main_thread():
            worker.configure_signals()
        worker.run()
    finally:
        heart.stop()
