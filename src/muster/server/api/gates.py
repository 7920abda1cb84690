"""Gates: ask, look at what is to be signed, sign, decide. Asking changes nothing."""

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status
from pydantic import TypeAdapter

from muster.contract.gates import ContentOut, DecideIn, SignOffIn, SignOffOut, VerdictOut
from muster.core.gate import judge_gate
from muster.core.reasons import Blocked, Passed, Verdict
from muster.server.api.access import find, find_version, read
from muster.server.api.errors import NotThere, Refused, done
from muster.server.api.permits import show_permit
from muster.server.casework import actions, queries
from muster.server.casework.models import Decision, SignOffRow
from muster.server.operations.actions import decide_release
from muster.server.operations.models import Permit
from muster.server.outcome import invalid
from muster.server.policy.queries import by_digest
from muster.server.registry.models import ModelVersion, UseCase

router = Router(tags=["gates"])
_VERDICT: TypeAdapter[Verdict] = TypeAdapter(Passed | Blocked)


@router.get("/use-cases/{name}/gates/{target}", response=VerdictOut)
def ask(request: HttpRequest, name: str, target: str, version: str = "") -> VerdictOut:
    """Ask whether a gate, or the way to an environment, is open. Changes nothing."""
    _, use_case = read(request, name)
    case = queries.case(use_case, find_version(use_case, version), at=timezone.now())
    verdict = judge_gate(case.assessment, target)
    return _show(verdict, use_case, case.version, case.framework.digest, case.dossier.digest)


@router.post("/use-cases/{name}/gates/{target}", response=VerdictOut)
def decide(request: HttpRequest, name: str, target: str, body: DecideIn) -> VerdictOut:
    """Decide: judge once more under the lock, keep the verdict, and where a release passed issue its permit."""
    actor, use_case = find(request, name)
    version = find_version(use_case, body.version)
    if target in by_digest(use_case.framework).environment_by_id:
        if version is None:
            raise Refused(invalid("version", "version_missing", value=target))
        decided = done(decide_release(actor, version, target))
    else:
        decided = done(actions.decide_gate(actor, use_case, target, version=version))
    return _kept(decided.row, use_case, version)


@router.get("/use-cases/{name}/gates/{gate}/content", response=ContentOut)
def look(request: HttpRequest, name: str, gate: str, version: str = "") -> ContentOut:
    """Return exactly what a signature at this gate is about."""
    _, use_case = read(request, name)
    found = queries.assessment(use_case, find_version(use_case, version)).gate(gate)
    if found is None:
        raise NotThere
    return ContentOut(
        gate=found.gate.id, subject=found.subject, content=found.content, parts=actions.parts(found.content)
    )


@router.get("/use-cases/{name}/sign-offs", response=list[SignOffOut])
def list_sign_offs(request: HttpRequest, name: str) -> list[SignOffOut]:
    """List every signature on record, newest first."""
    _, use_case = read(request, name)
    return [_show_sign_off(row) for row in SignOffRow.objects.filter(use_case=use_case).order_by("-at", "-id")]


@router.post("/use-cases/{name}/sign-offs", response={201: SignOffOut})
def sign(request: HttpRequest, name: str, body: SignOffIn) -> Status[SignOffOut]:
    """Sign what you looked at. Takes a person in a session: no token can."""
    actor, use_case = find(request, name)
    signed = done(
        actions.sign(
            actor,
            use_case,
            body.gate,
            version=find_version(use_case, body.version),
            roles=body.roles,
            meaning=body.meaning,
            outcome=body.outcome,
            subject_seen=body.subject_seen,
            parts_seen=body.parts_seen,
            comment=body.comment,
        )
    )
    return Status(201, _show_sign_off(signed.row, receipt=signed.receipt))


@router.post("/use-cases/{name}/sign-offs/{sign_off}/withdraw", response=SignOffOut)
def withdraw(request: HttpRequest, name: str, sign_off: str) -> SignOffOut:
    """Take back your own signature."""
    actor, use_case = find(request, name)
    row = SignOffRow.objects.filter(pk=sign_off, use_case=use_case).select_related("use_case", "version").first()
    if row is None:
        raise NotThere
    withdrawn = done(actions.withdraw(actor, row))
    return _show_sign_off(withdrawn.row, receipt=withdrawn.receipt)


def _kept(decision: Decision, use_case: UseCase, version: ModelVersion | None) -> VerdictOut:
    verdict = _VERDICT.validate_json(decision.verdict_text)
    shown = _show(verdict, use_case, version, decision.framework, decision.dossier)
    permit = Permit.objects.filter(decision=decision).select_related("version__model__use_case").first()
    kept = {"decision": decision.id, "receipt": decision.entry, "permit": show_permit(permit) if permit else None}
    return shown.model_copy(update=kept)


def _show(
    verdict: Verdict, use_case: UseCase, version: ModelVersion | None, framework: str, dossier: str
) -> VerdictOut:
    return VerdictOut(
        target=verdict.gate,
        use_case=use_case.slug,
        model=version.model.slug if version else use_case.slug,
        version=version.number if version else None,
        passed=verdict.passed,
        reasons=verdict.reasons,
        at=verdict.at,
        holds_until=verdict.holds_until,
        subject=verdict.subject,
        framework=framework,
        dossier=dossier,
    )


def _show_sign_off(row: SignOffRow, *, receipt: int | None = None) -> SignOffOut:
    return SignOffOut(
        id=row.id,
        gate=row.gate,
        person=row.person,
        roles=tuple(row.roles),
        meaning=row.meaning,
        outcome=row.outcome,
        subject=row.subject,
        version=row.version_id,
        at=row.at,
        withdrawn_at=row.withdrawn_at,
        comment=row.comment,
        receipt=receipt,
    )
