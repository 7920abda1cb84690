"""What people do on pages: each act once where it works, and its refusals where they read them."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from muster.server.casework.actions import attest
from muster.server.casework.models import AnswerRow, Decision, EvidenceRow, SignOffRow
from muster.server.identity.models import RoleGrant, Token
from muster.server.operations.models import Permit
from muster.server.registry.models import ModelVersion, UseCase
from server.casework.stories import ARTIFACT, HIGH, fairness, proven, registered, released, signed_as

pytestmark = pytest.mark.django_db(transaction=True)
CASE = "/use-cases/job-support"


def hidden(html, name):
    return re.search(rf'name="{name}" value="([^"]*)"', html)[1].replace("&quot;", '"')


@pytest.mark.spec("A1")
def test_a_use_case_is_opened_and_leads_to_its_questions(visit, cast, framework):
    html = visit("ana").post(
        "/use-cases/new", name="Tea", purpose="Which tea", owner=cast.ana, kind="vendor", follow=True
    )
    assert "Who sees the outcome?" in html
    opened = UseCase.objects.get(slug="tea")
    assert (opened.owner, opened.models.get().kind) == (cast.ana, "vendor")


def test_a_taken_short_name_is_refused_with_the_form_kept(visit, cast, use_case):
    html = visit("ana").post("/use-cases/new", status=422, name="Tea", slug="job-support", owner=cast.ana)
    assert "“job-support” is taken" in html
    assert 'href="#field-slug"' in html
    assert 'value="Tea"' in html


@pytest.mark.spec("A2", "A3")
def test_an_answer_is_saved_as_it_is_given_and_the_tier_moves(visit, cast, use_case):
    html = visit("li").post(f"{CASE}/questions/q_audience", status=200, q_audience="public")
    assert AnswerRow.objects.get(question="q_audience", superseded_at=None).value == "public"
    assert 'id="tier-panel" hx-swap-oob="true"' in html
    assert "This answer scores 2 of 2" in html


def test_a_follow_up_question_vanishes_and_appears(visit, cast, use_case):
    browser = visit("li")
    away = browser.post(f"{CASE}/questions/q_audience", status=200, q_audience="team")
    assert 'id="wrap-q_personal" hx-swap-oob="true"></div>' in away.replace("\n", "")
    back = browser.post(f"{CASE}/questions/q_audience", status=200, q_audience="company")
    assert "Does it use personal data?" in back


def test_several_answers_at_once_without_scripts(visit, cast, use_case):
    visit("li").post(f"{CASE}/questions", q_audience="public", q_regions=["eu", "us"], q_personal="true")
    held = dict(AnswerRow.objects.filter(superseded_at=None).values_list("question", "value"))
    assert held == {"q_audience": "public", "q_regions": ["eu", "us"], "q_personal": True}


def test_an_unknown_option_is_refused_where_it_was_given(visit, cast, use_case):
    assert "Not saved." in visit("li").post(f"{CASE}/questions/q_audience", status=200, q_audience="mars")
    assert not AnswerRow.objects.exists()


def test_who_may_not_answer_reads_the_questions_only(visit, cast, use_case):
    html = visit("ada").get(f"{CASE}/questions")
    assert "disabled" in html
    assert "hx-post" not in html
    assert "None of your roles here may answer" in visit("ada").post(f"{CASE}/questions", status=403, q_audience="team")


def test_protected_attributes_are_declared(visit, cast, use_case):
    visit("ana").post(f"{CASE}/protected", protected="SEX, AGE")
    assert UseCase.objects.get(pk=use_case.pk).protected == ["SEX", "AGE"]


def test_one_vouches_for_a_measure_and_hands_in_a_document(visit, cast, use_case):
    registered(cast, use_case)
    visit("ana").post(f"{CASE}/questions", **HIGH | {"q_personal": "true"})
    visit("ana").post(f"{CASE}/measures/doc_note", kind="attestation", text="For case workers")
    file = SimpleUploadedFile("card.md", b"# Card")
    visit("li").post(f"{CASE}/measures/doc_card?version=1", kind="document", document=file)
    assert set(EvidenceRow.objects.values_list("kind", flat=True)) == {"attestation", "document"}
    document = EvidenceRow.objects.get(kind="document")
    answer = visit("mei").client.get(f"/evidence/{document.pk}/document")
    assert answer.content == b"# Card"
    assert answer["Content-Disposition"].startswith("attachment")


def test_the_file_of_a_check_is_handed_in(visit, cast, use_case):
    version = registered(cast, use_case)
    visit("ana").post(f"{CASE}/questions", **HIGH | {"q_personal": "true"})
    file = SimpleUploadedFile("fairness.json", json.dumps(fairness()).encode())
    visit("li").post(f"{CASE}/measures/fair_test?version=1", kind="computed", statement=file)
    assert EvidenceRow.objects.get().version_id == version.pk
    broken = SimpleUploadedFile("fairness.json", b"{not json")
    html = visit("li").post(f"{CASE}/measures/fair_test?version=1", status=422, kind="computed", statement=broken)
    assert "muster check" in html


def test_a_measure_without_words_is_refused(visit, cast, use_case):
    assert "the length must be" in visit("ana").post(
        f"{CASE}/measures/doc_note", status=422, kind="attestation", text=" "
    )


def test_a_version_is_registered_by_hand_and_a_bad_digest_named(visit, cast, use_case):
    visit("li").post(f"{CASE}/versions", artifact=ARTIFACT, data=f"train sha256:{'d' * 64}", metrics="auc 0.78")
    version = ModelVersion.objects.get()
    assert (version.metrics, version.data) == ({"auc": 0.78}, {"train": f"sha256:{'d' * 64}"})
    html = visit("li").post(f"{CASE}/versions", status=422, artifact="abc", metrics="auc high")
    assert "auc high" in html
    assert "is not a digest" in visit("li").post(f"{CASE}/versions", status=422, artifact="abc")


@pytest.mark.spec("D3")
def test_what_is_signed_stands_beside_the_buttons_and_the_signature_binds_it(visit, cast, use_case):
    version = proven(cast, use_case)
    assert signed_as(cast, use_case, version, "G1", "ana", "owner", "responsibility")
    page = visit("mei").get(f"{CASE}/versions/1?gate=G2")
    assert "What is signed" in page
    given = {name: hidden(page, name) for name in ("gate", "subject", "parts")}
    visit("mei").post(f"{CASE}/versions/1/sign", **given, **{"as": "validator:review", "outcome": "approve"})
    row = SignOffRow.objects.get(gate="G2")
    assert (row.subject, row.person) == (given["subject"], cast.mei)


@pytest.mark.spec("D3")
def test_content_that_changed_since_the_page_was_opened_is_named_and_asked_for_again(visit, cast, use_case):
    version = proven(cast, use_case)
    page = visit("mei").get(f"{CASE}/versions/1?gate=G2")
    given = {name: hidden(page, name) for name in ("gate", "subject", "parts")}
    assert attest(cast.actor("ana", use_case), use_case, "doc_note", "It ranks offers, newly worded.", version=version)
    html = visit("mei").post(
        f"{CASE}/versions/1/sign", status=403, **given, **{"as": "validator:review", "outcome": "approve"}
    )
    assert "has changed since you opened the page: proof" in html
    assert not SignOffRow.objects.exists()
    assert hidden(html, "subject") != given["subject"]


def test_nobody_signs_twice_or_their_own_work(visit, cast, use_case):
    version = proven(cast, use_case)
    page = visit("ana").get(f"{CASE}?gate=G1")
    given = {name: hidden(page, name) for name in ("gate", "subject", "parts")} | {"outcome": "approve"}
    visit("ana").post(f"{CASE}/sign", **given, **{"as": "owner:responsibility"})
    assert "You signed exactly this already" in visit("ana").post(
        f"{CASE}/sign", status=403, **given, **{"as": "owner:responsibility"}
    )
    html = visit("li").post(
        f"{CASE}/versions/1/sign", status=403, gate="G2", subject=version.pk, **{"as": "validator:review"}
    )
    assert "This was not done" in html


def test_a_signature_is_taken_back(visit, cast, use_case):
    version = proven(cast, use_case)
    row = signed_as(cast, use_case, version, "G1", "ana", "owner", "responsibility").row
    visit("ana").post(f"{CASE}/sign-offs/{row.pk}/withdraw")
    assert SignOffRow.objects.get(pk=row.pk).withdrawn_at is not None
    visit("mei").get(f"{CASE}/sign-offs/{row.pk}/withdraw", status=405)


@pytest.mark.spec("D6")
def test_a_release_passes_its_permit_is_downloaded_goes_live_and_is_revoked(visit, cast, use_case):
    released(cast, use_case)
    html = visit("mei").post(f"{CASE}/versions/1/release", environment="production", follow=True)
    assert "Production: passed" in html
    permit = Permit.objects.get()
    answer = visit("mei").client.get(f"/permits/{permit.pk}")
    assert answer.content.decode() == permit.envelope
    assert "muster permit verify job-support-1-production.permit" in html
    assert "Recorded as live." in visit("mei").post(f"/permits/{permit.pk}/live", follow=True)
    assert "None of your roles here may" in visit("mei").post(f"/permits/{permit.pk}/revoke", reason="x", follow=True)
    visit("wei").post(f"/permits/{permit.pk}/revoke", reason="Complaints")
    assert Permit.objects.get().revoked_reason == "Complaints"


def test_a_refused_release_is_kept_and_says_what_to_do(visit, cast, use_case):
    proven(cast, use_case)
    html = visit("mei").post(f"{CASE}/versions/1/release", environment="production", follow=True)
    assert "Production: refused" in html
    assert Decision.objects.get().passed is False
    assert "Waits for" in html or "Signatures:" in html
    visit("zoe").post(f"{CASE}/versions/1/release", status=404, environment="production")


def test_people_are_named_by_who_may_and_nobody_names_themselves(visit, cast, use_case):
    visit("ana").post(f"{CASE}/people", role="scientist", person=[cast.tom])
    assert RoleGrant.objects.filter(use_case=use_case.pk, role="scientist", person_id=cast.tom).exists()
    assert "somebody else has to" in visit("ana").post(
        f"{CASE}/people", status=403, role="validator", person=[cast.ana]
    )


@pytest.mark.spec("A3", "D1")
def test_the_light_lane_is_one_page_and_one_signature(visit, cast, use_case):
    visit("li").post(f"{CASE}/questions", q_audience="team", q_regions=["us"])
    browser = visit("ana")
    page = browser.get(f"{CASE}/card")
    assert page.count("<textarea") == 2
    assert len(re.findall(r"<(?:textarea|select|input(?![^>]*hidden))", page)) <= 12
    subject = hidden(page, "subject")
    empty = browser.post(f"{CASE}/card", status=422, subject=subject, **{"text-doc_note": "One chart"})
    assert 'href="#field-text-fair_think"' in empty
    assert not EvidenceRow.objects.exists()
    browser.post(f"{CASE}/card", subject=subject, **{"text-doc_note": "One chart", "text-fair_think": "Nobody"})
    assert SignOffRow.objects.get().gate == "G1"
    overview = browser.get(CASE)
    assert "is passed" in overview
    assert '<li class="here"' not in overview
    assert "Signed and registered" in browser.get(f"{CASE}/card")


def test_the_card_is_not_signed_when_its_content_changed_or_by_who_may_not(visit, cast, use_case):
    visit("li").post(f"{CASE}/questions", q_audience="team", q_regions=["us"])
    texts = {"text-doc_note": "One chart", "text-fair_think": "Nobody"}
    assert "has changed since" in visit("ana").post(f"{CASE}/card", status=403, subject="sha256:0", **texts)
    subject = hidden(visit("ana").get(f"{CASE}/card"), "subject")
    assert visit("mei").post(f"{CASE}/card", status=403, subject=subject, **texts)
    assert not EvidenceRow.objects.exists()
    visit("li").post(f"{CASE}/questions", q_audience="public", q_regions=["us"])
    visit("ana").get(f"{CASE}/card", status=404)


@pytest.mark.spec("J3")
def test_a_token_is_shown_once_and_revoked(visit, cast, use_case):
    browser = visit("li")
    html = browser.post("/account/tokens", status=200, name="nightly", scope=["see"], days="30", use_case=use_case.pk)
    key = re.search(r"mst_[\w-]+", html)[0]
    assert key not in browser.get("/account")
    token = Token.objects.get()
    assert (token.scopes, token.use_case) == (["see"], use_case.pk)
    browser.post(f"/account/tokens/{token.pk}/revoke")
    assert Token.objects.get().revoked_at is not None
    visit("mei").post(f"/account/tokens/{token.pk}/revoke", status=404)
    assert "Choose at least one" in browser.post("/account/tokens", status=422, name="x", days="30", scope=["sign"])
