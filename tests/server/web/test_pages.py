"""Every page: open to who may see it in both languages, absent for who may not, and clean."""

import json
import re

import pytest
from django.utils import translation

from muster.server.casework.actions import hand_in_evidence
from muster.server.casework.models import EvidenceRow
from muster.server.operations.actions import decide_release
from server.casework.stories import fairness, proven, released
from server.web.conftest import faults

pytestmark = pytest.mark.django_db(transaction=True)
CASE = "/use-cases/job-support"
OF_CASE = [
    CASE,
    f"{CASE}/questions",
    f"{CASE}/classification",
    f"{CASE}/measures",
    f"{CASE}/measures/doc_card",
    f"{CASE}/measures/fair_test",
    f"{CASE}/measures/doc_note",
    f"{CASE}/versions",
    f"{CASE}/versions/1",
    f"{CASE}/versions/1?gate=G1",
    f"{CASE}/people",
    f"{CASE}/activity",
    f"{CASE}/activity?act=gate.signed",
]
FRAMEWORK = ["", "/matrix", "/measures", "/measures/fair_test", "/process", "/raci", "/ethics", "/regulations"]
GENERAL = ["/", "/portfolio", "/portfolio?search=job", "/account", *(f"/framework{part}" for part in FRAMEWORK)]


def texts_of(html):
    return re.sub(r"<[^>]+>", " ", re.sub(r"<(script|style|code|pre)\b.*?</\1>", " ", html, flags=re.DOTALL))


@pytest.mark.spec("L4", "E1", "C2")
@pytest.mark.parametrize("chinese", [False, True])
def test_every_page_of_a_use_case_opens_in_both_languages(visit, cast, use_case, chinese):
    version = released(cast, use_case)
    assert decide_release(cast.actor("mei", use_case), version, "production").row.passed
    proof = [f"/evidence/{pk}" for pk in EvidenceRow.objects.values_list("pk", flat=True)]
    browser = visit("mei", chinese=chinese)
    for address in [*GENERAL, *OF_CASE, *proof]:
        html = browser.get(address)
        assert f'<html lang="{"zh-Hans" if chinese else "en"}"' in html
        assert faults(html) == [], address


@pytest.mark.spec("J3")
@pytest.mark.parametrize("name", ["zoe", "root"])
def test_a_use_case_is_absent_for_who_may_not_see_it(visit, cast, use_case, name):
    released(cast, use_case)
    browser = visit(name)
    evidence = EvidenceRow.objects.exclude(use_case=None).first().pk
    for address in [*OF_CASE, f"/evidence/{evidence}", f"/evidence/{evidence}/statement", "/use-cases/new"]:
        html = browser.get(address, status=404)
        assert "Job support" not in html, address
        assert 'href="/portfolio"' in html
    assert "Job support" not in browser.get("/portfolio")
    assert "Job support" not in browser.get("/")


def test_what_does_not_exist_is_answered_like_what_is_not_open(visit, cast, use_case):
    here = visit("ana").get("/use-cases/nothing", status=404)
    there = visit("zoe").get(CASE, status=404)
    assert re.findall(r'class="lead">([^<]+)', here) == re.findall(r'class="lead">([^<]+)', there)


@pytest.mark.parametrize("address", [*GENERAL, *OF_CASE, "/log/", "/log/0", "/use-cases/new", "/portfolio.csv"])
def test_nobody_gets_in_without_signing_in(client, cast, use_case, address):
    answer = client.get(address)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("chinese", [False, True])
def test_an_empty_installation_teaches_the_first_step(visit, cast, chinese):
    browser = visit("ana", chinese=chinese)
    for address in ("/", "/framework"):
        html = browser.get(address)
        assert "muster framework publish starter" in html
        assert faults(html) == []
    assert faults(browser.get("/portfolio")) == []


def test_chinese_pages_hold_no_english_sentence(visit, cast, use_case):
    proven(cast, use_case)
    browser = visit("ana", chinese=True)
    for address in [*GENERAL, *OF_CASE]:
        said = texts_of(browser.get(address))
        english = re.findall(r"(?:[A-Za-z]+ ){4,}[A-Za-z]+", said)
        theirs = ("Decide who is offered help", "People without a phone could be missed", "It ranks offers of help")
        assert [text for text in english if not any(text in known for known in theirs)] == [], address


def test_a_page_needs_a_handful_of_queries_however_many_use_cases(visit, cast, use_case, django_assert_max_num_queries):
    from muster.server.casework.actions import open_use_case

    for number in range(12):
        assert open_use_case(cast.actor("ana"), name=f"Case {number}")
    browser = visit("ana")
    with django_assert_max_num_queries(25):
        browser.get("/portfolio")
    with django_assert_max_num_queries(25):
        browser.get("/")


def test_errors_say_what_to_do(visit, cast, rf):
    from muster.server.web.views.errors import server_error

    for language, tag, said in (("en", "en", "Try once more"), ("zh-hans", "zh-Hans", "重试")):
        with translation.override(language):
            html = server_error(rf.get("/")).content.decode()
        assert f'<html lang="{tag}">' in html
        assert said in html
    strict = visit("ana", enforce_csrf_checks=True)
    assert "Nothing was done" in strict.post("/account/tokens", status=403)


@pytest.mark.spec("F10")
def test_small_groups_are_hidden_from_those_who_may_not_see_them_on_every_door(visit, cast, use_case):
    version = proven(cast, use_case)
    rate = {"name": "selection_rate", "numerator": 2, "denominator": 4, "value": 0.5, "low": 0.1, "high": 0.9}
    groups = [
        {"attributes": ["sex"], "group": f"sex={sex}", "n": n, "labelled": n}
        | {"rates": [{**rate, "numerator": n // 2, "denominator": n, "enough": True}]}
        for sex, n in (("f", 4170), ("m", 3130), ("x", 4))
    ]
    gap = {"name": "selection_rate_difference", "value": 0.02, "high": 0.04, "n": 3134, "group": "sex=m"}
    told = fairness(groups=groups, figures=[gap], statistics={"cells": [["x", 4]]})
    row = hand_in_evidence(cast.actor("li", use_case), use_case, told, version=version).row
    seeing, other = visit("mei"), visit("ana")
    page = f"/evidence/{row.id}"
    assert "4,170" in seeing.get(page)
    assert "3,130" in seeing.get(page)
    assert seeing.get(f"{page}/statement") == row.statement_text
    html = other.get(page)
    assert "hidden: too few people" in html
    assert "4,170" in html
    assert "3,130" not in html  # else the group of four could be had by subtracting
    assert "3,134" in seeing.get(page)
    assert "3,134" not in html  # it speaks of the group of 3,130, and of one more
    of_version = f"/use-cases/job-support/versions/{version.number}"
    assert ["3,134" in eyes.get(of_version) for eyes in (seeing, other)] == [True, False]
    copy = json.loads(other.get(f"{page}/statement"))
    assert copy["predicateType"] == "urn:passmuster:evidence-suppressed:1"
    assert copy["predicate"]["original"] == row.statement
    assert copy["predicate"]["statistics"] == {}
    assert faults(html) == []
    answer = other.client.get(f"/api/use-cases/job-support/evidence/{row.id}").json()
    assert answer["text"]["predicate"]["groups"][2]["n"] is None
    listed = other.client.get(f"/api/use-cases/job-support/evidence?version={version.number}").json()
    assert [each["figures"][0]["value"] for each in [*listed, answer] if each["id"] == row.id] == [None, None]
