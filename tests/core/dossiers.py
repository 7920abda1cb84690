"""Build dossiers for the tiny framework in one line each: what is known, and who did it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from muster.core.assess import Assessment, assess
from muster.core.dossier import Answer, Dossier, Evidence, Person, SignOff, UseCase, Version
from muster.core.figures import Figure
from muster.core.framework import Framework
from muster.core.gate import judge_gate
from muster.core.reasons import Verdict

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
NOW = START + timedelta(days=7)

OWNER, SCIENTIST, VALIDATOR = "ana", "li", "mei"
PEOPLE = (
    Person(id=OWNER, roles=("owner",)),
    Person(id=SCIENTIST, roles=("scientist",)),
    Person(id=VALIDATOR, roles=("validator",)),
)
HIGH = {"q_audience": "public", "q_regions": ("eu",), "q_personal": True}
LIGHT = {"q_audience": "team", "q_regions": ("us",)}


def answers(given: dict[str, Any], by: str = SCIENTIST) -> tuple[Answer, ...]:
    return tuple(Answer(question=q, value=v, by=by, at=START) for q, v in sorted(given.items()))


def version(number: int = 1, **changes: Any) -> Version:
    made = {
        "id": f"v{number}",
        "model": "credit",
        "number": number,
        "artifact": f"sha256:{number:064x}",
        "authors": (SCIENTIST,),
        "registered_at": START,
    }
    return Version(**{**made, **changes})


def gap(value: float | None = 0.02, high: float | None = 0.05, **changes: Any) -> Evidence:
    why = "" if value is not None else "one_group_only"
    figure = Figure(
        name="selection_rate_difference",
        value=value,
        high=high,
        n=900,
        group="sex=2",
        reference="sex=1",
        not_estimable=why,
    )
    made = {
        "id": "e-fair",
        "kind": "computed",
        "check": "fairness",
        "by": SCIENTIST,
        "at": START,
        "statement": "sha256:f",
        "version": "v1",
        "figures": (figure,),
        "parameters": {"protected": ["sex"]},
    }
    return Evidence(**{**made, **changes})


def statement(measure: str, kind: str = "attestation", *, by: str = OWNER, version: str | None = None) -> Evidence:
    return Evidence(
        id=f"e-{measure}", kind=kind, measure=measure, by=by, at=START, statement=f"sha256:{measure}", version=version
    )


FULL_PROOF = (
    statement("doc_note"),
    statement("fair_think"),
    statement("doc_card", "document", by=SCIENTIST, version="v1"),
    gap(),
)


def dossier(framework: Framework, **changes: Any) -> Dossier:
    made: dict[str, Any] = {
        "use_case": UseCase(
            id="uc", slug="credit", owner=OWNER, opened_by=OWNER, opened_at=START, purpose="x", protected=("sex",)
        ),
        "framework": framework.digest,
        "answers": answers(HIGH),
        "version": version(),
        "evidence": FULL_PROOF,
        "people": PEOPLE,
    }
    return Dossier(**{**made, **changes})


def sign(assessment: Assessment, gate: str, person: str, role: str, meaning: str, **changes: Any) -> SignOff:
    """A signature over what `gate` now shows."""
    shown = assessment.gate(gate)
    assert shown is not None
    made = {
        "id": f"s-{gate}-{person}-{meaning}",
        "gate": shown.gate.id,
        "person": person,
        "roles": (role,),
        "meaning": meaning,
        "outcome": "approve",
        "subject": shown.subject,
        "at": NOW,
        "version": "v1" if shown.gate.subject == "version" else None,
    }
    return SignOff(**{**made, **changes})


def signed(framework: Framework, base: Dossier, at: datetime = NOW) -> Dossier:
    """The same dossier with every signature that the tiny framework asks for, by the right people."""
    seen = assess(framework, base, at)
    marks = [sign(seen, "G1", OWNER, "owner", "responsibility", at=at)]
    if any(gate.gate.id == "G2" for gate in seen.gates):
        marks.append(sign(seen, "G2", OWNER, "owner", "responsibility", at=at))
        marks.append(sign(seen, "G2", VALIDATOR, "validator", "review", at=at))
    return base.model_copy(update={"sign_offs": tuple(marks)})


def verdict(framework: Framework, base: Dossier, target: str = "production", at: datetime = NOW) -> Verdict:
    return judge_gate(assess(framework, base, at), target)


def codes(outcome: Verdict) -> list[str]:
    return [reason.code for reason in outcome.reasons]
