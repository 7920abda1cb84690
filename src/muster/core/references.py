"""Every id that a framework names must exist, every value must be legal, every id must be given once."""

import math
import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from muster.core.condition import AttributeTest
from muster.core.framework import Framework
from muster.core.gaps import gaps
from muster.core.mentions import mentions
from muster.core.problem import Mistake, Problem, did_you_mean, problem_at
from muster.core.questionnaire import Attribute, DerivedAttribute, Question
from muster.core.tree import Node, Path
from muster.core.walk import walk

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_LARGEST_EXACT = 2**53 - 1
_OPERATORS = {
    "bool": ("eq", "exists"),
    "ordinal": ("eq", "any_of", "gte", "lte", "exists"),
    "multi": ("any_of", "only", "exists"),
}


def check_references(framework: Framework, root: Node, also_known: Collection[str] = ()) -> list[Problem]:
    """Return a problem for every unknown, misused or repeated id of `framework`, placed by `root`.

    `also_known` holds ids of items that are left out for other reasons and must not be called unknown; what such
    an item would have filled is not called missing either.
    """
    mistakes = [*_unknown(framework, also_known), *_ids(framework), *_tests(framework), *_questions(framework)]
    mistakes += [*_defaults(framework), *_numbers(framework), *(gaps(framework) if not also_known else ())]
    return [problem_at(root.find(m.path), m.message, m.hint) for m in mistakes]


def _unknown(framework: Framework, also_known: Collection[str]) -> Iterator[Mistake]:
    for mention in mentions(framework):
        if mention.name not in mention.known and mention.name not in also_known:
            hint = did_you_mean(mention.name, mention.known)
            yield Mistake(mention.path, f"unknown {mention.kind} `{mention.name}`", hint)


def _ids(framework: Framework) -> Iterator[Mistake]:
    """Ids are plain words, and each stands once among its kind."""
    for kind, items in _families(framework):
        first: set[str] = set()
        for path, name in items:
            if not _ID.fullmatch(name):
                yield Mistake(path, f"`{name}` cannot be an id", "use letters, digits, `_`, `-` and `.`")
            elif name in first:
                yield Mistake(path, f"the {kind} `{name}` is there twice", "give each its own id")
            first.add(name)


def _families(framework: Framework) -> Iterator[tuple[str, list[tuple[Path, str]]]]:
    f = framework
    attributes = [*_of("attributes", f.attributes), *_of("derived_attributes", f.derived_attributes)]
    yield "attribute", attributes
    groups = list(enumerate(f.questions))
    yield "question", [i for n, g in groups for i in _of(("questions", n, "questions"), g.questions)]
    instruments = list(enumerate(f.instruments))
    yield "requirement", [i for n, x in instruments for i in _of(("instruments", n, "requirements"), x.requirements)]
    for name in ("questions", "dimensions", "tiers", "floors", "categories", "triggers", "stances", "tolerances"):
        yield name.removesuffix("s"), list(_of(name, getattr(f, name)))
    for name in ("considerations", "measures", "roles", "levels", "raci", "duties", "checks", "instruments", "sources"):
        yield name.removesuffix("s"), list(_of(name, getattr(f, name)))
    yield "rule of the build profile", list(_of("build_profile", f.build_profile))
    for name in ("steps", "gates", "variants", "environments"):
        yield name.removesuffix("s"), list(_of(("process", name), getattr(f.process, name)))
    for number, step in enumerate(f.process.steps):
        yield "activity", list(_of(("process", "steps", number, "activities"), step.activities))


def _of(where: str | Path, items: Iterable[Any]) -> Iterator[tuple[Path, str]]:
    start = (where,) if isinstance(where, str) else where
    for number, item in enumerate(items):
        yield (*start, number, "id"), item.id


def _tests(framework: Framework) -> Iterator[Mistake]:
    """Every test of an attribute uses an operator and values that the attribute has."""
    known = _attributes(framework)
    for path, test in walk(framework):
        if isinstance(test, AttributeTest) and test.attr in known:
            yield from _test(path, test, known[test.attr])


def _attributes(framework: Framework) -> dict[str, Attribute]:
    """Return every attribute, derived ones with the values that they can have."""
    known = {a.id: a for a in framework.attributes}
    return known | {a.id: _as_attribute(a) for a in framework.derived_attributes}


def _as_attribute(derived: DerivedAttribute) -> Attribute:
    if derived.type == "bool":
        return Attribute(id=derived.id, type="bool", values=(True, False))
    values = (*(rule.value for rule in derived.rules), *([derived.default] if derived.default else []))
    return Attribute(id=derived.id, type="multi", values=values)


