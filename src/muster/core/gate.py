"""Judge a gate, or all gates before an environment: passed, or blocked with every reason and its cure."""

from muster.core.assess import Assessment, GateAssessment
from muster.core.canonical import digest
from muster.core.reasons import Blocked, Cure, Passed, Reason, Verdict


def judge_gate(assessment: Assessment, target: str) -> Verdict:
    """Judge `target`: a gate (its own demands, and the gates before it) or an environment (all gates before it).

    The verdict holds until `holds_until` if nothing but time passes. A target without any demand never passes.
    """
    environments = assessment.process.environments
    if target in environments:
        gates = [gate for name in environments[target] if (gate := assessment.gate(name)) is not None]
        return _verdict(assessment, target, gates, [reason for gate in gates for reason in gate.reasons])
    gate = assessment.gate(target)
    if gate is None:
        known = [*environments, *(item.gate.id for item in assessment.gates)]
        unknown = Reason(code="unknown_gate", gate=target, parameters={"target": target, "known": known})
        return _verdict(assessment, target, [], [unknown])
    before = [g for name in assessment.process.before(gate.gate.id) if (g := assessment.gate(name)) is not None]
    closed = [
        Reason(
            code="gate_before_not_passed",
            gate=gate.gate.id,
            parameters={"before": earlier.gate.id, "reasons": len(earlier.reasons)},
            cure=Cure(act="ask", parameters={"gate": earlier.gate.id}),
        )
        for earlier in before
        if earlier.reasons
    ]
    return _verdict(assessment, gate.gate.id, [*before, gate], [*closed, *gate.reasons])


def _verdict(assessment: Assessment, target: str, gates: list[GateAssessment], reasons: list[Reason]) -> Verdict:
    moments = [gate.until for gate in gates if gate.until is not None]
    subject = digest({gate.gate.id: gate.subject for gate in gates})
    until = min(moments, default=None)
    if not gates and not reasons:
        reasons = [Reason(code="nothing_required", gate=target)]
    if reasons:
        return Blocked(gate=target, at=assessment.at, holds_until=until, subject=subject, reasons=tuple(reasons))
    return Passed(gate=target, at=assessment.at, holds_until=until, subject=subject)
