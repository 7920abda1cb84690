"""Versions of the models of a use case: the list, and registering one by hand."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from muster.server.casework.actions import register_version
from muster.server.identity.queries import names_of
from muster.server.outcome import Done, Invalid, Problem
from muster.server.registry.queries import versions
from muster.server.web.access import actor_here, find_case
from muster.server.web.refusals import refusals_of, status_of
from muster.server.web.views.case_page import allowed, render_case

_FIELDS = ("model", "artifact", "place", "commit", "environment_lock", "data", "metrics")


def versions_page(request: HttpRequest, slug: str) -> HttpResponse:
    """List the versions; a POST registers one, for those who have no SDK at hand (a bought model, for example)."""
    case = find_case(request, slug)
    given = {name: request.POST.get(name, "").strip() for name in _FIELDS}
    refusals: object = ()
    status = 200
    if request.method == "POST":
        read = _read(given)
        outcome = (
            read
            if isinstance(read, Invalid)
            else register_version(
                actor_here(request, case.use_case),
                case.use_case,
                artifact=given["artifact"],
                model=given["model"],
                place=given["place"],
                commit=given["commit"],
                environment_lock=request.POST.get("environment_lock", ""),
                data=read[0],
                metrics=read[1],
            )
        )
        if isinstance(outcome, Done):
            messages.success(
                request, _("Version %(number)s registered; it is frozen.") % {"number": outcome.row.number}
            )
            return redirect("versions", slug)
        refusals, status = refusals_of(outcome, case.framework), status_of(outcome)
    rows = versions(case.use_case)
    return render_case(
        request,
        "pages/versions.html",
        case,
        tab="versions",
        status=status,
        rows=rows,
        people=names_of(tuple({row.registered_by for row in rows})),
        models=list(case.use_case.models.all()),
        given=given,
        refusals=refusals,
        editable=allowed(request, case, "register_version"),
        command=f'muster.use_case("{slug}").register(model, training_data=train, metrics={{"auc": 0.78}})',
    )


def _read(given: dict[str, str]) -> tuple[dict[str, str], dict[str, float]] | Invalid:
    """Read ``name value`` lines of data digests and metrics."""
    data, metrics, problems = {}, {}, []
    for line in given["data"].splitlines():
        name, _mark, value = line.strip().partition(" ")
        if name:
            data[name] = value.strip()
    for line in given["metrics"].splitlines():
        name, _mark, value = line.strip().partition(" ")
        try:
            if name:
                metrics[name] = float(value)
        except ValueError:
            problems.append(Problem("metrics", "not_finite", line.strip()))
    return Invalid(tuple(problems)) if problems else (data, metrics)
