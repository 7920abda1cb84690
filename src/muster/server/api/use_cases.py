"""Use cases: the list of all, one of them, its answers and its people."""

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from muster.contract.portfolio import PortfolioPage
from muster.contract.use_cases import (
    AnswerOut,
    AnswersIn,
    AnswersOut,
    HolderOut,
    ModelIn,
    ModelOut,
    PeopleIn,
    PersonOut,
    ProtectedIn,
    UseCaseIn,
    UseCaseOut,
)
from muster.core.assess import Assessment
from muster.server.api.access import asking, find, find_version, person_id, read, seeing
from muster.server.api.errors import done
from muster.server.casework import actions, queries
from muster.server.casework.portfolio import PER_PAGE, portfolio
from muster.server.identity.queries import names_of, people_with_roles
from muster.server.registry.models import UseCase

router = Router(tags=["use cases"])


class Filters(Schema):
    """What the list can be narrowed by; `sort` takes a name with or without a minus in front."""

    search: str = ""
    tier: str = ""
    step: str = ""
    state: str = ""
    owner: str = ""
    sort: str = "-number"
    page: int = 1
    per_page: int = PER_PAGE


@router.get("/use-cases", response=PortfolioPage)
def list_use_cases(request: HttpRequest, filters: Query[Filters]) -> PortfolioPage:
    """List the use cases that you may see: where each stands, and what is next."""
    return portfolio(seeing(asking(request)), **filters.model_dump())


@router.post("/use-cases", response={201: UseCaseOut})
def open_use_case(request: HttpRequest, body: UseCaseIn) -> Status[UseCaseOut]:
    """Open a use case."""
    owner = person_id(body.owner) if body.owner else ""
    opened = done(
        actions.open_use_case(
            asking(request),
            name=body.name,
            purpose=body.purpose,
            owner=owner,
            slug=body.slug,
            protected=body.protected,
            kind=body.kind,
            framework_id=body.framework,
        )
    )
    return Status(201, show(opened.row, receipt=opened.receipt))


@router.get("/use-cases/{name}", response=UseCaseOut)
def get_use_case(request: HttpRequest, name: str) -> UseCaseOut:
    """Show a use case by its slug, number (``UC-12``) or id."""
    return show(read(request, name)[1])


@router.get("/use-cases/{name}/assessment", response=Assessment)
def get_assessment(request: HttpRequest, name: str, version: str = "") -> Assessment:
    """Return everything that follows from what is known: class, measures, gates, and why."""
    _, use_case = read(request, name)
    return queries.assessment(use_case, find_version(use_case, version))


@router.get("/use-cases/{name}/answers", response=list[AnswerOut])
def list_answers(request: HttpRequest, name: str) -> list[AnswerOut]:
    """List the answers in force."""
    answers = queries.dossier(read(request, name)[1]).answers
    return [AnswerOut(question=a.question, value=a.value, by=a.by, at=a.at) for a in answers]


@router.put("/use-cases/{name}/answers", response=AnswersOut)
def give_answers(request: HttpRequest, name: str, body: AnswersIn) -> AnswersOut:
    """Give, change or take back answers, all or none."""
    actor, use_case = find(request, name)
    given = done(actions.answer(actor, use_case, body.answers))
    return AnswersOut(
        changed=given.row.changed,
        tier_before=given.row.before.tier,
        tier=given.row.after.tier,
        provisional=given.row.after.provisional,
        added=given.row.added,
        dropped=given.row.dropped,
        unanswered=given.row.after.unanswered,
        receipt=given.receipt,
    )


@router.put("/use-cases/{name}/protected", response=UseCaseOut)
def declare_protected(request: HttpRequest, name: str, body: ProtectedIn) -> UseCaseOut:
    """Name the attributes of people whose equal treatment must be shown."""
    actor, use_case = find(request, name)
    declared = done(actions.declare_protected(actor, use_case, body.protected))
    return show(declared.row, receipt=declared.receipt)


@router.get("/use-cases/{name}/people", response=list[HolderOut])
def list_people(request: HttpRequest, name: str) -> list[HolderOut]:
    """List who holds which role here, organisation-wide roles included."""
    _, use_case = read(request, name)
    held = people_with_roles(use_case.id)
    names = names_of(tuple(held))
    return [HolderOut(id=person, name=names[person], roles=roles) for person, roles in held.items()]


@router.put("/use-cases/{name}/people", response=list[HolderOut])
def set_people(request: HttpRequest, name: str, body: PeopleIn) -> list[HolderOut]:
    """Set who holds each role named, for this use case."""
    actor, use_case = find(request, name)
    roles = {role: [person_id(person) for person in people] for role, people in body.roles.items()}
    done(actions.set_people(actor, use_case, roles))
    return list_people(request, name)


@router.post("/use-cases/{name}/models", response={201: ModelOut})
def add_model(request: HttpRequest, name: str, body: ModelIn) -> Status[ModelOut]:
    """Add another way to serve the use case."""
    actor, use_case = find(request, name)
    row = done(actions.add_model(actor, use_case, slug=body.slug, name=body.name, kind=body.kind)).row
    return Status(201, ModelOut.model_validate({"slug": row.slug, "name": row.name, "kind": row.kind}))


def show(row: UseCase, *, receipt: int | None = None) -> UseCaseOut:
    """Return a use case with its class as it is now."""
    classification = queries.assessment(row).classification
    return UseCaseOut(
        id=row.id,
        number=row.number,
        slug=row.slug,
        name=row.name,
        purpose=row.purpose,
        owner=PersonOut(id=row.owner, name=names_of((row.owner,))[row.owner]),
        opened_at=row.opened_at,
        framework=row.framework,
        protected=tuple(row.protected),
        models=tuple(
            ModelOut.model_validate({"slug": model.slug, "name": model.name, "kind": model.kind})
            for model in row.models.all()
        ),
        tier=classification.tier,
        provisional=classification.provisional,
        unanswered=classification.unanswered,
        receipt=receipt,
    )
