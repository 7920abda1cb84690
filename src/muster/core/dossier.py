"""The dossier: an immutable snapshot of everything known about one use case, and a version of its model.

People appear as random ids only. The dossier is stored canonically beside every decision that was made from it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, StrictBool, StrictStr

from muster.core.canonical import Frozen, digest
from muster.core.figures import Figure
from muster.core.process import Meaning

PersonId: TypeAlias = str
AnswerValue: TypeAlias = StrictBool | StrictStr | tuple[StrictStr, ...]
Outcome: TypeAlias = Literal["approve", "request_changes", "reject"]
"""What a sign-off decided; only ``approve`` counts for a gate."""
Assurance: TypeAlias = Literal["builder", "muster", "validator"]
ASSURANCES: tuple[Assurance, ...] = ("builder", "muster", "validator")
"""Who ran a proof, from the least to the most independent: its builder, Muster itself, a validator again."""


class Answer(Frozen):
    """The answer to one question, who gave it and when."""

    question: str
    value: AnswerValue
    by: PersonId
    at: datetime


class Person(Frozen):
    """A person who can act here: a random id and the roles held for this use case (organisation-wide ones included)."""

    id: PersonId
    roles: tuple[str, ...]


class UseCase(Frozen):
    """The business problem: the unit that is classified and governed.

    `protected` names the attributes of people whose equal treatment must be shown. `raised_tier` is a tier set by
    hand above the computed one.
    """

    id: str
    slug: str
    owner: PersonId
    opened_by: PersonId
    opened_at: datetime
    purpose: str = ""
    protected: tuple[str, ...] = ()
    raised_tier: str | None = None


class Version(Frozen):
    """A registered version of a model, frozen: the artifact and everything that it was made from.

    `authors` built, tuned or registered it. `environment` is the digest of the locked environment.
    """

    id: str
    model: str
    number: int
    artifact: str
    authors: tuple[PersonId, ...]
    registered_at: datetime
    commit: str = ""
    environment: str = ""
    data: Mapping[str, str] = Field(default_factory=dict)
    metrics: Mapping[str, float] = Field(default_factory=dict)


class Evidence(Frozen):
    """Proof that was handed in.

    Computed evidence names its `check` and carries figures; other kinds name the `measure` they answer. `version` is
    the version it is about; None for the use case or the organisation. `failure` says why a check could not run:
    such evidence never satisfies anything. `statement` is the digest of the full statement kept beside it.
    `assurance` says who ran it; ``builder`` is not written out, so that older dossiers keep their digests.
    """

    id: str
    kind: Literal["computed", "document", "attestation", "process"]
    by: PersonId
    at: datetime
    statement: str
    check: str = ""
    measure: str = ""
    version: str | None = None
    figures: tuple[Figure, ...] = ()
    parameters: Mapping[str, Any] = Field(default_factory=dict)
    data: str = ""
    failure: str = ""
    assurance: Assurance = Field(default="builder", exclude_if=lambda level: level == "builder")


class SignOff(Frozen):
    """A decision by one person at one gate, bound to the digest of exactly what was signed."""

    id: str
    gate: str
    person: PersonId
    roles: tuple[str, ...]
    meaning: Meaning
    outcome: Outcome
    subject: str
    at: datetime
    version: str | None = None
    withdrawn_at: datetime | None = None


class Dossier(Frozen):
    """Everything known that a verdict may depend on. Tuples are sorted by id, so equal knowledge is equal bytes."""

    use_case: UseCase
    framework: str
    answers: tuple[Answer, ...] = ()
    version: Version | None = None
    evidence: Annotated[
        tuple[Evidence, ...], Field(description="of this use case, this version, the organisation")
    ] = ()
    sign_offs: tuple[SignOff, ...] = ()
    people: tuple[Person, ...] = ()

    @property
    def digest(self) -> str:
        """The digest of the whole snapshot."""
        return digest(self)
