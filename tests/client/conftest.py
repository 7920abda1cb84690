"""The SDK against the server in this process, as Li, who holds a token."""

from datetime import timedelta

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.utils import timezone

from muster.embedded import connect_embedded


@pytest.fixture(autouse=True)
def _own_home(settings, tmp_path, monkeypatch):
    settings.MUSTER_HOME = tmp_path
    monkeypatch.setenv("MUSTER_HOME", str(tmp_path))


@pytest.fixture(autouse=True)
def _one_database_connection():
    """The test's transaction lives in one connection, so requests inside this process must not end it."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.fixture
def connect(cast):
    """A connection for a person by name, with a token of these scopes."""
    from muster.server.identity.actions import OPERATOR, issue_token

    def make(name, *scopes, language="en"):
        ends = timezone.now() + timedelta(days=1)
        issued = issue_token(OPERATOR, person=getattr(cast, name), scopes=scopes, expires_at=ends)
        return connect_embedded(issued.key, language)

    return make


@pytest.fixture
def sdk(connect, use_case, monkeypatch):
    """`muster.use_case` and friends, asking as Li."""
    from muster import sdk

    mine = connect("li", "see", "answer", "attest", "register_version", "hand_in_evidence")
    monkeypatch.setattr(sdk, "connection", lambda: mine)
    return sdk
