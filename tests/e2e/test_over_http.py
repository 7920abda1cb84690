"""A pipeline on another machine: the command line and the SDK over HTTP, with an address and a token."""

import subprocess
import sys

import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.spec("D6", "L3")]


def ask(living, site, *words, token=None):
    key = token or (living.home / "token").read_text().strip()
    environment = {**living.environment, "MUSTER_HOME": "/nonexistent", "MUSTER_URL": site, "MUSTER_TOKEN": key}
    code = "from muster.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *words], env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def test_the_exit_status_is_the_answer(living, site):
    assert ask(living, site, "gate", "job-support@2", "--to", "production").returncode == 0
    assert ask(living, site, "gate", "job-support@1", "--to", "production").returncode == 1
    assert ask(living, site, "gate", "no-such-case@1", "--to", "production").returncode == 2


def test_a_wrong_token_is_told_so(living, site):
    done = ask(living, site, "gate", "job-support@2", "--to", "production", token="mst_wrong")
    assert done.returncode == 2
    assert "Could not ask" in done.stderr


def test_the_ledger_is_verified_from_its_address_where_it_may_be_read(living, site):
    key = living.muster("ledger", "key").stdout.strip()
    done = ask(living, site, "ledger", "verify", f"{site}/ledger", "--key", key)
    assert done.returncode == 2, "the example's ledger is not public"
