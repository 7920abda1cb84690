"""Open a use case."""

import re
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify

from muster.core.duty import Actor, may
from muster.core.framework import Framework
from muster.core.reasons import Denied
from muster.server.casework.actions.desk import close_desk
from muster.server.identity.actions import OPERATOR, grant_role
from muster.server.identity.models import Person, new_id
from muster.server.outcome import Done, Invalid, Problem, denied
from muster.server.policy.models import FrameworkVersion
from muster.server.policy.queries import by_digest, current_row
from muster.server.registry.models import Model, UseCase

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NUMBER_LIKE = re.compile(r"uc-\d+|[0-9a-f]{32}")
_LONGEST = 60
_LONGEST_NAME = 120


def open_use_case(
    actor: Actor | None,
    *,
    name: str,
    purpose: str = "",
    owner: str = "",
    slug: str = "",
    protected: Sequence[str] = (),
    kind: str = Model.Kind.INTERNAL,
    framework_id: str = "",
) -> Done[UseCase] | Denied | Invalid:
    """Open a use case under the framework in force, with its first model; `owner` (default: who opens it) owns it.

    The owner receives the role that owners hold in the framework. Without `slug`, one is made from the name.
    """
    with transaction.atomic():
        # The lock keeps numbers gapless, and the rules from changing meanwhile.
        in_force = current_row(framework_id)
        if in_force is None:
            return denied("role_lacks_act", "open_use_case")
        FrameworkVersion.objects.select_for_update().values_list("pk").get(pk=in_force.pk)
        framework = by_digest(in_force.digest)
        allowed = may(framework, actor, "open_use_case")
        if isinstance(allowed, Denied):
            return allowed
        assert actor is not None
        owner = owner or actor.person
        problems = _problems(name, slug, owner)
        if problems:
            return Invalid(tuple(problems))
        number = (UseCase.objects.aggregate(last=Max("number"))["last"] or 0) + 1
        use_case = UseCase.objects.create(
            id=new_id(),
            number=number,
            slug=slug or _free_slug(name, number),
            name=name.strip(),
            purpose=purpose.strip(),
            owner=owner,
            opened_by=actor.person,
            opened_at=timezone.now(),
            framework=framework.digest,
            protected=list(protected),
        )
        model = Model.objects.create(id=new_id(), use_case=use_case, slug=use_case.slug, name=use_case.name, kind=kind)
        granted = grant_role(
            OPERATOR, person=owner, role=owner_role(framework), use_case=use_case.id, framework=framework
        )
        assert not isinstance(granted, Denied)
        facts = {"number": number, "framework": framework.digest, "owner": owner}
        entry = close_desk(use_case, "use_case.opened", by=actor.person, rows=(model,), facts=facts)
    return Done(use_case, entry.index)


def owner_role(framework: Framework) -> str:
    """Return the role that the owner of a use case holds: the first that signs for responsibility."""
    rules = [rule for gate in framework.process.gates for rule in gate.sign_offs]
    return next((rule.role for rule in rules if rule.meaning == "responsibility"), framework.roles[0].id)


def _problems(name: str, slug: str, owner: str) -> list[Problem]:
    problems = []
    if not 0 < len(name.strip()) <= _LONGEST_NAME:
        problems.append(Problem("name", "length", hint=f"1-{_LONGEST_NAME}"))
    if slug and (len(slug) > _LONGEST or not _SLUG.fullmatch(slug) or _NUMBER_LIKE.fullmatch(slug)):
        problems.append(Problem("slug", "slug_form", value=slug, hint=slugify(slug)[:_LONGEST]))
    elif slug and UseCase.objects.filter(slug=slug).exists():
        problems.append(Problem("slug", "taken", value=slug))
    if not Person.objects.filter(pk=owner, account__is_active=True, account__is_admin=False).exists():
        problems.append(Problem("owner", "unknown_person", value=owner))
    return problems


def _free_slug(name: str, number: int) -> str:
    """Make a slug of the name; a name without Latin letters gives the number."""
    stem = slugify(name)[: _LONGEST - 5].strip("-")
    if not stem or _NUMBER_LIKE.fullmatch(stem):
        return f"uc-{number}"
    taken = set(UseCase.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    return next(slug for slug in (stem, *(f"{stem}-{n}" for n in range(2, 10_000))) if slug not in taken)
