"""Accounts, grants and tokens: the only code that writes them. Each change is an act in the ledger, by ids only."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils import timezone

from muster.core.duty import NEVER_BY_TOKEN, Actor, may
from muster.core.framework import Framework
from muster.core.process import Act
from muster.core.reasons import Allowed, Cure, Denied, Reason, ReasonCode
from muster.server.identity.facts import account_facts, grant_facts, token_facts
from muster.server.identity.models import Account, Person, Profile, RoleGrant, Token
from muster.server.identity.tokens import key_hash, new_key
from muster.server.journal.actions import record
from muster.server.journal.leaf import SYSTEM

OPERATOR = Actor(person=SYSTEM, administrator=True)
"""Whoever runs commands on the server's own machine: may manage accounts, holds no role, cannot sign."""

LONGEST_LIFE = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A new token and its key, which nobody can show again."""

    token: Token
    key: str


def create_account(
    actor: Actor,
    *,
    username: str,
    email: str,
    name: str,
    password: str,
    is_admin: bool = False,
    framework: Framework | None = None,
) -> Account | Denied:
    """Make a person with an account.

    Raises:
        django.core.exceptions.ValidationError: when the password is too weak.
        django.db.IntegrityError: when the user name or address is taken.
    """
    allowed = may(framework, actor, "manage_accounts")
    if isinstance(allowed, Denied):
        return allowed
    account = Account(username=username, email=email.strip().lower(), is_admin=is_admin)
    validate_password(password, account)
    account.set_password(password)
    with transaction.atomic():
        account.person = Person.objects.create()
        Profile.objects.create(person=account.person, name=name)
        account.save(force_insert=True)
        about, facts = account_facts(account)
        record("account.created", by=actor.person, about=about, facts=facts)
    return account


def set_active(actor: Actor, account: Account, *, active: bool, framework: Framework | None = None) -> Account | Denied:
    """Close an account, or open it again; whoever is closed out can do nothing, from this moment."""
    allowed = may(framework, actor, "manage_accounts")
    if isinstance(allowed, Denied):
        return allowed
    with transaction.atomic():
        row = Account.objects.select_for_update().get(pk=account.pk)
        row.is_active = active
        row.save(update_fields=["is_active"])
        about, facts = account_facts(row)
        record("account.opened" if active else "account.closed", by=actor.person, about=about, facts=facts)
    return row


def change_password(account: Account, password: str) -> None:
    """Set the password of an account, by its own person (who has just shown the old one)."""
    with transaction.atomic():
        account.set_password(password)
        account.save(update_fields=["password"])
        about, facts = account_facts(account)
        record("account.password_changed", by=account.person_id, about=about, facts=facts)


def grant_role(
    actor: Actor, *, person: str, role: str, use_case: str = "", framework: Framework | None = None
) -> RoleGrant | Denied:
    """Give a role, organisation-wide or for one use case; who holds it already keeps the same grant."""
    allowed = _may_set_people(framework, actor, person, use_case)
    if isinstance(allowed, Denied):
        return allowed
    if Account.objects.filter(person_id=person, is_admin=True).exists():
        return _denied("administrator_has_no_role", "set_people")  # a role that could never be used
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person)  # two grants at one instant become one
        held = RoleGrant.objects.filter(person_id=person, role=role, use_case=use_case, ended_at=None).first()
        if held is not None:
            return held
        grant = RoleGrant.objects.create(
            person_id=person, role=role, use_case=use_case, granted_by=actor.person, granted_at=timezone.now()
        )
        about, facts = grant_facts(grant)
        record("role.granted", by=actor.person, about=about, facts=facts)
    return grant


def end_role(actor: Actor, grant: RoleGrant, *, framework: Framework | None = None) -> RoleGrant | Denied:
    """Take a role back from now on; the row stays, so that who held what when stays answerable."""
    allowed = _may_set_people(framework, actor, "", grant.use_case)
    if isinstance(allowed, Denied):
        return allowed
    with transaction.atomic():
        row = RoleGrant.objects.select_for_update().get(pk=grant.pk)
        if row.ended_at is not None:
            return row
        row.ended_at, row.ended_by = timezone.now(), actor.person
        row.save(update_fields=["ended_at", "ended_by"])
        about, facts = grant_facts(row)
        record("role.ended", by=actor.person, about=about, facts=facts)
    return row


def _may_set_people(framework: Framework | None, actor: Actor, person: str, use_case: str) -> Allowed | Denied:
    allowed = may(framework, actor, "manage_accounts")
    if not allowed and use_case:
        allowed = may(framework, actor, "set_people")
    if allowed and person == actor.person:
        return _denied("own_work", "set_people")
    return allowed


def issue_token(
    actor: Actor,
    *,
    person: str,
    scopes: tuple[Act, ...],
    expires_at: datetime,
    use_case: str = "",
    name: str = "",
) -> IssuedToken | Denied:
    """Make a token for oneself, or as an administrator for `person`; its key is in the answer and nowhere else.

    Raises:
        ValueError: for a life that is over or longer than a year, or no scope at all.
    """
    if actor.via == "token" or set(scopes) & set(NEVER_BY_TOKEN):
        return _denied("token_cannot", next((act for act in scopes if act in NEVER_BY_TOKEN), "manage_accounts"))
    allowed = may(None, actor, "manage_accounts")
    if person != actor.person and isinstance(allowed, Denied):
        return allowed
    now = timezone.now()
    if not scopes or not now < expires_at <= now + LONGEST_LIFE:
        raise ValueError("a token names at least one act, and ends at a moment within the next year")
    key = new_key()
    with transaction.atomic():
        token = Token.objects.create(
            person_id=person,
            name=name,
            hash=key_hash(key),
            scopes=sorted(set(scopes)),
            use_case=use_case,
            created_at=now,
            expires_at=expires_at,
        )
        about, facts = token_facts(token)
        record("token.issued", by=actor.person, about=about, facts=facts)
    return IssuedToken(token, key)


def revoke_token(actor: Actor, token: Token) -> Token | Denied:
    """End a token now: one's own, or as an administrator anybody's."""
    if actor.via == "token" or (token.person_id != actor.person and not may(None, actor, "manage_accounts")):
        return _denied("role_lacks_act", "manage_accounts")
    with transaction.atomic():
        row = Token.objects.select_for_update().get(pk=token.pk)
        if row.revoked_at is None:
            row.revoked_at = timezone.now()
            row.save(update_fields=["revoked_at"])
            about, facts = token_facts(row)
            record("token.revoked", by=actor.person, about=about, facts=facts)
    return row


def _denied(code: ReasonCode, act: Act) -> Denied:
    return Denied(reason=Reason(code=code, parameters={"act": act}, cure=Cure(act="ask")))
