"""Every place of a framework that names something by its id, and what may be named there."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

from muster.core.condition import AttributeTest
from muster.core.framework import Framework
from muster.core.policy import ToleranceRef
from muster.core.process import ORGANISATION_STEP, Gate, SignOffRule, Variant
from muster.core.tree import Path
from muster.core.walk import walk

EU_CLASS = "eu_ai_act_class"
STOP = "stop"


class Mention(NamedTuple):
    """`name` at `path` must be one of `known`; `kind` says in words what it is."""

    path: Path
    name: str
    kind: str
    known: Collection[str]


def mentions(framework: Framework) -> Iterator[Mention]:
    """Yield every mention of an id in `framework`, known or not."""
    names = _Names(framework)
    yield from _anywhere(framework, names)
    yield from _questions(framework, names)
    yield from _policy(framework, names)
    yield from _measures(framework, names)
    yield from _process(framework, names)
    yield from _people(framework, names)
    yield from _regulation(framework, names)


class _Names:
    """What exists, by kind."""

    def __init__(self, framework: Framework) -> None:
        self.attributes = _ids(framework.attributes)
        self.derived = _ids(framework.derived_attributes)
        self.tiers = _ids(framework.tiers)
        self.considerations = _ids(framework.considerations)
        self.measures = _ids(framework.measures)
        self.roles = _ids(framework.roles)
        self.levels = _ids(framework.levels)
        self.raci = _ids(framework.raci)
        self.steps = _ids(framework.process.steps)
        self.gates = _ids(framework.process.gates)
        self.activities = list(framework.activity_by_path)
        self.tolerances = _ids(framework.tolerances)
        self.instruments = _ids(framework.instruments)


def _ids(items: Iterable[Any]) -> list[str]:
    return [item.id for item in items]


def _each(path: Path, names: Iterable[str], kind: str, known: Collection[str]) -> Iterator[Mention]:
    for number, name in enumerate(names):
        yield Mention((*path, number), name, kind, known)


def _keys(path: Path, names: Iterable[str], kind: str, known: Collection[str]) -> Iterator[Mention]:
    for name in names:
        yield Mention((*path, name), name, kind, known)


def _anywhere(framework: Framework, names: _Names) -> Iterator[Mention]:
    attributes = [*names.attributes, *names.derived]
    for path, value in walk(framework):
        if isinstance(value, AttributeTest):
            yield Mention((*path, "attr"), value.attr, "attribute", attributes)
        elif isinstance(value, ToleranceRef):
            yield Mention((*path, "tolerance"), value.tolerance, "tolerance", names.tolerances)


def _questions(framework: Framework, names: _Names) -> Iterator[Mention]:
    dimensions = _ids(framework.dimensions)
    for n, group in enumerate(framework.questions):
        for m, question in enumerate(group.questions):
            path = ("questions", n, "questions", m)
            yield Mention((*path, "sets"), question.sets, "attribute", names.attributes)
            if question.scored:
                yield Mention((*path, "dimension"), question.dimension, "dimension", dimensions)


def _policy(framework: Framework, names: _Names) -> Iterator[Mention]:
    f = framework
    yield Mention(("provisional_minimum",), f.provisional_minimum, "tier", names.tiers)
    for n, floor in enumerate(f.floors):
        yield Mention(("floors", n, "minimum"), floor.minimum, "tier", [*names.tiers, STOP])
    for n, category in enumerate(f.categories):
        yield from _keys(("categories", n, "raises"), category.raises, "consideration", names.considerations)
    for n, stance in enumerate(f.stances):
        yield from _each(("stances", n, "taken"), stance.taken, "option", [o.value for o in stance.options])
        for m, option in enumerate(stance.options):
            path = ("stances", n, "options", m, "raises")
            yield from _keys(path, option.raises, "consideration", names.considerations)
    for n, tolerance in enumerate(f.tolerances):
        yield Mention(("tolerances", n, "stance"), tolerance.stance, "stance", ["", *_ids(f.stances)])
    yield from _keys(("matrix",), f.matrix, "consideration", names.considerations)
    for row, cells in f.matrix.items():
        yield from _keys(("matrix", row), cells, "tier", names.tiers)
    for n, rule in enumerate(f.build_profile):
        yield from _each(("build_profile", n, "tiers"), rule.tiers, "tier", names.tiers)
    yield from _each(("card",), f.card, "measure", names.measures)


def _measures(framework: Framework, names: _Names) -> Iterator[Mention]:
    for n, measure in enumerate(framework.measures):
        path: Path = ("measures", n)
        consideration = measure.consideration
        yield Mention((*path, "consideration"), consideration, "consideration", names.considerations)
        yield from _each((*path, "placed_in"), measure.placed_in, "activity", names.activities)
        yield Mention((*path, "responsible"), measure.responsible, "role", names.roles)
        yield Mention((*path, "accountable"), measure.accountable, "role", names.roles)


def _process(framework: Framework, names: _Names) -> Iterator[Mention]:
    process = framework.process
    for n, step in enumerate(process.steps):
        path: Path = ("process", "steps", n)
        yield Mention((*path, "exit_gate"), step.exit_gate, "gate", names.gates)
        for m, activity in enumerate(step.activities):
            yield Mention((*path, "activities", m, "gate"), activity.gate, "gate", ["", *names.gates])
    for n, gate in enumerate(process.gates):
        yield from _gate(("process", "gates", n), gate, names)
    for n, variant in enumerate(process.variants):
        yield from _variant(("process", "variants", n), variant, names)
    for n, environment in enumerate(process.environments):
        yield from _each(("process", "environments", n, "gates"), environment.gates, "gate", names.gates)


def _gate(path: Path, gate: Gate, names: _Names) -> Iterator[Mention]:
    yield from _keys((*path, "distinct_people"), gate.distinct_people, "tier", names.tiers)
    for n, rule in enumerate(gate.sign_offs):
        yield from _sign_off((*path, "sign_offs", n), rule, names)


def _variant(path: Path, variant: Variant, names: _Names) -> Iterator[Mention]:
    yield from _each((*path, "steps"), variant.steps, "step", names.steps)
    yield from _each((*path, "tiers"), variant.tiers, "tier", names.tiers)
    yield Mention((*path, "merge_into"), variant.merge_into, "gate", ["", *names.gates])
    for n, rule in enumerate(variant.sign_offs):
        yield from _sign_off((*path, "sign_offs", n), rule, names)


def _sign_off(path: Path, rule: SignOffRule, names: _Names) -> Iterator[Mention]:
    yield Mention((*path, "role"), rule.role, "role", names.roles)
    yield Mention((*path, "activity"), rule.activity, "activity of the RACI matrix", names.raci)
    yield from _each((*path, "tiers"), rule.tiers, "tier", names.tiers)


def _people(framework: Framework, names: _Names) -> Iterator[Mention]:
    for n, role in enumerate(framework.roles):
        yield Mention(("roles", n, "home_level"), role.home_level, "level", names.levels)
    for n, row in enumerate(framework.raci):
        path: Path = ("raci", n)
        yield Mention((*path, "level"), row.level, "level", names.levels)
        yield Mention((*path, "step"), row.step, "step", [*names.steps, ORGANISATION_STEP])
        yield Mention((*path, "accountable"), row.accountable, "role", names.roles)
        yield from _each((*path, "covers"), row.covers, "activity", names.activities)
        for field in ("responsible", "consulted", "informed"):
            yield from _each((*path, field), getattr(row, field), "role", names.roles)
    for n, duty in enumerate(framework.duties):
        kind = "activity of the RACI matrix"
        yield from _each(("duties", n, "activities"), duty.activities, kind, names.raci)
        yield from _each(("duties", n, "conflicts_with"), duty.conflicts_with, kind, [*names.raci, "*"])


def _regulation(framework: Framework, names: _Names) -> Iterator[Mention]:
    sources = _ids(framework.sources)
    classes = [r.value for a in framework.derived_attributes if a.id == EU_CLASS for r in a.rules]
    for n, instrument in enumerate(framework.instruments):
        path: Path = ("instruments", n)
        yield from _each((*path, "sources"), instrument.sources, "source", sources)
        yield from _each((*path, "supersedes"), instrument.supersedes, "instrument", names.instruments)
        yield from _each((*path, "superseded_by"), instrument.superseded_by, "instrument", names.instruments)
        for m, requirement in enumerate(instrument.requirements):
            here = (*path, "requirements", m)
            step, consideration = requirement.lifecycle_step, requirement.consideration
            yield Mention((*here, "lifecycle_step"), step, "step", names.steps)
            yield Mention((*here, "consideration"), consideration, "consideration", names.considerations)
            yield from _each((*here, "suggested_measures"), requirement.suggested_measures, "measure", names.measures)
            yield from _keys((*here, "applies_from_by_class"), requirement.applies_from_by_class, "class", classes)
