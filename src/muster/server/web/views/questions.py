"""The questionnaire: each answer is saved as it is given, follow-up questions appear, the tier moves along."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from muster.core.dossier import AnswerValue
from muster.core.framework import Framework
from muster.core.questionnaire import Question
from muster.core.text import say
from muster.server.casework.actions import answer, declare_protected
from muster.server.casework.queries import Case, case
from muster.server.outcome import Done
from muster.server.web.access import actor_here, find_case, find_use_case
from muster.server.web.language import tag
from muster.server.web.refusals import refusals_of, status_of, tell_refusal
from muster.server.web.shape.classification import score_note, show_class
from muster.server.web.views.case_page import allowed, render_case


@dataclass(frozen=True)
class Choice:
    """One option of a question."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Asked:
    """One question as it is shown."""

    id: str
    label: str
    help: str
    multi: bool
    hidden: bool
    answered: bool
    choices: tuple[Choice, ...]
    note: str


def show_questions(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the questionnaire; a POST saves all answers of the form at once, for those without scripts."""
    found = find_case(request, slug)
    use_case = found.use_case
    if request.method != "POST":
        return _render(request, found)
    given = {q.id: _value(q, request.POST) for q in found.framework.question_by_id.values() if q.id in request.POST}
    outcome = answer(actor_here(request, use_case), use_case, given)
    if not isinstance(outcome, Done):
        told = refusals_of(outcome, found.framework)
        return _render(request, found, refusals=told, status=status_of(outcome))
    messages.success(request, _("Answers saved."))
    return redirect("questions", slug)


@require_POST
def save_answer(request: HttpRequest, slug: str, question: str) -> HttpResponse:
    """Save one answer; return the tier panel, and the questions that appear, vanish or score anew."""
    use_case = find_use_case(request, slug)
    before = case(use_case)
    asked = before.framework.question_by_id.get(question)
    value = _value(asked, request.POST) if asked else None
    outcome = answer(actor_here(request, use_case), use_case, {question: value})
    if not isinstance(outcome, Done):
        told = {"refusals": refusals_of(outcome, before.framework), "oob": True}
        return render(request, "parts/saved_refusal.html", told)
    use_case.refresh_from_db()
    after = case(use_case)
    was, now = set(before.assessment.classification.hidden), set(after.assessment.classification.hidden)
    changed = [
        _asked(after, after.framework.question_by_id[q]) for q in after.framework.question_by_id if q in was ^ now
    ]
    context = {
        "use_case": use_case,
        "panel": show_class(after.framework, after.assessment.classification),
        "changed": changed,
        "this": _asked(after, asked) if asked else None,
        "before_tier": before.assessment.classification.tier,
        "added": _names(after.framework, outcome.row.added),
        "dropped": _names(after.framework, outcome.row.dropped),
        "editable": True,
        "oob": True,
    }
    return render(request, "parts/saved.html", context)


@require_POST
def save_protected(request: HttpRequest, slug: str) -> HttpResponse:
    """Name the attributes of people whose equal treatment must be shown."""
    use_case = find_use_case(request, slug)
    named = [part.strip() for part in request.POST.get("protected", "").split(",") if part.strip()]
    outcome = declare_protected(actor_here(request, use_case), use_case, named)
    if isinstance(outcome, Done):
        messages.success(request, _("Protected attributes saved."))
    else:
        tell_refusal(request, outcome, case(use_case).framework)
    return redirect("questions", slug)


def _render(request: HttpRequest, found: Case, *, status: int = 200, refusals: object = ()) -> HttpResponse:
    groups = [
        (group.id, say(group.title, tag()), [_asked(found, question) for question in group.questions])
        for group in found.framework.questions
    ]
    return render_case(
        request,
        "pages/questions.html",
        found,
        tab="questions",
        status=status,
        groups=groups,
        panel=show_class(found.framework, found.assessment.classification),
        refusals=refusals,
        editable=allowed(request, found, "answer"),
    )


def _asked(found: Case, question: Question) -> Asked:
    held = {a.question: a.value for a in found.dossier.answers}.get(question.id)
    chosen = held if isinstance(held, tuple) else (held,)
    classification = found.assessment.classification
    return Asked(
        id=question.id,
        label=say(question.label, tag()),
        help=say(question.help, tag()) if question.help else "",
        multi=question.type == "multi",
        hidden=question.id in classification.hidden,
        answered=held is not None,
        choices=tuple(
            Choice(_text(o.value), say(o.label, tag()), any(o.value == c and type(o.value) is type(c) for c in chosen))
            for o in question.options
        ),
        note=score_note(found.framework, classification, question.id),
    )


def _text(value: bool | str) -> str:  # noqa: FBT001 # an option's value may be a boolean
    return str(value).lower() if isinstance(value, bool) else value


def _value(question: Question, posted: QueryDict) -> AnswerValue | None:
    """Return the value that the form holds for a question; nothing chosen takes the answer back."""
    legal = {_text(option.value): option.value for option in question.options}
    chosen = [legal.get(text, text) for text in posted.getlist(question.id) if text]
    if question.type == "multi":
        return tuple(str(value) for value in chosen) or None
    return chosen[0] if chosen else None


def _names(framework: Framework, measures: tuple[str, ...]) -> list[str]:
    return [say(framework.measure_by_id[measure].name, tag()) for measure in measures]
