"""Scenarios: answers and what must come out, kept beside a framework so that no change of rules goes unseen."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from muster.core.attributes import AnswerProblem, answer_problems
from muster.core.canonical import Frozen
from muster.core.dossier import AnswerValue
from muster.core.framework import Framework
from muster.core.load import SCENARIOS, Files
from muster.core.problem import Problem, did_you_mean, in_order, problem_at
from muster.core.shape import problems_of, shape
from muster.core.text import Text
from muster.core.tree import Node, read_tree

FIELDS = (
    "dimension_percent",
    "overall",
    "base_tier",
    "floors",
    "tier",
    "modifiers",
    "levels",
    "matrix_measure_count",
    "instruments",
    "applicable_requirement_count",
    "measures_pulled_by_must_requirements",
)
"""What a classification is compared in: the names in `Classification.summary()`."""


class Scenario(Frozen):
    """A use case in answers, and the fields of its classification that must come out exactly so."""

    id: str
    name: Text
    answers: Mapping[str, AnswerValue]
    expected: Mapping[str, Any]


class AnswerSheet(Frozen):
    """Answers of one use case by question."""

    answers: Mapping[str, AnswerValue]


class Difference(Frozen):
    """A field that came out otherwise; for a mapping, one entry of it (``levels.fairness``)."""

    field: str
    expected: Any
    actual: Any


@dataclass(frozen=True, slots=True)
class Scenarios:
    """The scenarios of a folder, and what keeps others from being read."""

    scenarios: tuple[Scenario, ...]
    problems: tuple[Problem, ...]


def read_scenarios(framework: Framework, files: Files) -> Scenarios:
    """Return the scenarios under ``scenarios/`` of a framework folder."""
    scenarios, problems = [], []
    for path, content in files.items():
        if path.startswith(SCENARIOS):
            tree = read_tree(path, content)
            problems += tree.problems
            if tree.root is not None:
                read = _scenario(framework, tree.root)
                problems += [] if isinstance(read, Scenario) else read
                scenarios += [read] if isinstance(read, Scenario) else []
    return Scenarios(tuple(scenarios), in_order(problems))


def read_sheet(framework: Framework, path: str, content: bytes | str) -> AnswerSheet | tuple[Problem, ...]:
    """Return the answers in one file (question → answer, or under a key ``answers``), or all problems in it."""
    tree = read_tree(path, content)
    if tree.root is None or tree.problems:
        return in_order(tree.problems)
    inner = tree.root.child("answers")
    sheet = inner if inner is not None and isinstance(inner.value, dict) else tree.root
    root = Node({"answers": sheet}, sheet.at, {"answers": sheet.at})
    read = shape(AnswerSheet, root)
    if isinstance(read, ValidationError):
        return in_order(problems_of(AnswerSheet, root, read))
    problems = in_order(_answer_problems(framework, read.answers, root))
    return problems or read


def differences(expected: Mapping[str, Any], actual: Mapping[str, Any]) -> Iterator[Difference]:
    """Yield every field of `expected` that `actual` does not hold exactly."""
    for field, value in expected.items():
        found = actual.get(field)
        if isinstance(value, Mapping) and isinstance(found, Mapping):
            for key in dict.fromkeys((*value, *found)):
                if value.get(key) != found.get(key):
                    yield Difference(field=f"{field}.{key}", expected=value.get(key), actual=found.get(key))
        elif value != found:
            yield Difference(field=field, expected=value, actual=found)


def _scenario(framework: Framework, root: Node) -> Scenario | list[Problem]:
    read = shape(Scenario, root)
    if isinstance(read, ValidationError):
        return list(problems_of(Scenario, root, read))
    problems = list(_answer_problems(framework, read.answers, root))
    for field in read.expected:
        if field not in FIELDS:
            where = root.find_key(("expected", field))
            problems.append(problem_at(where, f"unknown field `{field}`", did_you_mean(field, FIELDS)))
    if not read.expected:
        problems.append(problem_at(root.find(("expected",)), "a scenario that expects nothing cannot fail"))
    return problems or read


def _answer_problems(framework: Framework, answers: Mapping[str, AnswerValue], root: Node) -> Iterator[Problem]:
    for problem in answer_problems(framework, answers):
        yield _placed(framework, problem, root)


def _placed(framework: Framework, problem: AnswerProblem, root: Node) -> Problem:
    path = ("answers", problem.question)
    if problem.problem == "unknown_question":
        hint = did_you_mean(problem.question, framework.question_by_id)
        return problem_at(root.find_key(path), f"unknown question `{problem.question}`", hint)
    question = framework.question_by_id[problem.question]
    sentence = {
        "list_expected": f"`{question.id}` takes a list of answers",
        "one_expected": f"`{question.id}` takes one answer, not a list",
        "unknown_option": f"`{problem.value}` is no answer to `{question.id}`",
        "empty": f"an empty list is no answer to `{question.id}`",
    }[problem.problem]
    hint = {
        "list_expected": f"write a list: [{problem.value}]",
        "one_expected": "choose one of them",
        "unknown_option": did_you_mean(problem.value, [option.value for option in question.options]),
        "empty": "leave the question out while it is not answered",
    }[problem.problem]
    return problem_at(root.find(path), sentence, hint)
