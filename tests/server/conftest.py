"""Each test of the server has its own home: its own ledger key, and its own memory of what was signed."""

import pytest


@pytest.fixture(autouse=True)
def _own_home(settings, tmp_path):
    settings.MUSTER_HOME = tmp_path
