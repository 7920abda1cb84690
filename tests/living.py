"""The living example, built once for all tests that look at it; they share one process group of the test run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src"
BUILD = """
from muster.server.boot import boot, migrate
boot(); migrate()
from muster.server.journal.keys import ledger_key
from muster.example.story import build
ledger_key(); build(print)
"""


class Living:
    """A home that holds the example; `run` is a command in it, as a person at this machine types it."""

    def __init__(self, home):
        self.home = home
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("MUSTER_", "DJANGO_"))},
            "MUSTER_HOME": str(home),
            "MUSTER_DATABASE_URL": str(home / "db.sqlite3"),
            "MUSTER_LANG": "en",
            "PYTHONPATH": str(SOURCE),
        }

    def run(self, *words, **more):
        return subprocess.run(
            [sys.executable, *words],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
            **more,
        )

    def muster(self, *words, **more):
        return self.run("-c", "from muster.cli import main; main()", *words, **more)


@pytest.fixture(scope="session")
def living(tmp_path_factory):
    there = Living(tmp_path_factory.mktemp("living"))
    done = there.run("-c", BUILD)
    assert done.returncode == 0, done.stderr
    return there
