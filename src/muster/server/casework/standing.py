"""From an assessment: where a use case stands, and what has to be done next by whom. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from muster.contract.portfolio import DutyOut, State
from muster.core.assess import Assessment, GateAssessment
from muster.core.classify import STOP
from muster.core.dossier import Dossier
from muster.core.duty import ANSWERING, obstacle_to
from muster.core.framework import Framework
from muster.core.process import Act, SignOffRule
from muster.core.reasons import Reason

_FAILED = ("failed", "expired", "could_not_run")


@dataclass(frozen=True)
class Situation:
    """Where a use case stands: at which step and gate, in which state, and its duties, the next one first."""

    tier: str
    tier_rank: int
    step: str
    gate: str
    state: State
    duties: tuple[DutyOut, ...]
    stale_at: datetime | None


def describe(framework: Framework, dossier: Dossier, assessment: Assessment) -> Situation:
    """Describe where the use case stands: at its first gate, in order, that something stands against."""
    gates = [gate for gate in assessment.gates if not gate.gate.periodic]
    here = next((gate for gate in gates if gate.reasons), None)
    moments = [gate.until for gate in assessment.gates if gate.until is not None]
    classification = assessment.classification
    duties = _duties(framework, dossier, assessment, here) if here else _renewals(gates)
    return Situation(
        tier=classification.tier,
        tier_rank=len(framework.tiers) if classification.tier == STOP else framework.tier_rank(classification.tier),
        step=_step(framework, assessment, here),
        gate=here.gate.id if here else "",
        state=_state(assessment, here),
        duties=tuple(duties),
        stale_at=min(moments, default=None),
    )


def _step(framework: Framework, assessment: Assessment, here: GateAssessment | None) -> str:
    steps = assessment.process.steps
    if here is None:
        return steps[-1]
    for step in steps:
        exit_gate = framework.step_by_id[step].exit_gate
        if assessment.process.merged.get(exit_gate, exit_gate) == here.gate.id:
            return step
    return next(
        (step for step in steps if any(a.gate == here.gate.id for a in framework.step_by_id[step].activities)),
        steps[-1],
    )


def _state(assessment: Assessment, here: GateAssessment | None) -> State:
    if assessment.classification.tier == STOP:
        return "stopped"
    if here is None:
        return "passed"
    due = [assessment.measure(measure) for measure in here.due]
    if any(item is not None and item.state in _FAILED for item in due):
        return "failed"
    return "waiting" if _ready(here) else "working"


def _ready(gate: GateAssessment) -> bool:
    """Whether signatures are all that the gate still lacks."""
    return all(reason in gate.signatures.reasons for reason in gate.reasons)


def _duties(framework: Framework, dossier: Dossier, assessment: Assessment, here: GateAssessment) -> Iterable[DutyOut]:
    if assessment.classification.unanswered:
        yield DutyOut(
            act="answer",
            roles=_answering(framework),
            gate=here.gate.id,
            parameters={"questions": list(assessment.classification.unanswered)},
        )
    for reason in here.reasons:
        if not reason.measure and reason.cure.act in ("register_version", "legal_review"):
            act: Act = "register_version" if reason.cure.act == "register_version" else "release"
            yield _duty(reason.cure.act, _able(framework, act), here, [reason])
    for measure in here.due:
        reasons = [reason for reason in here.reasons if reason.measure == measure]
        if reasons:
            yield _duty(reasons[0].cure.act, reasons[0].cure.roles, here, reasons, measure=measure)
    if _ready(here):
        yield from _signatures(framework, dossier, here)


def _duty(
    act: str, roles: tuple[str, ...], gate: GateAssessment, reasons: list[Reason], *, measure: str = ""
) -> DutyOut:
    told = {"reasons": [reason.model_dump(mode="json") for reason in reasons], **reasons[0].cure.parameters}
    return DutyOut.model_validate(
        {"act": act, "roles": roles, "gate": gate.gate.id, "measure": measure, "parameters": told}
    )


def _signatures(framework: Framework, dossier: Dossier, here: GateAssessment) -> Iterable[DutyOut]:
    """One duty for each signature that is missing; when only more people are missing, one for each that is asked."""
    missing = [slot for slot in here.signatures.slots if slot.reasons]
    for slot in missing or here.signatures.slots:
        reasons = list(slot.reasons or here.signatures.reasons)
        duty = _duty("sign", (slot.rule.role,), here, reasons)
        yield duty.model_copy(update={"not_for": _cannot_sign(framework, dossier, here, slot.rule)})


def _cannot_sign(framework: Framework, dossier: Dossier, here: GateAssessment, rule: SignOffRule) -> tuple[str, ...]:
    """Who has signed exactly this already, or may not because it is their own work."""
    signed = {
        sign_off.person
        for sign_off in dossier.sign_offs
        if sign_off.gate == here.gate.id
        and sign_off.subject == here.subject
        and sign_off.meaning == rule.meaning
        and sign_off.withdrawn_at is None
    }
    barred = {
        person.id
        for person in dossier.people
        if obstacle_to(framework, dossier, here.gate, person=person.id, meaning=rule.meaning, activity=rule.activity)
    }
    return tuple(sorted(signed | barred))


def _renewals(gates: list[GateAssessment]) -> Iterable[DutyOut]:
    """When all is passed, what comes next is the first thing that time ends."""
    ending = [gate for gate in gates if gate.until is not None]
    for gate in sorted(ending, key=lambda item: item.until or datetime.max.replace(tzinfo=UTC))[:1]:
        roles = tuple(dict.fromkeys(rule.role for rule in gate.gate.sign_offs))
        yield DutyOut(act="renew", roles=roles, gate=gate.gate.id, until=gate.until)


def _answering(framework: Framework) -> tuple[str, ...]:
    rows = [row for row in framework.raci if row.id == ANSWERING]
    named = tuple(role for row in rows for role in dict.fromkeys((row.accountable, *row.responsible)))
    able = _able(framework, "answer")
    return tuple(role for role in named if role in able) or able


def _able(framework: Framework, act: Act) -> tuple[str, ...]:
    return tuple(role.id for role in framework.roles if act in role.may)
