"""The stepper: where the work is, and what was decided at the gate that ends each step: two different marks."""

from dataclasses import dataclass
from typing import Literal

from muster.core.assess import GateAssessment
from muster.core.text import say
from muster.server.casework.queries import Case
from muster.server.web.language import tag
from muster.server.web.shape.gates import gate_state, place_of


@dataclass(frozen=True)
class GateMark:
    """The sign-off state of a gate, as a link to it."""

    id: str
    state: str
    url: str


@dataclass(frozen=True)
class StepMark:
    """One step: its position in the work, and the marks of the gates in it."""

    name: str
    position: Literal["done", "here", "ahead"]
    gates: tuple[GateMark, ...]


def current_gate(case: Case) -> GateAssessment:
    """Return the gate at which the use case stands: the first that something stands against, else the last."""
    ordered = [gate for gate in case.assessment.gates if not gate.gate.periodic]
    return next((gate for gate in ordered if gate.reasons), (ordered or list(case.assessment.gates))[-1])


def show_steps(case: Case) -> list[StepMark]:
    """Return the steps of the process that this use case really has."""
    here = current_gate(case)
    marks: list[StepMark] = []
    reached = False
    shown: set[str] = set()
    for step_id in case.assessment.process.steps:
        step = case.framework.step_by_id[step_id]
        names = [activity.gate for activity in step.activities if activity.gate] + [step.exit_gate]
        ids = {case.assessment.process.merged.get(name, name) for name in names}
        found = [g for g in case.assessment.gates if g.gate.id in ids and g.gate.id not in shown]
        shown |= {gate.gate.id for gate in found}
        at = bool(here.reasons) and not reached and any(gate is here for gate in found)
        position: Literal["done", "here", "ahead"] = "here" if at else "ahead" if reached else "done"
        reached = reached or at
        marks.append(StepMark(say(step.name, tag()), position, tuple(_mark(case, g, here) for g in found)))
    return marks


def _mark(case: Case, gate: GateAssessment, here: GateAssessment) -> GateMark:
    order = [item.gate.id for item in case.assessment.gates]
    state = gate_state(gate)
    if state != "passed" and order.index(gate.gate.id) > order.index(here.gate.id):
        state = "later"
    return GateMark(gate.gate.id, state, place_of(case).gate(case.framework, gate.gate.id))
