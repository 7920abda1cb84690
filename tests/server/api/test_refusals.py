"""Who gets what, and how a no looks: problem+json with a sentence, a code and what to do."""

import pytest

from muster.server.casework.actions import open_use_case, set_people
from muster.server.journal.models import Entry
from people import governed
from server.casework.stories import ARTIFACT, fairness, proven, registered, released

pytestmark = pytest.mark.spec("L2")
CASE = "/use-cases/job-support"


def problem(answer, status, code):
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    told = answer.json()
    assert (told["status"], told["code"]) == (status, code)
    assert told["detail"]
    assert told["title"]
    return told


SIGN = {
    "gate": "G2",
    "roles": ["validator"],
    "meaning": "review",
    "subject_seen": "sha256:0",
    "version": "1",
}


def test_a_dead_or_invented_token_is_nobody(session, use_case):
    caller = session("ana")
    problem(caller.get(CASE, Authorization="Bearer mst_invented"), 401, "not_signed_in")


def test_a_session_beside_a_token_is_not_looked_at(session, token, use_case):
    narrow = token("li", "register_version")
    told = session("ana").get(CASE, **narrow.headers)
    problem(told, 403, "token_cannot")


def test_a_session_without_the_csrf_token_changes_nothing(session, use_case):
    caller = session("ana")
    caller.headers = {}
    problem(caller.put(f"{CASE}/protected", {"protected": ["sex"]}), 422, "cross_site")
    use_case.refresh_from_db()
    assert use_case.protected == []


def test_no_token_signs(cast, token, use_case):
    proven(cast, use_case)
    caller = token("mei", "see", "attest", "hand_in_evidence")
    problem(caller.post(f"{CASE}/sign-offs", SIGN), 403, "token_cannot")


def test_no_token_publishes_or_sets_people(token, use_case):
    wei, ana = token("wei", "see"), token("ana", "see", "answer")
    body = governed(version="2.0.0").model_dump(mode="json", by_alias=True)
    problem(wei.post("/frameworks", body), 403, "token_cannot")
    problem(ana.put(f"{CASE}/people", {"roles": {"validator": ["ada"]}}), 403, "token_cannot")


def test_a_token_does_what_its_scopes_say_and_no_more(token, use_case):
    caller = token("li", "register_version")
    assert caller.post(f"{CASE}/versions", {"artifact": ARTIFACT}).status_code == 201
    problem(caller.put(f"{CASE}/answers", {"answers": {"q_audience": "team"}}), 403, "token_cannot")
    problem(caller.get(f"{CASE}/versions"), 403, "token_cannot")


def test_a_token_for_one_use_case_finds_no_other(cast, token, use_case):
    other = open_use_case(cast.actor("ana"), name="Other").row
    caller = token("li", "see", "register_version", use_case=use_case.id)
    assert caller.get(CASE).status_code == 200
    problem(caller.get(f"/use-cases/{other.slug}"), 404, "not_found")
    problem(caller.post("/use-cases/other/versions", {"artifact": ARTIFACT}), 404, "not_found")


@pytest.mark.spec("J3")
@pytest.mark.parametrize(
    "path",
    [
        CASE,
        f"{CASE}/assessment",
        f"{CASE}/answers",
        f"{CASE}/people",
        f"{CASE}/versions",
        f"{CASE}/versions/1",
        f"{CASE}/evidence",
        f"{CASE}/gates/G1",
        f"{CASE}/gates/G1/content",
        f"{CASE}/sign-offs",
        f"{CASE}/permits",
        "/entries?use_case=job-support",
    ],
)
def test_what_one_may_not_see_is_not_there(session, cast, use_case, path):
    registered(cast, use_case)
    told = problem(session("root").get(path), 404, "not_found")
    there_is_none = session("ana").get(path.replace("job-support", "nothing"))
    assert problem(there_is_none, 404, "not_found") == told


@pytest.mark.spec("J3")
def test_a_permit_is_not_there_for_who_may_not_see_its_use_case(session, cast, use_case):
    from muster.server.operations.actions import decide_release

    version = released(cast, use_case)
    permit = decide_release(cast.actor("tom"), version, "production").row.permit
    assert session("ada").get(f"/permits/{permit.id}").json()["envelope"] == permit.envelope
    problem(session("root").get(f"/permits/{permit.id}"), 404, "not_found")
    problem(session("root").post(f"/permits/{permit.id}/revoke", {"reason": "x"}), 404, "not_found")
    problem(session("ana").get("/permits/nothing"), 404, "not_found")


def test_a_wrong_answer_says_what_was_meant(session, use_case):
    told = session("ana").put(f"{CASE}/answers", {"answers": {"q_audeince": "public"}})
    errors = problem(told, 422, "unknown_question")["errors"]
    assert errors[0]["hint"] == "q_audience"
    assert "q_audience" in told.json()["detail"]


def test_in_chinese_for_who_reads_chinese(session, use_case):
    told = session("ana").put(
        f"{CASE}/answers", {"answers": {"q_audeince": "public"}}, **{"Accept-Language": "zh-hans"}
    )
    detail = problem(told, 422, "unknown_question")["detail"]
    assert detail.startswith("没有问题")
    assert told.json()["title"] == "无法接受此内容"


def test_a_body_of_the_wrong_shape_names_each_place(session, use_case):
    told = problem(session("ana").post("/use-cases", {"nme": "x"}), 422, "shape")
    assert {error["where"] for error in told["errors"]} == {"body.body.name", "body.body.nme"}


