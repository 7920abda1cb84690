"""My work, the portfolio and its export, the ledger, and the way a page is set up."""

import csv
import io
import re

import pytest

from muster.server.casework.actions import open_use_case
from muster.server.web.views.portfolio import disarm
from server.casework.stories import proven, released, signed_as
from server.web.conftest import faults

pytestmark = pytest.mark.django_db(transaction=True)


def read(browser, address):
    answer = browser.client.get(address)
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


@pytest.mark.spec("D7")
def test_my_work_says_what_waits_why_and_where(visit, cast, use_case):
    version = proven(cast, use_case)
    assert "Sign gate G1" in visit("ana").get("/")
    assert "Nothing waits for you" in visit("mei").get("/")
    assert signed_as(cast, use_case, version, "G1", "ana", "owner", "responsibility")
    html = visit("mei").get("/")
    assert "1 waits for your signature" in html
    assert 'href="/use-cases/job-support/versions/1?gate=G2#sign"' in html


def test_a_renewal_a_year_ahead_waits_for_nobody_yet(visit, cast, use_case):
    released(cast, use_case)
    assert "Nothing waits for you" in visit("ana").get("/")


@pytest.mark.spec("E1")
def test_the_portfolio_is_searched_filtered_and_sorted_by_its_address(visit, cast, use_case):
    open_use_case(cast.actor("ana"), name="Tea")
    browser = visit("ana")
    assert "Job support" not in browser.get("/portfolio", search="tea")
    assert "Job support" in browser.get("/portfolio", tier="T2", owner=cast.ana, search="UC-1")
    assert "Nothing matches these filters" in browser.get("/portfolio", search="moon")
    names = re.findall(r'href="/use-cases/[\w-]+">([^<]+)</a></th>', browser.get("/portfolio", sort="name"))
    assert names == ["Job support", "Tea"]
    assert "sort=-name" in browser.get("/portfolio", sort="name")
    assert browser.get("/portfolio", page="99", sort="nonsense")


@pytest.mark.spec("E1")
def test_the_export_holds_what_the_filters_show_and_no_formula(visit, cast, use_case):
    open_use_case(cast.actor("ana"), name="=HYPERLINK(1)", slug="trap")
    rows = read(visit("ana"), "/portfolio.csv?search=trap")
    assert [row[1] for row in rows] == ["Name", "'=HYPERLINK(1)"]
    assert len(read(visit("ana"), "/portfolio.csv")) == 3
    assert len(read(visit("zoe"), "/portfolio.csv")) == 1


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_a_cell_that_a_spreadsheet_would_run_is_disarmed(cell):
    assert disarm(cell) == "'" + cell
    assert disarm("a=1") == "a=1"


@pytest.mark.spec("J1")
@pytest.mark.parametrize("chinese", [False, True])
def test_the_ledger_is_read_and_really_verified(visit, cast, use_case, chinese):
    from muster.server.journal.models import Entry
    from muster.server.registry.models import UseCase

    browser = visit("ada", chinese=chinese)
    for address in ("/log/", "/log/?act=use_case.opened&use_case=job-support", "/log/0"):
        assert faults(browser.get(address)) == []
    sound = "核验通过" if chinese else "Sound:"
    assert sound in browser.post("/log/verify", status=200)
    UseCase.objects.update(owner=cast.li)
    html = browser.post("/log/verify", status=200)
    assert sound not in html
    assert "registry.UseCase" in html
    Entry.objects.filter(index=1).update(leaf=b"{}")
    assert browser.get("/log/")
    assert sound not in browser.get("/log/1")
    assert "notice error" in browser.get("/log/1")


def test_the_ledger_is_for_who_may_read_it_and_an_entry_also_for_who_sees_its_use_case(visit, cast, use_case):
    from muster.server.journal.models import Entry

    opened = Entry.objects.get(act="use_case.opened").index
    visit("ana").get("/log/", status=404)
    visit("ana").post("/log/verify", status=404)
    assert 'href="/log/"' not in visit("ana").get("/")
    assert "opened the use case" in visit("ana").get(f"/log/{opened}")
    visit("ana").get("/log/0", status=404)
    visit("zoe").get(f"/log/{opened}", status=404)
    visit("ada").get("/log/99999", status=404)


def test_language_and_theme_are_remembered_and_lead_back_here_only(visit, cast, use_case):
    browser = visit("ana")
    browser.post("/preferences/theme", theme="dark", next="/portfolio")
    assert 'data-theme="dark"' in browser.get("/")
    browser.post("/preferences/theme", theme="purple", next="/")
    assert 'data-theme="dark"' in browser.get("/")
    away = browser.client.post("/preferences/theme", {"theme": "light", "next": "https://evil.example/"})
    assert away["Location"] == "/"
    browser.post("/preferences/language", language="zh-hans", next="/")
    assert "我的待办" in browser.get("/")


def test_the_sign_in_page_is_clean_in_both_languages(client):
    assert faults(client.get("/accounts/login/").content.decode()) == []
    client.cookies["django_language"] = "zh-hans"
    assert "登录" in client.get("/accounts/login/").content.decode()
    refused = client.post("/accounts/login/", {"login": "li", "password": "wrong"}).content.decode()
    assert 'role="alert"' in refused


def test_no_page_loads_anything_from_elsewhere(visit, cast, use_case):
    html = visit("ana").get("/use-cases/job-support")
    assert re.findall(r'(?:src|href)="(?:https?:)?//[^"]+"', html) == []
