"""The framework in force, to be read: matrix, measures, process, responsibilities, ethical position, regulation."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from muster.core.framework import Framework
from muster.core.policy import ToleranceRef
from muster.core.process import ORGANISATION_STEP
from muster.core.text import say
from muster.report import numbers
from muster.report.words import figure_name, name_role, word
from muster.server.policy.queries import by_digest, current, published
from muster.server.web.language import tag
from muster.server.web.shape.rules import show_matrix, show_raci


def show_framework(request: HttpRequest) -> HttpResponse:
    """Show what the framework is, and what its parts hold."""
    framework = _find(request)
    if framework is None:
        return render(request, "pages/framework_none.html", {"section": "framework"})
    counts = [
        ("framework-matrix", _("Policy matrix"), len(framework.considerations), _("considerations by tier")),
        ("framework-measures", _("Measures"), len(framework.measures), _("graded things that can be required")),
        (
            "framework-process",
            _("Process"),
            len(framework.process.gates),
            _("gates, with their signatures and variants"),
        ),
        (
            "framework-raci",
            _("Responsibilities"),
            len(framework.raci),
            _("activities, each with exactly one accountable"),
        ),
        ("framework-ethics", _("Ethical position"), len(framework.tolerances), _("tolerances that measures refer to")),
        ("framework-regulations", _("Regulation"), len(framework.instruments), _("instruments with their dates")),
    ]
    return _render(request, "pages/framework.html", framework, tab="about", counts=counts)


def show_matrix_page(request: HttpRequest) -> HttpResponse:
    """Show considerations by tiers, with what can raise each."""
    framework = _demand(request)
    return _render(request, "pages/framework_matrix.html", framework, tab="matrix", rows=show_matrix(framework, tag()))


def show_measures_page(request: HttpRequest) -> HttpResponse:
    """List the measures by consideration and level."""
    framework = _demand(request)
    groups = [
        (say(c.name, tag()), [m for m in framework.measures if m.consideration == c.id])
        for c in framework.considerations
    ]
    return _render(request, "pages/framework_measures.html", framework, tab="measures", groups=groups)


def show_measure_page(request: HttpRequest, measure: str) -> HttpResponse:
    """Show one measure: what it asks, where it sits, who answers for it, and which requirements it serves."""
    framework = _demand(request)
    found = framework.measure_by_id.get(measure)
    if found is None:
        raise Http404(_("The framework has no measure of that name. The list shows all."))
    serves = [
        (instrument.short_name, requirement)
        for instrument, requirement in framework.requirement_by_id.values()
        if measure in requirement.suggested_measures
    ]
    lines = [
        (figure_name(c.figure, tag()), sign, _limit(framework, limit))
        for demand in found.evidence
        for c in demand.criteria
        for sign, limit in (("≥", c.at_least), ("≤", c.at_most))
        if limit is not None
    ]
    return _render(
        request,
        "pages/framework_measure.html",
        framework,
        tab="measures",
        measure=found,
        serves=serves,
        lines=lines,
        consideration=say(framework.consideration_by_id[found.consideration].name, tag()),
        responsible=name_role(framework, found.responsible, tag()),
        accountable=name_role(framework, found.accountable, tag()),
        places=[say(framework.activity_by_path[path].name, tag()) for path in found.placed_in],
        evidence=[word("evidence_kind", d.kind, tag()) + (f" · {d.check}" if d.check else "") for d in found.evidence],
    )


def show_process_page(request: HttpRequest) -> HttpResponse:
    """Show steps, gates with their signatures, environments and variants."""
    framework = _demand(request)
    return _render(
        request,
        "pages/framework_process.html",
        framework,
        tab="process",
        gates=[
            (
                gate,
                [
                    (name_role(framework, rule.role, tag()), rule.meaning, ", ".join(rule.tiers))
                    for rule in gate.sign_offs
                ],
                sorted(gate.distinct_people.items()),
            )
            for gate in framework.process.gates
        ],
    )


def show_raci_page(request: HttpRequest) -> HttpResponse:
    """Show who is accountable, responsible, consulted and informed, activity by activity."""
    framework = _demand(request)
    steps = [(s.id, say(s.name, tag())) for s in framework.process.steps]
    steps.append((ORGANISATION_STEP, _("The organisation")))
    roles = [(role.id, say(role.name, tag())) for role in framework.roles]
    return _render(
        request,
        "pages/framework_raci.html",
        framework,
        tab="raci",
        roles=roles,
        steps=show_raci(framework, steps, tag()),
    )


def show_ethics_page(request: HttpRequest) -> HttpResponse:
    """Show the ethical position and its tolerances, and the measures that refer to each."""
    framework = _demand(request)
    used = {t.id: [] for t in framework.tolerances}  # type: dict[str, list[Any]]
    for measure in framework.measures:
        for demand in measure.evidence:
            for criterion in demand.criteria:
                for limit in (criterion.at_least, criterion.at_most):
                    if isinstance(limit, ToleranceRef) and measure not in used[limit.tolerance]:
                        used[limit.tolerance].append(measure)
    tolerances = [(t, numbers.number(t.value), used[t.id]) for t in framework.tolerances]
    return _render(request, "pages/framework_ethics.html", framework, tab="ethics", tolerances=tolerances)


def show_regulations_page(request: HttpRequest) -> HttpResponse:
    """List the instruments with their status and dates."""
    return _render(request, "pages/framework_regulations.html", _demand(request), tab="regulations")


def show_regulation_page(request: HttpRequest, instrument: str) -> HttpResponse:
    """Show one instrument: its dates, and each requirement with the measures that answer it."""
    framework = _demand(request)
    found = next((i for i in framework.instruments if i.id == instrument), None)
    if found is None:
        raise Http404(_("The framework has no instrument of that name. The list shows all."))
    requirements = [
        (r, [framework.measure_by_id[m] for m in r.suggested_measures if m in framework.measure_by_id])
        for r in found.requirements
    ]
    return _render(
        request,
        "pages/framework_regulation.html",
        framework,
        tab="regulations",
        instrument=found,
        requirements=requirements,
    )


def _limit(framework: Framework, limit: float | ToleranceRef) -> tuple[str, str]:
    """Return the number of a limit, and the tolerance that sets it."""
    if isinstance(limit, ToleranceRef):
        tolerance = framework.tolerance_by_id[limit.tolerance]
        return numbers.number(tolerance.value), say(tolerance.name, tag())
    return numbers.number(limit), ""


def _find(request: HttpRequest) -> Framework | None:
    """Return the framework named in the address by the start of its digest, else the one in force."""
    name = request.GET.get("rules", "")
    if not name:
        return current()
    row = next((row for row in published() if row.digest.startswith(name)), None)
    if row is None:
        raise Http404(_("No framework of that digest was published."))
    return by_digest(row.digest)


def _demand(request: HttpRequest) -> Framework:
    framework = _find(request)
    if framework is None:
        raise Http404(_("No framework is published yet."))
    return framework


def _render(request: HttpRequest, template: str, framework: Framework, *, tab: str, **more: Any) -> HttpResponse:
    context = {
        "section": "framework",
        "tab": tab,
        "framework": framework,
        "in_force": framework == current(),
        "published": published(),
        "rules": f"?rules={request.GET['rules']}" if request.GET.get("rules") else "",
        **more,
    }
    return render(request, template, context)
