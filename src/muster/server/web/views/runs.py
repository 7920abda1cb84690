"""Checks that Muster runs itself for a version: ask for one, watch it, stop it."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from muster.core.tree import read_tree
from muster.evidence.registry import installed
from muster.report.words import CHINESE, word
from muster.server.casework.actions import ask_for_run, stop_run
from muster.server.casework.actions.running import OPEN, state_of
from muster.server.casework.models import CheckRun
from muster.server.casework.places import list_data
from muster.server.casework.queries import Case, run_of, runs_of
from muster.server.outcome import Done, Invalid, Problem
from muster.server.web.access import actor_here, find_case
from muster.server.web.language import tag
from muster.server.web.refusals import refusals_of, status_of, tell_refusal
from muster.server.web.shape.gates import place_of
from muster.server.web.views.case_page import allowed, names_in, render_case

TONES = {"done": "passed", "failed": "blocked", "lost": "blocked", "cancelled": "planned"}
ICONS = {"passed": "check-circle", "blocked": "x-circle", "planned": "minus-circle", "waiting": "clock"}


@dataclass(frozen=True)
class RunLine:
    """A run as the list shows it."""

    run: CheckRun
    name: str
    data: str
    state: str
    word: str
    tone: str
    icon: str
    percent: int | None
    why: str
    by: str


def runs_page(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """Show the runs of a version; a POST asks for one more. With ``?list`` only the list, for a page that waits."""
    case = find_case(request, slug, name)
    lines = _lines(case)
    if "list" in request.GET:
        return render(request, "parts/runs.html", _list_context(request, case, lines))
    given = {key: request.POST.get(key, "").strip() for key in ("check", "inputs", "parameters")}
    refusals: object = ()
    status = 200
    if request.method == "POST":
        outcome = _ask(request, case, given)
        if isinstance(outcome, Done):
            messages.success(request, _("Muster will run this check; its proof appears here."))
            return redirect("runs", slug, name)
        refusals, status = refusals_of(outcome, case.framework), status_of(outcome)
    return render_case(
        request,
        "pages/runs.html",
        case,
        tab="versions",
        status=status,
        checks=_checks(),
        data=list_data(),
        given=given,
        refusals=refusals,
        **_list_context(request, case, lines),
    )


@require_POST
def stop_page(request: HttpRequest, slug: str, name: str, run: str) -> HttpResponse:
    """Stop a run."""
    case = find_case(request, slug, name)
    found = run_of(case.use_case, run)
    if found is None:
        raise Http404(_("There is no such run here."))
    outcome = stop_run(actor_here(request, case.use_case), found)
    if isinstance(outcome, Done):
        messages.success(request, _("The check is being stopped. There will be no proof of it."))
    else:
        tell_refusal(request, outcome, case.framework)
    return redirect("runs", slug, name)


def _list_context(request: HttpRequest, case: Case, lines: list[RunLine]) -> dict[str, Any]:
    return {
        "use_case": case.use_case,
        "place": place_of(case),
        "lines": lines,
        "waits": any(line.state in OPEN for line in lines),
        "editable": allowed(request, case, "hand_in_evidence"),
    }


def _lines(case: Case) -> list[RunLine]:
    names = names_in(case)
    lines = []
    for run in runs_of(case.use_case, case.version):
        state = state_of(run)
        tone = TONES.get(state, "waiting")
        lines.append(
            RunLine(
                run=run,
                name=word("check", run.check_name, tag()),
                data=", ".join(f"{key}: {value}" for key, value in run.inputs.items()),
                state=state,
                word=word("run_state", state, tag()),
                tone=tone,
                icon=ICONS[tone],
                percent=round(100 * run.share) if state == "running" and run.share is not None else None,
                why=_why(run.failure),
                by=names.get(run.by, run.by[:8]),
            )
        )
    return lines


def _why(failure: str) -> str:
    """Return why a run failed, in the language of the page."""
    if not failure:
        return ""
    if failure.startswith("refused:"):
        return _("When it was done, its proof could not be taken any more (%(code)s).") % {
            "code": failure.removeprefix("refused:")
        }
    english, _mark, chinese = failure.partition("\n")
    return chinese if tag() == CHINESE and chinese else english


def _checks() -> list[tuple[str, str]]:
    return [(name, word("check", name, tag())) for name in installed()]


def _ask(request: HttpRequest, case: Case, given: dict[str, str]) -> Any:
    """Read the form: inputs as ``name reference`` lines (one word: the data), parameters as YAML."""
    inputs = {}
    for line in filter(None, (each.strip() for each in given["inputs"].splitlines())):
        name, _mark, reference = line.rpartition(" ")
        inputs[name.rstrip(": ") or "data"] = reference
    tree = read_tree("parameters", given["parameters"] or "{}")
    parameters = tree.root.plain() if tree.root is not None and not tree.problems else None
    if not isinstance(parameters, dict):
        why = [f"{problem.line}:{problem.column} {problem.message}" for problem in tree.problems]
        return Invalid((Problem("parameters", "form", hint="; ".join(why) or "name: value"),))
    return ask_for_run(
        actor_here(request, case.use_case),
        case.use_case,
        check=given["check"],
        inputs=inputs,
        parameters=parameters,
        version=case.version,
    )
