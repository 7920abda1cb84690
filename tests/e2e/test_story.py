"""The story of the example, as its people live it, in a real browser (docs/tutorial/story.md tells the same)."""

import re

import pytest

pytestmark = [pytest.mark.e2e]

JOB = "/use-cases/job-support"
OUTLOOK = "/use-cases/diabetes-outlook"


@pytest.mark.spec("E1", "L4", "E0")
def test_ana_sees_every_use_case_and_why_the_first_version_was_refused(visit):
    ana = visit("ana").go("/portfolio")
    for name in ("Job support", "Diabetes outlook", "Cultivar note", "Form numbers", "Tumour triage"):
        assert name in ana.text()
    ana.go(f"{JOB}/versions/1")
    assert "Production is blocked" in ana.text()
    assert "sex=women against sex=men" in ana.text()
    ana.page.click("text=Is it fair?")
    ana.look()
    assert ana.page.inner_text("p.lead").startswith("No:")
    assert ana.page.locator("svg title").count() > 0
    ana.go(f"{JOB}/versions/2")
    assert "Production is passed" in ana.text()


@pytest.mark.spec("D3", "D2", "L4")
def test_the_visitor_signs_what_waits_and_tom_releases_it(visit, living, tmp_path):
    you = visit("you").go("/")
    assert "1 waits for your signature" in you.text()
    you.page.click("text=Sign gate G4")
    you.look()
    you.page.fill("textarea[name=comment]", "The reserve of a tenth is in the plan.")
    you.page.click("button[value=approve]")
    you.look()
    assert "Production is passed" in you.text()
    assert "waits for your signature" not in you.go("/").text()
    tom = visit("tom").go(f"{OUTLOOK}/versions/1")
    tom.page.click("text=Release to Production")
    tom.look()
    with tom.page.expect_download() as download:
        tom.page.click("a[href*='/permits/'] >> nth=0")
    permit = tmp_path / "permit.json"
    download.value.save_as(permit)
    key = living.muster("ledger", "key").stdout.strip()
    done = living.muster("permit", "verify", str(permit), "--key", key, "--model", "diabetes-outlook@1")
    assert done.returncode == 0, done.stderr


@pytest.mark.spec("D3", "J3")
def test_who_built_it_is_offered_no_review_and_who_audits_no_signature(visit):
    li = visit("li").go(f"{JOB}/versions/2")
    assert li.page.locator("button[value=approve]").count() == 0
    ada = visit("ada").go(f"{JOB}/versions/2")
    assert ada.page.locator("button[value=approve]").count() == 0
    assert ada.page.locator("text=New use case").count() == 0


@pytest.mark.spec("J1")
def test_ada_verifies_the_whole_record(visit, living, tmp_path):
    ada = visit("ada").go("/log/")
    ada.page.click("main a[href^='/log/'] >> nth=0")
    ada.look()
    with ada.page.expect_download() as download:
        ada.page.click("a[href^='/ledger/receipt/'] >> nth=0")
    receipt = tmp_path / "act.tlog-proof"
    download.value.save_as(receipt)
    assert receipt.read_text().startswith("c2sp.org/tlog-proof@v1\n")
    ada.go("/log/")
    ada.page.click("text=Verify now")
    ada.look()
    assert re.search(r"Sound: \d+ entries and \d+ rows agree", ada.text())


@pytest.mark.spec("A1", "A2", "A3", "A4", "D1")
def test_a_light_use_case_is_opened_answered_and_signed_on_one_page(visit):
    you = visit("you").go("/use-cases/new")
    you.page.fill("input[name=name]", "Tea tasting chart")
    you.page.fill("textarea[name=purpose]", "One chart for the spring tasting.")
    you.page.click("text=Open the use case")
    you.look()
    answers = {
        "q0_prohibited": "none",
        "q1_domain": "internal_operations",
        "q1_regions": "eu",
        "q9_channel": "notebook_self_service",
        "q9_vendor": "false",
        "q2_audience": "self_or_small_team",
        "q2_affected": "none",
        "q2_scale": "under_100",
        "q1_personal": "none",
        "q4_worst": "negligible",
        "q4_effect": "none",
        "q4_automation": "insight_only",
        "q6_outcome": "transient",
        "q8_need": "none",
        "q8_method": "interpretable",
    }
    you.go("/use-cases/tea-tasting-chart/questions")
    assert "STOP" in you.page.inner_text(".sticky").upper(), "an open question counts as its gravest answer"
    for question, value in answers.items():
        with you.page.expect_response(lambda answer, q=question: f"/questions/{q}" in answer.url):
            you.page.check(f"#field-{question} input[value='{value}']")
    you.look()
    assert "T1" in you.page.inner_text(".sticky")
    you.go("/use-cases/tea-tasting-chart/card")
    fields = you.page.locator("main textarea:visible, main input:visible, main select:visible")
    assert 0 < fields.count() <= 12
    for index in range(fields.count()):
        fields.nth(index).fill("Done, and written down in the notebook.")
    you.page.click("main button[type=submit]")
    you.look()
    you.go("/use-cases/tea-tasting-chart")
    assert "passed" in you.text()


PAGES = [
    "/",
    "/portfolio",
    "/use-cases/new",
    JOB,
    f"{JOB}/questions",
    f"{JOB}/classification",
    f"{JOB}/measures",
    f"{JOB}/versions",
    f"{JOB}/versions/1",
    f"{JOB}/people",
    f"{JOB}/activity",
    "/framework",
    "/framework/matrix",
    "/framework/measures",
    "/framework/process",
    "/framework/raci",
    "/framework/ethics",
    "/framework/regulations",
    "/log/",
    "/account",
]


@pytest.mark.spec("L4")
@pytest.mark.parametrize(
    ("width", "scheme", "locale"), [(1280, "light", "en-GB"), (390, "dark", "zh-CN"), (390, "light", "en-GB")]
)
def test_every_page_is_accessible_and_fits_its_window(visit, width, scheme, locale):
    wei = visit("ana", width=width, scheme=scheme, locale=locale)
    for path in PAGES:
        wei.go(path)
        language = wei.page.get_attribute("html", "lang")
        assert language.startswith("zh" if locale == "zh-CN" else "en")


@pytest.mark.spec("J3")
def test_without_a_sign_in_there_is_only_the_door(chromium, site):
    context = chromium.new_context()
    page = context.new_page()
    for path in PAGES:
        page.goto(f"{site}{path}")
        assert "/accounts/login/" in page.url
    context.close()
