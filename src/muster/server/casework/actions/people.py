"""Who holds which role for a use case."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from django.db import transaction

from muster.core.duty import Actor
from muster.core.reasons import Denied
from muster.server.casework.actions.desk import Desk, close_desk, open_desk
from muster.server.identity.actions import end_role, grant_role
from muster.server.identity.models import Person, RoleGrant
from muster.server.outcome import Done, Invalid, Problem, denied
from muster.server.registry.models import UseCase


def set_people(
    actor: Actor | None, use_case: UseCase, roles: Mapping[str, Sequence[str]]
) -> Done[UseCase] | Denied | Invalid:
    """Set who holds each of `roles` (role → person ids) for this use case; roles not named stay as they are.

    Nobody gives a role to themselves. Organisation-wide roles are not touched.
    """
    with transaction.atomic():
        desk = open_desk(actor, use_case)
        if isinstance(desk, Denied):
            return desk
        allowed = desk.may("set_people")
        if isinstance(allowed, Denied):
            return allowed
        problems = _problems(desk, roles)
        if problems:
            return Invalid(tuple(problems))
        live = list(RoleGrant.objects.filter(use_case=use_case.id, role__in=roles, ended_at=None))
        held = {(grant.role, grant.person_id) for grant in live}
        wanted = {(role, person) for role, people in roles.items() for person in people}
        if any(person == desk.actor.person for _, person in wanted - held):
            return denied("own_work", "set_people")
        if wanted == held:
            return Done(desk.use_case, None)
        entry = _change(desk, sorted(wanted - held), [g for g in live if (g.role, g.person_id) not in wanted])
    return Done(desk.use_case, entry)


def _change(desk: Desk, granted: list[tuple[str, str]], ended: list[RoleGrant]) -> int:
    people = {person for _, person in granted} | {grant.person_id for grant in ended}
    # Before the first record takes the ledger's lock, and in one order: two such acts never wait for each other.
    list(Person.objects.select_for_update().filter(pk__in=people).order_by("pk").values_list("pk"))
    for role, person in granted:
        done = grant_role(desk.actor, person=person, role=role, use_case=desk.use_case.id, framework=desk.framework)
        assert not isinstance(done, Denied)
    for grant in ended:
        over = end_role(desk.actor, grant, framework=desk.framework)
        assert not isinstance(over, Denied)
    facts = {"granted": len(granted), "ended": len(ended)}
    return close_desk(desk.use_case, "people.set", by=desk.actor.person, facts=facts).index


def _problems(desk: Desk, roles: Mapping[str, Sequence[str]]) -> list[Problem]:
    known = desk.framework.role_by_id
    problems = [
        Problem("role", "unknown_role", role, ", ".join(get_close_matches(role, known, n=1)))
        for role in roles
        if role not in known
    ]
    named = {person for people in roles.values() for person in people}
    there = set(
        Person.objects.filter(pk__in=named, account__is_active=True, account__is_admin=False).values_list(
            "pk", flat=True
        )
    )
    return problems + [Problem("person", "unknown_person", person) for person in sorted(named - there)]
