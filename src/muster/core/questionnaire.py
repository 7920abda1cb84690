"""What is asked of a use case, and the attributes that answers set."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from pydantic import Field, StrictBool, StrictStr

from muster.core.canonical import Frozen
from muster.core.condition import Condition, Value
from muster.core.text import Text

AttributeType: TypeAlias = Literal["multi", "ordinal", "bool"]
OptionValue: TypeAlias = StrictBool | StrictStr


class Attribute(Frozen):
    """A fact about a use case that conditions read; set by a question, or fixed by its default.

    `values` of an ordinal run from the lightest to the gravest; `implies` adds values (a state implies its country).
    """

    id: str
    type: AttributeType
    values: tuple[OptionValue, ...] = ()
    implies: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    default: Value | None = None
    note: str = ""


class DerivedRule(Frozen):
    """One value of a derived class, held when its condition is true or unknown."""

    value: str
    when: Condition


class DerivedAttribute(Frozen):
    """An attribute computed from others: a bool by one condition, or a class by one condition for each value."""

    id: str
    type: Literal["bool", "multi"]
    rule: Condition | None = None
    rules: tuple[DerivedRule, ...] = ()
    default: str | None = None


class Option(Frozen):
    """One possible answer, with the weight that it adds to its dimension."""

    value: OptionValue
    label: Text
    weight: float | None = None


class Question(Frozen):
    """One question: which attribute it sets, which dimension it scores, and when it is shown at all."""

    id: str
    label: Text
    help: Text | None = None
    type: Literal["single", "multi"]
    sets: str
    dimension: str
    scored: bool
    options: tuple[Option, ...]
    show_if: Condition | None = None
    value_when_hidden: OptionValue | None = None


class QuestionGroup(Frozen):
    """Questions asked together under one title."""

    id: str
    title: Text
    questions: tuple[Question, ...]
