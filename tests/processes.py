"""Start the server's programs as processes of their own, on the database of the running test."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

TESTS = Path(__file__).parent


def environment(**more):
    source = Path(sys.modules["muster"].__file__).parents[1]
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "muster.server.settings",
        "MUSTER_HOME": str(settings.MUSTER_HOME),
        "MUSTER_DATABASE_URL": database_url(),
        "PYTHONPATH": f"{source}{os.pathsep}{TESTS}",
        **more,
    }


def database_url():
    parts = connection.settings_dict
    if connection.vendor == "sqlite":
        return str(parts["NAME"])
    secret = f":{parts['PASSWORD']}" if parts["PASSWORD"] else ""
    return f"postgres://{parts['USER']}{secret}@{parts['HOST']}:{parts['PORT']}/{parts['NAME']}"


@contextmanager
def process(*arguments, **more):
    """A Python process that is killed at the end, whatever happened."""
    child = subprocess.Popen([sys.executable, *arguments], env=environment(**more), stdout=subprocess.PIPE, text=True)
    try:
        yield child
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()


def until(condition, *, seconds=20.0):
    """Wait for a condition, and say so when it does not come."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"it did not happen within {seconds} seconds")
        time.sleep(0.05)
