"""What a client hands in as proof: an in-toto statement whose predicate is a check's whole result."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, JsonValue, StringConstraints, model_validator

from muster.core.canonical import Frozen
from muster.core.figures import Figure

EVIDENCE_TYPE = "urn:passmuster:evidence:1"
Digest = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
Hex = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class StatementSubject(Frozen):
    """What a statement is about: a name and its SHA-256."""

    name: Name
    digest: dict[Literal["sha256"], Hex]


class DataDescription(Frozen):
    """Which data were read: their digest and size, never where they lie; `parts` where results were merged."""

    kind: Name
    digest: Digest
    digest_of: Name
    rows: Annotated[int, Field(ge=0)]
    columns: dict[str, str] = Field(default_factory=dict)
    parts: tuple[Digest, ...] = ()


class Rate(Frozen):
    """One rate of one group: `value` = `numerator` / `denominator`, with its interval.

    `enough` says whether the denominator reaches the minimum, so that this group may decide a gap.
    """

    name: str
    numerator: float
    denominator: int
    value: float | None
    low: float | None = None
    high: float | None = None
    enough: bool
    not_estimable: str = ""


class GroupRow(Frozen):
    """One group: `n` its rows, `labelled` those of them whose label is known."""

    attributes: tuple[str, ...]
    group: str
    n: int
    labelled: int
    rates: tuple[Rate, ...]


class CheckOutcome(Frozen):
    """The result of a check. `failure` says why it could not run: then it has no figures, and satisfies nothing."""

    check: Name
    version: Name
    parameters: dict[str, JsonValue] = Field(default_factory=dict)
    data: DataDescription | None = None
    inputs: dict[str, DataDescription] = Field(default_factory=dict)
    figures: tuple[Figure, ...] = ()
    groups: tuple[GroupRow, ...] = ()
    statistics: dict[str, JsonValue] = Field(default_factory=dict)
    definitions: dict[str, JsonValue] = Field(default_factory=dict)
    query: str = ""
    seed: int | None = None
    environment: dict[str, str] = Field(default_factory=dict)
    started: datetime | None = None
    finished: datetime | None = None
    failure: Annotated[str, StringConstraints(max_length=2000)] = ""

    @model_validator(mode="after")
    def _figures_or_failure(self) -> "CheckOutcome":
        if bool(self.figures) == bool(self.failure):
            raise ValueError("a check either has figures or says why it could not run")
        if self.figures and self.data is None:
            raise ValueError("figures name the data they were computed from")
        return self


class EvidenceStatement(Frozen):
    """An in-toto Statement v1 about data and, where it is proof for a version, the version's artifact."""

    type: Literal["https://in-toto.io/Statement/v1"] = Field(alias="_type")
    subject: tuple[StatementSubject, ...] = Field(min_length=1)
    predicate_type: Literal["urn:passmuster:evidence:1"] = Field(alias="predicateType")
    predicate: CheckOutcome

    def is_about(self, digest: str) -> bool:
        """Return whether one of the subjects has this digest (``sha256:<hex>``)."""
        return digest.removeprefix("sha256:") in {subject.digest.get("sha256") for subject in self.subject}