def test_a_body_that_is_no_json_is_refused(session, use_case):
    caller = session("ana")
    answer = caller.client.post("/api/use-cases", "{", content_type="application/json", headers=caller.headers)
    problem(answer, 422, "shape")


def test_what_changed_is_a_conflict_that_names_it(session, cast, use_case):
    proven(cast, use_case)
    mei = session("mei")
    shown = mei.get(f"{CASE}/gates/G2/content?version=1").json()
    session("ana").put(f"{CASE}/protected", {"protected": ["age"]})
    body = {**SIGN, "subject_seen": shown["subject"], "parts_seen": shown["parts"]}
    told = problem(mei.post(f"{CASE}/sign-offs", body), 409, "subject_changed")
    assert "protected" in told["reason"]["parameters"]["changed"]


def test_signing_twice_is_a_conflict(session, cast, use_case):
    proven(cast, use_case)
    mei = session("mei")
    shown = mei.get(f"{CASE}/gates/G2/content?version=1").json()
    body = {**SIGN, "subject_seen": shown["subject"]}
    first = mei.post(f"{CASE}/sign-offs", body)
    assert first.status_code == 201
    problem(mei.post(f"{CASE}/sign-offs", body), 409, "already_signed")
    withdrawn = mei.post(f"{CASE}/sign-offs/{first.json()['id']}/withdraw")
    assert withdrawn.json()["withdrawn_at"]
    problem(mei.post(f"{CASE}/sign-offs/{first.json()['id']}/withdraw"), 409, "already_withdrawn")


def test_proof_for_another_artifact_is_refused(session, cast, use_case):
    registered(cast, use_case)
    told = session("li").post(
        f"{CASE}/evidence", {"statement": fairness(artifact="sha256:" + "e" * 64), "version": "1"}
    )
    problem(told, 422, "other_artifact")


def test_a_version_that_is_not_there_is_named(session, use_case):
    problem(session("ana").get(f"{CASE}/gates/production?version=9"), 422, "unknown_version")
    problem(session("ana").get(f"{CASE}/versions/9"), 404, "not_found")
    problem(session("tom").post(f"{CASE}/gates/production", {"version": ""}), 422, "version_missing")


def test_a_failure_of_ours_is_a_problem_too_and_tells_no_secrets(session, use_case, monkeypatch, caplog):
    monkeypatch.setattr("muster.server.api.use_cases.portfolio", lambda *_, **__: 1 / 0)
    told = problem(session("ana").get("/use-cases"), 500, "broken")
    assert "division" not in str(told)
    assert "division by zero" in caplog.text


def test_asking_changes_nothing(session, cast, use_case):
    proven(cast, use_case)
    entries = Entry.objects.count()
    for path in ("gates/production?version=1", "gates/G2?version=latest", "assessment?version=1", "gates/G1/content"):
        assert session("ana").get(f"{CASE}/{path}").status_code == 200
    assert Entry.objects.count() == entries


def test_a_gate_that_is_not_there_is_blocked_with_those_that_are(session, use_case):
    told = session("ana").get(f"{CASE}/gates/G9").json()
    assert (told["passed"], told["reasons"][0]["code"]) == (False, "unknown_gate")


def test_people_can_be_named_as_people_name_them(session, cast, use_case):
    told = session("ana").put(f"{CASE}/people", {"roles": {"validator": ["ada@example.org", "tom"]}}).json()
    assert {person["name"] for person in told if "validator" in person["roles"]} == {"Ada", "Tom", "Mei"}
    problem(session("ana").put(f"{CASE}/people", {"roles": {"validator": ["who"]}}), 422, "unknown_person")


@pytest.mark.spec("J1")
def test_entries_of_a_use_case_are_for_all_who_see_it_and_the_whole_ledger_for_readers(session, cast, use_case):
    told = session("li").get("/entries?use_case=job-support").json()
    assert told["items"][0]["act"] == "use_case.opened"
    assert told["items"][0]["by_name"] == "Ana"
    problem(session("li").get("/entries"), 403, "role_lacks_act")
    everything = session("ada").get("/entries").json()
    assert everything["total"] > told["total"]
    index = told["items"][0]["index"]
    assert session("li").get(f"/entries/{index}").json() == told["items"][0]
    problem(session("ada").get("/entries/999999"), 404, "not_found")


def test_who_am_i_and_what_waits_for_me(session, cast, use_case):
    assert session("ana").get("/me").json()["roles"] == ["owner"]
    assert session("root").get("/me").json()["administrator"] is True
    set_people(cast.actor("ana"), use_case, {"validator": [cast.ada]})
    assert [item["duty"]["act"] for item in session("li").get("/work").json()] == ["answer"]


@pytest.mark.spec("B4")
def test_frameworks_are_read_by_everybody_and_published_by_the_right_one(session, framework):
    assert session("ana").get("/frameworks/current").json()["id"] == "tiny"
    assert session("ana").get("/frameworks").json()[0]["digest"] == framework.digest
    problem(session("ana").get("/frameworks/sha256:0"), 404, "not_found")
    later = governed(version="2.0.0").model_dump(mode="json", by_alias=True)
    problem(session("ana").post("/frameworks", later), 403, "role_lacks_act")
    assert session("wei").post("/frameworks", later).json()["version"] == "2.0.0"
    problem(session("wei").post("/frameworks", later), 422, "already_published")
