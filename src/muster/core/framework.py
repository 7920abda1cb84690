"""A framework: everything an organisation has decided about how it governs its machine learning."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import TypeVar

from pydantic import Field

from muster.core.canonical import Frozen, digest
from muster.core.policy import (
    BuildRule,
    Category,
    Consideration,
    Dimension,
    Floor,
    Level,
    Measure,
    Stance,
    Tier,
    Tolerance,
)
from muster.core.process import (
    Activity,
    DutyRule,
    Environment,
    Gate,
    Process,
    RaciRow,
    ResponsibilityLevel,
    Role,
    Step,
)
from muster.core.questionnaire import Attribute, DerivedAttribute, Question, QuestionGroup
from muster.core.regulation import Instrument, Requirement, Source
from muster.core.text import Text


class CheckDescription(Frozen):
    """A check that measures may ask for: of data (``compute``) or of Muster's own records (``metadata``)."""

    id: str
    description: Text
    engine: str


class Trigger(Frozen):
    """An event after which a use case is classified again."""

    id: str
    when: Text


class Framework(Frozen):
    """The whole framework, loaded and typed. Its `digest` names exactly these rules.

    Look things up with the properties that end in ``_by_id``; they raise `KeyError` for unknown ids, which the
    loader has already refused in every reference.
    """

    id: str
    version: str
    name: Text
    description: Text
    languages: tuple[str, ...]
    as_of: date
    review_by: date
    sponsor: str
    disclaimer: Text | None = None

    attributes: tuple[Attribute, ...]
    derived_attributes: tuple[DerivedAttribute, ...] = ()
    questions: tuple[QuestionGroup, ...]
    dimensions: tuple[Dimension, ...]
    tiers: tuple[Tier, ...]
    floors: tuple[Floor, ...] = ()
    categories: tuple[Category, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    provisional_minimum: str
    stances: tuple[Stance, ...] = ()
    tolerances: tuple[Tolerance, ...] = ()
    considerations: tuple[Consideration, ...]
    measures: tuple[Measure, ...]
    matrix: Mapping[str, Mapping[str, Level]]
    build_profile: tuple[BuildRule, ...] = ()
    process: Process
    roles: tuple[Role, ...]
    levels: tuple[ResponsibilityLevel, ...]
    raci: tuple[RaciRow, ...]
    duties: tuple[DutyRule, ...] = ()
    checks: tuple[CheckDescription, ...] = ()
    instruments: tuple[Instrument, ...] = ()
    sources: tuple[Source, ...] = ()
    card: tuple[str, ...] = Field(default=(), description="measures that the light lane asks on one card")

    @cached_property
    def digest(self) -> str:
        """The digest that names these rules."""
        return digest(self)

    @cached_property
    def question_by_id(self) -> dict[str, Question]:
        """Every question by its id."""
        return {question.id: question for group in self.questions for question in group.questions}

    @cached_property
    def measure_by_id(self) -> dict[str, Measure]:
        """Every measure by its id."""
        return _by_id(self.measures)

    @cached_property
    def gate_by_id(self) -> dict[str, Gate]:
        """Every gate by its id."""
        return _by_id(self.process.gates)

    @cached_property
    def step_by_id(self) -> dict[str, Step]:
        """Every step by its id."""
        return _by_id(self.process.steps)

    @cached_property
    def tier_by_id(self) -> dict[str, Tier]:
        """Every tier by its id."""
        return _by_id(self.tiers)

    @cached_property
    def role_by_id(self) -> dict[str, Role]:
        """Every role by its id."""
        return _by_id(self.roles)

    @cached_property
    def environment_by_id(self) -> dict[str, Environment]:
        """Every environment by its id."""
        return _by_id(self.process.environments)

    @cached_property
    def tolerance_by_id(self) -> dict[str, Tolerance]:
        """Every tolerance by its id."""
        return _by_id(self.tolerances)

    @cached_property
    def consideration_by_id(self) -> dict[str, Consideration]:
        """Every consideration by its id."""
        return _by_id(self.considerations)

    @cached_property
    def category_by_id(self) -> dict[str, Category]:
        """Every category by its id."""
        return _by_id(self.categories)

    @cached_property
    def floor_by_id(self) -> dict[str, Floor]:
        """Every floor by its id."""
        return _by_id(self.floors)

    @cached_property
    def requirement_by_id(self) -> dict[str, tuple[Instrument, Requirement]]:
        """Every requirement with its instrument, by the requirement's id."""
        return {r.id: (i, r) for i in self.instruments for r in i.requirements}

    @cached_property
    def activity_by_path(self) -> dict[str, Activity]:
        """Every activity by ``step.activity``."""
        return {f"{step.id}.{act.id}": act for step in self.process.steps for act in step.activities}

    @cached_property
    def activities_by_proof(self) -> dict[tuple[str, str], frozenset[str]]:
        """The RACI activities that handing in a proof counts as, by ``("check", name)`` or ``("measure", id)``."""
        by_path: dict[str, set[str]] = {}
        for row in self.raci:
            for path in row.covers:
                by_path.setdefault(path, set()).add(row.id)
        found: dict[tuple[str, str], set[str]] = {}
        for measure in self.measures:
            proofs = {("measure", measure.id), *(("check", d.check) for d in measure.evidence if d.check)}
            for proof in proofs:
                found.setdefault(proof, set()).update(*(by_path.get(path, ()) for path in measure.placed_in))
        return {proof: frozenset(activities) for proof, activities in found.items()}

    @cached_property
    def scales(self) -> dict[str, tuple[str, ...]]:
        """The order of every ordinal attribute, from lightest to gravest."""
        return {a.id: tuple(str(v) for v in a.values) for a in self.attributes if a.type == "ordinal"}

    def tier_rank(self, tier: str) -> int:
        """Return where `tier` stands among the tiers, 0 for the lightest."""
        return [t.id for t in self.tiers].index(tier)


_Item = TypeVar("_Item", bound=Frozen)


def _by_id(items: tuple[_Item, ...]) -> dict[str, _Item]:
    return {item.id: item for item in items}  # type: ignore[attr-defined] # every item here has an id
