"""One's own account: name, roles, and the tokens that programs use in one's place."""

from datetime import timedelta
from typing import Any, get_args

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from muster.core.duty import NEVER_BY_TOKEN
from muster.core.process import Act
from muster.core.reasons import Denied
from muster.report.words import name_role, word
from muster.server.identity.actions import issue_token, revoke_token
from muster.server.identity.models import RoleGrant, Token
from muster.server.identity.queries import actor_for_request
from muster.server.policy.queries import current
from muster.server.registry.models import UseCase
from muster.server.registry.queries import visible
from muster.server.web.language import tag
from muster.server.web.refusals import Refusal, refusals_of, status_of, tell_refusal

LIVES = (7, 30, 90, 365)
"""Days for which a token can be issued."""
SCOPES: tuple[Act, ...] = tuple(act for act in get_args(Act) if act not in NEVER_BY_TOKEN)
_USUAL = ("see", "register_version", "hand_in_evidence")


def show_account(request: HttpRequest) -> HttpResponse:
    """Show the account of the reader."""
    return _render(request)


@require_POST
def issue_page(request: HttpRequest) -> HttpResponse:
    """Issue a token; its key is on this answer and nowhere else, ever."""
    actor = actor_for_request(request)
    assert actor is not None
    scopes = tuple(act for act in SCOPES if act in request.POST.getlist("scope"))
    days = request.POST.get("days", "")
    if not scopes or days not in map(str, LIVES):
        refusal = Refusal(_("Choose at least one thing that the token may do, and until when."), field="field-scopes")
        return _render(request, refusals=(refusal,), status=422)
    use_case = UseCase.objects.filter(pk=request.POST.get("use_case", ""), pk__in=visible(actor)).first()
    outcome = issue_token(
        actor,
        person=actor.person,
        scopes=scopes,
        expires_at=timezone.now() + timedelta(days=int(days)),
        use_case=use_case.id if use_case else "",
        name=request.POST.get("name", "").strip()[:100],
    )
    if isinstance(outcome, Denied):
        return _render(request, refusals=refusals_of(outcome, current()), status=status_of(outcome))
    return _render(request, issued=outcome)


@require_POST
def revoke_page(request: HttpRequest, token: str) -> HttpResponse:
    """End one of one's own tokens."""
    actor = actor_for_request(request)
    row = Token.objects.filter(pk=token, person_id=actor.person if actor else "").first()
    if row is None or actor is None:
        raise Http404(_("You have no such token."))
    outcome = revoke_token(actor, row)
    if isinstance(outcome, Denied):
        tell_refusal(request, outcome, current())
    else:
        messages.success(request, _("The token is revoked; from now on it opens nothing."))
    return redirect("account")


def _render(request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    actor = actor_for_request(request)
    assert actor is not None
    framework = current()
    grants = RoleGrant.objects.filter(person_id=actor.person, ended_at=None).order_by("granted_at")
    named = {u.id: u for u in visible(actor)}
    context = {
        "section": "account",
        "administrator": actor.administrator,
        "grants": [(name_role(framework, g.role, tag()), named.get(g.use_case), g) for g in grants],
        "tokens": Token.objects.filter(person_id=actor.person).order_by("-created_at"),
        "scopes": [(act, word("permission", act, tag()), act in _USUAL) for act in SCOPES],
        "lives": LIVES,
        "use_cases": sorted(named.values(), key=lambda u: -u.number)[:200],
        "now": timezone.now(),
        **more,
    }
    answer = render(request, "pages/account.html", context, status=status)
    answer["Cache-Control"] = "no-store"
    return answer
