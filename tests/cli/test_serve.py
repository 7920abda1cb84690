"""The whole server as one process that a person starts and ends."""

import os
import signal
import socket
import time
import urllib.request
from pathlib import Path

import pytest

from processes import process, until

RUN = "from muster.cli import main; main()"
READY = "Muster is at"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def home(settings, tmp_path):
    settings.MUSTER_HOME = tmp_path
    return tmp_path


def serve(home, port, *more):
    where = {"MUSTER_HOME": str(home), "MUSTER_DATABASE_URL": str(home / "db.sqlite3"), "MUSTER_LANG": "en"}
    return process("-c", RUN, "serve", "--port", str(port), *more, **where)


def lines_until_ready(child):
    lines = []
    for line in child.stdout:
        lines.append(line)
        if READY in line:
            return lines
    raise AssertionError(f"it ended before it was ready: {lines}")


def children_of(parent):
    stats = (path.read_text().rsplit(")", 1)[1].split() for path in Path("/proc").glob("[0-9]*/stat"))
    return sum(1 for stat in stats if int(stat[1]) == parent)


@pytest.mark.spec("L1")
def test_it_starts_answers_ends_cleanly_and_starts_again_within_ten_seconds(home):
    port = free_port()
    for number in range(2):
        begin = time.monotonic()
        with serve(home, port) as child:
            told = lines_until_ready(child)
            took = time.monotonic() - begin
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
                assert answer.read() == b'{"status": "ready"}'
            assert any("muster user add" in line for line in told)
            assert children_of(child.pid) == 2
            child.send_signal((signal.SIGTERM, signal.SIGINT)[number])
            assert child.wait(timeout=20) == 0
        assert number == 0 or took < 10
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
    assert (home / "keys" / "ledger.key").stat().st_mode & 0o777 == 0o600


def test_a_worker_for_jobs_that_was_killed_is_started_again(home):
    port = free_port()

    def jobs():
        parents = (path.parent for path in Path("/proc").glob("[0-9]*/cmdline") if b"muster.server.jobs" in _read(path))
        ours = [
            path for path in parents if _read(path / "stat").rsplit(b")", 1)[1].split()[1] == str(child.pid).encode()
        ]
        return {int(path.name) for path in ours}

    with serve(home, port) as child:
        lines_until_ready(child)
        first = jobs()
        assert len(first) == 1
        os.kill(first.pop(), signal.SIGKILL)
        until(lambda: jobs() - first)
        child.terminate()
        assert child.wait(timeout=20) == 0


def _read(path):
    try:
        return path.read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b") ? 0"


def test_a_taken_port_is_named_with_another(home):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with serve(home, port) as child:
            assert child.wait(timeout=20) == 2


def test_it_listens_to_others_only_when_told_its_address(home):
    with serve(home, free_port(), "--host", "0.0.0.0") as child:  # noqa: S104
        assert child.wait(timeout=20) == 2
