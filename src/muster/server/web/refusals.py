"""A refusal on a page: what is wrong, what to do, and the field that it is about."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from muster.core.framework import Framework
from muster.core.reasons import Denied
from muster.core.text import say
from muster.report.sentences import cure_sentence, problem_sentence, sentence
from muster.server.outcome import Invalid
from muster.server.web.language import tag

DENIED, INVALID = 403, 422


@dataclass(frozen=True)
class Refusal:
    """One reason for a no, as it is shown."""

    text: str
    cure: str = ""
    field: str = ""


def refusals_of(
    outcome: Denied | Invalid, framework: Framework | None, names: Mapping[str, str] | None = None
) -> tuple[Refusal, ...]:
    """Return every reason of a refusal in the language of the page."""
    if isinstance(outcome, Denied):
        said = sentence(outcome.reason, framework, tag(), names=names)
        return (Refusal(said, cure_sentence(outcome.reason, framework, tag(), names=names)),)
    return tuple(
        Refusal(
            problem_sentence(p.code, _name_field(p.where, framework), p.value, p.hint, tag()), field=f"field-{p.where}"
        )
        for p in outcome.problems
    )


def status_of(outcome: Denied | Invalid) -> int:
    """Return 403 for a refusal by the rules, 422 for something that cannot be taken."""
    return DENIED if isinstance(outcome, Denied) else INVALID


def tell_refusal(request: HttpRequest, outcome: Denied | Invalid, framework: Framework | None) -> None:
    """Say a refusal on the next page, where there is no form to keep."""
    for refusal in refusals_of(outcome, framework):
        messages.error(request, f"{refusal.text} {refusal.cure}".strip())


def _name_field(where: str, framework: Framework | None) -> str:
    question = framework.question_by_id.get(where) if framework else None
    if question is not None:
        return say(question.label, tag())
    named = {
        "name": _("Name"),
        "slug": _("Short name"),
        "owner": _("Owner"),
        "purpose": _("Purpose"),
        "artifact": _("Artifact"),
        "commit": _("Code commit"),
        "text": _("What was done"),
        "document": _("Document"),
        "comment": _("Comment"),
        "reason": _("Reason"),
        "permit": _("Permit"),
        "version": _("Version"),
        "protected": _("Protected attributes"),
        "roles": _("Signature"),
        "gate": _("Gate"),
        "measure": _("Measure"),
        "kind": _("Kind of proof"),
        "environment": _("Environment"),
        "role": _("Role"),
        "person": _("Person"),
        "authors": _("Authors"),
        "model": _("Model"),
        "sign_off": _("Signature"),
    }
    return named.get(where, where)
