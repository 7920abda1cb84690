from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from muster.core.duty import Actor, may
from muster.core.reasons import Denied
from muster.server.identity import queries
from muster.server.identity.actions import (
    OPERATOR,
    create_account,
    end_role,
    grant_role,
    issue_token,
    revoke_token,
    set_active,
)
from muster.server.identity.models import Account, Person, RoleGrant, Token
from muster.server.journal.models import Entry

pytestmark = pytest.mark.django_db
CASE, OTHER = "a" * 32, "b" * 32
PASSWORD = "correct horse battery"


def account(name="li", **more):
    return create_account(
        OPERATOR, username=name, email=f"{name}@example.org", name=f"{name.title()} Wu", password=PASSWORD, **more
    )


def token_for(person, scopes=("hand_in_evidence",), days=1, **more):
    end = timezone.now() + timedelta(days=days)
    return issue_token(OPERATOR, person=person, scopes=scopes, expires_at=end, **more)


@pytest.mark.spec("C1")
def test_roles_of_a_use_case_include_those_of_the_whole_organisation():
    person = account().person_id
    grant_role(OPERATOR, person=person, role="validator")
    grant_role(OPERATOR, person=person, role="owner", use_case=CASE)
    assert queries.roles_of(person, CASE) == ("owner", "validator")
    assert queries.roles_of(person, OTHER) == ("validator",)
    assert queries.people_of_use_cases((CASE, OTHER)) == {
        CASE: {person: ("owner", "validator")},
        OTHER: {person: ("validator",)},
    }


@pytest.mark.spec("C3")
def test_who_held_what_when_stays_answerable():
    person = account().person_id
    grant = grant_role(OPERATOR, person=person, role="validator")
    during = timezone.now()
    end_role(OPERATOR, grant)
    assert queries.roles_of(person) == ()
    assert queries.roles_of(person, at=during) == ("validator",)
    assert queries.roles_of(person, at=during - timedelta(days=1)) == ()


def test_a_role_is_given_once():
    person = account().person_id
    first = grant_role(OPERATOR, person=person, role="validator")
    assert grant_role(OPERATOR, person=person, role="validator") == first
    assert RoleGrant.objects.count() == 1
    assert Entry.objects.filter(act="role.granted").count() == 1


@pytest.mark.spec("D3")
def test_nobody_gives_a_role_to_themselves():
    admin = queries.actor_of_account(account("root", is_admin=True))
    refused = grant_role(admin, person=admin.person, role="validator")
    assert isinstance(refused, Denied)
    assert refused.reason.code == "own_work"


@pytest.mark.spec("D3")
def test_an_administrator_manages_accounts_and_holds_no_role_even_if_given_one():
    root = account("root", is_admin=True)
    grant_role(OPERATOR, person=root.person_id, role="validator")
    actor = queries.actor_of_account(root, CASE)
    assert actor.roles == ()
    assert may(None, actor, "manage_accounts")
    assert not may(None, actor, "sign")
    assert queries.people_with_roles(CASE) == {}


def test_who_is_no_administrator_changes_nothing():
    li = account()
    actor = queries.actor_of_account(li)
    before = Entry.objects.count()
    answers = [
        create_account(actor, username="x", email="x@example.org", name="X", password=PASSWORD),
        grant_role(actor, person=Person.objects.create().id, role="validator"),
        set_active(actor, li, active=False),
        issue_token(actor, person="f" * 32, scopes=("see",), expires_at=timezone.now() + timedelta(days=1)),
    ]
    assert all(isinstance(answer, Denied) for answer in answers)
    assert Entry.objects.count() == before


def test_a_closed_account_can_do_nothing():
    root = account("root", is_admin=True)
    set_active(OPERATOR, root, active=False)
    root.refresh_from_db()
    assert may(None, queries.actor_of_account(root), "manage_accounts").reason.code == "account_inactive"


