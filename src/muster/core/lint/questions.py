"""Questions in an order in which they can be asked, and attributes that somebody answers."""

from collections.abc import Iterator

from muster.core.condition import AttributeTest, attributes_of
from muster.core.framework import Framework
from muster.core.lint.complaint import Complaint
from muster.core.questionnaire import Question
from muster.core.tree import Path
from muster.core.walk import walk


def asked_too_early(framework: Framework) -> Iterator[Complaint]:
    """A question that is shown depending on one that is asked later (or on itself)."""
    order = {question.sets: number for number, (_, question) in enumerate(_questions(framework))}
    for number, (path, question) in enumerate(_questions(framework)):
        for name in dict.fromkeys(attributes_of(question.show_if)) if question.show_if else ():
            if order.get(name, -1) >= number:
                message = f"`{question.id}` depends on `{name}`, which is not asked before it"
                yield Complaint("asked-too-early", (*path, "show_if"), message, "move the other question up")


def hidden_and_unknown(framework: Framework) -> Iterator[Complaint]:
    """A hidden question without a value leaves its attribute unknown for ever, and unknown counts as applicable."""
    for path, question in _questions(framework):
        if question.show_if is not None and question.value_when_hidden is None and question.type == "single":
            message = f"while `{question.id}` is hidden, `{question.sets}` stays unknown"
            yield Complaint("hidden-unknown", path, message, "give `value_when_hidden`", "warning")


def never_answered(framework: Framework) -> Iterator[Complaint]:
    """An attribute that conditions read but nothing sets."""
    set_by_questions = {question.sets for _, question in _questions(framework)}
    read = {test.attr for _, test in walk(framework) if isinstance(test, AttributeTest)}
    for number, attribute in enumerate(framework.attributes):
        if attribute.id in read and attribute.default is None and attribute.id not in set_by_questions:
            message = f"conditions read `{attribute.id}`, but no question sets it and it has no default"
            yield Complaint("never-answered", ("attributes", number), message, "ask for it, or give a default")


def unscored_dimensions(framework: Framework) -> Iterator[Complaint]:
    """A dimension that no question scores would have no percent."""
    scored = {question.dimension for _, question in _questions(framework) if question.scored}
    for number, dimension in enumerate(framework.dimensions):
        if dimension.id not in scored:
            message = f"no scored question belongs to the dimension `{dimension.id}`"
            yield Complaint("unscored-dimension", ("dimensions", number), message, "score a question, or remove it")


def _questions(framework: Framework) -> Iterator[tuple[Path, Question]]:
    for n, group in enumerate(framework.questions):
        for m, question in enumerate(group.questions):
            yield ("questions", n, "questions", m), question


RULES = (asked_too_early, hidden_and_unknown, never_answered, unscored_dimensions)
