"""The light lane: one page, a few sentences, one signature."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from muster.core.text import say
from muster.server.casework.actions.card import complete_card, in_words, is_light
from muster.server.casework.queries import Case, evidence_of
from muster.server.outcome import Done
from muster.server.web.access import actor_here, find_case
from muster.server.web.language import tag
from muster.server.web.refusals import refusals_of, status_of
from muster.server.web.shape.proof import read_statement
from muster.server.web.shape.signing import show_signing
from muster.server.web.shape.steps import current_gate
from muster.server.web.views.case_page import names_in, render_case


def card_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the card of a use case in the light lane; a POST says what was done and signs it."""
    found = find_case(request, slug)
    use_case = found.use_case
    if not is_light(found.framework, found.assessment):
        raise Http404(_("This use case is not in the light lane. Its overview shows the gates it has."))
    if request.method != "POST":
        return _render(request, found)
    texts = {m: request.POST.get(f"text-{m}", "").strip() for m in found.framework.card}
    outcome = complete_card(
        actor_here(request, use_case),
        use_case,
        texts,
        subject_seen=request.POST.get("subject", ""),
        version=found.version,
    )
    if isinstance(outcome, Done):
        messages.success(request, _("Signed: the result is registered."))
        return redirect("use-case", slug)
    told = refusals_of(outcome, found.framework, names_in(found))
    return _render(request, found, texts=texts, refusals=told, status=status_of(outcome))


def _render(
    request: HttpRequest,
    found: Case,
    *,
    texts: dict[str, str] | None = None,
    refusals: object = (),
    status: int = 200,
) -> HttpResponse:
    names, gate = names_in(found), current_gate(found)
    said = {e.measure: str(read_statement(e).get("text", "")) for e in reversed(evidence_of(found.use_case, [None]))}
    held = {**said, **(texts or {})}
    required = {item.required.measure: item.state for item in found.assessment.measures}
    rows = [
        (m, say(found.framework.measure_by_id[m].name, tag()), say(found.framework.measure_by_id[m].description, tag()),
         held.get(m, ""), required[m])
        for m in found.framework.card
        if m in required and in_words(found.framework, m)
    ]  # fmt: skip
    others = [r for r in gate.reasons if r.measure not in found.framework.card and r.cure.act != "sign"]
    return render_case(
        request,
        "pages/card.html",
        found,
        tab="card",
        status=status,
        names=names,
        rows=rows,
        open_questions=bool(others),
        signing=show_signing(found, gate, actor_here(request, found.use_case), names),
        passed=not gate.reasons,
        needs_version=gate.gate.subject == "version" and found.version is None,
        refusals=refusals,
    )
