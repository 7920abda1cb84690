"""Where something stands in a file, and what is wrong there."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Literal, NamedTuple, TypeAlias

from muster.core.canonical import Frozen

Severity: TypeAlias = Literal["error", "warning"]


class Position(NamedTuple):
    """A place in a file; line and column are counted from 1."""

    path: str
    line: int
    column: int


class Mistake(NamedTuple):
    """Something wrong at a path of the framework; where that stands is looked up later."""

    path: tuple[str | int, ...]
    message: str
    hint: str = ""


class Problem(Frozen):
    """One thing that is wrong, where, and what to do about it; `rule` names the lint rule that found it."""

    path: str
    line: int
    column: int
    message: str
    hint: str = ""
    severity: Severity = "error"
    rule: str = ""

    def __str__(self) -> str:
        """Return ``file:line:column: message — hint``."""
        kind = "warning: " if self.severity == "warning" else ""
        hint = f" — {self.hint}" if self.hint else ""
        return f"{self.path}:{self.line}:{self.column}: {kind}{self.message}{hint}"


def problem_at(position: Position, message: str, hint: str = "") -> Problem:
    """Return a `Problem` that stands at `position`."""
    return Problem(path=position.path, line=position.line, column=position.column, message=message, hint=hint)


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return `problems` in the order in which a reader meets them, each once."""
    unique = {(p.path, p.line, p.column, p.message): p for p in problems}
    return tuple(unique[key] for key in sorted(unique))


def did_you_mean(name: object, candidates: Iterable[object], *, shown: int = 12) -> str:
    """Return the hint for an unknown `name`: the nearest candidate, or the candidates where they are few.

    >>> did_you_mean("strickt", ["light", "standard", "strict"])
    'did you mean `strict`?'
    """
    names = [str(candidate).lower() if isinstance(candidate, bool) else str(candidate) for candidate in candidates]
    near = get_close_matches(str(name), names, n=1, cutoff=0.6)
    if near:
        return f"did you mean `{near[0]}`?"
    return f"one of: {', '.join(names)}" if 0 < len(names) <= shown else ""
