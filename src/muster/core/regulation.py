"""Regulation packs: instruments and their requirements as dated data."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal, TypeAlias

from pydantic import Field

from muster.core.canonical import Frozen
from muster.core.condition import Condition
from muster.core.policy import Demand
from muster.core.text import Text

Strength: TypeAlias = Literal["must", "should", "may"]
InstrumentStatus: TypeAlias = Literal[
    "in_force", "in_force_phased", "adopted_not_yet_applicable", "draft", "superseded", "repealed"
]


class Milestone(Frozen):
    """A dated event in the life of an instrument."""

    date: date
    event: Text
    verify: bool = False


class Penalty(Frozen):
    """What a breach can cost, in words."""

    text: Text
    verify: bool = False


class Requirement(Frozen):
    """One duty of an instrument, when it binds, and the measures that answer it (the first is the primary one).

    `applies_from_by_class` gives other dates for classes of the attribute ``eu_ai_act_class``.
    """

    id: str
    ref: str
    title: Text
    obligation: Text
    strength: Strength
    lifecycle_step: str
    consideration: str
    evidence: tuple[Demand, ...]
    suggested_measures: tuple[str, ...]
    role: str = ""
    applies_if: Condition | None = None
    applies_from: date | None = None
    applies_until: date | None = None
    applies_from_by_class: Mapping[str, date] = Field(default_factory=dict)
    parameters: Mapping[str, Any] = Field(default_factory=dict)
    verify: bool = False


class Instrument(Frozen):
    """A law, standard or guidance: where it comes from, whom it binds, from when, and what it asks."""

    id: str
    name: Text
    short_name: str
    jurisdiction: str
    kind: Literal["law", "supervisory_guidance", "standard", "voluntary_guidance"]
    status: InstrumentStatus
    applies_when: Condition
    requirements: tuple[Requirement, ...]
    applies_from: date | None = None
    applies_until: date | None = None
    dates: tuple[Milestone, ...] = ()
    penalty: Penalty | None = None
    notes: Text | None = None
    sources: tuple[str, ...] = ()
    supersedes: tuple[str, ...] = ()
    superseded_by: tuple[str, ...] = ()
    verify: bool = False


class Source(Frozen):
    """Where a statement about an instrument was read."""

    id: str
    basis: str
    title: str
