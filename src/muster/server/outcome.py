"""What an action answers: done, with its row and its place in the ledger; or a refusal, as a value."""

from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from muster.core.reasons import Cure, Denied, Reason, ReasonCode

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Done(Generic[Row]):
    """The act was done: what came of it, and the index of its entry in the ledger (None: nothing had to change)."""

    row: Row
    receipt: int | None

    def __bool__(self) -> Literal[True]:
        return True


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with what was handed in: where, what, and the nearest thing that would be right."""

    where: str
    code: str
    value: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Invalid:
    """What was handed in cannot be taken, with every problem at once; nothing was written."""

    problems: tuple[Problem, ...]

    def __bool__(self) -> Literal[False]:
        return False


def invalid(where: str, code: str, *, value: str = "", hint: str = "") -> Invalid:
    """Return the refusal of one thing."""
    return Invalid((Problem(where, code, value, hint),))


def denied(code: ReasonCode, act: str, *, roles: tuple[str, ...] = (), gate: str = "", **parameters: object) -> Denied:
    """Return a refusal by the rules, in the form of `may`."""
    told = {"act": act, **parameters}
    return Denied(reason=Reason(code=code, gate=gate, parameters=told, cure=Cure(act="ask", roles=roles)))
