"""The light lane: say what was done for each measure of the card, and sign: all of it, or nothing."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from muster.core.assess import Assessment, assess
from muster.core.duty import Actor
from muster.core.framework import Framework
from muster.core.reasons import Denied
from muster.server.casework.actions.desk import Desk, open_desk
from muster.server.casework.actions.proof import attest
from muster.server.casework.actions.signing import sign
from muster.server.casework.models import SignOffRow
from muster.server.outcome import Done, Invalid, Problem, denied, invalid
from muster.server.registry.models import ModelVersion, UseCase


def is_light(framework: Framework, assessment: Assessment) -> bool:
    """Return whether a use case so assessed is in the light lane: one gate only, and a card to fill in."""
    return bool(framework.card) and len(assessment.gates) == 1


def in_words(framework: Framework, measure: str) -> bool:
    """Return whether the card asks for this measure, and takes a few sentences as its proof."""
    kinds = [demand.kind for demand in framework.measure_by_id[measure].evidence]
    return measure in framework.card and "attestation" in kinds


class _RefusedError(Exception):
    """Rolls back whatever was written before the refusal."""

    def __init__(self, outcome: Denied | Invalid) -> None:
        super().__init__()
        self.outcome = outcome


def complete_card(
    actor: Actor | None,
    use_case: UseCase,
    texts: Mapping[str, str],
    *,
    subject_seen: str,
    version: ModelVersion | None = None,
) -> Done[SignOffRow] | Denied | Invalid:
    """Attest every measure of the card that is not proved yet, and sign the one gate of the light lane.

    `subject_seen` is the digest of the gate's content when the card was opened: nobody signs what changed meanwhile.
    """
    try:
        with transaction.atomic():
            return _complete(actor, use_case, version, texts, subject_seen)
    except _RefusedError as refused:
        return refused.outcome


def _complete(
    actor: Actor | None, use_case: UseCase, version: ModelVersion | None, texts: Mapping[str, str], subject_seen: str
) -> Done[SignOffRow]:
    desk = open_desk(actor, use_case, version)
    if isinstance(desk, Denied):
        raise _RefusedError(desk)
    seen = assess(desk.framework, desk.dossier, timezone.now())
    if not is_light(desk.framework, seen):
        raise _RefusedError(invalid("gate", "unknown_gate"))
    gate = seen.gates[0]
    if gate.subject != subject_seen:
        raise _RefusedError(denied("subject_changed", "sign", gate=gate.gate.id, changed=[]))
    _attest(desk, seen, texts)
    rule = gate.gate.sign_offs[0]
    after = open_desk(actor, use_case, version)
    assert not isinstance(after, Denied)
    now = assess(after.framework, after.dossier, timezone.now()).gates[0]
    outcome = sign(
        actor,
        use_case,
        gate.gate.id,
        version=version if gate.gate.subject == "version" else None,
        roles=[rule.role],
        meaning=rule.meaning,
        outcome="approve",
        subject_seen=now.subject,
    )
    if not isinstance(outcome, Done):
        raise _RefusedError(outcome)
    return outcome


def _attest(desk: Desk, seen: Assessment, texts: Mapping[str, str]) -> None:
    asked = {item.required.measure: item for item in seen.measures if in_words(desk.framework, item.required.measure)}
    wanted = {m: texts.get(m, "").strip() for m, item in asked.items() if item.state != "passed"}
    empty = [Problem(f"text-{m}", "length", hint="1-20000") for m, text in wanted.items() if not text]
    if empty:
        raise _RefusedError(Invalid(tuple(empty)))
    for measure, text in wanted.items():
        outcome = attest(desk.actor, desk.use_case, measure, text, version=desk.version)
        if not isinstance(outcome, Done):
            raise _RefusedError(outcome)
