"""What every test shares: the cast, how hypothesis searches, and that a skipped test can be made a failure."""

import os

import pytest
from hypothesis import HealthCheck, settings

# Time on a shared machine says nothing about the code: no deadline, no complaint about slow generation.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("house")

pytest_plugins = ["people", "living"]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    """`make test` sets MUSTER_NO_SKIP: there a test that did not run has not passed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if os.environ.get("MUSTER_NO_SKIP") == "1" and skipped and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