def _test(path: Path, test: AttributeTest, attribute: Attribute) -> Iterator[Mistake]:
    fitting = _OPERATORS[attribute.type]
    if test.op not in fitting:
        message = f"`{test.op}` does not fit `{attribute.id}`, which is of type {attribute.type}"
        yield Mistake((*path, "op"), message, f"one of: {', '.join(fitting)}")
    elif test.op == "exists":
        if not isinstance(test.value, bool):
            yield Mistake((*path, "value"), "`exists` compares with true or false")
    elif test.op in ("any_of", "only"):
        yield from _many(path, test, attribute)
    elif isinstance(test.value, tuple):
        yield Mistake((*path, "value"), f"`{test.op}` compares with one value, not a list", "use any_of for a list")
    else:
        yield from _legal((*path, "value"), test.value, attribute)


def _many(path: Path, test: AttributeTest, attribute: Attribute) -> Iterator[Mistake]:
    if not isinstance(test.value, tuple) or not test.value:
        yield Mistake((*path, "value"), f"`{test.op}` compares with a list of at least one value")
        return
    for number, value in enumerate(test.value):
        yield from _legal((*path, "value", number), value, attribute)


def _legal(path: Path, value: object, attribute: Attribute) -> Iterator[Mistake]:
    """An attribute without values is open: whatever its note says (ids of instruments, for one)."""
    if attribute.type == "bool":
        if not isinstance(value, bool):
            yield Mistake(path, f"`{attribute.id}` is true or false, not `{value}`")
    elif attribute.values and (isinstance(value, bool) or value not in attribute.values):
        hint = did_you_mean(value, attribute.values)
        yield Mistake(path, f"`{_shown(value)}` is no value of `{attribute.id}`", hint)


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _questions(framework: Framework) -> Iterator[Mistake]:
    """A question offers values of the attribute that it sets, each once, and asks in a way that fits its type."""
    known = {a.id: a for a in framework.attributes}
    for n, group in enumerate(framework.questions):
        for m, question in enumerate(group.questions):
            if question.sets in known:
                yield from _question(("questions", n, "questions", m), question, known[question.sets])


def _question(path: Path, question: Question, attribute: Attribute) -> Iterator[Mistake]:
    if (question.type == "multi") != (attribute.type == "multi"):
        message = f"a {question.type} question cannot set `{attribute.id}`, which is of type {attribute.type}"
        yield Mistake((*path, "type"), message)
    if not question.options:
        yield Mistake(path, f"the question `{question.id}` has no options")
    seen: set[object] = set()
    for number, option in enumerate(question.options):
        place = (*path, "options", number, "value")
        yield from _legal(place, option.value, attribute)
        if option.value in seen:
            yield Mistake(place, f"the option `{_shown(option.value)}` is there twice")
        seen.add(option.value)
        if question.scored and option.weight is None:
            yield Mistake((*path, "options", number), "an option of a scored question needs a weight")
        elif question.scored and option.weight is not None and option.weight < 0:
            yield Mistake((*path, "options", number, "weight"), "a weight is not negative", "the lightest answer has 0")
    if question.value_when_hidden is not None:
        yield from _legal((*path, "value_when_hidden"), question.value_when_hidden, attribute)


def _defaults(framework: Framework) -> Iterator[Mistake]:
    for n, attribute in enumerate(framework.attributes):
        held = attribute.default if isinstance(attribute.default, tuple) else (attribute.default,)
        for value in held if attribute.default is not None else ():
            yield from _legal(("attributes", n, "default"), value, attribute)
        for value, implied in attribute.implies.items():
            for one in (value, *implied):
                yield from _legal(("attributes", n, "implies", value), one, attribute)
    for n, derived in enumerate(framework.derived_attributes):
        if (derived.type == "bool") != (derived.rule is not None) or (derived.type == "multi") != bool(derived.rules):
            yield Mistake(("derived_attributes", n), "a bool is derived by `rule`, a multi by `rules`")


def _numbers(framework: Framework) -> Iterator[Mistake]:
    """Numbers without an exact canonical form could not be signed."""
    for path, value in walk(framework):
        if isinstance(value, float) and not math.isfinite(value):
            yield Mistake(path, f"`{value}` is not a finite number")
        elif isinstance(value, int) and abs(value) > _LARGEST_EXACT:
            yield Mistake(path, f"{value} is too large to be exact", f"at most {_LARGEST_EXACT}")
