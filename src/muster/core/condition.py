"""Structured conditions: three-valued, and able to say what decided.

A condition is a test of one attribute, or `all`, `any`, `not` over conditions. An unanswered attribute makes
a test *unknown*, which is neither yes nor no; whoever asks decides on which side unknown falls.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Discriminator, Field, StrictBool, StrictStr, Tag

from muster.core.canonical import Frozen

Value: TypeAlias = StrictBool | StrictStr | tuple[StrictStr, ...]
Operator: TypeAlias = Literal["eq", "any_of", "only", "gte", "lte", "exists"]
Truth: TypeAlias = bool | None
"""True, False, or None for *not yet known*."""


class AttributeTest(Frozen):
    """Compare one attribute: equal, any of, only, at or above, at or below, or whether it is answered."""

    attr: str
    op: Operator
    value: Value


class AllOf(Frozen):
    """True when every part is; false as soon as one part is false."""

    all: Annotated[tuple["Condition", ...], Field(min_length=1)]


class AnyOf(Frozen):
    """True as soon as one part is; false when every part is false."""

    any: Annotated[tuple["Condition", ...], Field(min_length=1)]


class Not(Frozen):
    """True when the part is false; unknown stays unknown."""

    part: "Condition" = Field(alias="not")


def _shape(value: Any) -> str:
    keys = value.keys() if isinstance(value, Mapping) else getattr(type(value), "model_fields", ())
    for tag in ("all", "any", "not", "part"):
        if tag in keys:
            return "not" if tag == "part" else tag
    return "test"


Condition: TypeAlias = Annotated[
    Annotated[AttributeTest, Tag("test")]
    | Annotated[AllOf, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[Not, Tag("not")],
    Discriminator(_shape),
]

for _model in (AllOf, AnyOf, Not):
    _model.model_rebuild()


class Facts(Frozen):
    """What is known of one use case: a value for each answered attribute, and the order of each scale."""

    values: Mapping[str, Value]
    scales: Mapping[str, tuple[str, ...]]


class Outcome(Frozen):
    """A truth and the attributes that decided it; for an unknown one, those still to be answered."""

    truth: Truth
    because: tuple[str, ...]

    @property
    def holds_or_unknown(self) -> bool:
        """Return whether the condition must be reckoned with: it holds, or nobody can say yet."""
        return self.truth is not False


def evaluate(condition: Condition, facts: Facts) -> Outcome:
    """Return whether `condition` holds for `facts`, and which attributes decided.

    >>> facts = Facts(values={"scale": "under_10k"}, scales={"scale": ("under_100", "under_10k", "over_1m")})
    >>> evaluate(AttributeTest(attr="scale", op="gte", value="under_10k"), facts)
    Outcome(truth=True, because=('scale',))
    >>> evaluate(AttributeTest(attr="region", op="any_of", value=("eu",)), facts).truth is None
    True
    """
    if isinstance(condition, AttributeTest):
        return Outcome(truth=_test(condition, facts), because=(condition.attr,))
    if isinstance(condition, Not):
        inner = evaluate(condition.part, facts)
        return Outcome(truth=None if inner.truth is None else not inner.truth, because=inner.because)
    if isinstance(condition, AllOf):
        return _combine([evaluate(part, facts) for part in condition.all], decisive=False)
    return _combine([evaluate(part, facts) for part in condition.any], decisive=True)


def attributes_of(condition: Condition) -> Iterator[str]:
    """Yield the attributes that a condition reads, in writing order, repeats included."""
    for test in tests_of(condition):
        yield test.attr


def tests_of(condition: Condition) -> Iterator[AttributeTest]:
    """Yield every attribute test inside a condition, in writing order."""
    if isinstance(condition, AttributeTest):
        yield condition
    elif isinstance(condition, Not):
        yield from tests_of(condition.part)
    else:
        for part in condition.all if isinstance(condition, AllOf) else condition.any:
            yield from tests_of(part)


def _combine(outcomes: list[Outcome], *, decisive: bool) -> Outcome:
    """One decisive part settles it; else one unknown part leaves it open; else all parts together settle it."""
    truths = [outcome.truth for outcome in outcomes]
    truth = decisive if decisive in truths else None if None in truths else not decisive
    because = (name for outcome in outcomes if outcome.truth is truth for name in outcome.because)
    return Outcome(truth=truth, because=tuple(dict.fromkeys(because)))


def _test(test: AttributeTest, facts: Facts) -> Truth:
    held = facts.values.get(test.attr)
    if test.op == "exists":
        return (held is not None) is test.value
    if held is None:
        return None
    if test.op in ("gte", "lte"):
        scale = facts.scales[test.attr]
        here, there = scale.index(str(held)), scale.index(str(test.value))
        return here >= there if test.op == "gte" else here <= there
    if test.op == "eq":
        return held == test.value
    held_set = set(held) if isinstance(held, tuple) else {held}
    named = set(test.value) if isinstance(test.value, tuple) else {test.value}
    return held_set <= named if test.op == "only" else bool(held_set & named)
