"""Who gets in, and what every answer carries."""

import logging
import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from muster.server.identity.actions import OPERATOR, create_account, issue_token
from muster.server.journal.models import Entry
from muster.server.redact import RedactSecrets
from processes import environment

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
OPEN = {"healthz", "readyz", "account_login", "account_logout", "account_inactive", "set-theme", "set-language"}


@pytest.fixture(autouse=True)
def _no_memory_of_attempts():
    cache.clear()


@pytest.fixture
def li():
    return create_account(OPERATOR, username="li", email="li@example.org", name="Li", password=PASSWORD)


def sign_in(client, login="li", password=PASSWORD):
    return client.post("/accounts/login/", {"login": login, "password": password})


@pytest.mark.parametrize("login", ["li", "li@example.org", "LI@example.org"])
def test_sign_in_by_user_name_or_address(client, li, login):
    assert sign_in(client, login).status_code == 302
    assert client.get("/ledger/checkpoint").status_code == 200


def test_a_closed_account_does_not_sign_in(client, li):
    li.is_active = False
    li.save()
    sign_in(client)
    assert client.get("/ledger/checkpoint").status_code == 401


def test_a_session_ends_when_its_account_is_closed(client, li):
    sign_in(client)
    li.is_active = False
    li.save()
    assert client.get("/ledger/checkpoint").status_code == 401


def test_nobody_signs_up(client):
    for page in ("signup", "password/reset", "email"):
        assert client.post(f"/accounts/{page}/", {"username": "x"}).status_code == 404


def test_a_changed_password_is_an_act_and_the_old_one_no_longer_opens(client, li):
    sign_in(client)
    new = "another horse battery"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert client.post("/accounts/password/change/", form).status_code == 302
    assert Entry.objects.last().act == "account.password_changed"
    client.logout()
    sign_in(client)
    assert client.get("/ledger/checkpoint").status_code == 401
    sign_in(client, password=new)
    assert client.get("/ledger/checkpoint").status_code == 200


@pytest.mark.spec("J3")
def test_guessing_passwords_is_stopped_even_when_the_sixth_guess_is_right(client, li):
    for _ in range(5):
        sign_in(client, password="wrong wrong wrong")
    sign_in(client)
    assert client.get("/ledger/checkpoint").status_code == 401


def test_who_guesses_less_gets_in(client, li):
    for _ in range(3):
        sign_in(client, password="wrong wrong wrong")
    sign_in(client)
    assert client.get("/ledger/checkpoint").status_code == 200


def _views(patterns, prefix=""):
    for item in patterns:
        if isinstance(item, URLResolver):
            yield from _views(item.url_patterns, prefix + str(item.pattern))
        elif isinstance(item, URLPattern):
            yield prefix + str(item.pattern), item.callback, item.name


def test_only_the_pages_on_the_list_open_without_a_sign_in():
    opened = {
        (name or where)
        for where, view, name in _views(get_resolver().url_patterns)
        if not getattr(view, "login_required", True)
    }
    assert opened == OPEN


def test_a_page_leads_to_the_sign_in(client):
    answer = client.get("/accounts/password/change/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


def test_a_program_without_a_token_is_told_what_to_send(client):
    answer = client.get("/ledger/checkpoint")
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "not_signed_in"


def test_a_token_opens_what_programs_read_and_no_page(client, li):
    end = timezone.now() + timedelta(days=1)
    key = issue_token(OPERATOR, person=li.person_id, scopes=("read_ledger",), expires_at=end).key
    headers = {"Authorization": f"Bearer {key}"}
    assert client.get("/ledger/checkpoint", headers=headers).status_code == 200
    assert client.get("/accounts/password/change/", headers=headers).status_code == 302
    assert client.get("/ledger/checkpoint", headers={"Authorization": "Bearer mst_wrong"}).status_code == 401


@pytest.mark.spec("L2")
def test_health_and_readiness_need_no_sign_in(client):
    assert client.get("/healthz").json() == {"status": "alive"}
    assert client.get("/readyz").json() == {"status": "ready"}


@pytest.mark.parametrize("address", ["/healthz", "/accounts/login/", "/ledger/checkpoint", "/nowhere"])
def test_every_answer_forbids_inline_scripts_and_framing(client, address):
    answer = client.get(address)
    policy = answer["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"


def test_a_form_without_its_token_is_refused(li):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    assert sign_in(client).status_code == 403


def test_the_session_cookie_is_out_of_reach_of_scripts(client, li):
    sign_in(client)
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


@pytest.mark.parametrize(
    ("url", "secure", "hsts"),
    [
        ("http://127.0.0.1:8000", "False", "0"),
        ("https://muster.example.org", "True", "31536000"),
        ("http://muster.example.org", "True", "0"),
    ],
)
def test_cookies_are_secure_wherever_the_server_is_not_on_loopback(url, secure, hsts, tmp_path):
    program = "from muster.server import settings as s; print(s.SESSION_COOKIE_SECURE, s.SECURE_HSTS_SECONDS)"
    told = subprocess.run(
        [sys.executable, "-c", program],
        env=environment(MUSTER_PUBLIC_URL=url, MUSTER_HOME=str(tmp_path)),
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split() == [secure, hsts]
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600


def test_a_token_never_appears_in_a_log(caplog, capsys):
    handler = logging.StreamHandler()
    handler.addFilter(RedactSecrets())
    log = logging.getLogger("test.secrets")
    log.addHandler(handler)
    key = "mst_" + "Zz9-" * 10
    log.error("header %s", {"Authorization": f"Bearer {key}"})
    try:
        int(key)  # the error quotes what it could not read
    except ValueError:
        log.exception("it failed with %s", key)
    finally:
        log.removeHandler(handler)
    written = capsys.readouterr().err
    assert "it failed with" in written
    assert "ValueError" in written
    assert key not in written
    assert key[4:] not in written


def test_every_handler_of_the_server_hides_secrets(settings):
    assert all("secrets" in handler["filters"] for handler in settings.LOGGING["handlers"].values())
    assert os.environ["MUSTER_HOME"] not in settings.SECRET_KEY
