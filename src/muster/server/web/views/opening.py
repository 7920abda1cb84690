"""Open a use case."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from muster.core.text import say
from muster.report.words import name_role
from muster.server.casework.actions import open_use_case
from muster.server.casework.actions.opening import owner_role
from muster.server.identity.queries import actor_for_request, everybody
from muster.server.outcome import Done
from muster.server.policy.queries import current
from muster.server.registry.models import Model
from muster.server.web.access import may_open
from muster.server.web.language import tag
from muster.server.web.refusals import refusals_of, status_of


def open_page(request: HttpRequest) -> HttpResponse:
    """Ask for name, purpose and owner; then open the use case and lead on to its questions."""
    if not may_open(request):
        raise Http404(_("Opening a use case is for people who hold a role that may. Ask whoever manages the roles."))
    if request.method == "POST":
        return _open(request)
    return _render(request, {"owner": _me(request)})


def _open(request: HttpRequest) -> HttpResponse:
    given = {name: request.POST.get(name, "").strip() for name in ("name", "purpose", "owner", "slug", "protected")}
    kind = Model.Kind.VENDOR if request.POST.get("kind") == "vendor" else Model.Kind.INTERNAL
    protected = [part.strip() for part in given["protected"].split(",") if part.strip()]
    outcome = open_use_case(
        actor_for_request(request),
        name=given["name"],
        purpose=given["purpose"],
        owner=given["owner"],
        slug=given["slug"],
        protected=protected,
        kind=kind,
    )
    if isinstance(outcome, Done):
        messages.success(request, _("Opened. Now answer what decides its tier: it takes a few minutes."))
        return redirect("questions", outcome.row.slug)
    told: dict[str, object] = {**given, "kind": kind, "refusals": refusals_of(outcome, current())}
    return _render(request, told, status=status_of(outcome))


def _render(request: HttpRequest, given: dict[str, object], *, status: int = 200) -> HttpResponse:
    framework = current()
    people = sorted(everybody().items(), key=lambda pair: pair[1])
    context = {
        "section": "portfolio",
        "people": people,
        "given": given,
        "refusals": given.get("refusals"),
        "framework_name": say(framework.name, tag()) if framework else "",
        "owner_role": name_role(framework, owner_role(framework), tag()) if framework else "",
    }
    return render(request, "pages/new.html", context, status=status)


def _me(request: HttpRequest) -> str:
    actor = actor_for_request(request)
    return actor.person if actor and not actor.administrator else ""
