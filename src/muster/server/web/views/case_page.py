"""What all pages of a use case share: header, stepper, tabs, names."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from muster.core.duty import may
from muster.core.process import Act
from muster.server.casework.actions.card import is_light
from muster.server.casework.queries import Case
from muster.server.identity.queries import names_of
from muster.server.web.access import actor_here
from muster.server.web.shape.classification import show_class
from muster.server.web.shape.gates import place_of
from muster.server.web.shape.steps import show_steps


def names_in(case: Case) -> Mapping[str, str]:
    """Return the names of everybody who appears in the dossier."""
    dossier = case.dossier
    ids = {person.id for person in dossier.people} | {s.person for s in dossier.sign_offs}
    ids |= {e.by for e in dossier.evidence} | {a.by for a in dossier.answers} | {case.use_case.owner}
    return names_of(tuple(ids))


def allowed(request: HttpRequest, case: Case, act: Act) -> bool:
    """Return whether who asks may do `act` here: what is not allowed is not on the page."""
    return bool(may(case.framework, actor_here(request, case.use_case), act))


def render_case(
    request: HttpRequest, template: str, case: Case, *, tab: str, status: int = 200, **more: Any
) -> HttpResponse:
    """Render a page of a use case."""
    names = more.pop("names", None) or names_in(case)
    context = {
        "section": "portfolio",
        "tab": tab,
        "use_case": case.use_case,
        "case": case,
        "version": case.version,
        "place": place_of(case),
        "owner_name": names.get(case.use_case.owner, ""),
        "class_panel": show_class(case.framework, case.assessment.classification),
        "steps": show_steps(case),
        "light_lane": is_light(case.framework, case.assessment),
        "names": names,
        **more,
    }
    return render(request, template, context, status=status)
