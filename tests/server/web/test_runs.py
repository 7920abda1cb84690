"""The page of checks that Muster runs itself: ask, wait, stop, in both languages."""

import pandas as pd
import pytest

from muster.server.casework.models import CheckRun
from muster.server.casework.tasks import compute_check
from server.casework.stories import registered
from server.web.conftest import faults

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.spec("F10", "L5", "L4")]
PAGE = "/use-cases/job-support/versions/1/runs"
PARAMETERS = "protected: [sex]\nprediction: p\nreplicates: 0\n"


@pytest.fixture
def place(settings, tmp_path):
    pd.DataFrame({"sex": ["f", "m"] * 100, "p": [1, 0, 1, 1] * 50}).to_csv(tmp_path / "log.csv", index=False)
    settings.MUSTER_DATA = {"credit": str(tmp_path)}


@pytest.mark.parametrize("chinese", [False, True])
def test_a_check_is_asked_for_watched_and_its_proof_opened(visit, cast, use_case, place, chinese):
    registered(cast, use_case)
    browser = visit("li", chinese=chinese)
    empty = browser.get(PAGE)
    assert "credit/log.csv" in empty
    asked = browser.post(PAGE, check="fairness", inputs="credit/log.csv", parameters=PARAMETERS, follow=True)
    assert ("等待运行" if chinese else "waits for a worker") in asked
    assert "every 2s" in browser.get(PAGE, list="")
    compute_check.func(CheckRun.objects.get().id)
    done = browser.get(PAGE, list="")
    assert "every 2s" not in done
    assert f"/evidence/{CheckRun.objects.get().evidence_id}" in done
    for html in (empty, asked, done, browser.get(f"/evidence/{CheckRun.objects.get().evidence_id}")):
        assert faults(html) == []


def test_parameters_that_are_no_yaml_are_refused_with_their_place_and_nothing_is_lost(visit, cast, use_case, place):
    registered(cast, use_case)
    html = visit("li").post(
        PAGE, status=422, check="fairness", inputs="credit/log.csv", parameters="protected: [sex\nprediction: p"
    )
    assert "2:" in html
    assert "protected: [sex" in html
    assert not CheckRun.objects.exists()


def test_a_run_is_stopped_by_a_button(visit, cast, use_case, place):
    registered(cast, use_case)
    browser = visit("li")
    browser.post(PAGE, check="fairness", inputs="data: credit/log.csv", parameters=PARAMETERS)
    run = CheckRun.objects.get()
    assert "stopped" in browser.post(f"{PAGE}/{run.id}/stop", follow=True)
    visit("li").post(f"{PAGE}/none/stop", status=404)


def test_who_may_not_hand_in_proof_sees_no_form(visit, cast, use_case, place):
    registered(cast, use_case)
    assert "<textarea" not in visit("wei").get(PAGE)
