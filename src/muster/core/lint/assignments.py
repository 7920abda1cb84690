"""Can a condition hold at all? Decided by trying every case that its attributes can be in.

Values of a multi attribute that no test tells apart count as one, so that the cases stay few and the answer exact.
"""

from collections.abc import Iterator, Sequence
from itertools import chain, combinations, product
from math import prod

from muster.core.attributes import derive
from muster.core.condition import AttributeTest, Condition, Facts, Value, evaluate, tests_of
from muster.core.framework import Framework
from muster.core.questionnaire import Attribute, DerivedAttribute

MOST_CASES = 30_000
_OTHER = "…any other"


class Cases:
    """The cases that the attributes of a framework can be in."""

    def __init__(self, framework: Framework) -> None:
        self.attributes = {a.id: a for a in framework.attributes}
        self.derived = {a.id: a for a in framework.derived_attributes}
        self.scales = framework.scales

    def can_hold(self, *conditions: Condition) -> bool | None:
        """Return whether all `conditions` can hold together; None when there are too many cases to tell."""
        tests = list(self._base_tests(conditions))
        domains = {name: self._domain(name, [t for t in tests if t.attr == name]) for name in {t.attr for t in tests}}
        if None in domains.values() or prod(len(d) for d in domains.values() if d) > MOST_CASES:
            return None
        derived = self._derived_in(conditions)
        return any(self._hold(conditions, derived, case) for case in _cases(domains))

    def _hold(self, conditions: Sequence[Condition], derived: list[DerivedAttribute], case: dict[str, Value]) -> bool:
        facts = Facts.model_construct(values=case, scales=self.scales)
        for attribute in derived:
            value = derive(attribute, facts)
            if value is not None:
                case[attribute.id] = value
        return all(evaluate(condition, facts).truth is True for condition in conditions)

    def _derived_in(self, conditions: Sequence[Condition]) -> list[DerivedAttribute]:
        named = {test.attr for condition in conditions for test in tests_of(condition)}
        return [attribute for name, attribute in self.derived.items() if name in named]

    def _base_tests(self, conditions: Sequence[Condition]) -> Iterator[AttributeTest]:
        """Yield the tests of attributes that are answered, those behind derived ones included."""
        for condition in conditions:
            for test in tests_of(condition):
                if test.attr in self.derived:
                    derived = self.derived[test.attr]
                    rules = [rule.when for rule in derived.rules] + ([derived.rule] if derived.rule else [])
                    yield from (inner for rule in rules for inner in tests_of(rule))
                else:
                    yield test

    def _domain(self, name: str, tests: list[AttributeTest]) -> list[Value | None] | None:
        attribute = self.attributes[name]
        unanswered: list[Value | None] = [None] if any(test.op == "exists" for test in tests) else []
        if attribute.type != "multi":
            return [*(attribute.values or (True, False)), *unanswered]
        subsets = _subsets(_representatives(attribute, tests))
        return None if subsets is None else [*subsets, *unanswered]


def _cases(domains: dict[str, list[Value | None] | None]) -> Iterator[dict[str, Value]]:
    names = list(domains)
    for values in product(*(domains[name] or [] for name in names)):
        yield {name: value for name, value in zip(names, values, strict=True) if value is not None}


def _representatives(attribute: Attribute, tests: list[AttributeTest]) -> list[tuple[str, ...]]:
    """Return one value (with what it implies) for each way in which the tests can see a value."""
    named = [set(t.value) if isinstance(t.value, tuple) else {str(t.value)} for t in tests if t.op != "exists"]
    seen: dict[tuple[tuple[bool, bool], ...], tuple[str, ...]] = {}
    for value in map(str, attribute.values or (*sorted(set().union(*named)), _OTHER)):
        held = (value, *attribute.implies.get(value, ()))
        sight = tuple((bool(names & set(held)), names >= set(held)) for names in named)
        seen.setdefault(sight, held)
    return list(seen.values())


def _subsets(parts: list[tuple[str, ...]]) -> list[Value] | None:
    if 2 ** len(parts) > MOST_CASES:
        return None
    chosen = chain.from_iterable(combinations(parts, size) for size in range(len(parts) + 1))
    return [tuple(dict.fromkeys(chain.from_iterable(some))) for some in chosen]
