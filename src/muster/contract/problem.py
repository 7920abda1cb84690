"""A refusal as it travels: RFC 9457 problem details, with what a program needs to go on."""

from muster.core.canonical import Frozen
from muster.core.reasons import Reason


class FieldProblem(Frozen):
    """One thing wrong with what was sent: where, which kind, the value, and the nearest that would be right."""

    where: str
    code: str
    value: str = ""
    hint: str = ""


class ProblemOut(Frozen):
    """What is wrong, in a sentence (`detail`), and for programs (`code`, `errors`, `reason`)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
    errors: tuple[FieldProblem, ...] = ()
    reason: Reason | None = None
