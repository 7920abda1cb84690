"""What stands above single use cases: who asks, what waits for them, the frameworks, the ledger's entries."""

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from muster.contract.ledger import EntriesPage, EntryOut, FrameworkOut, MeOut
from muster.contract.portfolio import WorkItem
from muster.core.duty import Actor, may
from muster.core.framework import Framework
from muster.core.reasons import Denied
from muster.server.api.access import asking, read, seeing
from muster.server.api.errors import NotThere, Refused, done
from muster.server.casework.portfolio import MOST_PAGES, my_work
from muster.server.identity.queries import name_of, names_of
from muster.server.journal import queries as journal
from muster.server.journal.leaf import read_leaf
from muster.server.journal.models import Entry
from muster.server.outcome import denied
from muster.server.policy import queries as policy
from muster.server.policy.actions import publish
from muster.server.policy.models import FrameworkVersion

router = Router(tags=["records"])
PER_PAGE = 50
MOST_PER_PAGE = 200


class EntryFilters(Schema):
    """What entries can be narrowed by: a use case (its name), an act, a person's id."""

    use_case: str = ""
    act: str = ""
    by: str = ""
    page: int = 1
    per_page: int = PER_PAGE


@router.get("/me", response=MeOut)
def get_me(request: HttpRequest) -> MeOut:
    """Say who asks, as the server sees it, with the organisation-wide roles."""
    actor = asking(request)
    if actor is None:
        raise Refused(denied("not_signed_in", "see"))
    return MeOut(
        person=actor.person,
        name=name_of(actor.person),
        roles=actor.roles,
        via=actor.via,
        administrator=actor.administrator,
    )


@router.get("/work", response=list[WorkItem])
def list_work(request: HttpRequest) -> list[WorkItem]:
    """List what waits for you, why, and until when; oldest first."""
    return list(my_work(seeing(asking(request))))


@router.get("/frameworks", response=list[FrameworkOut])
def list_frameworks(request: HttpRequest) -> list[FrameworkOut]:
    """List every published framework, newest first."""
    seeing(asking(request))
    return [_show(row) for row in policy.published()]


@router.get("/frameworks/{digest}", response=Framework)
def get_framework(request: HttpRequest, digest: str) -> Framework:
    """Return a published framework by its digest, or the one in force as ``current``."""
    seeing(asking(request))
    row = policy.current_row() if digest == "current" else FrameworkVersion.objects.filter(digest=digest).first()
    if row is None:
        raise NotThere
    return policy.by_digest(row.digest)


@router.post("/frameworks", response={201: FrameworkOut})
def publish_framework(request: HttpRequest, body: Framework) -> Status[FrameworkOut]:
    """Bring a framework into force for every use case opened from now on. Takes a person in a session."""
    published = done(publish(asking(request), body))
    return Status(201, _show(published.row).model_copy(update={"receipt": published.receipt}))


@router.get("/entries", response=EntriesPage)
def list_entries(request: HttpRequest, filters: Query[EntryFilters]) -> EntriesPage:
    """List entries of the ledger, newest first: those of a use case for all who see it, all for who may read it."""
    use_case = ""
    if filters.use_case:
        use_case = read(request, filters.use_case)[1].id
    else:
        _reader(request)
    rows = journal.entries(use_case=use_case, act=filters.act, by=filters.by)
    page, per_page = max(1, min(filters.page, MOST_PAGES)), max(1, min(filters.per_page, MOST_PER_PAGE))
    window = list(rows[(page - 1) * per_page : page * per_page])
    names = names_of(tuple({row.by for row in window}))
    items = tuple(_entry(row, names[row.by]) for row in window)
    return EntriesPage(items=items, total=rows.count(), page=page, per_page=per_page)


@router.get("/entries/{index}", response=EntryOut)
def get_entry(request: HttpRequest, index: int) -> EntryOut:
    """Show one entry; its receipt and the tree are under ``/ledger``."""
    row = Entry.objects.filter(index=index).first()
    if row is None or not row.use_case:
        _reader(request)
    else:
        read(request, row.use_case)
    if row is None:
        raise NotThere
    return _entry(row, name_of(row.by))


def _reader(request: HttpRequest) -> Actor:
    actor = seeing(asking(request))
    allowed = may(policy.current(), actor, "read_ledger")
    if isinstance(allowed, Denied):
        raise Refused(allowed)
    return actor


def _entry(row: Entry, name: str) -> EntryOut:
    said = read_leaf(bytes(row.leaf))
    return EntryOut.model_validate(
        {
            "index": row.index,
            "act": row.act,
            "by": row.by,
            "by_name": name,
            "at": row.at,
            "use_case": row.use_case,
            "about": said["about"],
            "facts": said["facts"],
        }
    )


def _show(row: FrameworkVersion) -> FrameworkOut:
    return FrameworkOut(
        id=row.framework_id,
        version=row.version,
        digest=row.digest,
        current=row.current,
        published_at=row.published_at,
        published_by=row.published_by,
    )
