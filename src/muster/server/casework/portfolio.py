"""The lists: all use cases, and what waits for one person. They read the standing, never a dossier."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from muster.contract.portfolio import DutyOut, PortfolioPage, PortfolioRow, WorkItem
from muster.core.duty import Actor
from muster.server.casework.models import Duty, Standing
from muster.server.identity.models import RoleGrant
from muster.server.identity.queries import names_of
from muster.server.registry.queries import visible_to

PER_PAGE = 50
MOST_PER_PAGE = 200
MOST_PAGES = 1_000_000_000
"""Beyond it, the database cannot count."""
SORTS = {
    "number": "use_case__number",
    "name": "use_case__name",
    "slug": "use_case__slug",
    "opened": "use_case__opened_at",
    "tier": "tier_rank",
    "step": "step",
    "state": "state",
}
"""What a list can be sorted by; a leading minus turns it round."""


def portfolio(
    actor: Actor | None,
    *,
    search: str = "",
    tier: str = "",
    step: str = "",
    state: str = "",
    owner: str = "",
    sort: str = "-number",
    page: int = 1,
    per_page: int = PER_PAGE,
) -> PortfolioPage:
    """Return one page of the use cases that `actor` may see and that match; two queries whatever their number.

    An unknown `sort` counts as the default; a page beyond the end is empty.
    """
    per_page = max(1, min(per_page, MOST_PER_PAGE))
    page = max(1, min(page, MOST_PAGES))
    rows = matching(actor, search=search, tier=tier, step=step, state=state, owner=owner)
    total = rows.count()
    ordered = rows.order_by(_order(sort), "-use_case__number")
    window = list(ordered[(page - 1) * per_page : page * per_page])
    return PortfolioPage(items=tuple(_rows(window)), total=total, page=page, per_page=per_page)


def matching(
    actor: Actor | None, *, search: str = "", tier: str = "", step: str = "", state: str = "", owner: str = ""
) -> QuerySet[Standing]:
    """Return the standings of the use cases that `actor` may see and that match every filter given."""
    rows = Standing.objects.filter(visible_to(actor, "use_case__")).select_related("use_case")
    exact = {"tier": tier, "step": step, "state": state, "use_case__owner": owner}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    for word in search.split():
        number = word[3:] if word[:3].upper() == "UC-" else word
        hit = Q(use_case__name__icontains=word) | Q(use_case__slug__icontains=word)
        rows = rows.filter(hit | Q(use_case__number=int(number)) if number.isdecimal() and len(number) < 10 else hit)  # noqa: PLR2004
    return rows


def every_row(actor: Actor | None, **filters: str) -> Iterable[PortfolioRow]:
    """Yield every matching row, a few at a time: for the CSV export."""
    batch: list[Standing] = []
    for standing in matching(actor, **filters).order_by("use_case__number").iterator(chunk_size=500):
        batch.append(standing)
        if len(batch) == 500:  # noqa: PLR2004 # the chunk above
            yield from _rows(batch)
            batch = []
    yield from _rows(batch)


def my_work(actor: Actor | None, *, limit: int = MOST_PER_PAGE) -> tuple[WorkItem, ...]:
    """Return what waits for a person, oldest first: signatures, proofs, answers, for the roles held and where held."""
    if actor is None:
        return ()
    grants = RoleGrant.objects.filter(person_id=actor.person, ended_at=None)
    everywhere = Q(role__in=list(grants.filter(use_case="").values_list("role", flat=True)))
    here = Q(pk__in=())
    for role, use_case in grants.exclude(use_case="").values_list("role", "use_case"):
        here |= Q(role=role, use_case=use_case)
    rows = Duty.objects.filter(everywhere | here, visible_to(actor, "use_case__")).select_related("use_case")
    items: dict[tuple[Any, ...], WorkItem] = {}
    for duty in rows.order_by("since", "use_case", "position").iterator(chunk_size=500):
        key = (duty.use_case_id, duty.act, duty.gate, duty.measure, duty.parameters.get("meaning"))
        if actor.person not in duty.not_for and key not in items:
            items[key] = _work(duty)
        if len(items) >= limit:
            break
    tiers = dict(Standing.objects.filter(pk__in={item.use_case for item in items.values()}).values_list("pk", "tier"))
    return tuple(item.model_copy(update={"tier": tiers[item.use_case]}) for item in items.values())


def _order(sort: str) -> str:
    name = sort.removeprefix("-")
    return ("-" if sort.startswith("-") else "") + SORTS[name] if name in SORTS else "-use_case__number"


def _rows(standings: list[Standing]) -> Iterable[PortfolioRow]:
    names = names_of(tuple({standing.use_case.owner for standing in standings})) if standings else {}
    for standing in standings:
        use_case = standing.use_case
        yield PortfolioRow(
            id=use_case.id,
            number=use_case.number,
            slug=use_case.slug,
            name=use_case.name,
            tier=standing.tier,
            step=standing.step,
            gate=standing.gate,
            state=standing.state,
            version=standing.version,
            owner=use_case.owner,
            owner_name=names[use_case.owner],
            framework=use_case.framework,
            next_duty=DutyOut.model_validate(standing.next_duty) if standing.next_duty else None,
            opened_at=use_case.opened_at,
        )


def _work(duty: Duty) -> WorkItem:
    use_case = duty.use_case
    return WorkItem(
        use_case=use_case.id,
        slug=use_case.slug,
        number=use_case.number,
        name=use_case.name,
        tier="",
        version=duty.version,
        duty=DutyOut.model_validate(
            {
                "act": duty.act,
                "roles": (duty.role,),
                "gate": duty.gate,
                "measure": duty.measure,
                "parameters": duty.parameters,
                "not_for": duty.not_for,
                "until": duty.until,
            }
        ),
        since=duty.since,
    )
