"""From rows to core types: the one place where a dossier is put together, for one use case or for many."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Q
from django.utils import timezone

from muster.core import dossier as core
from muster.core.assess import Assessment, assess
from muster.core.dossier import Dossier
from muster.core.duty import Actor, may
from muster.core.framework import Framework
from muster.server.casework.models import AnswerRow, CheckRun, EvidenceRow, SignOffRow
from muster.server.identity.queries import people_of_use_cases
from muster.server.policy.queries import by_digest
from muster.server.registry.models import ModelVersion, UseCase

Subject = tuple[UseCase, ModelVersion | None]
_Row = TypeVar("_Row", AnswerRow, EvidenceRow, SignOffRow)


@dataclass(frozen=True)
class Case:
    """A use case (and a version of its model) with everything that follows from it at one moment."""

    use_case: UseCase
    version: ModelVersion | None
    framework: Framework
    dossier: Dossier
    assessment: Assessment


def case(use_case: UseCase, version: ModelVersion | None = None, *, at: datetime | None = None) -> Case:
    """Return the use case assessed at `at` (default: now)."""
    framework = by_digest(use_case.framework)
    snapshot = dossier(use_case, version)
    return Case(use_case, version, framework, snapshot, assess(framework, snapshot, at or timezone.now()))


def assessment(use_case: UseCase, version: ModelVersion | None = None, *, at: datetime | None = None) -> Assessment:
    """Return the assessment of a use case (and a version) at `at` (default: now)."""
    return case(use_case, version, at=at).assessment


def dossier(use_case: UseCase, version: ModelVersion | None = None) -> Dossier:
    """Return the dossier of one use case, and one version where given."""
    return dossiers([(use_case, version)])[0]


def dossiers(subjects: Sequence[Subject]) -> list[Dossier]:
    """Return the dossier of each subject, in order, by four queries whatever their number."""
    ids = list({use_case.id for use_case, _ in subjects})
    answers = _by_use_case(AnswerRow.objects.filter(use_case__in=ids, superseded_at=None).order_by("question"))
    proof = _by_use_case(
        EvidenceRow.objects.filter(Q(use_case__in=ids) | Q(use_case=None)).defer("statement_text").order_by("id")
    )
    sign_offs = _by_use_case(
        SignOffRow.objects.filter(use_case__in=ids).defer("content_text", "comment").order_by("id")
    )
    people = people_of_use_cases(tuple(ids))
    return [
        Dossier(
            use_case=_use_case(use_case),
            framework=use_case.framework,
            answers=tuple(_answer(row) for row in answers[use_case.id]),
            version=_version(version) if version else None,
            evidence=tuple(
                sorted(
                    (_evidence(row) for row in (*proof[use_case.id], *proof[None]) if _concerns(row, version)),
                    key=lambda evidence: evidence.id,
                )
            ),
            sign_offs=tuple(_sign_off(row) for row in sign_offs[use_case.id] if _concerns(row, version)),
            people=tuple(core.Person(id=person, roles=roles) for person, roles in people[use_case.id].items()),
        )
        for use_case, version in subjects
    ]


def _by_use_case(rows: Iterable[_Row]) -> Mapping[str | None, list[_Row]]:
    found: dict[str | None, list[_Row]] = defaultdict(list)
    for row in rows:
        found[row.use_case_id].append(row)
    return found


def _concerns(row: EvidenceRow | SignOffRow, version: ModelVersion | None) -> bool:
    """Whether a row is about the use case as such, or about this very version."""
    return row.version_id is None or (version is not None and row.version_id == version.id)


def _use_case(row: UseCase) -> core.UseCase:
    return core.UseCase(
        id=row.id,
        slug=row.slug,
        owner=row.owner,
        opened_by=row.opened_by,
        opened_at=row.opened_at,
        purpose=row.purpose,
        protected=tuple(row.protected),
        raised_tier=row.raised_tier,
    )


def _version(row: ModelVersion) -> core.Version:
    return core.Version(
        id=row.id,
        model=row.model.slug,
        number=row.number,
        artifact=row.artifact,
        authors=tuple(row.authors),
        registered_at=row.registered_at,
        commit=row.commit,
        environment=row.environment,
        data=row.data,
        metrics={name: float(value) for name, value in row.metrics.items()},
    )


def answer_value(stored: Any) -> core.AnswerValue:
    """Return a stored answer as the core takes it: a list is a tuple."""
    return tuple(stored) if isinstance(stored, list) else stored


def _answer(row: AnswerRow) -> core.Answer:
    return core.Answer(question=row.question, value=answer_value(row.value), by=row.by, at=row.at)


def _evidence(row: EvidenceRow) -> core.Evidence:
    return core.Evidence.model_validate(
        {
            "id": row.id,
            "kind": row.kind,
            "by": row.by,
            "at": row.at,
            "statement": row.statement,
            "check": row.check_name,
            "measure": row.measure,
            "version": row.version_id,
            "figures": row.figures,
            "parameters": row.parameters,
            "data": row.data,
            "failure": row.failure,
            "assurance": row.assurance,
        }
    )


def _sign_off(row: SignOffRow) -> core.SignOff:
    return core.SignOff.model_validate(
        {
            "id": row.id,
            "gate": row.gate,
            "person": row.person,
            "roles": row.roles,
            "meaning": row.meaning,
            "outcome": row.outcome,
            "subject": row.subject,
            "at": row.at,
            "version": row.version_id,
            "withdrawn_at": row.withdrawn_at,
        }
    )


def evidence_of(use_case: UseCase, versions: Collection[str | None]) -> list[EvidenceRow]:
    """Return the evidence about those versions (None: about the use case as such), newest first."""
    ids = [version for version in versions if version is not None]
    about = Q(version__in=ids) | (Q(version=None) if None in versions else Q(pk__in=()))
    return list(EvidenceRow.objects.filter(about, use_case=use_case).order_by("-at", "-id"))


def sees_small_cells(actor: Actor, use_case: UseCase) -> bool:
    """Return whether `actor` may see groups of a few people in the proof of this use case."""
    return bool(may(by_digest(use_case.framework), actor, "see_small_cells"))


def run_of(use_case: UseCase, run: str) -> CheckRun | None:
    """Return the run of that id, if it is one of this use case."""
    return CheckRun.objects.filter(pk=run, use_case=use_case).select_related("use_case", "version").first()


def runs_of(use_case: UseCase, version: ModelVersion | None = None) -> list[CheckRun]:
    """Return the newest runs (at most 100) of checks by Muster itself; of one version where it is named."""
    found = CheckRun.objects.filter(use_case=use_case).select_related("use_case", "version").order_by("-at")
    return list((found.filter(version=version) if version else found)[:100])
