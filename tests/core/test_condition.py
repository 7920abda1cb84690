from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from muster.core.condition import AllOf, AnyOf, AttributeTest, Condition, Facts, Not, attributes_of, evaluate

pytestmark = pytest.mark.spec("A3")
SCALES = {"size": ("small", "medium", "large")}
ADAPTER = TypeAdapter(Condition)


def facts(**values):
    return Facts(values=values, scales=SCALES)


def compare(attr, op, value):
    return AttributeTest(attr=attr, op=op, value=value)


@pytest.mark.parametrize(
    ("op", "value", "held", "truth"),
    [
        ("eq", True, True, True),
        ("eq", True, False, False),
        ("any_of", ("eu", "us"), ("us", "cn"), True),
        ("any_of", ("eu",), ("us",), False),
        ("any_of", ("small",), "small", True),
        ("only", ("none",), ("none",), True),
        ("only", ("none",), ("none", "x"), False),
        ("exists", True, "small", True),
        ("exists", False, "small", False),
    ],
)
def test_each_operator(op, value, held, truth):
    assert evaluate(compare("a", op, value), facts(a=held)).truth is truth


def test_ordinals_compare_by_their_scale_not_by_the_alphabet():
    assert evaluate(compare("size", "gte", "medium"), facts(size="large")).truth is True
    assert evaluate(compare("size", "lte", "medium"), facts(size="large")).truth is False


def test_an_unanswered_attribute_is_unknown_but_its_existence_is_not():
    assert evaluate(compare("a", "eq", True), facts()).truth is None
    assert evaluate(compare("a", "exists", True), facts()).truth is False
    assert evaluate(compare("a", "exists", False), facts()).truth is True


LEAVES = {True: compare("yes", "eq", True), False: compare("no", "eq", True), None: compare("open", "eq", True)}
KNOWN = facts(yes=True, no=False)


@pytest.mark.parametrize("truths", list(product([True, False, None], repeat=2)))
def test_and_and_or_are_those_of_kleene(truths):
    parts = tuple(LEAVES[truth] for truth in truths)
    order = {False: 0, None: 1, True: 2}
    assert evaluate(AllOf(all=parts), KNOWN).truth is min(truths, key=order.get)
    assert evaluate(AnyOf(any=parts), KNOWN).truth is max(truths, key=order.get)


def test_the_outcome_names_what_decided():
    condition = AllOf(all=(LEAVES[True], LEAVES[False], LEAVES[None]))
    assert evaluate(condition, KNOWN).because == ("no",)
    assert evaluate(AllOf(all=(LEAVES[True], LEAVES[None])), KNOWN).because == ("open",)
    assert evaluate(AnyOf(any=(LEAVES[True], LEAVES[None])), KNOWN).because == ("yes",)
    assert evaluate(Not.model_validate({"not": LEAVES[None]}), KNOWN).truth is None


def test_an_empty_all_is_refused():
    with pytest.raises(ValidationError):
        ADAPTER.validate_python({"all": []})


conditions = st.recursive(
    st.sampled_from(list(LEAVES.values())),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: AllOf(all=tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: AnyOf(any=tuple(parts))),
        inner.map(lambda part: Not.model_validate({"not": part})),
    ),
    max_leaves=8,
)


@given(conditions)
def test_written_and_read_again_a_condition_is_the_same(condition):
    assert ADAPTER.validate_python(ADAPTER.dump_python(condition, by_alias=True, mode="json")) == condition


@given(conditions, st.booleans())
def test_answering_never_changes_what_was_already_decided(condition, answer):
    before = evaluate(condition, KNOWN)
    after = evaluate(condition, facts(yes=True, no=False, open=answer))
    assert after.truth is not None
    if before.truth is not None:
        assert after.truth is before.truth
    assert set(before.because) <= set(attributes_of(condition))
