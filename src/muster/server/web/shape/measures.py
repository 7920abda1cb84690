"""Measures as rows: by the gate at which they are due, with state, why, and who can supply what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass

from muster.core.policy import Criterion, Demand, Measure, ToleranceRef
from muster.core.proof import MeasureAssessment
from muster.core.text import say
from muster.report import numbers
from muster.report.sentences import cure_sentence, sentence
from muster.report.why import why_required
from muster.report.words import CHINESE, figure_name, name_role, word
from muster.server.casework.queries import Case
from muster.server.web.language import tag
from muster.server.web.shape.gates import place_of
from muster.server.web.shape.links import Link, cure_link, measure_url


@dataclass(frozen=True)
class MeasureRow:
    """One required measure as it stands."""

    id: str
    name: str
    description: str
    url: str
    state: str
    level: str
    consideration: str
    responsible: str
    accountable: str
    why: tuple[str, ...]
    serves: tuple[str, ...]
    asked: tuple[str, ...]
    said: tuple[str, ...]
    cure: str
    link: Link | None
    evidence: tuple[str, ...]
    planned: bool
    mine: bool


@dataclass(frozen=True)
class Due:
    """The measures that are due at one gate."""

    gate: str
    question: str
    rows: tuple[MeasureRow, ...]

    @property
    def passed(self) -> int:
        """How many of them are passed."""
        return sum(row.state == "passed" for row in self.rows)


def show_due(case: Case, names: Mapping[str, str], roles: tuple[str, ...]) -> list[Due]:
    """Return the measures of a case under each gate, each measure at the first gate it is due at."""
    shown: set[str] = set()
    due = []
    for gate in case.assessment.gates:
        fitting = [
            item
            for item in case.assessment.measures
            if gate.gate.id in case.assessment.process.due[item.required.measure] and item.required.measure not in shown
        ]
        shown |= {item.required.measure for item in fitting}
        if fitting:
            question = say(case.framework.gate_by_id[gate.gate.id].question, tag())
            due.append(Due(gate.gate.id, question, tuple(show_measure(case, item, names, roles) for item in fitting)))
    return due


def show_measure(case: Case, item: MeasureAssessment, names: Mapping[str, str], roles: tuple[str, ...]) -> MeasureRow:
    """Return the row of one required measure; `roles` are the reader's."""
    framework = case.framework
    measure = framework.measure_by_id[item.required.measure]
    first = item.reasons[0] if item.reasons else None
    return MeasureRow(
        id=measure.id,
        name=say(measure.name, tag()),
        description=say(measure.description, tag()),
        url=measure_url(place_of(case), measure.id),
        state=item.state,
        level=measure.level,
        consideration=say(framework.consideration_by_id[measure.consideration].name, tag()),
        responsible=name_role(framework, measure.responsible, tag()),
        accountable=name_role(framework, measure.accountable, tag()),
        why=why_required(item.required, framework, tag()),
        serves=tuple(_requirement(case, name) for name in item.required.serves),
        asked=tuple(show_demand(case, demand) for demand in measure.evidence),
        said=tuple(sentence(reason, framework, tag(), names=names) for reason in item.reasons),
        cure=cure_sentence(first, framework, tag(), names=names) if first else "",
        link=cure_link(first, framework, place_of(case)) if first else None,
        evidence=item.read,
        planned=item.required.planned,
        mine=bool({measure.responsible, measure.accountable} & set(roles)),
    )


def _requirement(case: Case, name: str) -> str:
    instrument, requirement = case.framework.requirement_by_id[name]
    return f"{instrument.short_name} {requirement.ref}"


def show_demand(case: Case, demand: Demand) -> str:
    """Return what one demand asks for, with its limits in numbers."""
    chinese = tag() == CHINESE
    kind = word("evidence_kind", demand.kind, tag()) + (f" {demand.check}" if demand.check else "")
    bounds = [show_criterion(case, criterion) for criterion in demand.criteria]
    if demand.valid_days:
        bounds.append(f"有效 {demand.valid_days} 天" if chinese else f"counts for {demand.valid_days} days")
    if not bounds:
        return kind
    return f"{kind}：{'；'.join(bounds)}" if chinese else f"{kind}: {'; '.join(bounds)}"


def show_criterion(case: Case, criterion: Criterion) -> str:
    """Return one limit in words and numbers."""
    name = figure_name(criterion.figure, tag())
    parts = []
    for limit, sign in ((criterion.at_least, "≥"), (criterion.at_most, "≤")):
        if limit is not None:
            value = case.framework.tolerance_by_id[limit.tolerance].value if isinstance(limit, ToleranceRef) else limit
            parts.append(f"{sign} {numbers.limit(criterion.figure, value)}")
    return f"{name} {' '.join(parts)}"


def takes(measure: Measure) -> tuple[str, ...]:
    """Return the kinds of proof that a person can hand in on the measure's page."""
    kinds = [demand.kind for demand in measure.evidence if demand.kind in ("attestation", "document", "process")]
    if measure.choice and "attestation" not in kinds:
        kinds.append("attestation")
    return tuple(dict.fromkeys(kinds))
