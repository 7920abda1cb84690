"""``python -m muster.server.jobs`` is a worker; any number may run, wherever the database is reached."""

import os
from datetime import timedelta

from muster.server.boot import boot

boot()

from muster.server.jobs.actions import LEASE  # noqa: E402 # after the rooms are loaded
from muster.server.jobs.worker import run_worker  # noqa: E402

run_worker(lease=timedelta(seconds=float(os.environ.get("MUSTER_JOB_LEASE", LEASE.total_seconds()))))
