"""Release permits: fetch, revoke, confirm that what they allow is live; and the signed list of those revoked."""

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from muster.contract.gates import DeploymentOut, PermitOut, RevokeIn
from muster.core.duty import Actor
from muster.server.api.access import asking, read, seeing
from muster.server.api.errors import NotThere, done
from muster.server.operations import actions, queries
from muster.server.operations.models import Permit
from muster.server.registry.queries import sees

router = Router(tags=["permits"])
_DSSE = "application/vnd.dsse.envelope.v1+json"


@router.get("/permits/revoked", response={200: None})
def get_revoked(request: HttpRequest) -> HttpResponse:
    """Return the signed list (DSSE) of permits that were revoked before their time."""
    del request
    return HttpResponse(queries.revocations(), content_type=_DSSE)


@router.get("/use-cases/{name}/permits", response=list[PermitOut])
def list_permits(request: HttpRequest, name: str) -> list[PermitOut]:
    """List every permit of a use case, newest first."""
    return [show_permit(row) for row in queries.permits(read(request, name)[1])]


@router.get("/permits/{permit}", response=PermitOut)
def get_permit(request: HttpRequest, permit: str) -> PermitOut:
    """Show a permit with its signed file."""
    actor, row = _find(request, permit)
    seeing(actor)
    return show_permit(row)


@router.post("/permits/{permit}/revoke", response=PermitOut)
def revoke(request: HttpRequest, permit: str, body: RevokeIn) -> PermitOut:
    """Take a permit back."""
    actor, row = _find(request, permit)
    revoked = done(actions.revoke_permit(actor, row, body.reason))
    return show_permit(revoked.row).model_copy(update={"receipt": revoked.receipt})


@router.post("/permits/{permit}/live", response={201: DeploymentOut})
def confirm_live(request: HttpRequest, permit: str) -> Status[DeploymentOut]:
    """Record that the version of this permit now runs in its environment."""
    actor, row = _find(request, permit)
    live = done(actions.confirm_live(actor, row))
    return Status(
        201,
        DeploymentOut(
            id=live.row.id,
            version=row.version.number,
            environment=live.row.environment,
            permit=row.id,
            at=live.row.at,
            by=live.row.by,
            ended_at=live.row.ended_at,
            receipt=live.receipt,
        ),
    )


def show_permit(row: Permit) -> PermitOut:
    """Return a permit as it travels."""
    return PermitOut(
        id=row.id,
        use_case=row.version.model.use_case.slug,
        model=row.version.model.slug,
        version=row.version.number,
        environment=row.environment,
        issued_at=row.issued_at,
        not_after=row.not_after,
        revoked_at=row.revoked_at,
        revoked_reason=row.revoked_reason,
        envelope=row.envelope,
    )


def _find(request: HttpRequest, permit: str) -> tuple[Actor, Permit]:
    row = Permit.objects.filter(pk=permit).select_related("version__model__use_case").first()
    actor = asking(request, row.version.model.use_case) if row else None
    if row is None or actor is None or not sees(actor, row.version.model.use_case):
        raise NotThere
    return actor, row
