"""Measures of a use case, and one of them: what it asks, why, how it stands, and where to hand in what it needs."""

import json

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from muster.evidence.registry import installed
from muster.server.casework.actions import attest, hand_in_document, hand_in_evidence
from muster.server.casework.actions.proof import LARGEST_DOCUMENT, LARGEST_STATEMENT, Handed
from muster.server.casework.queries import Case, evidence_of
from muster.server.outcome import Done, invalid
from muster.server.web.access import actor_here, find_case
from muster.server.web.refusals import refusals_of, status_of
from muster.server.web.shape.gates import place_of
from muster.server.web.shape.links import check_command, measure_url
from muster.server.web.shape.measures import show_due, show_measure, takes
from muster.server.web.views.case_page import allowed, names_in, render_case


def show_measures(request: HttpRequest, slug: str) -> HttpResponse:
    """Show every required measure under the gate at which it is due."""
    case = find_case(request, slug)
    due = show_due(case, names_in(case), actor_here(request, case.use_case).roles)
    return render_case(request, "pages/measures.html", case, tab="measures", due=due)


def measure_page(request: HttpRequest, slug: str, measure: str) -> HttpResponse:
    """Show one measure; a POST hands in a statement or a document for it."""
    case = find_case(request, slug, request.GET.get("version", ""))
    if measure not in case.framework.measure_by_id or case.assessment.measure(measure) is None:
        raise Http404(_("This measure is not required here. The list of measures shows those that are."))
    if request.method != "POST":
        return _render(request, case, measure)
    outcome = _hand_in(request, case, measure)
    if isinstance(outcome, Done):
        messages.success(
            request, _("Handed in. It stands in the ledger as entry %(index)s.") % {"index": outcome.receipt}
        )
        return redirect(measure_url(place_of(case), measure))
    return _render(request, case, measure, refusals=refusals_of(outcome, case.framework), status=status_of(outcome))


def _hand_in(request: HttpRequest, case: Case, measure: str) -> Handed:
    actor, kind = actor_here(request, case.use_case), request.POST.get("kind", "")
    if kind == "document":
        file = request.FILES.get("document")
        if not isinstance(file, UploadedFile) or (file.size or 0) > LARGEST_DOCUMENT:
            return invalid("document", "length", hint=f"1-{LARGEST_DOCUMENT:,} bytes")
        return hand_in_document(
            actor,
            case.use_case,
            measure,
            name=(file.name or "document")[:200],
            content=file.read(),
            media_type=file.content_type or "application/octet-stream",
            version=case.version,
        )
    if kind == "computed":
        return _hand_in_statement(request, case)
    text = request.POST.get("text", "")
    if kind == "process":
        return attest(actor, case.use_case, measure, text, version=case.version, kind="process")
    return attest(actor, case.use_case, measure, text, version=case.version)


def _hand_in_statement(request: HttpRequest, case: Case) -> Handed:
    """Take the file that ``muster check … --out FILE`` wrote."""
    file = request.FILES.get("statement")
    if not isinstance(file, UploadedFile) or (file.size or 0) > LARGEST_STATEMENT:
        return invalid("statement", "length", hint=f"1-{LARGEST_STATEMENT:,} bytes")
    try:
        statement = json.loads(file.read())
    except ValueError as error:
        return invalid("statement", "form", hint=str(error))
    if not isinstance(statement, dict):
        return invalid("statement", "form", hint=_("the file holds no JSON object"))
    return hand_in_evidence(actor_here(request, case.use_case), case.use_case, statement, version=case.version)


def _render(
    request: HttpRequest, case: Case, measure: str, *, refusals: object = (), status: int = 200
) -> HttpResponse:
    item = case.assessment.measure(measure)
    assert item is not None
    names = names_in(case)
    described = case.framework.measure_by_id[measure]
    checks = [demand.check for demand in described.evidence if demand.check]
    about = [None, case.version.id] if case.version else [None]
    evidence = [e for e in evidence_of(case.use_case, about) if e.measure == measure or e.check_name in checks]
    actor = actor_here(request, case.use_case)
    responsible = {described.responsible, described.accountable} & set(actor.roles)
    row = show_measure(case, item, names, actor.roles)
    return render_case(
        request,
        "pages/measure.html",
        case,
        tab="measures",
        status=status,
        names=names,
        row=row,
        scope=described.scope,
        takes=takes(described) if responsible and allowed(request, case, "attest") else (),
        commands=[(check, check_command(place_of(case), check)) for check in checks if check in installed()],
        takes_statement=any(c in installed() for c in checks) and allowed(request, case, "hand_in_evidence"),
        needs_version=described.scope in ("version", "deployment") and case.version is None,
        evidence=evidence,
        refusals=refusals,
        given=request.POST.get("text", ""),
    )
