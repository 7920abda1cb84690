"""How replay reads the rows about use cases, and recomputes every decision and standing."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import JsonValue, TypeAdapter, ValidationError

from muster.core.assess import assess
from muster.core.canonical import canonical, digest
from muster.core.dossier import Dossier
from muster.core.gate import judge_gate
from muster.core.reasons import Blocked, Passed, Verdict
from muster.server.casework.models import AnswerRow, Blob, Decision, EvidenceRow, SignOffRow, Standing
from muster.server.casework.naming import of_bytes
from muster.server.casework.queries import dossiers
from muster.server.casework.standing import describe
from muster.server.journal.replay import Difference, Kind, register_check, register_digests
from muster.server.policy.models import FrameworkVersion
from muster.server.policy.queries import by_digest
from muster.server.registry.models import Model, ModelVersion, UseCase
from muster.server.registry.queries import latest_versions
from muster.server.rows import row_digest, row_key

ROWS: tuple[Any, ...] = (
    FrameworkVersion,
    UseCase,
    Model,
    ModelVersion,
    AnswerRow,
    EvidenceRow,
    SignOffRow,
    Decision,
    Blob,
)
_CHANGED_BY: Mapping[Any, tuple[str, ...]] = {
    UseCase: ("protected.declared",),
    Model: (),
    ModelVersion: (),
    EvidenceRow: (),
    Blob: (),
}
"""Which acts change a row; other acts only repeat its digest, and must repeat it as it was."""
_VERDICT: TypeAdapter[Verdict] = TypeAdapter(Passed | Blocked)
_BATCH = 200


def reader(model: Any) -> Callable[[], Iterator[tuple[str, str]]]:
    """Return what reads every row of a model as (name, digest)."""

    def read() -> Iterator[tuple[str, str]]:
        for row in model.objects.iterator(chunk_size=_BATCH):
            yield row_key(row), row_digest(row)

    return read


def register() -> None:
    """Register the rows of policy, registry and casework, and what is computed again."""
    for model in ROWS:
        register_digests(model._meta.label, reader(model), changed_by=_CHANGED_BY.get(model))
    register_check("decisions", recompute_decisions)
    register_check("statements", recompute_statements)
    register_check("standings", recompute_standings)


def recompute_decisions() -> Iterator[Difference]:
    """Judge every decision again from the dossier and the framework that it names; it must come out byte for byte."""
    for decision in Decision.objects.order_by("entry").iterator(chunk_size=_BATCH):
        name = row_key(decision)
        if of_bytes(decision.dossier_text.encode()) != decision.dossier:
            yield Difference(Kind.RECOMPUTED, decision.entry, name, "dossier", decision.dossier)
            continue
        try:
            framework = by_digest(decision.framework)
            snapshot = Dossier.model_validate_json(decision.dossier_text)
            stored = _VERDICT.validate_json(decision.verdict_text)
        except (FrameworkVersion.DoesNotExist, ValidationError, RuntimeError) as error:
            yield Difference(Kind.RECOMPUTED, decision.entry, name, "readable", found=str(error))
            continue
        verdict = judge_gate(assess(framework, snapshot, decision.at), decision.target)
        if canonical(verdict).decode() != decision.verdict_text or verdict.passed != decision.passed:
            yield Difference(Kind.RECOMPUTED, decision.entry, name, "verdict", _said(stored), _said(verdict))


def _said(verdict: Verdict) -> JsonValue:
    return {"passed": verdict.passed, "reasons": [str(reason.code) for reason in verdict.reasons]}


def recompute_statements() -> Iterator[Difference]:
    """The digest of every statement, document and comment must be that of its text; an erased comment is empty."""
    for row in EvidenceRow.objects.iterator(chunk_size=_BATCH):
        found = of_bytes(row.statement_text.encode())
        if found != row.statement:
            yield Difference(Kind.RECOMPUTED, None, row_key(row), "statement", row.statement, found)
    for blob in Blob.objects.iterator(chunk_size=1):
        found = of_bytes(bytes(blob.content))
        if found != blob.digest:
            yield Difference(Kind.RECOMPUTED, None, row_key(blob), "content", blob.digest, found)
    for signed in SignOffRow.objects.exclude(comment="").defer("content_text").iterator(chunk_size=_BATCH):
        found = digest(signed.comment)
        if found != signed.comment_digest:
            yield Difference(Kind.RECOMPUTED, None, row_key(signed), "comment", signed.comment_digest, found)


def recompute_standings() -> Iterator[Difference]:
    """Every standing that claims to be current must say what follows from the rows, at the moment it was made."""
    rows = Standing.objects.select_related("use_case").order_by("pk")
    for first in range(0, rows.count(), _BATCH):
        batch = [standing for standing in rows[first : first + _BATCH] if _claims_to_be_current(standing)]
        newest = latest_versions(standing.use_case_id for standing in batch)
        subjects = [(standing.use_case, newest.get(standing.use_case_id)) for standing in batch]
        for standing, snapshot in zip(batch, dossiers(subjects), strict=True):
            framework = by_digest(standing.use_case.framework)
            again = describe(framework, snapshot, assess(framework, snapshot, standing.worked_out_at))
            told: JsonValue = {
                "tier": standing.tier,
                "step": standing.step,
                "gate": standing.gate,
                "state": standing.state,
            }
            found: JsonValue = {"tier": again.tier, "step": again.step, "gate": again.gate, "state": again.state}
            if told != found:
                yield Difference(Kind.RECOMPUTED, None, row_key(standing.use_case), "standing", told, found)


def _claims_to_be_current(standing: Standing) -> bool:
    use_case = standing.use_case
    return (standing.revision, standing.framework) == (use_case.revision, use_case.framework)
