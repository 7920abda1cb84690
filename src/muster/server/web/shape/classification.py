"""The classification as a person reads it: the score, the band it falls into, and what lifted it."""

from dataclasses import dataclass

from muster.core.classify import STOP, Classification, LevelTrail
from muster.core.framework import Framework
from muster.core.text import say
from muster.report.why import stance_name, why_fired, why_tier
from muster.report.words import word
from muster.server.web.language import tag

_WIDE = 100


@dataclass(frozen=True)
class Bar:
    """A share of a whole, drawn as a bar."""

    name: str
    percent: float
    weight: float


@dataclass(frozen=True)
class Band:
    """One tier on the scale from 0 to 100: where it begins, and whether the score alone falls into it."""

    id: str
    name: str
    start: float
    at: bool


@dataclass(frozen=True)
class Floor:
    """A floor that counts: the tier it lifts to, why, and whether that is certain."""

    minimum: str
    why: str
    certain: bool


@dataclass(frozen=True)
class Row:
    """The level of one consideration, and every source that spoke."""

    name: str
    level: str
    trail: tuple[str, ...]


@dataclass(frozen=True)
class ClassPanel:
    """Everything about a class that a page shows."""

    tier: str
    name: str
    description: str
    why: str
    score: float
    bands: tuple[Band, ...]
    bars: tuple[Bar, ...]
    floors: tuple[Floor, ...]
    categories: tuple[str, ...]
    levels: tuple[Row, ...]
    instruments: tuple[str, ...]
    answered: int
    asked: int
    measures: int
    provisional: bool
    suspected: bool


def show_class(framework: Framework, classification: Classification) -> ClassPanel:
    """Return the panel of a classification."""
    tier = framework.tier_by_id[classification.working_tier]
    visible = len(framework.question_by_id) - len(classification.hidden)
    stopped = classification.tier == STOP
    return ClassPanel(
        tier=classification.tier,
        name=word("standing", "stopped", tag()) if stopped else say(tier.name, tag()),
        description=say(tier.description, tag()),
        why=why_tier(classification, framework, tag()),
        score=round(classification.overall * _WIDE, 1),
        bands=tuple(
            Band(t.id, say(t.name, tag()), round(t.threshold * _WIDE, 1), t.id == classification.base_tier)
            for t in framework.tiers
        ),
        bars=tuple(
            Bar(say(d.name, tag()), classification.dimension_percent[d.id], round(d.weight * _WIDE))
            for d in framework.dimensions
        ),
        floors=tuple(
            Floor(
                framework.floor_by_id[f.id].minimum,
                why_fired(f, framework, tag(), classification.unanswered),
                f.truth is not None,
            )
            for f in classification.floors
        ),
        categories=tuple(say(framework.category_by_id[c.id].reason, tag()) for c in classification.categories),
        levels=tuple(show_level(framework, trail) for trail in classification.levels),
        instruments=tuple(i.short_name for i in framework.instruments if i.id in classification.instruments),
        answered=visible - len(classification.unanswered),
        asked=visible,
        measures=len(classification.matrix_measures) + len(classification.pulled_measures),
        provisional=classification.provisional,
        suspected=any(f.truth for f in classification.floors if framework.floor_by_id[f.id].minimum == "stop"),
    )


def show_level(framework: Framework, trail: LevelTrail) -> Row:
    """Return the level of a consideration with its strictest-wins trail in words."""
    said = []
    for source in trail.raises:
        level = word("level", source.level, tag())
        if source.source == "category":
            said.append(f"{say(framework.category_by_id[source.id].reason, tag())} → {level}")
        elif source.source == "stance":
            said.append(f"{stance_name(source.id, framework, tag())} → {level}")
        else:
            said.append(f"{source.id} {say(framework.tier_by_id[source.id].name, tag())} → {level}")
    return Row(say(framework.consideration_by_id[trail.consideration].name, tag()), trail.level, tuple(said))


def score_note(framework: Framework, classification: Classification, question: str) -> str:
    """Return what an answer adds to the score: ``2 of 4 · Impact``; nothing for a question that is not scored."""
    score = next((s for s in classification.scores if s.question == question), None)
    if score is None or score.basis == "hidden":
        return ""
    names = {d.id: say(d.name, tag()) for d in framework.dimensions}
    name = names.get(score.dimension, score.dimension)
    weight, highest = f"{score.weight:g}", f"{score.highest:g}"
    if tag() != "en":
        said = f"此答案计 {weight} 分，满分 {highest} · {name}"
        return said if score.basis == "answered" else f"未答，按最高 {highest} 分计 · {name}"
    said = f"This answer scores {weight} of {highest} · {name}"
    return said if score.basis == "answered" else f"Not answered: counts as {highest} of {highest} · {name}"
