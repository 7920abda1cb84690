"""Find use cases, models and versions, and say who may see them."""

from collections.abc import Iterable

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from muster.core.duty import Actor
from muster.server.identity.models import RoleGrant
from muster.server.policy.queries import by_digest
from muster.server.registry.models import ModelVersion, UseCase

_TOO_LONG = 10
"""Digits of a number that no use case or version has."""


def visible(actor: Actor | None) -> QuerySet[UseCase]:
    """Return the use cases that `actor` may see: by an organisation-wide role, or by one held for the use case."""
    return UseCase.objects.filter(visible_to(actor))


def visible_to(actor: Actor | None, to_use_case: str = "") -> Q:
    """Return the condition of `visible` for rows that lead to their use case by `to_use_case` (``use_case__``).

    `actor.roles` holds the organisation-wide roles, as `actor_for_request` without a use case gives them. As a
    condition on the joined table it stays quick where a database would run a subquery once for every row.
    """
    seen = Q(pk__in=())
    if actor is None or not actor.active or (actor.via == "token" and "see" not in actor.scopes):
        return seen
    live = RoleGrant.objects.filter(person_id=actor.person, ended_at=None).exclude(use_case="")
    for digest in UseCase.objects.order_by().values_list("framework", flat=True).distinct():
        seeing = {role.id for role in by_digest(digest).roles if "see" in role.may}
        under = Q((f"{to_use_case}framework", digest))
        if seeing & set(actor.roles):
            seen |= under
        else:
            granted = live.filter(role__in=seeing).values("use_case")
            seen |= under & Q((f"{to_use_case}id__in", granted))
    return seen


def sees(actor: Actor, use_case: UseCase) -> bool:
    """Return whether `actor`, whose roles are those held for this use case, may know that it is there.

    A token needs some scope there; to read, it needs the scope ``see`` as well.
    """
    if not actor.active or (actor.via == "token" and not actor.scopes):
        return False
    roles = by_digest(use_case.framework).role_by_id
    return any(role in roles and "see" in roles[role].may for role in actor.roles)


def use_case(name: str, among: QuerySet[UseCase] | None = None) -> UseCase | None:
    """Return the use case called `name`: a slug, an id, or ``UC-12``; None where there is none `among` those."""
    rows = UseCase.objects.all() if among is None else among
    number = name[3:] if name[:3].upper() == "UC-" else ""
    if number.isdecimal() and len(number) < _TOO_LONG:
        return rows.filter(number=int(number)).first()
    return rows.filter(Q(slug=name) | Q(pk=name)).first()


def version(of: UseCase, name: str) -> ModelVersion | None:
    """Return a version of a use case by ``2`` (of its first model), ``challenger@2``, its id, or ``latest``."""
    rows = ModelVersion.objects.filter(model__use_case=of).select_related("model__use_case")
    model, _, number = name.rpartition("@")
    if number == "latest":  # so both "latest" and "challenger@latest"
        return rows.filter(model__slug=model or of.slug).order_by("-number").first()
    if number.isdecimal() and len(number) < _TOO_LONG:
        return rows.filter(model__slug=model or of.slug, number=int(number)).first()
    return rows.filter(pk=name).first()


def versions(of: UseCase) -> list[ModelVersion]:
    """Return every version of a use case, newest first."""
    rows = ModelVersion.objects.filter(model__use_case=of).select_related("model")
    return list(rows.order_by("-registered_at", "-number"))


def latest_versions(use_cases: Iterable[str]) -> dict[str, ModelVersion]:
    """Return use case id → the newest version of its first model, in one query."""
    rows = ModelVersion.objects.filter(
        model__use_case__in=list(use_cases), model__slug=F("model__use_case__slug"), number=Subquery(_NEWEST)
    )
    return {row.model.use_case_id: row for row in rows.select_related("model")}


_NEWEST = ModelVersion.objects.filter(model=OuterRef("model")).order_by("-number").values("number")[:1]
