"""Who is this, and which roles are held: answers as core types."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from muster.core.duty import Actor
from muster.server.identity.models import Account, Profile, RoleGrant, Token
from muster.server.identity.tokens import PREFIX, key_hash

_BEARER = "Bearer "
_USE_NOTED_EVERY = timedelta(minutes=1)


def roles_of(person: str, use_case: str = "", at: datetime | None = None) -> tuple[str, ...]:
    """Return the roles of `person` for `use_case`, organisation-wide ones included, at a moment (default: now)."""
    held = _live_at(at).filter(person_id=person, use_case__in=("", use_case))
    return tuple(sorted(set(held.values_list("role", flat=True))))


def people_with_roles(use_case: str = "", at: datetime | None = None) -> dict[str, tuple[str, ...]]:
    """Return person id → roles of everybody who holds one for `use_case`, organisation-wide ones included."""
    return people_of_use_cases((use_case,), at)[use_case]


def people_of_use_cases(
    use_cases: tuple[str, ...], at: datetime | None = None
) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return use case → person id → roles, for many use cases in one query; administrators hold no roles."""
    rows = (
        _live_at(at)
        .filter(use_case__in=("", *use_cases), person__account__is_admin=False)
        .values_list("use_case", "person_id", "role")
    )
    found: dict[str, dict[str, set[str]]] = {use_case: {} for use_case in use_cases}
    for granted_for, person, role in rows:
        for use_case in (granted_for,) if granted_for else use_cases:
            found[use_case].setdefault(person, set()).add(role)
    return {
        use_case: {person: tuple(sorted(roles)) for person, roles in sorted(people.items())}
        for use_case, people in found.items()
    }


def _live_at(at: datetime | None) -> QuerySet[RoleGrant]:
    moment = at or timezone.now()
    return RoleGrant.objects.filter(Q(ended_at=None) | Q(ended_at__gt=moment), granted_at__lte=moment)


def actor_of_account(account: Account, use_case: str = "") -> Actor:
    """Return the actor in a session of `account`. An administrator holds no roles, so that none can sign."""
    roles = () if account.is_admin else roles_of(account.person_id, use_case)
    return Actor(person=account.person_id, roles=roles, active=account.is_active, administrator=account.is_admin)


def actor_of_person(person: str, use_case: str = "") -> Actor | None:
    """Return the actor behind a person's account as it stands now; None where there is none."""
    account = Account.objects.filter(person_id=person).first()
    return actor_of_account(account, use_case) if account else None


def actor_for_token(key: str, use_case: str = "") -> Actor | None:
    """Return the actor of an API token, or None where the key is unknown, expired or revoked.

    A token that is bound to a use case has no scopes elsewhere.
    """
    token = find_token(key)
    return None if token is None else actor_of_token(token, use_case)


def actor_of_token(token: Token, use_case: str = "") -> Actor:
    """Return the actor of a live token."""
    account = token.person.account
    bound_elsewhere = token.use_case and token.use_case != use_case
    return Actor(
        person=token.person_id,
        roles=() if account.is_admin else roles_of(token.person_id, use_case),
        via="token",
        scopes=() if bound_elsewhere else tuple(token.scopes),
        active=account.is_active,
    )


def find_token(key: str) -> Token | None:
    """Return the live token with this key, and note at most once a minute that it was used."""
    if not key.startswith(PREFIX):
        return None
    now = timezone.now()
    live = Token.objects.filter(hash=key_hash(key), revoked_at=None, expires_at__gt=now)
    token = live.select_related("person__account").first()
    if token is not None and (token.last_used_at is None or now - token.last_used_at > _USE_NOTED_EVERY):
        Token.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


def actor_for_request(request: HttpRequest, use_case: str = "") -> Actor | None:
    """Return who asks: by the token in the Authorization header where there is one, else by the session."""
    header = request.headers.get("Authorization", "")
    if header:
        return actor_for_token(header.removeprefix(_BEARER).strip(), use_case)
    return actor_of_account(request.user, use_case) if request.user.is_authenticated else None


def name_of(person: str) -> str:
    """Return the name of a person, or the first letters of the id where the person was erased."""
    return names_of((person,))[person]


def names_of(people: tuple[str, ...]) -> dict[str, str]:
    """Return person id → name, in one query; ids without a name stand for themselves, shortened."""
    known = dict(Profile.objects.filter(person_id__in=people).values_list("person_id", "name"))
    return {person: known.get(person, person[:8]) for person in people}


def person_by_login(login: str) -> str | None:
    """Return the person id for a user name or an e-mail address."""
    found = Account.objects.filter(Q(username=login) | Q(email__iexact=login)).values_list("person_id", flat=True)
    return found.first()


def everybody() -> dict[str, str]:
    """Return person id → name of everybody who can be given a role: open accounts, administrators left out."""
    rows = Profile.objects.filter(person__account__is_active=True, person__account__is_admin=False)
    return dict(rows.order_by("name").values_list("person_id", "name"))
