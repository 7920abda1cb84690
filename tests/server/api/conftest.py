"""Ways to call the API: in a browser's session with its CSRF token, or with a token."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from muster.server.identity.actions import issue_token
from people import PASSWORD


class Caller:
    """Calls the API as one person; `token` makes one that calls with a bearer token in place of the session."""

    def __init__(self, client, headers):
        self.client, self.headers = client, headers

    def __call__(self, method, path, body=None, **headers):
        return self.client.generic(
            method,
            f"/api{path}",
            json.dumps(body) if body is not None else "",
            content_type="application/json",
            headers={**self.headers, **headers},
        )

    def get(self, path, **headers):
        return self("GET", path, **headers)

    def post(self, path, body=None, **headers):
        return self("POST", path, body if body is not None else {}, **headers)

    def put(self, path, body, **headers):
        return self("PUT", path, body, **headers)


@pytest.fixture
def session(cast):
    """session("ana"): Ana in a browser, with CSRF checked as in earnest."""

    def sign_in(name):
        client = Client(enforce_csrf_checks=True)
        assert client.login(username=name, password=PASSWORD)
        client.cookies["csrftoken"] = "x" * 32
        return Caller(client, {"X-CSRFToken": "x" * 32})

    return sign_in


@pytest.fixture
def token(cast):
    """token("li", "register_version"): a program with Li's token of those scopes."""

    def issue(name, *scopes, use_case=""):
        actor = cast.actor(name)
        ends = timezone.now() + timedelta(days=30)
        issued = issue_token(actor, person=actor.person, scopes=scopes, expires_at=ends, use_case=use_case)
        return Caller(Client(enforce_csrf_checks=True), {"Authorization": f"Bearer {issued.key}"})

    return issue
