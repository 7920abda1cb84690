"""Assess a dossier once: classification, required measures and their states, signatures, and what each gate reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from muster.core.canonical import Frozen, digest
from muster.core.classify import STOP, Classification, classify
from muster.core.condition import evaluate
from muster.core.criteria import resolve
from muster.core.dossier import Dossier
from muster.core.effective import EffectiveGate, EffectiveProcess, effective_process
from muster.core.framework import Framework
from muster.core.measures import required_measures
from muster.core.policy import BuildRule, ToleranceRef
from muster.core.proof import MeasureAssessment, ProofReader
from muster.core.reasons import Cure, Reason
from muster.core.signoffs import Scales, Weighed


class GateAssessment(Frozen):
    """One gate as it stands.

    `content` is exactly what its signatures are about and `subject` the digest of that; `due` are the measures judged
    here; `reasons` is all that stands against this gate alone; `until` is when time alone could change any of it.
    """

    gate: EffectiveGate
    due: tuple[str, ...]
    content: Mapping[str, Any]
    subject: str
    signatures: Weighed
    reasons: tuple[Reason, ...]
    until: datetime | None


class Assessment(Frozen):
    """Everything that a page or a gate needs to know about one use case (and version) at one moment."""

    framework: str
    dossier: str
    at: datetime
    classification: Classification
    process: EffectiveProcess
    measures: tuple[MeasureAssessment, ...]
    gates: tuple[GateAssessment, ...]
    build_profile: tuple[str, ...]

    def gate(self, gate_id: str) -> GateAssessment | None:
        """Return the gate of that id (following merges), or None when this use case has no such gate."""
        gate_id = self.process.merged.get(gate_id, gate_id)
        return next((gate for gate in self.gates if gate.gate.id == gate_id), None)

    def measure(self, measure_id: str) -> MeasureAssessment | None:
        """Return the assessment of a required measure, or None when it is not required."""
        return next((m for m in self.measures if m.required.measure == measure_id), None)


def assess(framework: Framework, dossier: Dossier, at: datetime) -> Assessment:
    """Assess `dossier` against `framework` at the moment `at` (aware). Pure and total."""
    answers = {answer.question: answer.value for answer in dossier.answers}
    classification = classify(framework, answers, raised_to=dossier.use_case.raised_tier)
    process = effective_process(framework, classification)
    reader = ProofReader(framework, dossier, classification, at)
    at_use_case = {gate.id for gate in process.gates if gate.subject == "use_case"}
    measures = tuple(
        reader.assess(required, at_version_gate=not at_use_case & set(process.due[required.measure]))
        for required in required_measures(framework, classification, at.astimezone(UTC).date())
    )
    states = {item.required.measure: item for item in measures}
    desk = _Desk(framework, dossier, classification, process, states, at)
    gates = tuple(desk.gate(gate) for gate in process.gates)
    return Assessment(
        framework=framework.digest,
        dossier=dossier.digest,
        at=at,
        classification=classification,
        process=process,
        measures=_settle(measures, process, gates),
        gates=gates,
        build_profile=tuple(rule.id for rule in framework.build_profile if _builds(rule, classification)),
    )


def _builds(rule: BuildRule, classification: Classification) -> bool:
    if rule.tiers and classification.working_tier not in rule.tiers:
        return False
    return rule.when is None or evaluate(rule.when, classification.facts).holds_or_unknown


@dataclass(frozen=True)
class _Desk:
    """All that lies open while the gates of one use case are looked at."""

    framework: Framework
    dossier: Dossier
    classification: Classification
    process: EffectiveProcess
    states: Mapping[str, MeasureAssessment]
    at: datetime

    def gate(self, gate: EffectiveGate) -> GateAssessment:
        counted = {m: s for m, s in self.states.items() if s.state != "planned"}
        due = tuple(m for m in counted if gate.id in self.process.due[m])
        upto = {*self.process.before(gate.id), gate.id}
        content = self._content(gate, [s for m, s in counted.items() if upto & set(self.process.due[m])])
        subject = digest(content)
        signatures = Scales(self.framework, self.dossier, gate, subject, self.at).weigh()
        reasons = [
            *self._standing(gate),
            *(reason.model_copy(update={"gate": gate.id}) for m in due for reason in counted[m].reasons),
            *signatures.reasons,
        ]
        if not due and not gate.sign_offs:
            reasons.append(Reason(code="nothing_required", gate=gate.id))
        moments = [
            *(counted[m].until for m in due),
            signatures.until,
            self._result_ends(gate),
            *(_midnight(day) for s in self.states.values() for day in s.required.changes),
        ]
        return GateAssessment(
            gate=gate,
            due=due,
            content=content,
            subject=subject,
            signatures=signatures,
            reasons=tuple(reasons),
            until=min((moment for moment in moments if moment is not None and moment > self.at), default=None),
        )

    def _standing(self, gate: EffectiveGate) -> list[Reason]:
        """What stands against a gate whatever its measures say."""
        reasons = []
        if self.classification.tier == STOP:
            minimum = self.framework.floor_by_id
            floors = [f.id for f in self.classification.floors if minimum[f.id].minimum == "stop"]
            cure = Cure(act="legal_review")
            reasons.append(Reason(code="prohibited_practice", gate=gate.id, parameters={"floors": floors}, cure=cure))
        if self.classification.provisional and gate.id == self.process.gates[0].id:
            open_ = {"questions": [s.question for s in self.classification.scores if s.basis == "unanswered"]}
            cure = Cure(act="answer", parameters=open_)
            reasons.append(Reason(code="answers_missing", gate=gate.id, parameters=open_, cure=cure))
        if gate.subject == "version" and self.dossier.version is None:
            reasons.append(Reason(code="version_missing", gate=gate.id, cure=Cure(act="register_version")))
        ends = self._result_ends(gate)
        if ends is not None and self.at >= ends:
            until = {"until": ends.isoformat()}
            cure = Cure(act="register_version")
            reasons.append(Reason(code="result_expired", gate=gate.id, parameters=until, cure=cure))
        return reasons

    def _result_ends(self, gate: EffectiveGate) -> datetime | None:
        """A one-off result carries an expiry date; whoever still needs it then registers it anew."""
        version = self.dossier.version
        if version is None or gate.subject != "version" or self.process.expires_days is None:
            return None
        return version.registered_at + timedelta(days=self.process.expires_days)

    def _content(self, gate: EffectiveGate, measures: list[MeasureAssessment]) -> dict[str, Any]:
        """Exactly what is signed: never people, feedback, signatures or time, or the second would outdate the first."""
        use_case = self.dossier.use_case
        statements = {evidence.id: evidence.statement for evidence in self.dossier.evidence}
        version = self.dossier.version if gate.subject == "version" else None
        return {
            "use_case": use_case.id,
            "purpose": use_case.purpose,
            "protected": list(use_case.protected),
            "answers": {answer.question: _plain(answer.value) for answer in self.dossier.answers},
            "tier": self.classification.tier,
            "version": version.model_dump(mode="json", exclude={"authors", "registered_at"}) if version else None,
            "proof": {m.required.measure: sorted(statements[item] for item in m.read) for m in measures},
            "gate": gate.model_dump(mode="json"),
            "rules": {m.required.measure: _rule(self.framework, m.required.measure) for m in measures},
        }


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _rule(framework: Framework, measure_id: str) -> list[dict[str, Any]]:
    """The demands of a measure with every tolerance put in numbers: a changed stance is a changed rule."""
    demands = []
    for demand in framework.measure_by_id[measure_id].evidence:
        written = demand.model_dump(mode="json")
        for bound, criterion in zip(written["criteria"], demand.criteria, strict=True):
            for name in ("at_least", "at_most"):
                if isinstance(limit := getattr(criterion, name), ToleranceRef):
                    bound[name] = {"tolerance": limit.tolerance, "value": resolve(framework, limit)}
        demands.append(written)
    return demands


def _settle(
    measures: tuple[MeasureAssessment, ...], process: EffectiveProcess, gates: tuple[GateAssessment, ...]
) -> tuple[MeasureAssessment, ...]:
    """A measure that only waits for signatures is passed once those of its gates are complete."""
    signed = {gate.gate.id for gate in gates if not gate.signatures.reasons and gate.gate.sign_offs}
    return tuple(
        item.model_copy(update={"state": "passed"})
        if item.state == "waiting" and set(process.due[item.required.measure]) <= signed
        else item
        for item in measures
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=UTC)
