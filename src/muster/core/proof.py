"""Is there evidence for a measure, does it keep its limits, and until when: one measure at a time."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from muster.core.canonical import Frozen
from muster.core.classify import Classification
from muster.core.dossier import Dossier, Evidence
from muster.core.figures import Figure
from muster.core.framework import Framework
from muster.core.measures import RequiredMeasure
from muster.core.policy import Criterion, Demand, Limit, Measure, ToleranceRef
from muster.core.reasons import Cure, Reason
from muster.core.records import RECORD_CHECKS

MeasureState: TypeAlias = Literal["passed", "missing", "failed", "expired", "could_not_run", "waiting", "planned"]


class MeasureAssessment(Frozen):
    """A required measure and how it stands: its state, every reason why not, and the evidence that was read.

    ``waiting`` means that nothing but signatures of its gate is missing. `until` is when time alone ends the state
    ``passed``.
    """

    required: RequiredMeasure
    state: MeasureState
    reasons: tuple[Reason, ...]
    read: tuple[str, ...]
    until: datetime | None


class _Judged(Frozen):
    reasons: tuple[Reason, ...] = ()
    read: tuple[str, ...] = ()
    until: datetime | None = None


def assess_measure(
    framework: Framework,
    dossier: Dossier,
    classification: Classification,
    required: RequiredMeasure,
    *,
    of_version: bool,
    at: datetime,
) -> MeasureAssessment:
    """Judge one required measure; `of_version` says that its gate looks at one version of the model."""
    measure = framework.measure_by_id[required.measure]
    if required.planned:
        return MeasureAssessment(required=required, state="planned", reasons=(), read=(), until=None)
    judged = [
        _judge(framework, dossier, classification, measure, demand, of_version=of_version, at=at)
        for demand in measure.evidence
        if demand.kind != "signoff"
    ]
    reasons = tuple(reason for one in judged for reason in one.reasons)
    if measure.choice == "one_of_or_reasoned" and reasons:
        reasoned = _judge_statement(dossier, measure, Demand(kind="attestation"), of_version=of_version, at=at)
        if not reasoned.reasons:
            judged, reasons = [reasoned], ()
    untils = [one.until for one in judged if one.until is not None]
    return MeasureAssessment(
        required=required,
        state=_state(reasons, only_signatures=not judged),
        reasons=reasons,
        read=tuple(dict.fromkeys(item for one in judged for item in one.read)),
        until=min(untils) if untils else None,
    )


def _state(reasons: tuple[Reason, ...], *, only_signatures: bool) -> MeasureState:
    codes = {reason.code for reason in reasons}
    if not codes:
        return "waiting" if only_signatures else "passed"
    if "evidence_failed" in codes:
        return "could_not_run"
    if codes <= {"evidence_missing", "record_incomplete", "version_missing"}:
        return "missing"
    return "expired" if codes == {"evidence_expired"} else "failed"


def _judge(
    framework: Framework,
    dossier: Dossier,
    classification: Classification,
    measure: Measure,
    demand: Demand,
    *,
    of_version: bool,
    at: datetime,
) -> _Judged:
    if demand.kind != "computed":
        return _judge_statement(dossier, measure, demand, of_version=of_version, at=at)
    if record_check := RECORD_CHECKS.get(demand.check):
        result = record_check(framework, dossier, classification, at)
        if not result.missing:
            return _Judged(until=result.until)
        cure = Cure(act="complete_record", roles=(measure.responsible,), parameters={"missing": list(result.missing)})
        parameters = {"check": demand.check, "missing": list(result.missing)}
        return _Judged(
            reasons=(Reason(code="record_incomplete", measure=measure.id, parameters=parameters, cure=cure),)
        )
    return _judge_computed(framework, dossier, measure, demand, of_version=of_version, at=at)


def _judge_statement(dossier: Dossier, measure: Measure, demand: Demand, *, of_version: bool, at: datetime) -> _Judged:
    found = latest(
        (e for e in dossier.evidence if e.kind == demand.kind and e.measure == measure.id),
        dossier,
        of_version=of_version and measure.scope == "version",
    )
    cure = Cure(act="attest", roles=(measure.responsible,), parameters={"kind": demand.kind})
    return _aged(found, measure, demand, cure, at)


def _judge_computed(
    framework: Framework, dossier: Dossier, measure: Measure, demand: Demand, *, of_version: bool, at: datetime
) -> _Judged:
    found = latest(
        (e for e in dossier.evidence if e.kind == "computed" and e.check == demand.check),
        dossier,
        of_version=of_version and measure.scope in ("version", "deployment"),
    )
    cure = Cure(act="hand_in_evidence", roles=(measure.responsible,), parameters={"check": demand.check})
    aged = _aged(found, measure, demand, cure, at)
    if found is None or aged.reasons:
        return aged
    reasons = [
        *_settings(found, measure, demand, cure),
        *_coverage(found, dossier, measure, demand, cure),
        *(r for criterion in demand.criteria for r in _criterion(framework, found, measure, criterion, cure)),
    ]
    return _Judged(reasons=tuple(reasons), read=aged.read, until=aged.until)


def latest(candidates: Iterable[Evidence], dossier: Dossier, *, of_version: bool) -> Evidence | None:
    """Return the newest candidate about the version at hand (or, else, about the use case as such)."""
    version = dossier.version.id if dossier.version is not None else None
    fitting = [e for e in candidates if (e.version == version if of_version else e.version in (None, version))]
    return max(fitting, key=lambda e: (e.at, e.id), default=None)


def _aged(found: Evidence | None, measure: Measure, demand: Demand, cure: Cure, at: datetime) -> _Judged:
    parameters = {"kind": demand.kind, "check": demand.check}
    if found is None:
        return _Judged(reasons=(Reason(code="evidence_missing", measure=measure.id, parameters=parameters, cure=cure),))
    parameters["evidence"] = found.id
    if found.failure:
        parameters["failure"] = found.failure
        failed = Reason(code="evidence_failed", measure=measure.id, parameters=parameters, cure=cure)
        return _Judged(reasons=(failed,), read=(found.id,))
    until = found.at + timedelta(days=demand.valid_days) if demand.valid_days else None
    if until is not None and at >= until:
        expired = Reason(
            code="evidence_expired",
            measure=measure.id,
            parameters={**parameters, "until": until.isoformat()},
            cure=cure,
        )
        return _Judged(reasons=(expired,), read=(found.id,))
    return _Judged(read=(found.id,), until=until)


def _settings(found: Evidence, measure: Measure, demand: Demand, cure: Cure) -> list[Reason]:
    return [
        Reason(
            code="evidence_settings_differ",
            measure=measure.id,
            parameters={
                "check": demand.check,
                "evidence": found.id,
                "setting": name,
                "asked": asked,
                "found": found.parameters.get(name),
            },
            cure=cure,
        )
        for name, asked in demand.settings.items()
        if found.parameters.get(name) != asked
    ]


def _coverage(found: Evidence, dossier: Dossier, measure: Measure, demand: Demand, cure: Cure) -> list[Reason]:
    if not demand.covers_protected:
        return []
    examined = found.parameters.get("protected", [])
    left_out = [name for name in dossier.use_case.protected if name not in examined]
    if not left_out:
        return []
    parameters = {"check": demand.check, "evidence": found.id, "left_out": left_out}
    return [Reason(code="evidence_omits_protected", measure=measure.id, parameters=parameters, cure=cure)]


def _criterion(
    framework: Framework, found: Evidence, measure: Measure, criterion: Criterion, cure: Cure
) -> list[Reason]:
    figures = [figure for figure in found.figures if figure.name == criterion.figure]
    if not figures:
        parameters = {"check": found.check, "evidence": found.id, "figure": criterion.figure}
        return [Reason(code="evidence_lacks_figure", measure=measure.id, parameters=parameters, cure=cure)]
    return [
        reason
        for figure in figures
        if (reason := _bound(framework, found, measure, criterion, figure, cure)) is not None
    ]


def _bound(
    framework: Framework, found: Evidence, measure: Measure, criterion: Criterion, figure: Figure, cure: Cure
) -> Reason | None:
    value = getattr(figure, criterion.use)
    parameters = {"check": found.check, "evidence": found.id, **figure.model_dump(exclude_defaults=True)}
    if value is None:
        parameters["not_estimable"] = figure.not_estimable or f"no_{criterion.use}"
        return Reason(code="evidence_not_estimable", measure=measure.id, parameters=parameters, cure=cure)
    for limit, code, broken in (
        (criterion.at_least, "evidence_below_limit", lambda bound: value < bound),
        (criterion.at_most, "evidence_above_limit", lambda bound: value > bound),
    ):
        if limit is not None and broken(resolve(framework, limit)):
            parameters |= {"limit": resolve(framework, limit), "use": criterion.use}
            if isinstance(limit, ToleranceRef):
                parameters["tolerance"] = limit.tolerance
            return Reason.model_validate({"code": code, "measure": measure.id, "parameters": parameters, "cure": cure})
    return None


def resolve(framework: Framework, limit: Limit) -> float:
    """Return the number that a limit stands for; a tolerance is looked up in the ethical position."""
    return framework.tolerance_by_id[limit.tolerance].value if isinstance(limit, ToleranceRef) else limit
