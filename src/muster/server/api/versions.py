"""Versions, and the proof that was handed in."""

import json
from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from muster.contract.versions import AttestationIn, DocumentIn, EvidenceIn, EvidenceOut, VersionIn, VersionOut
from muster.report.suppress import suppress, suppress_statement
from muster.server.api.access import find, find_version, person_id, read
from muster.server.api.errors import NotThere, done
from muster.server.casework import actions, queries
from muster.server.casework.models import EvidenceRow
from muster.server.registry import queries as registry
from muster.server.registry.models import ModelVersion

router = Router(tags=["versions and evidence"])


@router.get("/use-cases/{name}/versions", response=list[VersionOut])
def list_versions(request: HttpRequest, name: str) -> list[VersionOut]:
    """List every version of every model of the use case, newest first."""
    _, use_case = read(request, name)
    return [show_version(row, use_case.slug) for row in registry.versions(use_case)]


@router.post("/use-cases/{name}/versions", response={201: VersionOut})
def register_version(request: HttpRequest, name: str, body: VersionIn) -> Status[VersionOut]:
    """Register the next version of a model; from then on it is frozen."""
    actor, use_case = find(request, name)
    authors = [person_id(author) for author in body.authors]
    told = {**body.model_dump(exclude={"authors"}), "authors": authors}
    registered = done(actions.register_version(actor, use_case, **told))
    return Status(201, show_version(registered.row, use_case.slug, receipt=registered.receipt))


@router.get("/use-cases/{name}/versions/{version}", response=VersionOut)
def get_version(request: HttpRequest, name: str, version: str) -> VersionOut:
    """Show a version: ``2``, ``challenger@2``, ``latest`` or its id."""
    _, use_case = read(request, name)
    row = registry.version(use_case, version)
    if row is None:
        raise NotThere
    return show_version(row, use_case.slug)


@router.get("/use-cases/{name}/evidence", response=list[EvidenceOut])
def list_evidence(request: HttpRequest, name: str, version: str = "") -> list[EvidenceOut]:
    """List the evidence about the use case as such, and about a version where one is named; newest first."""
    actor, use_case = read(request, name)
    row, whole = find_version(use_case, version), queries.sees_small_cells(actor, use_case)
    return [
        show_evidence(item, whole=whole) for item in queries.evidence_of(use_case, [None, *([row.id] if row else [])])
    ]


@router.get("/use-cases/{name}/evidence/{evidence}", response=EvidenceOut)
def get_evidence(request: HttpRequest, name: str, evidence: str) -> EvidenceOut:
    """Show one piece of evidence with its statement; small cells are hidden from those who may not see them."""
    actor, use_case = read(request, name)
    row = EvidenceRow.objects.filter(pk=evidence, use_case=use_case).first()
    if row is None:
        raise NotThere
    text, sees_all = json.loads(row.statement_text), queries.sees_small_cells(actor, use_case)
    if row.kind == "computed" and not sees_all:
        text = suppress_statement(text, row.statement)
    return show_evidence(row, whole=sees_all).model_copy(update={"text": text})


@router.post("/use-cases/{name}/evidence", response={201: EvidenceOut})
def hand_in_evidence(request: HttpRequest, name: str, body: EvidenceIn) -> Status[EvidenceOut]:
    """Hand in what a check computed."""
    actor, use_case = find(request, name)
    version = find_version(use_case, body.version)
    handed = done(actions.hand_in_evidence(actor, use_case, body.statement, version=version))
    return Status(201, show_evidence(handed.row, receipt=handed.receipt))


@router.post("/use-cases/{name}/attestations", response={201: EvidenceOut})
def attest(request: HttpRequest, name: str, body: AttestationIn) -> Status[EvidenceOut]:
    """Give your word that a measure was carried out."""
    actor, use_case = find(request, name)
    version = find_version(use_case, body.version)
    handed = done(actions.attest(actor, use_case, body.measure, body.text, version=version, kind=body.kind))
    return Status(201, show_evidence(handed.row, receipt=handed.receipt))


@router.post("/use-cases/{name}/documents", response={201: EvidenceOut})
def hand_in_document(request: HttpRequest, name: str, body: DocumentIn) -> Status[EvidenceOut]:
    """Hand in a document for a measure."""
    actor, use_case = find(request, name)
    handed = done(
        actions.hand_in_document(
            actor,
            use_case,
            body.measure,
            name=body.name,
            content=body.content,
            media_type=body.media_type,
            version=find_version(use_case, body.version),
        )
    )
    return Status(201, show_evidence(handed.row, receipt=handed.receipt))


def show_version(row: ModelVersion, use_case: str, *, receipt: int | None = None) -> VersionOut:
    """Return a version as it travels."""
    return VersionOut(
        id=row.id,
        use_case=use_case,
        model=row.model.slug,
        number=row.number,
        artifact=row.artifact,
        place=row.place,
        commit=row.commit,
        environment=row.environment,
        data=row.data,
        metrics=row.metrics,
        documents=row.documents,
        authors=tuple(row.authors),
        registered_at=row.registered_at,
        registered_by=row.registered_by,
        receipt=receipt,
    )


def _shown_figures(row: EvidenceRow) -> list[dict[str, Any]]:
    """Return the figures without what tells of a few people: which groups these are stands in the statement alone."""
    groups = json.loads(row.statement_text)["predicate"].get("groups")
    shown: list[dict[str, Any]] = suppress({"figures": row.figures, "groups": groups})["figures"]
    return shown


def show_evidence(row: EvidenceRow, *, receipt: int | None = None, whole: bool = True) -> EvidenceOut:
    """Return evidence as it travels, without its statement; unless `whole`, figures on a few people are hidden."""
    return EvidenceOut.model_validate(
        {
            "id": row.id,
            "kind": row.kind,
            "check": row.check_name,
            "measure": row.measure,
            "version": row.version_id,
            "statement": row.statement,
            "figures": row.figures if whole or row.kind != "computed" else _shown_figures(row),
            "parameters": row.parameters,
            "data": row.data,
            "failure": row.failure,
            "assurance": row.assurance,
            "by": row.by,
            "at": row.at,
            "receipt": receipt,
        }
    )
