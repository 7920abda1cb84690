from copy import copy
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from muster.server.casework.actions import open_use_case, rebuild, refresh_stale, set_people
from muster.server.casework.models import Duty, Standing
from muster.server.casework.portfolio import every_row, my_work, portfolio
from muster.server.casework.tasks import refresh_due
from muster.server.identity.actions import OPERATOR, end_role
from muster.server.identity.models import RoleGrant, new_id
from muster.server.journal.audit import replay
from muster.server.registry.models import UseCase
from server.casework.stories import proven, released, signed_as

pytestmark = pytest.mark.spec("E1")


def fill(use_case, number):
    """That many more use cases, as copies of one: how they came to be does not matter to a list."""
    standing = Standing.objects.get(use_case=use_case)
    duty = Duty.objects.filter(use_case=use_case).first()
    rows, standings, duties = [], [], []
    for n in range(number):
        row, copied, waiting = copy(use_case), copy(standing), copy(duty)
        row.id, row.number, row.slug, row.name = new_id(), n + 2, f"case-{n}", f"Case {n}"
        copied.use_case = waiting.use_case = row
        copied.tier, waiting.id = "T1" if row.number % 2 else "T2", None
        rows.append(row)
        standings.append(copied)
        duties.append(waiting)
    UseCase.objects.bulk_create(rows, batch_size=500)
    Standing.objects.bulk_create(standings, batch_size=500)
    Duty.objects.bulk_create(duties, batch_size=500)


def test_there_may_be_none(cast, framework):
    page = portfolio(cast.actor("ana"))
    assert (page.items, page.total) == ((), 0)
    assert my_work(cast.actor("ana")) == ()


def test_a_use_case_is_there_the_moment_it_is_opened(cast, use_case):
    (row,) = portfolio(cast.actor("ana")).items
    assert (row.slug, row.tier, row.state, row.owner_name) == ("job-support", "T2", "working", "Ana")
    assert row.next_duty.act == "answer"


def test_five_thousand_take_as_many_queries_as_one(cast, use_case):
    ana = cast.actor("ana")
    questions = (
        lambda: portfolio(ana),
        lambda: portfolio(ana, search="job", tier="T2", sort="name"),
        lambda: my_work(ana),
    )
    for_one = [_queries(ask) for ask in questions]
    fill(use_case, 4999)
    assert [_queries(ask) for ask in questions] == for_one
    assert portfolio(ana, search="case", tier="T1").total == 2499
    assert len(my_work(ana)) == 200


def _queries(ask):
    with CaptureQueriesContext(connection) as asked:
        ask()
    return len(asked)


def test_filters_search_and_pages(cast, use_case):
    fill(use_case, 9)
    ana = cast.actor("ana")
    assert [row.slug for row in portfolio(ana, search="UC-3").items] == ["case-1"]
    assert portfolio(ana, search="job").total == 1
    assert portfolio(ana, tier="T1").total == 4
    assert portfolio(ana, owner=cast.li).total == 0
    assert portfolio(ana, state="working", step="scoping").total == 10
    assert [row.number for row in portfolio(ana, page=2, per_page=4, sort="number").items] == [5, 6, 7, 8]
    assert portfolio(ana, page=99).items == ()
    assert len(list(every_row(ana, tier="T2"))) == 6


def test_an_unknown_order_is_the_usual_one(cast, use_case):
    fill(use_case, 2)
    ana = cast.actor("ana")
    assert portfolio(ana, sort="password") == portfolio(ana)


@pytest.mark.spec("J3")
def test_what_one_may_not_see_is_not_in_the_list_nor_counted(cast, use_case):
    assert portfolio(cast.actor("root")).total == 0
    assert portfolio(None).total == 0
    assert portfolio(cast.actor("ana").model_copy(update={"active": False})).total == 0
    stranger = cast.actor("ada").model_copy(update={"roles": ()})
    assert portfolio(stranger).total == 0
    other = open_use_case(cast.actor("ana"), name="Other").row
    set_people(cast.actor("ana"), other, {"validator": [cast.ada]})
    assert [row.slug for row in portfolio(stranger).items] == ["other"]
    assert {item.slug for item in my_work(stranger)} <= {"other"}


def test_a_role_held_for_one_use_case_brings_its_work_only(cast, use_case):
    proven(cast, use_case)
    assert my_work(cast.actor("ada")) == ()
    set_people(cast.actor("ana"), use_case, {"owner": [cast.ana, cast.ada]})
    assert [item.duty.act for item in my_work(cast.actor("ada"))] == ["sign"]


def test_work_names_the_measure_its_role_and_why(cast, use_case):
    from muster.server.casework.actions import answer
    from server.casework.stories import HIGH

    answer(cast.actor("li"), use_case, HIGH)
    work = {item.duty.measure: item.duty for item in my_work(cast.actor("ana"))}
    assert set(work) == {"doc_note", "fair_think"}
    assert work["doc_note"].act == "attest"
    assert work["doc_note"].parameters["reasons"][0]["code"] == "evidence_missing"


def test_what_is_signed_waits_no_longer_and_the_rest_waits_since_it_began(cast, use_case):
    version = proven(cast, use_case)
    signed_as(cast, use_case, version, "G1", "ana", "owner", "responsibility")
    (waiting,) = my_work(cast.actor("mei"))
    signed_as(cast, use_case, version, "G2", "ana", "owner", "responsibility")
    assert my_work(cast.actor("ana")) == ()
    (still,) = my_work(cast.actor("mei"))
    assert still.since == waiting.since


def test_when_all_is_passed_the_next_duty_is_to_renew_in_time(cast, use_case):
    released(cast, use_case)
    (row,) = portfolio(cast.actor("ana")).items
    assert (row.state, row.next_duty.act) == ("passed", "renew")
    assert row.next_duty.until - timezone.now() > timedelta(days=300)


def test_a_standing_can_be_made_again_from_nothing(cast, use_case):
    proven(cast, use_case)
    before = portfolio(cast.actor("ana"))
    Standing.objects.all().delete()
    Duty.objects.all().delete()
    assert rebuild() == 1
    assert portfolio(cast.actor("ana")) == before


def test_a_job_waits_for_the_moment_at_which_time_changes_the_standing(cast, use_case):
    released(cast, use_case)
    stale_at = Standing.objects.get().stale_at
    waiting = DBTaskResult.objects.filter(task_path=refresh_due.module_path, run_after=stale_at)
    assert waiting.count() == 1
    rebuild()
    assert waiting.count() == 1


def test_a_role_that_ends_for_the_whole_organisation_reaches_every_list_and_replay_stays_silent(cast, use_case):
    released(cast, use_case)
    grant = RoleGrant.objects.get(person=cast.mei, role="validator", use_case="")
    assert end_role(OPERATOR, grant)
    assert replay().differences == ()
    assert DBTaskResult.objects.ready().filter(task_path=refresh_due.module_path).exists()
    assert refresh_due.func() == 1
    (row,) = portfolio(cast.actor("ana")).items
    assert (row.state, row.gate) == ("waiting", "G2")
    assert replay().differences == ()


def test_when_its_time_has_come_it_is_worked_out_anew(cast, use_case):
    Standing.objects.update(state="passed", stale_at=timezone.now() - timedelta(seconds=1))
    assert refresh_due.func() == 1
    assert portfolio(cast.actor("ana")).items[0].state == "working"
    assert refresh_stale() == 0
