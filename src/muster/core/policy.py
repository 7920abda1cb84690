"""Scoring, tiers, the ethical position, considerations, graded measures and the matrix that joins them."""

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from pydantic import Field, model_validator

from muster.core.canonical import Frozen
from muster.core.condition import Condition
from muster.core.dossier import Assurance
from muster.core.text import Text

Level: TypeAlias = Literal["light", "standard", "strict"]
LEVELS: tuple[Level, ...] = ("light", "standard", "strict")
EvidenceKind: TypeAlias = Literal["computed", "document", "attestation", "signoff", "process"]
Scope: TypeAlias = Literal["organisation", "use_case", "version", "deployment"]


class Dimension(Frozen):
    """A dimension of risk; the weights of all dimensions add up to one."""

    id: str
    name: Text
    weight: float


class Tier(Frozen):
    """A risk tier: reached from `threshold` (0 to 1) upwards, reviewed every `review_months`."""

    id: str
    name: Text
    description: Text
    threshold: float
    review_months: int


class Floor(Frozen):
    """A condition that lifts the tier to at least `minimum`, whatever the score says; ``stop`` ends the flow."""

    id: str
    minimum: str
    when: Condition
    reason: Text


class Category(Frozen):
    """A named condition that raises rows of the matrix."""

    id: str
    when: Condition
    raises: Mapping[str, Level]
    reason: Text


class StanceOption(Frozen):
    """One position that the organisation can take on a theme, and the rows of the matrix that it raises."""

    value: str
    label: Text
    raises: Mapping[str, Level] = Field(default_factory=dict)


class Stance(Frozen):
    """A theme of the ethical position; `taken` holds the options chosen (none chosen: the theme is still open)."""

    id: str
    label: Text
    type: Literal["single", "multi"]
    options: tuple[StanceOption, ...]
    taken: tuple[str, ...] = ()


class Tolerance(Frozen):
    """A named limit that the ethical position sets; criteria of measures refer to it by name."""

    id: str
    name: Text
    value: float
    stance: str = ""


class Consideration(Frozen):
    """A row of the policy matrix."""

    id: str
    name: Text


class ToleranceRef(Frozen):
    """A limit given by the name of a tolerance."""

    tolerance: str


Limit: TypeAlias = float | ToleranceRef


class Criterion(Frozen):
    """A bound that every figure of this name must keep; a figure that is not estimable does not keep it.

    `use` says what is held against the bound: the value, or the near end of its interval.
    """

    figure: str
    at_least: Limit | None = None
    at_most: Limit | None = None
    use: Literal["value", "low", "high"] = "value"

    @model_validator(mode="after")
    def _one_bound_at_least(self) -> "Criterion":
        if self.at_least is None and self.at_most is None:
            raise ValueError("a criterion needs at_least or at_most")
        return self


class Demand(Frozen):
    """One piece of evidence that a measure asks for. ``computed:x`` is short for a computed demand of check x.

    `settings` must equal those that the check ran with; `covers_protected` asks that every protected attribute
    declared for the use case was among those examined. `valid_days` is how long such evidence counts. `assurance`
    asks that Muster itself, or a validator again, ran it; ``builder`` (anybody) is not written out, so that
    frameworks that do not say it keep their digests.
    """

    kind: EvidenceKind
    check: str = ""
    criteria: tuple[Criterion, ...] = ()
    settings: Mapping[str, float | str | bool] = Field(default_factory=dict)
    covers_protected: bool = False
    valid_days: int | None = None
    assurance: Assurance = Field(default="builder", exclude_if=lambda level: level == "builder")

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        if isinstance(value, str):
            kind, _, check = value.partition(":")
            return {"kind": kind, "check": check}
        return value

    @model_validator(mode="after")
    def _computed_names_its_check(self) -> "Demand":
        if (self.kind == "computed") != bool(self.check):
            raise ValueError("computed evidence names its check (computed:<check>), other kinds name none")
        if self.assurance != "builder" and self.kind != "computed":
            raise ValueError("only computed evidence can be run by Muster, or again by a validator")
        return self


class Measure(Frozen):
    """A concrete thing that is required, at a level of one consideration, placed in activities of the process.

    `placed_in` names activities as ``step.activity``. `choice` ``one_of_or_reasoned`` may be answered by doing it or
    by a recorded reason why not.
    """

    id: str
    name: Text
    description: Text
    consideration: str
    level: Level
    scope: Scope
    placed_in: tuple[str, ...]
    responsible: str
    accountable: str
    evidence: tuple[Demand, ...]
    automatic: bool = False
    applies_if: Condition | None = None
    choice: Literal["one_of_or_reasoned"] | None = None


class BuildRule(Frozen):
    """A line of the build profile: what the class of a use case allows or demands of how it is built."""

    id: str
    name: Text
    says: Text
    tiers: tuple[str, ...] = ()
    when: Condition | None = None
