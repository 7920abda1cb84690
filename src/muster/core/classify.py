"""From answers to attributes, a risk tier, levels, and what the law has to say, each with its reason.

Steps 1 to 9 of the scoring rule: attributes, percents, overall, base tier, floors, provisional tier, levels, matrix
measures; then the instruments and requirements that apply. Dates play no part here: `required_measures` reads them.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Literal

from muster.core.attributes import Reading, read_answers
from muster.core.canonical import Frozen
from muster.core.condition import Facts, Truth, evaluate
from muster.core.dossier import AnswerValue
from muster.core.framework import Framework
from muster.core.policy import LEVELS, Level, Measure
from muster.core.questionnaire import Question

STOP = "STOP"


class Score(Frozen):
    """What one question adds to its dimension: the weight counted, out of the highest, and how it came about."""

    question: str
    dimension: str
    weight: float
    highest: float
    basis: Literal["answered", "hidden", "unanswered"]


class Fired(Frozen):
    """A floor or category that counts: its condition holds, or nobody can say yet (truth None)."""

    id: str
    truth: Truth
    because: tuple[str, ...]


class Raise(Frozen):
    """One source that lifts a consideration to a level: the matrix cell of the tier, a category, or a stance."""

    source: Literal["matrix", "category", "stance"]
    id: str
    level: Level


class LevelTrail(Frozen):
    """The level of a consideration and every source that spoke; the strictest wins."""

    consideration: str
    level: Level
    raises: tuple[Raise, ...]


class Applies(Frozen):
    """A requirement that applies (truth None: needs an answer, treated as applicable)."""

    instrument: str
    requirement: str
    truth: Truth


class Classification(Frozen):
    """The class of a use case and how it came about.

    `tier` is what counts (``STOP`` when a prohibited practice is suspected); `working_tier` is the tier that levels
    and measures were worked out for. `unanswered` are the visible questions without an answer, in order;
    `provisional` says that scored ones are among them.
    """

    facts: Facts
    scores: tuple[Score, ...]
    unanswered: tuple[str, ...]
    hidden: tuple[str, ...]
    dimension_percent: Mapping[str, float]
    overall: float
    base_tier: str
    floors: tuple[Fired, ...]
    provisional: bool
    raised_to: str | None
    tier: str
    working_tier: str
    categories: tuple[Fired, ...]
    levels: tuple[LevelTrail, ...]
    matrix_measures: tuple[str, ...]
    instruments: tuple[str, ...]
    requirements: tuple[Applies, ...]
    pulled_measures: tuple[str, ...]

    def summary(self) -> dict[str, Any]:
        """Return the result under the field names of the scenarios."""
        return {
            "dimension_percent": dict(self.dimension_percent),
            "overall": self.overall,
            "base_tier": self.base_tier,
            "floors": [floor.id for floor in self.floors],
            "tier": self.tier,
            "modifiers": [category.id for category in self.categories],
            "levels": {trail.consideration: trail.level for trail in self.levels},
            "matrix_measure_count": len(self.matrix_measures),
            "instruments": list(self.instruments),
            "applicable_requirement_count": len(self.requirements),
            "measures_pulled_by_must_requirements": list(self.pulled_measures),
        }


def classify(
    framework: Framework, answers: Mapping[str, AnswerValue], *, raised_to: str | None = None
) -> Classification:
    """Classify a use case by its answers (question id → value).

    Total: unknown questions and illegal values count as not answered (`answer_problems` names them). `raised_to` is
    a tier set by hand; it can only raise.
    """
    reading = read_answers(framework, answers)
    scores = _scores(framework, reading)
    percents = _percents(framework, scores)
    overall = round(sum(d.weight * percents[d.id] for d in framework.dimensions) / 100, 4)
    base = max((t for t in framework.tiers if t.threshold <= overall), key=lambda t: t.threshold).id
    floors = _fired(framework.floors, reading.facts)
    provisional = any(score.basis == "unanswered" for score in scores)
    working = _highest(
        framework,
        [
            base,
            *(f.minimum for f in framework.floors if f.minimum != "stop" and f.id in {x.id for x in floors}),
            *([framework.provisional_minimum] if provisional else []),
            *([raised_to] if raised_to in framework.tier_by_id else []),
        ],
    )
    stopped = any(framework.floor_by_id[floor.id].minimum == "stop" for floor in floors)
    categories = _fired(framework.categories, reading.facts)
    levels = _levels(framework, working, categories)
    matrix = _matrix_measures(framework, levels, reading.facts)
    instruments, requirements = _applicable(framework, reading.facts)
    return Classification(
        facts=reading.facts,
        scores=scores,
        unanswered=reading.unanswered,
        hidden=reading.hidden,
        dimension_percent=percents,
        overall=overall,
        base_tier=base,
        floors=floors,
        provisional=provisional,
        raised_to=raised_to,
        tier=STOP if stopped else working,
        working_tier=working,
        categories=categories,
        levels=levels,
        matrix_measures=matrix,
        instruments=instruments,
        requirements=requirements,
        pulled_measures=_pulled(framework, requirements, matrix),
    )


def _scores(framework: Framework, reading: Reading) -> tuple[Score, ...]:
    return tuple(_score(question, reading) for question in framework.question_by_id.values() if question.scored)


def _score(question: Question, reading: Reading) -> Score:
    weights = {option.value: option.weight or 0.0 for option in question.options}
    highest = max(weights.values())
    basis: Literal["answered", "hidden", "unanswered"] = "answered"
    if question.id in reading.hidden:
        basis, weight = "hidden", weights.get(question.value_when_hidden or False, 0.0)
    elif question.id in reading.unanswered:
        basis, weight = "unanswered", highest
    else:
        value = reading.given[question.id]
        chosen = value if isinstance(value, tuple) else (value,)
        weight = max(weights[item] for item in chosen)
    return Score(question=question.id, dimension=question.dimension, weight=weight, highest=highest, basis=basis)


def _percents(framework: Framework, scores: tuple[Score, ...]) -> dict[str, float]:
    """Exact fractions first, so that ties really go to even; a dimension without questions is 0."""
    percents = {}
    for dimension in framework.dimensions:
        mine = [score for score in scores if score.dimension == dimension.id]
        highest = sum((Fraction(score.highest) for score in mine), Fraction(0))
        total = sum((Fraction(score.weight) for score in mine), Fraction(0))
        percents[dimension.id] = float(round(100 * total / highest, 1)) if highest else 0.0
    return percents


def _fired(rules: Sequence[Any], facts: Facts) -> tuple[Fired, ...]:
    outcomes = ((rule.id, evaluate(rule.when, facts)) for rule in rules)
    return tuple(
        Fired(id=rule_id, truth=outcome.truth, because=outcome.because)
        for rule_id, outcome in outcomes
        if outcome.holds_or_unknown
    )


def _highest(framework: Framework, tiers: Sequence[str]) -> str:
    return max(tiers, key=framework.tier_rank)


def _levels(framework: Framework, tier: str, categories: tuple[Fired, ...]) -> tuple[LevelTrail, ...]:
    trails = []
    for consideration in framework.considerations:
        name = consideration.id
        raises = [
            Raise(source="matrix", id=tier, level=framework.matrix[name][tier]),
            *(
                Raise(source="category", id=fired.id, level=level)
                for fired in categories
                if (level := framework.category_by_id[fired.id].raises.get(name))
            ),
            *(
                Raise(source="stance", id=f"{stance.id}.{option.value}", level=level)
                for stance in framework.stances
                for option in stance.options
                if option.value in stance.taken and (level := option.raises.get(name))
            ),
        ]
        strictest = max((r.level for r in raises), key=LEVELS.index)
        trails.append(LevelTrail(consideration=name, level=strictest, raises=tuple(raises)))
    return tuple(trails)


def _matrix_measures(framework: Framework, levels: tuple[LevelTrail, ...], facts: Facts) -> tuple[str, ...]:
    reached = {trail.consideration: LEVELS.index(trail.level) for trail in levels}
    return tuple(
        measure.id
        for measure in framework.measures
        if LEVELS.index(measure.level) <= reached[measure.consideration] and measure_applies(measure, facts)
    )


def measure_applies(measure: Measure, facts: Facts) -> bool:
    """Return whether the measure's own condition is absent, true or unknown."""
    return measure.applies_if is None or evaluate(measure.applies_if, facts).holds_or_unknown


def _applicable(framework: Framework, facts: Facts) -> tuple[tuple[str, ...], tuple[Applies, ...]]:
    instruments, requirements = [], []
    for instrument in framework.instruments:
        binds = evaluate(instrument.applies_when, facts).truth
        if binds is False:
            continue
        instruments.append(instrument.id)
        for requirement in instrument.requirements:
            truth = True if requirement.applies_if is None else evaluate(requirement.applies_if, facts).truth
            if truth is not False:
                sure = None if binds is None or truth is None else True
                requirements.append(Applies(instrument=instrument.id, requirement=requirement.id, truth=sure))
    return tuple(instruments), tuple(requirements)


def _pulled(framework: Framework, requirements: tuple[Applies, ...], matrix: tuple[str, ...]) -> tuple[str, ...]:
    must = (framework.requirement_by_id[item.requirement][1] for item in requirements)
    primary = {r.suggested_measures[0] for r in must if r.strength == "must" and r.suggested_measures}
    return tuple(sorted(primary - set(matrix)))
