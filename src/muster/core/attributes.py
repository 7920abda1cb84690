"""From answers to the attributes that conditions read."""

from collections.abc import Mapping
from difflib import get_close_matches

from muster.core.canonical import Frozen
from muster.core.condition import Facts, Value, evaluate
from muster.core.dossier import AnswerValue
from muster.core.framework import Framework
from muster.core.questionnaire import Attribute, DerivedAttribute, Question


class Reading(Frozen):
    """Answers as understood: those given and legal, the questions hidden or unanswered, and the attributes set."""

    facts: Facts
    given: Mapping[str, AnswerValue]
    hidden: tuple[str, ...]
    unanswered: tuple[str, ...]


class AnswerProblem(Frozen):
    """An answer that cannot be taken: the question, the value, and the nearest legal ones."""

    question: str
    value: str
    problem: str
    hint: str = ""


def read_answers(framework: Framework, answers: Mapping[str, AnswerValue]) -> Reading:
    """Set every attribute that the answers, the defaults and the derivation rules give.

    A question whose `show_if` is false is hidden: its answer is ignored and its attribute takes
    `value_when_hidden`. One whose `show_if` is unknown is shown. An empty answer is no answer.
    """
    attributes = {attribute.id: attribute for attribute in framework.attributes}
    values: dict[str, Value] = {a.id: a.default for a in framework.attributes if a.default is not None}
    given: dict[str, AnswerValue] = {}
    hidden, unanswered = [], []
    for question in framework.question_by_id.values():
        facts = Facts.model_construct(values=values, scales=framework.scales)
        if question.show_if is not None and evaluate(question.show_if, facts).truth is False:
            hidden.append(question.id)
            if question.value_when_hidden is not None:
                values[question.sets] = question.value_when_hidden
        elif question.id in answers and answer_problem(question, answers[question.id]) is None:
            given[question.id] = answers[question.id]
            values[question.sets] = _with_implied(attributes[question.sets], answers[question.id])
        else:
            unanswered.append(question.id)
    for derived in framework.derived_attributes:
        facts = Facts.model_construct(values=values, scales=framework.scales)
        value = derive(derived, facts)
        if value is not None:
            values[derived.id] = value
    return Reading(
        facts=Facts(values=values, scales=framework.scales),
        given=given,
        hidden=tuple(hidden),
        unanswered=tuple(unanswered),
    )


def answer_problems(framework: Framework, answers: Mapping[str, AnswerValue]) -> tuple[AnswerProblem, ...]:
    """Return every answer that names an unknown question or an option that the question does not have."""
    problems = []
    for name, value in answers.items():
        question = framework.question_by_id.get(name)
        if question is None:
            near = get_close_matches(name, framework.question_by_id, n=1)
            problems.append(
                AnswerProblem(question=name, value=str(value), problem="unknown_question", hint=_hint(near))
            )
        elif problem := answer_problem(question, value):
            problems.append(problem)
    return tuple(problems)


def answer_problem(question: Question, value: AnswerValue) -> AnswerProblem | None:
    """Return why `value` is no answer to `question`, or None when it is one."""
    if question.type == "multi" and not isinstance(value, tuple):
        return AnswerProblem(question=question.id, value=str(value), problem="list_expected")
    if question.type == "single" and isinstance(value, tuple):
        return AnswerProblem(question=question.id, value=", ".join(value), problem="one_expected")
    legal = [option.value for option in question.options]
    for item in value if isinstance(value, tuple) else (value,):
        # 1 == True in Python, so compare the type as well
        if not any(item == option and type(item) is type(option) for option in legal):
            near = get_close_matches(str(item), [str(option) for option in legal], n=1)
            return AnswerProblem(
                question=question.id, value=str(item), problem="unknown_option", hint=_hint(near or map(str, legal))
            )
    if value == ():
        return AnswerProblem(question=question.id, value="", problem="empty")
    return None


def _hint(names: "list[str] | map[str]") -> str:
    return ", ".join(names)


def _with_implied(attribute: Attribute, value: AnswerValue) -> Value:
    if not isinstance(value, tuple):
        return value
    implied = (more for item in value for more in attribute.implies.get(item, ()))
    return tuple(dict.fromkeys((*value, *implied)))


def derive(derived: DerivedAttribute, facts: Facts) -> Value | None:
    """Return the value of a derived attribute, or None while it is not known; a class holds while it may be true."""
    if derived.rule is not None:
        return evaluate(derived.rule, facts).truth
    held = tuple(rule.value for rule in derived.rules if evaluate(rule.when, facts).holds_or_unknown)
    return held or ((derived.default,) if derived.default is not None else None)
