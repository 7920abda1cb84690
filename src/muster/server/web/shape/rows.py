"""Proof of a version as rows: one a check, with the figure nearest to its line."""

from dataclasses import dataclass
from datetime import datetime

from muster.report.words import name_measure, word
from muster.server.casework.models import EvidenceRow
from muster.server.casework.queries import Case, evidence_of
from muster.server.web.language import tag
from muster.server.web.shape.proof import answer_of


@dataclass(frozen=True)
class ProofRow:
    """One piece of proof in a list; `latest` says that it is the one that is read."""

    id: str
    kind: str
    subject: str
    state: str
    sentence: str
    by: str
    at: datetime
    latest: bool
    of_version: bool
    assurance: str


def show_proof(case: Case, *, sees_all: bool) -> list[ProofRow]:
    """Return the proof about this version, and about the use case as such, newest first."""
    read = {evidence for item in case.assessment.measures for evidence in item.read}
    about = [case.version.id, None] if case.version else [None]
    return [_row(case, row, latest=row.id in read, sees_all=sees_all) for row in evidence_of(case.use_case, about)]


def _row(case: Case, row: EvidenceRow, *, latest: bool, sees_all: bool) -> ProofRow:
    computed = row.kind == "computed"
    answer = answer_of(case, row, sees_all=sees_all) if computed else None
    measure = case.assessment.measure(row.measure) if row.measure else None
    return ProofRow(
        id=row.id,
        kind=word("evidence_kind", row.kind, tag()),
        subject=row.check_name if computed else name_measure(case.framework, row.measure, tag()),
        state=answer.state if answer else (measure.state if measure else ""),
        sentence=answer.sentence if answer else "",
        by=row.by,
        at=row.at,
        latest=latest,
        of_version=row.version_id is not None,
        assurance=row.assurance if computed else "",
    )
