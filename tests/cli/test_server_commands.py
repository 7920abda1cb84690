"""Accounts, tokens and the ledger, on the command line of the server's own machine."""

import json

import pytest
from typer.testing import CliRunner

from muster.cli.nouns import build_app
from muster.server.identity.models import Account, RoleGrant, Token
from muster.server.identity.queries import actor_for_token, roles_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _own_home(settings, tmp_path, monkeypatch):
    settings.MUSTER_HOME = tmp_path / "home"
    monkeypatch.setenv("MUSTER_LANG", "en")


def muster(*arguments, stdin=None):
    return CliRunner().invoke(build_app(), list(arguments), input=stdin)


@pytest.fixture
def li():
    made = muster("user", "add", "li", "--email", "li@example.org", "--name", "Li Na", stdin="correct horse battery\n")
    assert made.exit_code == 0, made.output
    return Account.objects.get(username="li")


def test_an_account_is_made_with_a_password_from_standard_input(li):
    assert li.check_password("correct horse battery")
    assert not li.is_admin


def test_a_generated_password_is_printed_once_and_opens():
    told = muster("user", "add", "root", "--email", "root@example.org", "--admin", "--generate").output
    password = told.strip().splitlines()[-1].rsplit(" ", 1)[1]
    assert Account.objects.get(username="root").check_password(password)
    assert Account.objects.get(username="root").is_admin


def test_a_taken_name_and_a_weak_password_are_refused(li):
    again = muster("user", "add", "li", "--email", "other@example.org", stdin="correct horse battery\n")
    weak = muster("user", "add", "x", "--email", "x@example.org", stdin="short\n")
    assert (again.exit_code, weak.exit_code) == (1, 1)
    assert "taken" in again.output
    assert "too short" in weak.output
    assert Account.objects.count() == 1


def test_roles_are_granted_and_ended(li):
    assert muster("user", "grant", "li@example.org", "validator").exit_code == 0
    assert roles_of(li.person_id) == ("validator",)
    assert muster("user", "end", "li", "validator").exit_code == 0
    assert muster("user", "end", "li", "validator").exit_code == 1
    assert RoleGrant.objects.get().ended_at is not None


def test_a_role_that_the_framework_does_not_know_is_refused_with_those_it_knows(li):
    muster("framework", "publish", "starter")
    answer = muster("user", "grant", "li", "buisness_owner")
    assert answer.exit_code == 1
    assert "business_owner" in answer.output
    assert roles_of(li.person_id) == ()


@pytest.mark.spec("J3")
def test_who_administers_accounts_holds_no_role():
    muster("user", "add", "root", "--email", "root@example.org", "--admin", "--generate")
    refused = muster("user", "grant", "root", "validator")
    assert refused.exit_code == 1
    assert "administers accounts" in refused.output
    assert not RoleGrant.objects.exists()


def test_an_unknown_person_is_named_with_the_cure():
    answer = muster("user", "grant", "nobody", "validator")
    assert answer.exit_code == 2
    assert "muster user add nobody" in answer.output


@pytest.mark.spec("J3")
def test_a_token_is_printed_once_listed_without_its_key_and_revoked(li):
    key = muster("token", "issue", "li", "--act", "hand_in_evidence", "--name", "pipeline").stdout.strip()
    assert actor_for_token(key).scopes == ("hand_in_evidence",)
    token = Token.objects.get()
    listed = muster("token", "list").output
    assert token.id in listed
    assert key not in listed
    assert muster("token", "revoke", token.id).exit_code == 0
    assert actor_for_token(key) is None
    assert muster("token", "revoke", "nothing").exit_code == 2


@pytest.mark.spec("D3")
def test_no_token_can_sign_and_an_unknown_act_is_named(li):
    signing = muster("token", "issue", "li", "--act", "sign")
    unknown = muster("token", "issue", "li", "--act", "dance")
    assert (signing.exit_code, unknown.exit_code) == (1, 2)
    assert "hand_in_evidence" in unknown.output
    assert not Token.objects.exists()


@pytest.mark.spec("J1")
def test_an_export_verifies_with_the_printed_key(li, tmp_path):
    muster("user", "grant", "li", "validator")
    folder = tmp_path / "export"
    assert muster("ledger", "export", str(folder)).exit_code == 0
    key = muster("ledger", "key").stdout.strip()
    verified = muster("ledger", "verify", str(folder), "--key", key, "--json")
    assert verified.exit_code == 0
    assert json.loads(verified.stdout)["size"] == 2
    assert muster("ledger", "export", str(folder)).exit_code == 2


@pytest.mark.spec("J1")
def test_replay_names_a_changed_row_in_both_languages(li, monkeypatch):
    muster("user", "grant", "li", "validator")
    assert muster("ledger", "replay").exit_code == 0
    RoleGrant.objects.update(role="approver")
    english = muster("ledger", "replay")
    assert english.exit_code == 1
    assert "entry 1, grant " in english.stdout
    assert '(told "validator", found "approver")' in english.stdout
    found = json.loads(muster("ledger", "replay", "--json").stdout)["differences"]
    assert [(item["kind"], item["entry"], item["field"]) for item in found] == [("row", 1, "role")]
    monkeypatch.setenv("MUSTER_LANG", "zh")
    assert "该行与写入它的条目不一致" in muster("ledger", "replay").stdout
