"""A use case: overview with its gate, classification, people and activity."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from muster.core.assess import GateAssessment
from muster.core.text import say
from muster.report.words import name_role
from muster.server.casework.actions import set_people, sign, withdraw
from muster.server.casework.models import SignOffRow
from muster.server.casework.queries import Case
from muster.server.identity.queries import everybody
from muster.server.journal import queries as journal
from muster.server.outcome import Done
from muster.server.registry.models import UseCase
from muster.server.web.access import actor_here, find_case, find_use_case
from muster.server.web.language import tag
from muster.server.web.posted import read_signature
from muster.server.web.refusals import refusals_of, status_of, tell_refusal
from muster.server.web.shape.activity import show_acts
from muster.server.web.shape.classification import show_level
from muster.server.web.shape.gates import place_of, show_gate
from muster.server.web.shape.people import show_people
from muster.server.web.shape.signing import show_signing
from muster.server.web.shape.signoffs import show_sign_offs
from muster.server.web.shape.steps import current_gate
from muster.server.web.views.case_page import allowed, names_in, render_case

_PER_PAGE = 50


def show_overview(request: HttpRequest, slug: str) -> HttpResponse:
    """Show where the use case stands: its current gate, or the one named in the address."""
    return _overview(request, find_case(request, slug))


def _overview(request: HttpRequest, case: Case, *, refusals: object = (), status: int = 200) -> HttpResponse:
    gate = chosen_gate(request, case)
    names, actor = names_in(case), actor_here(request, case.use_case)
    signs_here = gate.gate.subject == "use_case"
    matching = case.assessment.process.variants
    profile = [rule for rule in case.framework.build_profile if rule.id in case.assessment.build_profile]
    return render_case(
        request,
        "pages/use_case.html",
        case,
        tab="overview",
        status=status,
        names=names,
        gate=show_gate(case, gate, actor, names),
        signing=show_signing(case, gate, actor, names) if signs_here else None,
        sign_url="sign-use-case",
        sign_offs=show_sign_offs(case, actor, names, gate=gate.gate.id),
        refusals=refusals,
        profile=[(say(rule.name, tag()), say(rule.says, tag())) for rule in profile],
        variants=[say(v.name, tag()) for v in case.framework.process.variants if v.id in matching],
        framework_name=f"{say(case.framework.name, tag())} {case.framework.version}",
    )


def chosen_gate(request: HttpRequest, case: Case) -> GateAssessment:
    """Return the gate named in the address, else the one at which the use case stands.

    Raises:
        Http404: for a gate that this use case does not have.
    """
    name = request.GET.get("gate") or request.POST.get("gate", "")
    if not name:
        return current_gate(case)
    gate = case.assessment.gate(name)
    if gate is None:
        raise Http404(_("This use case has no gate of that name. Its stepper shows those it has."))
    return gate


@require_POST
def sign_use_case(request: HttpRequest, slug: str) -> HttpResponse:
    """Sign a gate that looks at the use case as such."""
    case = find_case(request, slug)
    outcome = sign(actor_here(request, case.use_case), case.use_case, **read_signature(request.POST))
    if isinstance(outcome, Done):
        messages.success(request, _("Signed. It stands in the ledger as entry %(index)s.") % {"index": outcome.receipt})
        return redirect(place_of(case).gate(case.framework, outcome.row.gate))
    told = refusals_of(outcome, case.framework, names_in(case))
    return _overview(request, case, refusals=told, status=status_of(outcome))


@require_POST
def withdraw_sign_off(request: HttpRequest, slug: str, sign_off: str) -> HttpResponse:
    """Take back one's own signature."""
    use_case = find_use_case(request, slug)
    row = SignOffRow.objects.filter(pk=sign_off, use_case=use_case).first()
    if row is None:
        raise Http404(_("There is no such signature."))
    outcome = withdraw(actor_here(request, use_case), row)
    if isinstance(outcome, Done):
        messages.success(request, _("Your signature was taken back; it stays on record and no longer counts."))
    else:
        tell_refusal(request, outcome, find_case(request, slug).framework)
    return redirect("use-case", slug)


def show_classification(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the tier with its score, band, floors, and the level of each consideration with its trail."""
    case = find_case(request, slug)
    classification = case.assessment.classification
    levels = [show_level(case.framework, trail) for trail in classification.levels]
    return render_case(request, "pages/classification.html", case, tab="classification", levels=levels)


def people_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show who holds which role; a POST sets the holders of one role for this use case."""
    case = find_case(request, slug)
    refusals: object = ()
    status = 200
    if request.method == "POST":
        role = request.POST.get("role", "")
        outcome = set_people(actor_here(request, case.use_case), case.use_case, {role: request.POST.getlist("person")})
        if isinstance(outcome, Done):
            told = {"role": name_role(case.framework, role, tag())}
            messages.success(request, _("Holders of the role %(role)s saved.") % told)
            return redirect("people", slug)
        refusals, status = refusals_of(outcome, case.framework), status_of(outcome)
    return render_case(
        request,
        "pages/people.html",
        case,
        tab="people",
        status=status,
        refusals=refusals,
        people=show_people(case),
        everybody=everybody(),
        editable=allowed(request, case, "set_people"),
    )


def show_activity(request: HttpRequest, slug: str) -> HttpResponse:
    """Show every act on this use case, newest first, filtered by kind and person."""
    case = find_case(request, slug)
    act, by = request.GET.get("act", ""), request.GET.get("by", "")
    every = journal.entries(use_case=case.use_case.id)
    page = Paginator(journal.entries(use_case=case.use_case.id, act=act, by=by), _PER_PAGE).get_page(
        request.GET.get("page")
    )
    return render_case(
        request,
        "pages/activity.html",
        case,
        tab="activity",
        page=page,
        acts=show_acts(page.object_list, case.framework, UseCase.objects.filter(pk=case.use_case.id)),
        kinds=sorted(set(every.order_by().values_list("act", flat=True))),
        filters={"act": act, "by": by},
    )
