"""One version: its verdicts, its gate, its proof, the sign-off panel, and its permits."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from muster.core.assess import GateAssessment
from muster.core.text import say
from muster.server.casework.actions import sign
from muster.server.casework.queries import Case, sees_small_cells
from muster.server.identity.queries import actor_for_request
from muster.server.operations.actions import confirm_live, decide_release, revoke_permit
from muster.server.operations.models import Permit
from muster.server.operations.queries import permits
from muster.server.outcome import Done
from muster.server.registry.queries import visible
from muster.server.web.access import actor_here, find_case
from muster.server.web.language import tag
from muster.server.web.posted import read_signature
from muster.server.web.refusals import refusals_of, status_of, tell_refusal
from muster.server.web.shape.gates import place_of, show_gate
from muster.server.web.shape.releases import show_releases
from muster.server.web.shape.rows import show_proof
from muster.server.web.shape.signing import show_signing
from muster.server.web.shape.signoffs import show_sign_offs
from muster.server.web.shape.steps import current_gate
from muster.server.web.views.case_page import allowed, names_in, render_case
from muster.server.web.views.use_case import chosen_gate


def show_version(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """Show a version: may it be released, what is missing, and what is being signed."""
    return _render(request, find_case(request, slug, name))


@require_POST
def sign_version(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """Sign a gate that looks at this version."""
    case = find_case(request, slug, name)
    outcome = sign(
        actor_here(request, case.use_case), case.use_case, version=case.version, **read_signature(request.POST)
    )
    if isinstance(outcome, Done):
        messages.success(request, _("Signed. It stands in the ledger as entry %(index)s.") % {"index": outcome.receipt})
        return redirect(f"{_address(case)}?gate={outcome.row.gate}")
    told = refusals_of(outcome, case.framework, names_in(case))
    return _render(request, case, refusals=told, status=status_of(outcome))


@require_POST
def release_version(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """Have a release decided; where it passes, a permit is issued."""
    case = find_case(request, slug, name)
    assert case.version is not None
    outcome = decide_release(actor_here(request, case.use_case), case.version, request.POST.get("environment", ""))
    if not isinstance(outcome, Done):
        return _render(
            request, case, refusals=refusals_of(outcome, case.framework, names_in(case)), status=status_of(outcome)
        )
    told = {
        "environment": say(case.framework.environment_by_id[outcome.row.target].name, tag()),
        "index": outcome.receipt,
    }
    if outcome.row.passed:
        messages.success(
            request, _("%(environment)s: passed. The permit is below; the decision is entry %(index)s.") % told
        )
    else:
        messages.error(
            request, _("%(environment)s: refused. The decision is entry %(index)s; the gates say what to do.") % told
        )
    return redirect(f"{_address(case)}#releases")


def download_permit(request: HttpRequest, permit: str) -> HttpResponse:
    """Answer the permit as the signed file that a serving process verifies."""
    row = _find_permit(request, permit)
    answer = HttpResponse(row.envelope, content_type="application/vnd.dsse+json")
    name = f"{row.version.model.slug}-{row.version.number}-{row.environment}.permit"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_POST
def revoke_page(request: HttpRequest, permit: str) -> HttpResponse:
    """Take a permit back, with a reason."""
    row = _find_permit(request, permit)
    actor = actor_here(request, row.version.model.use_case)
    outcome = revoke_permit(actor, row, request.POST.get("reason", ""))
    return _after(request, row, outcome, _("The permit is revoked; it stands on the list of revoked permits."))


@require_POST
def live_page(request: HttpRequest, permit: str) -> HttpResponse:
    """Record that the version now runs in the environment of this permit."""
    row = _find_permit(request, permit)
    outcome = confirm_live(actor_here(request, row.version.model.use_case), row)
    return _after(request, row, outcome, _("Recorded as live."))


def _after(request: HttpRequest, row: Permit, outcome: object, told: str) -> HttpResponse:
    case = find_case(request, row.version.model.use_case.slug, row.version.id)
    if isinstance(outcome, Done):
        messages.success(request, told)
    else:
        tell_refusal(request, outcome, case.framework)  # type: ignore[arg-type] # what is not done was refused
    return redirect(f"{_address(case)}#releases")


def _find_permit(request: HttpRequest, permit: str) -> Permit:
    seen = visible(actor_for_request(request))
    row = Permit.objects.filter(pk=permit, version__model__use_case__in=seen)
    found = row.select_related("version__model__use_case").first()
    if found is None:
        raise Http404(_("There is no such permit, or it is not open to you."))
    return found


def _gate(request: HttpRequest, case: Case) -> GateAssessment:
    """Return the gate named, else the first open one that looks at the version, else the last of those."""
    if request.GET.get("gate") or request.POST.get("gate"):
        return chosen_gate(request, case)
    own = [gate for gate in case.assessment.gates if gate.gate.subject == "version" and not gate.gate.periodic]
    return next((gate for gate in own if gate.reasons), own[-1] if own else current_gate(case))


def _address(case: Case) -> str:
    return place_of(case).url("version", place_of(case).version)


def _render(request: HttpRequest, case: Case, *, refusals: object = (), status: int = 200) -> HttpResponse:
    assert case.version is not None
    names, actor = names_in(case), actor_here(request, case.use_case)
    gate = _gate(request, case)
    proof = show_proof(case, sees_all=sees_small_cells(actor, case.use_case))
    own = [p for p in permits(case.use_case) if p.version_id == case.version.id]
    return render_case(
        request,
        "pages/version.html",
        case,
        tab="versions",
        status=status,
        names=names,
        gate=show_gate(case, gate, actor, names),
        signing=show_signing(case, gate, actor, names) if gate.gate.subject == "version" else None,
        sign_url="sign-version",
        sign_offs=show_sign_offs(case, actor, names, gate=gate.gate.id),
        releases=show_releases(case, case.version),
        permits=own,
        proof=[row for row in proof if row.of_version],
        proof_of_use_case=[row for row in proof if not row.of_version],
        registered_by=names.get(case.version.registered_by, case.version.registered_by[:8]),
        environment_names={e.id: say(e.name, tag()) for e in case.framework.process.environments},
        may_release=allowed(request, case, "release"),
        may_revoke=allowed(request, case, "revoke_permit"),
        refusals=refusals,
        gates=[(g.gate.id, say(case.framework.gate_by_id[g.gate.id].question, tag())) for g in case.assessment.gates],
    )