def test_a_weak_password_is_refused_with_the_reason():
    with pytest.raises(ValidationError, match="too short"):
        create_account(OPERATOR, username="x", email="x@example.org", name="X", password="short")
    assert not Account.objects.exists()
    assert not Entry.objects.exists()


@pytest.mark.spec("J3")
def test_of_a_token_only_the_digest_is_stored():
    issued = token_for(account().person_id)
    assert issued.key.startswith("mst_")
    assert len(issued.key) > 40
    stored = " ".join(str(value) for value in Token.objects.values_list().get())
    assert issued.key not in stored
    assert issued.key.removeprefix("mst_")[:12] not in stored
    assert all(issued.key.encode() not in bytes(row.leaf) for row in Entry.objects.all())


@pytest.mark.spec("J3")
def test_a_token_acts_for_its_person_within_its_scopes():
    person = account().person_id
    grant_role(OPERATOR, person=person, role="builder", use_case=CASE)
    actor = queries.actor_for_token(token_for(person).key, CASE)
    assert actor == Actor(person=person, roles=("builder",), via="token", scopes=("hand_in_evidence",))


def test_a_token_of_one_use_case_has_no_scope_in_another():
    key = token_for(account().person_id, use_case=CASE).key
    assert queries.actor_for_token(key, CASE).scopes == ("hand_in_evidence",)
    assert queries.actor_for_token(key, OTHER).scopes == ()
    assert queries.actor_for_token(key).scopes == ()


@pytest.mark.spec("J3")
@pytest.mark.parametrize("act", ["sign", "publish_framework", "manage_accounts", "set_people"])
def test_no_token_is_issued_for_what_a_token_never_does(act):
    refused = token_for(account().person_id, scopes=("see", act))
    assert refused.reason.code == "token_cannot"
    assert refused.reason.parameters["act"] == act


def test_a_token_issues_and_revokes_no_tokens():
    person = account().person_id
    issued = token_for(person, scopes=("see",))
    actor = queries.actor_for_token(issued.key)
    end = timezone.now() + timedelta(days=1)
    assert isinstance(issue_token(actor, person=person, scopes=("see",), expires_at=end), Denied)
    assert isinstance(revoke_token(actor, issued.token), Denied)


@pytest.mark.parametrize("days", [0, -1, 400])
def test_every_token_ends_within_a_year(days):
    person = account().person_id
    with pytest.raises(ValueError, match="within the next year"):
        token_for(person, days=days)


def test_expired_revoked_and_unknown_tokens_are_nobody():
    person = account().person_id
    expired, revoked = token_for(person), token_for(person)
    Token.objects.filter(pk=expired.token.pk).update(expires_at=timezone.now())
    revoke_token(OPERATOR, revoked.token)
    keys = [expired.key, revoked.key, "mst_" + "x" * 43, "", revoked.token.hash]
    assert [queries.actor_for_token(key) for key in keys] == [None] * 5


def test_the_use_of_a_token_is_noted():
    issued = token_for(account().person_id)
    queries.actor_for_token(issued.key)
    assert Token.objects.get().last_used_at is not None


@pytest.mark.spec("J1")
def test_every_change_is_an_act_in_the_ledger_without_a_name_or_address():
    li = account()
    grant = grant_role(OPERATOR, person=li.person_id, role="validator")
    end_role(OPERATOR, grant)
    revoke_token(OPERATOR, token_for(li.person_id).token)
    set_active(OPERATOR, li, active=False)
    from muster.ledger.entry import parse_envelope

    acts = list(Entry.objects.values_list("act", flat=True))
    assert acts == [
        "account.created",
        "role.granted",
        "role.ended",
        "token.issued",
        "token.revoked",
        "account.closed",
    ]
    text = b"".join(parse_envelope(bytes(row.leaf)).payload for row in Entry.objects.all())
    assert b"Wu" not in text
    assert b"example.org" not in text
    assert b'"li"' not in text
