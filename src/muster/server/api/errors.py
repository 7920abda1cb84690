"""Every refusal of the API, as problem+json (RFC 9457), in one place."""

import logging

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from muster.contract.problem import FieldProblem, ProblemOut
from muster.core.reasons import Denied, Reason
from muster.report.sentences import cure_sentence, problem_sentence, sentence
from muster.server.api.words import LANGUAGES, PROBLEMS, TITLES, problem_of_ours
from muster.server.outcome import Done, Invalid, Row
from muster.server.policy import queries as policy

CONFLICTS = (
    "already_signed",
    "subject_changed",
    "taken",
    "already_registered",
    "already_handed_in",
    "already_withdrawn",
    "already_revoked",
    "already_running",
    "already_ended",
)
MEDIA_TYPE = "application/problem+json"
_log = logging.getLogger(__name__)


class Refused(Exception):  # noqa: N818 # it carries a refusal to the edge; nothing went wrong
    """Carries a refusal out of a router, to be answered as a problem."""

    def __init__(self, refusal: Denied | Invalid) -> None:
        super().__init__(refusal)
        self.refusal = refusal


class NotThere(Exception):  # noqa: N818
    """What was asked for is not there, or not for these eyes: nobody can tell which."""


def done(outcome: Done[Row] | Denied | Invalid) -> Done[Row]:
    """Return what was done, or carry the refusal out."""
    if isinstance(outcome, Done):
        return outcome
    raise Refused(outcome)


def language() -> str:
    """Return the language of the answer, from the request's Accept-Language."""
    return LANGUAGES[1] if (get_language() or "en").lower().startswith("zh") else LANGUAGES[0]


def describe(refusal: Denied | Invalid) -> ProblemOut:
    """Put a refusal into words."""
    return _of_reason(refusal.reason) if isinstance(refusal, Denied) else _of_problems(refusal)


def _of_reason(reason: Reason) -> ProblemOut:
    status = 401 if reason.code == "not_signed_in" else 409 if reason.code in CONFLICTS else 403
    rules = policy.current()
    said = (sentence(reason, rules, language()), cure_sentence(reason, rules, language()))
    return _problem(status, reason.code, " ".join(said)).model_copy(update={"reason": reason})


def _of_problems(refusal: Invalid) -> ProblemOut:
    first = refusal.problems[0]
    errors = tuple(FieldProblem(where=p.where, code=p.code, value=p.value, hint=p.hint) for p in refusal.problems)
    return _field_problems(409 if first.code in CONFLICTS else 422, errors)


def _field_problems(status: int, errors: tuple[FieldProblem, ...]) -> ProblemOut:
    said = " ".join(_say(error) for error in errors)
    return _problem(status, errors[0].code, said).model_copy(update={"errors": errors})


def _say(error: FieldProblem) -> str:
    if error.code in PROBLEMS:
        return problem_of_ours(error.code, language(), where=error.where, value=error.value, hint=error.hint)
    return problem_sentence(error.code, error.where, error.value, error.hint, language())


def _problem(status: int, code: str, detail: str = "") -> ProblemOut:
    title = TITLES[status][LANGUAGES.index(language())]
    return ProblemOut(title=title, status=status, detail=detail or problem_of_ours(code, language()), code=code)


def _answer(problem: ProblemOut) -> HttpResponse:
    answer = HttpResponse(problem.model_dump_json(), status=problem.status, content_type=MEDIA_TYPE)
    if problem.status == 401:  # noqa: PLR2004
        answer["WWW-Authenticate"] = 'Bearer realm="muster"'
    return answer


def install(api: NinjaAPI) -> None:
    """Let the API answer each kind of refusal."""

    def refused(_request: HttpRequest, error: Refused) -> HttpResponse:
        return _answer(describe(error.refusal))

    def not_there(_request: HttpRequest, _error: NotThere) -> HttpResponse:
        return _answer(_problem(404, "not_found"))

    def unsigned(_request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
        return _answer(_problem(401, "not_signed_in"))

    def malformed(_request: HttpRequest, error: ValidationError) -> HttpResponse:
        errors = tuple(
            FieldProblem(where=".".join(str(part) for part in item["loc"]), code="shape", hint=str(item["msg"]))
            for item in error.errors
        )
        return _answer(_field_problems(422, errors))

    def plain(_request: HttpRequest, error: HttpError) -> HttpResponse:
        status = error.status_code if error.status_code in TITLES else 422
        return _answer(_field_problems(status, (FieldProblem(where="body", code="shape", hint=str(error)),)))

    def failed(request: HttpRequest, error: Exception) -> HttpResponse:
        _log.error("%s %s failed", request.method, request.path, exc_info=error)
        return _answer(_problem(500, "broken"))

    api.exception_handler(Refused)(refused)
    api.exception_handler(NotThere)(not_there)
    api.exception_handler(AuthenticationError)(unsigned)
    api.exception_handler(ValidationError)(malformed)
    api.exception_handler(HttpError)(plain)
    api.exception_handler(Exception)(failed)
