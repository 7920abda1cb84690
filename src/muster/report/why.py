"""Why a measure is required and why a use case is where it is, in words."""

from muster.core.classify import Classification, Fired
from muster.core.condition import attributes_of
from muster.core.framework import Framework
from muster.core.measures import Because, RequiredMeasure
from muster.core.text import Language, say
from muster.report import dates
from muster.report.words import CHINESE, join, word


def because(reason: Because, framework: Framework, language: Language) -> str:
    """Return one reason why a measure is required, as it is said after the measure's name."""
    chinese = language == CHINESE
    level = word("level", reason.level, language) if reason.level else ""
    if reason.source == "matrix":
        tier = say(framework.tier_by_id[reason.id].name, language)
        said = f"{reason.id} {tier}"
        return f"策略矩阵：{said} → {level}" if chinese else f"policy matrix: {said} asks for {level}"
    if reason.source == "category":
        why = say(framework.category_by_id[reason.id].reason, language)
        return f"类别：{why} → {level}" if chinese else f"category: {why}, raises to {level}"
    if reason.source == "stance":
        label = stance_name(reason.id, framework, language)
        return f"伦理立场：{label} → {level}" if chinese else f"ethical position: {label}, raises to {level}"
    instrument, requirement = framework.requirement_by_id[reason.id]
    return f"{instrument.short_name} {requirement.ref}: {say(requirement.title, language)}"


def stance_name(path: str, framework: Framework, language: Language) -> str:
    """Return the words of one option of one stance, given as ``stance.option``."""
    stance_id, _, value = path.partition(".")
    options = next((stance.options for stance in framework.stances if stance.id == stance_id), ())
    return next((say(option.label, language) for option in options if option.value == value), path)


def why_required(required: RequiredMeasure, framework: Framework, language: Language) -> tuple[str, ...]:
    """Return every reason why a measure is required, the matrix first."""
    reasons = [because(reason, framework, language) for reason in required.because]
    if required.planned_from is not None:
        day = dates.day(required.planned_from, language)
        reasons.append(f"自 {day} 起适用" if language == CHINESE else f"counts from {day}")
    return tuple(reasons)


def why_fired(fired: Fired, framework: Framework, language: Language, unanswered: tuple[str, ...]) -> str:
    """Return the reason of a floor; one that nobody can decide yet says which of the `unanswered` questions would."""
    said = say(framework.floor_by_id[fired.id].reason, language)
    if fired.truth is not None:
        return said
    read = {name for attribute in fired.because for name in _behind(attribute, framework)}
    questions = framework.question_by_id.values()
    open_ = [say(q.label, language) for q in questions if q.sets in read and q.id in unanswered]
    if not open_:
        return said
    joined = join(open_, language)
    return f"{said}（待回答：{joined}）" if language == CHINESE else f"{said} (not yet known; answer: {joined})"


def _behind(attribute: str, framework: Framework) -> set[str]:
    """Return the attributes that questions set and that `attribute` rests on: itself, or those it is derived from."""
    derived = next((d for d in framework.derived_attributes if d.id == attribute), None)
    if derived is None:
        return {attribute}
    rules = [*([derived.rule] if derived.rule else []), *(rule.when for rule in derived.rules)]
    return {found for rule in rules for name in attributes_of(rule) for found in _behind(name, framework)}


def why_tier(classification: Classification, framework: Framework, language: Language) -> str:
    """Return in one sentence what made the tier: the score, a floor, a hand, or answers that are missing."""
    chinese = language == CHINESE
    score, base = f"{100 * classification.overall:.1f}", classification.base_tier
    parts = [f"得分 {score}（满分 100），对应 {base}" if chinese else f"The score {score} of 100 alone gives {base}"]
    minimum = {floor.id: framework.floor_by_id[floor.id].minimum for floor in classification.floors}
    lifting = [f for f in classification.floors if minimum[f.id] == classification.working_tier]
    if any(minimum[f.id] == "stop" for f in classification.floors):
        parts.append("禁止性实践筛查尚未通过" if chinese else "the screen for prohibited practices is not cleared")
    if lifting and classification.working_tier != base:
        reasons = join((say(framework.floor_by_id[f.id].reason, language) for f in lifting[:3]), language)
        tier = classification.working_tier
        parts.append(f"底线将其提升为 {tier}：{reasons}" if chinese else f"floors lift it to {tier}: {reasons}")
    if classification.provisional:
        parts.append("尚有未答问题，等级为暂定" if chinese else "it is provisional until all questions are answered")
    if classification.raised_to:
        raised = classification.raised_to
        parts.append(f"人工上调至 {raised}" if chinese else f"raised by hand to {raised}")
    return "；".join(parts) + "。" if chinese else "; ".join(parts) + "."
