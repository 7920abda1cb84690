"""The whole path of a use case over the API, each step by the person or program that takes it."""

import base64

import pandas as pd
import pytest
from django.utils import timezone

from muster.ledger.permit import read_revocations, verify_permit
from muster.server.journal.keys import ledger_key
from server.casework.stories import ARTIFACT, fairness, registered

pytestmark = pytest.mark.spec("L2")


def ok(answer, status=200):
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


def signed(caller, gate, role, meaning, version=""):
    shown = ok(caller.get(f"/use-cases/job-support/gates/{gate}/content?version={version}"))
    body = {
        "gate": gate,
        "roles": [role],
        "meaning": meaning,
        "subject_seen": shown["subject"],
        "parts_seen": shown["parts"],
        "version": version,
    }
    return caller.post("/use-cases/job-support/sign-offs", body)


def test_from_an_idea_to_a_permit_and_its_end(session, token, framework):
    ana, mei, wei = session("ana"), session("mei"), session("wei")
    li = token("li", "see", "answer", "register_version", "hand_in_evidence", "attest")
    tom = token("tom", "see", "release")
    case = "/use-cases/job-support"
    ok(ana.post("/use-cases", {"name": "Job support", "purpose": "Who is offered help"}), 201)
    answers = {"q_audience": "public", "q_regions": ["eu"], "q_personal": True}
    answered = ok(li.put(f"{case}/answers", {"answers": answers}))
    assert (answered["tier"], answered["unanswered"]) == ("T2", [])
    ok(ana.put(f"{case}/protected", {"protected": ["sex"]}))
    assert ok(li.post(f"{case}/versions", {"artifact": ARTIFACT, "metrics": {"auc": 0.78}}), 201)["number"] == 1
    for measure in ("doc_note", "fair_think"):
        ok(ana.post(f"{case}/attestations", {"measure": measure, "text": "Done."}), 201)
    card = {"measure": "doc_card", "name": "card.md", "content": base64.b64encode(b"# Card").decode(), "version": "1"}
    ok(li.post(f"{case}/documents", card), 201)
    evidence = ok(li.post(f"{case}/evidence", {"statement": fairness(), "version": "latest"}), 201)
    assert ok(li.get(f"{case}/evidence/{evidence['id']}"))["text"]["predicate"]["check"] == "fairness"
    blocked = ok(tom.get(f"{case}/gates/production?version=1"))
    assert {reason["code"] for reason in blocked["reasons"]} == {"sign_off_missing"}
    ok(signed(ana, "G1", "owner", "responsibility"), 201)
    ok(signed(ana, "G2", "owner", "responsibility", "1"), 201)
    ok(signed(mei, "G2", "validator", "review", "1"), 201)
    decided = ok(tom.post(f"{case}/gates/production", {"version": "1"}))
    assert decided["passed"]
    permit = decided["permit"]
    keys = [ledger_key().verifier]
    assert verify_permit(permit["envelope"].encode(), keys, at=timezone.now(), artifact=ARTIFACT)
    ok(tom.post(f"/permits/{permit['id']}/live"), 201)
    ok(wei.post(f"/permits/{permit['id']}/revoke", {"reason": "The register changed."}))
    revoked = read_revocations(tom.get("/permits/revoked").content, keys)
    assert revoked.revoked == (permit["id"],)


@pytest.mark.parametrize("path", ["/use-cases/UC-%C2%B2", "/use-cases/UC-" + "9" * 5000, "/use-cases?page=" + "9" * 30])
def test_a_number_that_is_none_breaks_nothing(session, use_case, path):
    assert session("ana").get(path).status_code in (200, 404)


def test_a_body_as_large_as_a_statement_may_be_is_read(session, use_case):
    large = {"statement": {"x": "y" * 3_900_000}}
    assert session("li").post(f"/use-cases/{use_case.slug}/evidence", large).status_code == 422


def test_more_answers_than_there_can_be_questions_are_refused_before_anything_is_locked(session, use_case):
    many = {"answers": {f"q_{number}": "x" for number in range(1001)}}
    assert session("li").put(f"/use-cases/{use_case.slug}/answers", many).json()["code"] == "shape"


@pytest.mark.spec("F10", "L5", "L2")
def test_muster_runs_a_check_when_asked_and_tells_how_far_it_is(session, token, cast, use_case, settings, tmp_path):  # noqa: PLR0917
    pd.DataFrame({"sex": ["f", "m"] * 100, "p": [1, 0, 1, 1] * 50}).to_csv(tmp_path / "log.csv", index=False)
    settings.MUSTER_DATA = {"credit": str(tmp_path)}
    registered(cast, use_case)
    li, runs = session("li"), "/use-cases/job-support/check-runs"
    body = {"check": "fairness", "inputs": {"data": "credit/log.csv"}, "version": "1"}
    body["parameters"] = {"protected": ["sex"], "prediction": "p"}
    asked = li.post(runs, body)
    assert (asked.status_code, asked.json()["state"]) == (201, "waiting")
    assert li.post(runs, body).status_code == 409
    run = asked.json()["id"]
    assert token("li", "see").post(runs, body).status_code == 403
    assert li.post(f"{runs}/{run}/stop").json()["state"] == "cancelled"
    assert li.get(f"{runs}/{run}").json()["ended_at"]
    assert [each["id"] for each in li.get(runs).json()] == [run]
    assert li.get(f"{runs}/none").status_code == 404
