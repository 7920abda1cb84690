"""The steps that many tests start from: answers of a high-risk use case, its version, its proof, its signatures."""

from datetime import UTC, datetime

from muster.server.casework.actions import (
    answer,
    attest,
    declare_protected,
    hand_in_document,
    hand_in_evidence,
    register_version,
    sign,
)
from muster.server.casework.queries import assessment

HIGH = {"q_audience": "public", "q_regions": ("eu",), "q_personal": True}
ARTIFACT = "sha256:" + "a" * 64
DATA = "sha256:" + "d" * 64


def registered(cast, use_case, artifact=ARTIFACT, **more):
    return register_version(cast.actor("li", use_case), use_case, artifact=artifact, **more).row


def fairness(artifact=ARTIFACT, high=0.05, protected=("sex",), **changes):
    predicate = {
        "check": "fairness",
        "version": "1",
        "parameters": {"protected": list(protected)},
        "data": {"kind": "parquet", "digest": DATA, "digest_of": "bytes", "rows": 900, "columns": {}},
        "figures": [{"name": "selection_rate_difference", "value": high / 2, "high": high, "n": 900, "group": "sex=2"}],
        "started": datetime(2026, 11, 24, tzinfo=UTC).isoformat(),
        **changes,
    }
    subjects = {"data": DATA, "job-support@1": artifact}
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": n, "digest": {"sha256": d.removeprefix("sha256:")}} for n, d in subjects.items()],
        "predicateType": "urn:passmuster:evidence:1",
        "predicate": predicate,
    }


def signed_as(cast, use_case, version, gate, who, role, meaning, **changes):  # noqa: PLR0917
    shown = assessment(use_case, version).gate(gate)
    asked = {"roles": [role], "meaning": meaning, "outcome": "approve", "subject_seen": shown.subject, **changes}
    return sign(cast.actor(who, use_case), use_case, gate, version=version, **asked)


def proven(cast, use_case):
    """Everything that the high tier asks for, except signatures; returns the version."""
    assert answer(cast.actor("li", use_case), use_case, HIGH)
    assert declare_protected(cast.actor("ana", use_case), use_case, ["sex"])
    use_case.refresh_from_db()
    version = registered(cast, use_case)
    assert attest(cast.actor("ana", use_case), use_case, "doc_note", "It ranks offers of help.")
    assert attest(cast.actor("ana", use_case), use_case, "fair_think", "People without a phone could be missed.")
    card = {"name": "card.md", "content": b"# Card", "version": version}
    assert hand_in_document(cast.actor("li", use_case), use_case, "doc_card", **card)
    assert hand_in_evidence(cast.actor("li", use_case), use_case, fairness(), version=version)
    return version


def released(cast, use_case):
    """Proven, and signed by everybody who must; returns the version."""
    version = proven(cast, use_case)
    assert signed_as(cast, use_case, version, "G1", "ana", "owner", "responsibility")
    assert signed_as(cast, use_case, version, "G2", "ana", "owner", "responsibility")
    assert signed_as(cast, use_case, version, "G2", "mei", "validator", "review")
    return version
