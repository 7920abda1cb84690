"""Hand in proof: what a check computed, a document, or one's word."""

from collections.abc import Mapping
from typing import Any, Literal

import rfc8785
from django.db import transaction
from django.utils import timezone
from pydantic import ValidationError

from muster.contract.evidence import EvidenceStatement
from muster.core.assurance import assurance_of
from muster.core.canonical import canonical
from muster.core.duty import Actor, may
from muster.core.policy import Measure
from muster.core.process import Act
from muster.core.reasons import Allowed, Denied
from muster.core.records import RECORD_CHECKS
from muster.evidence.registry import installed
from muster.server.casework.actions.desk import Desk, close_desk, open_desk
from muster.server.casework.actions.standing import outdate
from muster.server.casework.models import Blob, EvidenceRow
from muster.server.casework.naming import nearest, of_bytes
from muster.server.identity.models import new_id
from muster.server.identity.queries import roles_of
from muster.server.outcome import Done, Invalid, Problem, denied, invalid
from muster.server.registry.models import ModelVersion, UseCase

LARGEST_STATEMENT = 4_000_000
LARGEST_DOCUMENT = 10_000_000
LONGEST_TEXT = 20_000
LONGEST_NAME = 200

Handed = Done[EvidenceRow] | Denied | Invalid


def hand_in_evidence(
    actor: Actor | None,
    use_case: UseCase,
    statement: Mapping[str, Any],
    *,
    version: ModelVersion | None = None,
    run: str = "",
) -> Handed:
    """Hand in the statement of a check, for the use case or for `version`, whose artifact it must then be about.

    `run` names the run in which Muster computed it itself.
    """
    read = _read(statement)
    if isinstance(read, Invalid):
        return read
    parsed, text = read
    outcome = parsed.predicate
    with transaction.atomic():
        desk = open_desk(actor, use_case, version)
        if isinstance(desk, Denied):
            return desk
        allowed = desk.may("hand_in_evidence")
        if isinstance(allowed, Denied):
            return allowed
        asked = {demand.check for measure in desk.framework.measures for demand in measure.evidence if demand.check}
        computable = (asked | set(installed())) - set(RECORD_CHECKS)
        if outcome.check not in computable:
            return invalid("check", "unknown_check", value=outcome.check, hint=nearest(outcome.check, computable))
        unfit = _misfit(use_case, version, parsed, of_bytes(text.encode()))
        if unfit is not None:
            return unfit
        row = EvidenceRow(
            kind="computed",
            check_name=outcome.check,
            statement_text=text,
            figures=[figure.model_dump(mode="json") for figure in outcome.figures],
            parameters=outcome.parameters,
            data=outcome.data.digest if outcome.data else "",
            failure=outcome.failure,
            assurance=assurance_of(desk.framework, desk.dossier, desk.actor.person, outcome.check, by_muster=bool(run)),
        )
        return _store(desk, row, version, run=run)


def attest(
    actor: Actor | None,
    use_case: UseCase,
    measure: str,
    text: str,
    *,
    version: ModelVersion | None = None,
    kind: Literal["attestation", "process"] = "attestation",
) -> Handed:
    """Give one's word that a measure was carried out, or (where the measure allows it) why it was not."""
    with transaction.atomic():
        desk = open_desk(actor, use_case, version)
        if isinstance(desk, Denied):
            return desk
        found = _measure(desk, measure, kind, version)
        if not isinstance(found, Measure):
            return found
        if not 0 < len(text.strip()) <= LONGEST_TEXT:
            return invalid("text", "length", hint=f"1-{LONGEST_TEXT}")
        row = EvidenceRow(kind=kind, measure=measure, statement_text=_statement(desk, kind, measure, {"text": text}))
        return _store(desk, row, _about(found, version), organisation=found.scope == "organisation")


def hand_in_document(
    actor: Actor | None,
    use_case: UseCase,
    measure: str,
    *,
    name: str,
    content: bytes,
    media_type: str = "application/octet-stream",
    version: ModelVersion | None = None,
) -> Handed:
    """Hand in a document for a measure; it is kept under its digest, and the same document twice is kept once."""
    with transaction.atomic():
        desk = open_desk(actor, use_case, version)
        if isinstance(desk, Denied):
            return desk
        found = _measure(desk, measure, "document", version)
        if not isinstance(found, Measure):
            return found
        if not 0 < len(content) <= LARGEST_DOCUMENT or not 0 < len(name) <= LONGEST_NAME:
            return invalid("document", "length", hint=f"1-{LARGEST_DOCUMENT} bytes")
        blob = of_bytes(content)
        kept = {"name": name, "media_type": media_type[:100], "content": content}
        now = timezone.now()
        kept_blob, _ = Blob.objects.get_or_create(digest=blob, defaults={**kept, "at": now, "by": desk.actor.person})
        told = {"document": blob, "name": name, "bytes": len(content)}
        row = EvidenceRow(
            kind="document", measure=measure, data=blob, statement_text=_statement(desk, "document", measure, told)
        )
        organisation = found.scope == "organisation"
        return _store(desk, row, _about(found, version), organisation=organisation, document=kept_blob)


