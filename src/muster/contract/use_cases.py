"""Use cases, their people and their answers, as they travel."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints

from muster.core.canonical import Frozen
from muster.core.dossier import AnswerValue

Kind: TypeAlias = Literal["internal", "vendor"]


class UseCaseIn(Frozen):
    """A use case to open. Without `owner` (a person's id, user name or address) whoever opens it owns it."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    purpose: Annotated[str, StringConstraints(max_length=10_000)] = ""
    owner: str = ""
    slug: str = ""
    protected: tuple[str, ...] = ()
    kind: Kind = "internal"
    framework: str = Field(default="", description="id of a framework; empty: the one published last")


class PersonOut(Frozen):
    """A person by random id, and the name if it is still known."""

    id: str
    name: str


class HolderOut(Frozen):
    """A person and the roles held for this use case, organisation-wide ones included."""

    id: str
    name: str
    roles: tuple[str, ...]


class ModelOut(Frozen):
    """A way to serve the use case."""

    slug: str
    name: str
    kind: Kind


class UseCaseOut(Frozen):
    """A use case with its class as it is now. `unanswered` are the visible questions that are still open."""

    id: str
    number: int
    slug: str
    name: str
    purpose: str
    owner: PersonOut
    opened_at: datetime
    framework: str
    protected: tuple[str, ...]
    models: tuple[ModelOut, ...]
    tier: str
    provisional: bool
    unanswered: tuple[str, ...]
    receipt: int | None = None


class ModelIn(Frozen):
    """Another model that serves the same use case."""

    slug: str
    name: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    kind: Kind = "internal"


class AnswersIn(Frozen):
    """Answers by question; null takes one back. All are taken, or none."""

    answers: Mapping[str, AnswerValue | None] = Field(max_length=1000)


class AnswerOut(Frozen):
    """An answer in force."""

    question: str
    value: AnswerValue
    by: str
    at: datetime


class AnswersOut(Frozen):
    """What answering changed: questions, the tier before and after, measures added and dropped."""

    changed: tuple[str, ...]
    tier_before: str
    tier: str
    provisional: bool
    added: tuple[str, ...]
    dropped: tuple[str, ...]
    unanswered: tuple[str, ...]
    receipt: int | None


class PeopleIn(Frozen):
    """Who is to hold each role for this use case: role → people (ids, user names or addresses)."""

    roles: Mapping[str, tuple[str, ...]]


class ProtectedIn(Frozen):
    """The attributes of people whose equal treatment must be shown, in place of those named before."""

    protected: tuple[str, ...]
