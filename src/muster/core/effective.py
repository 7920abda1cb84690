"""The process that a use case really has: the steps of its variants, and the gate at which each measure is due.

Variants never lose a measure: one that sits only in absent steps falls to the exit gate of the next step that is
there, else to the last gate.
"""

from collections.abc import Mapping

from muster.core.canonical import Frozen
from muster.core.classify import Classification
from muster.core.condition import evaluate
from muster.core.framework import Framework
from muster.core.process import SignOffRule, Variant


class EffectiveGate(Frozen):
    """A gate as it stands for this use case: the sign-offs of its tier, and how many different people they take."""

    id: str
    subject: str
    sign_offs: tuple[SignOffRule, ...]
    distinct_people: int
    valid_days: int | None
    periodic: bool


class EffectiveProcess(Frozen):
    """Steps in order, gates in order, where each measure is due, and which gates stand before an environment.

    `merged` maps a gate that was joined into another to that other; `variants` are those that match.
    """

    steps: tuple[str, ...]
    gates: tuple[EffectiveGate, ...]
    variants: tuple[str, ...]
    merged: Mapping[str, str]
    due: Mapping[str, tuple[str, ...]]
    environments: Mapping[str, tuple[str, ...]]
    expires_days: int | None

    def gate(self, gate_id: str) -> EffectiveGate | None:
        """Return the gate of that id (following merges), or None when this process has no such gate."""
        gate_id = self.merged.get(gate_id, gate_id)
        return next((gate for gate in self.gates if gate.id == gate_id), None)

    def before(self, gate_id: str) -> tuple[str, ...]:
        """Return the gates that come before `gate_id` on the way to an environment.

        A gate that stands before no environment comes after those of the last one.
        """
        listed = [gates for gates in self.environments.values() if gate_id in gates]
        if listed:
            return tuple(listed[0][: listed[0].index(gate_id)])
        last = list(self.environments.values())[-1] if self.environments else ()
        return tuple(gate for gate in last if gate != gate_id)


def effective_process(framework: Framework, classification: Classification) -> EffectiveProcess:
    """Return the process of a use case so classified."""
    matching, certain = _matching(framework, classification)
    steps = _steps(framework, matching, certain=certain)
    merging = matching[0] if certain and len(matching) == 1 and matching[0].merge_into else None
    gate_ids = _gate_ids(framework, steps)
    merged: dict[str, str] = {}
    if merging is not None:
        before = gate_ids[: gate_ids.index(merging.merge_into)]
        merged = dict.fromkeys(before, merging.merge_into)
    kept = tuple(gate for gate in gate_ids if gate not in merged)
    return EffectiveProcess(
        steps=steps,
        gates=tuple(_gate(framework, gate, classification.working_tier, merging) for gate in kept),
        variants=tuple(variant.id for variant in matching),
        merged=merged,
        due={measure.id: _due(framework, measure.placed_in, steps, kept, merged) for measure in framework.measures},
        environments={
            environment.id: tuple(
                dict.fromkeys(g for gate in environment.gates if (g := merged.get(gate, gate)) in kept)
            )
            for environment in framework.process.environments
        },
        expires_days=merging.expires_days if merging else None,
    )


def _matching(framework: Framework, classification: Classification) -> tuple[tuple[Variant, ...], bool]:
    """The variants that hold for sure, and whether none is left open (an open one must not take steps away)."""
    matching, certain = [], True
    for variant in framework.process.variants:
        if variant.tiers and classification.working_tier not in variant.tiers:
            continue
        truth = evaluate(variant.when, classification.facts).truth
        if truth:
            matching.append(variant)
        certain = certain and truth is not None
    return tuple(matching), certain


def _steps(framework: Framework, matching: tuple[Variant, ...], *, certain: bool) -> tuple[str, ...]:
    every = tuple(step.id for step in framework.process.steps)
    if not matching or not certain:
        return every
    united = {step for variant in matching for step in variant.steps}
    return tuple(step for step in every if step in united)


def _gate_ids(framework: Framework, steps: tuple[str, ...]) -> tuple[str, ...]:
    used: set[str] = set()
    for step in steps:
        used.add(framework.step_by_id[step].exit_gate)
        used.update(activity.gate for activity in framework.step_by_id[step].activities if activity.gate)
    return tuple(gate.id for gate in framework.process.gates if gate.id in used)


def _gate(framework: Framework, gate_id: str, tier: str, merging: Variant | None) -> EffectiveGate:
    gate = framework.gate_by_id[gate_id]
    replaced = merging is not None and merging.merge_into == gate_id and bool(merging.sign_offs)
    rules = merging.sign_offs if merging is not None and replaced else gate.sign_offs
    sign_offs = tuple(rule for rule in rules if not rule.tiers or tier in rule.tiers)
    people = gate.distinct_people.get(tier, 1)
    return EffectiveGate(
        id=gate_id,
        subject=gate.subject,
        sign_offs=sign_offs,
        distinct_people=min(people, len(sign_offs)) if replaced else people,
        valid_days=(merging.expires_days if merging is not None and replaced else None) or gate.valid_days,
        periodic=gate.periodic,
    )


def _due(
    framework: Framework,
    placed_in: tuple[str, ...],
    steps: tuple[str, ...],
    gates: tuple[str, ...],
    merged: Mapping[str, str],
) -> tuple[str, ...]:
    present = [path for path in placed_in if path.split(".")[0] in steps]
    if present:
        due = [_gate_of(framework, path) for path in present]
    else:
        due = [_fallback(framework, path.split(".")[0], steps) or gates[-1] for path in placed_in]
    due = [merged.get(gate, gate) for gate in due]
    return tuple(gate for gate in gates if gate in due)


def _gate_of(framework: Framework, path: str) -> str:
    return framework.activity_by_path[path].gate or framework.step_by_id[path.split(".", maxsplit=1)[0]].exit_gate


def _fallback(framework: Framework, absent: str, steps: tuple[str, ...]) -> str | None:
    order = [step.id for step in framework.process.steps]
    later = (step for step in order[order.index(absent) + 1 :] if step in steps)
    following = next(later, None)
    return framework.step_by_id[following].exit_gate if following else None
