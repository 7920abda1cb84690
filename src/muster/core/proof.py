"""Is there evidence for a measure, does it keep its limits, and until when: one measure at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias

from muster.core.assurance import reaches, reviewers
from muster.core.canonical import Frozen
from muster.core.classify import Classification
from muster.core.criteria import shortfalls
from muster.core.dossier import Dossier, Evidence
from muster.core.framework import Framework
from muster.core.measures import RequiredMeasure
from muster.core.policy import Demand, Measure
from muster.core.reasons import Cure, Reason, ReasonCode
from muster.core.records import RECORD_CHECKS

MeasureState: TypeAlias = Literal["passed", "missing", "failed", "expired", "could_not_run", "waiting", "planned"]


class MeasureAssessment(Frozen):
    """A required measure and how it stands: its state, every reason why not, and the evidence that was read.

    ``waiting`` means that nothing but signatures of its gate is missing. `until` is when time alone ends the state
    ``passed``.
    """

    required: RequiredMeasure
    state: MeasureState
    reasons: tuple[Reason, ...] = ()
    read: tuple[str, ...] = ()
    until: datetime | None = None


class _Finding(Frozen):
    """What one demand came to."""

    reasons: tuple[Reason, ...] = ()
    read: tuple[str, ...] = ()
    until: datetime | None = None


@dataclass(frozen=True)
class ProofReader:
    """Reads the proof in one dossier against one framework at one moment."""

    framework: Framework
    dossier: Dossier
    classification: Classification
    at: datetime

    def assess(self, required: RequiredMeasure, *, at_version_gate: bool) -> MeasureAssessment:
        """Judge one required measure; `at_version_gate` says that its gate looks at one version of the model."""
        if required.planned:
            return MeasureAssessment(required=required, state="planned")
        measure = self.framework.measure_by_id[required.measure]
        versions = self._versions(measure, at_version_gate=at_version_gate)
        findings = [self._find(measure, demand, versions) for demand in measure.evidence if demand.kind != "signoff"]
        if measure.choice == "one_of_or_reasoned" and any(finding.reasons for finding in findings):
            reasoned = self._statement(measure, Demand(kind="attestation"), versions)
            findings = findings if reasoned.reasons else [reasoned]
        reasons = tuple(reason for finding in findings for reason in finding.reasons)
        return MeasureAssessment(
            required=required,
            state=_state(reasons, only_signatures=not findings),
            reasons=reasons,
            read=tuple(dict.fromkeys(item for finding in findings for item in finding.read)),
            until=min((f.until for f in findings if f.until is not None), default=None),
        )

    def _versions(self, measure: Measure, *, at_version_gate: bool) -> tuple[str | None, ...]:
        """Whom the evidence must be about: this version, or (None) the use case and the organisation."""
        version = self.dossier.version.id if self.dossier.version is not None else ""
        if not at_version_gate:
            return (None,)
        return (version,) if measure.scope in ("version", "deployment") else (None, version)

    def _find(self, measure: Measure, demand: Demand, versions: tuple[str | None, ...]) -> _Finding:
        if demand.kind != "computed":
            return self._statement(measure, demand, versions)
        if demand.check in RECORD_CHECKS:
            return self._record(measure, demand)
        return self._computed(measure, demand, versions)

    def _record(self, measure: Measure, demand: Demand) -> _Finding:
        result = RECORD_CHECKS[demand.check](self.framework, self.dossier, self.classification, self.at)
        if not result.missing:
            return _Finding(until=result.until)
        parameters = {"check": demand.check, "missing": list(result.missing)}
        cure = Cure(act="complete_record", roles=(measure.responsible,), parameters=parameters)
        return _Finding(reasons=(_reason("record_incomplete", measure, parameters, cure),))

    def _statement(self, measure: Measure, demand: Demand, versions: tuple[str | None, ...]) -> _Finding:
        cure = Cure(act="attest", roles=(measure.responsible,), parameters={"kind": demand.kind})
        found = self._latest(lambda e: e.kind == demand.kind and e.measure == measure.id, versions)
        return self._aged(found, measure, demand, cure)

    def _computed(self, measure: Measure, demand: Demand, versions: tuple[str | None, ...]) -> _Finding:
        cure = Cure(act="hand_in_evidence", roles=(measure.responsible,), parameters={"check": demand.check})
        computed = self._latest(lambda e: e.kind == "computed" and e.check == demand.check, versions)
        found = self._latest(
            lambda e: e.kind == "computed" and e.check == demand.check and reaches(e.assurance, demand.assurance),
            versions,
        )
        if found is None and computed is not None:
            return self._too_low(computed, measure, demand, cure)
        aged = self._aged(found, measure, demand, cure)
        if found is None or aged.reasons:
            return aged
        told = {"kind": demand.kind, "check": demand.check, "evidence": found.id}
        reasons = (
            _reason(short.code, measure, {**told, **short.parameters}, cure)
            for short in shortfalls(self.framework, demand, found, self.dossier.use_case.protected)
        )
        return _Finding(reasons=tuple(reasons), read=aged.read, until=aged.until)

    def _too_low(self, found: Evidence, measure: Measure, demand: Demand, cure: Cure) -> _Finding:
        """There is proof, and none was run by whom the demand asks for: the newest is named."""
        told = {"assurance": found.assurance, "assurance_asked": demand.assurance, "evidence": found.id}
        parameters = {"kind": demand.kind, "check": demand.check, **told}
        return _Finding(
            reasons=(_reason("evidence_assurance_low", measure, parameters, _rerun(self.framework, demand, cure)),),
            read=(found.id,),
        )

    def _latest(self, fits: Callable[[Evidence], bool], versions: tuple[str | None, ...]) -> Evidence | None:
        fitting = (e for e in self.dossier.evidence if e.version in versions and fits(e))
        return max(fitting, key=lambda e: (e.at, e.id), default=None)

    def _aged(self, found: Evidence | None, measure: Measure, demand: Demand, cure: Cure) -> _Finding:
        parameters: dict[str, Any] = {"kind": demand.kind, "check": demand.check}
        if found is None:
            return _Finding(reasons=(_reason("evidence_missing", measure, parameters, cure),))
        parameters["evidence"] = found.id
        if found.failure:
            failed = _reason("evidence_failed", measure, {**parameters, "failure": found.failure}, cure)
            return _Finding(reasons=(failed,), read=(found.id,))
        until = found.at + timedelta(days=demand.valid_days) if demand.valid_days else None
        if until is not None and self.at >= until:
            expired = _reason("evidence_expired", measure, {**parameters, "until": until.isoformat()}, cure)
            return _Finding(reasons=(expired,), read=(found.id,))
        return _Finding(read=(found.id,), until=until)


def _rerun(framework: Framework, demand: Demand, cure: Cure) -> Cure:
    """A validator runs it again, or whoever is responsible has Muster run it."""
    if demand.assurance != "validator":
        return cure
    able = reviewers(framework)
    return cure.model_copy(update={"roles": tuple(role for role in framework.role_by_id if role in able)})


def _reason(code: ReasonCode, measure: Measure, parameters: dict[str, Any], cure: Cure) -> Reason:
    return Reason(code=code, measure=measure.id, parameters=parameters, cure=cure)


def _state(reasons: tuple[Reason, ...], *, only_signatures: bool) -> MeasureState:
    codes = {reason.code for reason in reasons}
    if not codes:
        return "waiting" if only_signatures else "passed"
    if "evidence_failed" in codes:
        return "could_not_run"
    if codes <= {"evidence_missing", "record_incomplete"}:
        return "missing"
    return "expired" if codes == {"evidence_expired"} else "failed"