def _read(statement: Mapping[str, Any]) -> tuple[EvidenceStatement, str] | Invalid:
    """Check what came from outside; the digest is taken of the canonical bytes, never of what a client claims."""
    try:
        parsed = EvidenceStatement.model_validate(statement)
        raw = canonical(dict(statement))
    except ValidationError as error:
        return Invalid(
            tuple(Problem(".".join(map(str, e["loc"])) or "statement", "form", hint=e["msg"]) for e in error.errors())
        )
    except (rfc8785.CanonicalizationError, ValueError) as error:
        return invalid("statement", "not_canonical", hint=str(error))
    if len(raw) > LARGEST_STATEMENT:
        return invalid("statement", "length", hint=f"1-{LARGEST_STATEMENT} bytes")
    return parsed, raw.decode()


def _misfit(
    use_case: UseCase, version: ModelVersion | None, parsed: EvidenceStatement, statement: str
) -> Invalid | None:
    """Return why a statement is no proof here; an old one handed in anew would count as new, and hide a worse one."""
    if version is not None and not parsed.is_about(version.artifact):
        return invalid("subject", "other_artifact", hint=version.artifact)
    earlier = EvidenceRow.objects.filter(use_case=use_case, version=version, statement=statement).first()
    return invalid("statement", "already_handed_in", hint=earlier.id) if earlier else None


def _measure(desk: Desk, name: str, kind: str, version: ModelVersion | None) -> Measure | Denied | Invalid:
    """Find the measure, and whether this person may answer it with this kind of proof."""
    measure = desk.framework.measure_by_id.get(name)
    if measure is None:
        return invalid("measure", "unknown_measure", value=name, hint=nearest(name, desk.framework.measure_by_id))
    refused = _refusal(desk, measure)
    if isinstance(refused, Denied):
        return refused
    taken = {demand.kind for demand in measure.evidence} | ({"attestation"} if measure.choice else set())
    if kind not in taken:
        return invalid("kind", "kind_not_asked", value=kind, hint=", ".join(sorted(taken)))
    if measure.scope in ("version", "deployment") and version is None:
        return invalid("version", "version_missing", value=name)
    return measure


def _refusal(desk: Desk, measure: Measure) -> Allowed | Denied:
    """Only who is responsible or accountable for a measure can vouch for it; the organisation's, organisation-wide."""
    act: Act = "attest"
    allowed = desk.may(act)
    if isinstance(allowed, Denied):
        return allowed
    held = desk.actor.roles if measure.scope != "organisation" else roles_of(desk.actor.person)
    asked = tuple(dict.fromkeys((measure.responsible, measure.accountable)))
    if not set(asked) & set(held):
        return denied("role_not_asked", act, roles=asked, measure=measure.id)
    return may(desk.framework, desk.actor.model_copy(update={"roles": held}), act)


def _about(measure: Measure, version: ModelVersion | None) -> ModelVersion | None:
    """A measure of the use case is answered for the use case, whichever version was looked at meanwhile."""
    return version if measure.scope in ("version", "deployment") else None


def _statement(desk: Desk, kind: str, measure: str, told: Mapping[str, Any]) -> str:
    version = desk.version
    subject = {"name": version.id, "sha256": version.artifact} if version else {"name": desk.use_case.id}
    return canonical(
        {
            "predicateType": f"urn:passmuster:{kind}:1",
            "subject": [subject],
            "predicate": {"measure": measure, "framework": desk.framework.digest, **told},
        }
    ).decode()


def _store(
    desk: Desk,
    row: EvidenceRow,
    version: ModelVersion | None,
    *,
    organisation: bool = False,
    document: Blob | None = None,
    run: str = "",
) -> Handed:
    row.id = new_id()
    row.use_case = None if organisation else desk.use_case
    row.version = version
    row.statement = of_bytes(row.statement_text.encode())
    row.by, row.at = desk.actor.person, timezone.now()
    row.save(force_insert=True)
    about = {"evidence": row.id, "statement": row.statement, **({"version": version.id} if version else {})}
    about |= {"run": run} if run else {}
    if organisation:
        outdate()
    named = {"check": row.check_name, "measure": row.measure}
    rows = (row, document) if document else (row,)
    named["assurance"] = row.assurance if row.kind == "computed" else ""
    facts = {"kind": row.kind, "failed": bool(row.failure), **{k: v for k, v in named.items() if v}}
    entry = close_desk(desk.use_case, "evidence.handed_in", by=row.by, rows=rows, about=about, facts=facts)
    return Done(row, entry.index)
