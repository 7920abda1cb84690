"""Checks that Muster runs itself: asked, watched, stopped; a killed worker leaves no proof, and nothing runs twice."""

import time

import pandas as pd
import pytest
from django_tasks_db.models import DBTaskResult

from muster.server.casework.actions import ask_for_run, stop_run
from muster.server.casework.actions.running import is_lost, state_of, take_in
from muster.server.casework.models import CheckRun, EvidenceRow
from muster.server.casework.places import find_data, list_data
from muster.server.casework.tasks import compute_check
from muster.server.outcome import Problem
from muster.server.places import read_places
from processes import process, until
from server.casework.stories import registered

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.spec("F10", "L5")]
GIVEN = {"protected": ["sex"], "prediction": "p", "label": "y", "replicates": 100}


@pytest.fixture
def place(settings, tmp_path):
    folder = tmp_path / "credit"
    folder.mkdir()
    frame = pd.DataFrame({"sex": ["f", "m"] * 100, "p": [1, 0, 1, 1] * 50, "y": [1, 0, 0, 1] * 50})
    frame.to_parquet(folder / "log.parquet")
    settings.MUSTER_DATA = {"credit": str(folder)}
    return folder


@pytest.fixture
def version(cast, use_case):
    return registered(cast, use_case)


def ask(cast, use_case, version, who="li", **changes):
    told = {"check": "fairness", "inputs": {"data": "credit/log.parquet"}, "parameters": GIVEN, **changes}
    return ask_for_run(cast.actor(who, use_case), use_case, version=version, **told)


def test_a_run_ends_as_proof_for_the_version_in_the_name_of_who_asked(cast, use_case, version, place):
    run = ask(cast, use_case, version).row
    assert state_of(run) == "waiting"
    compute_check.func(run.id)
    run.refresh_from_db()
    assert (run.state, run.failure) == ("done", "")
    row = EvidenceRow.objects.get()
    assert (run.evidence_id, row.by, row.version_id, row.check_name) == (row.id, cast.li, version.id, "fairness")
    assert "log.parquet" not in row.statement_text
    compute_check.func(run.id)  # the queue may hand a job out twice
    assert EvidenceRow.objects.count() == 1


def test_a_worker_computes_it_and_the_ledger_knows_the_run(cast, use_case, version, place):
    run = ask(cast, use_case, version).row
    with process("-m", "muster.server.jobs", MUSTER_DATA=f"credit={place}"):
        until(lambda: CheckRun.objects.get(pk=run.pk).state == "done")
    from muster.server.journal.models import Entry

    acts = list(Entry.objects.order_by("index").values_list("act", flat=True))
    assert acts[-2:] == ["check.asked", "evidence.handed_in"]


@pytest.mark.parametrize(
    ("changes", "where", "code"),
    [
        ({"check": "fairnes"}, "check", "unknown_check"),
        ({"inputs": {}}, "data", "missing_input"),
        ({"inputs": {"data": "credit/none.parquet"}}, "data", "no_such_data"),
        ({"inputs": {"data": "debit/log.parquet"}}, "data", "unknown_place"),
        ({"inputs": {"data": "credit/log.parquet", "other": "credit/log.parquet"}}, "other", "unknown_input"),
        ({"parameters": {"protectd": ["sex"]}}, "parameters.protectd", "form"),
    ],
)
def test_what_can_be_known_at_once_is_refused_at_once(cast, use_case, version, place, changes, where, code):  # noqa: PLR0917
    refused = ask(cast, use_case, version, **changes)
    assert (where, code) in {(problem.where, problem.code) for problem in refused.problems}
    assert not CheckRun.objects.exists()
    assert not DBTaskResult.objects.filter(task_path__endswith="compute_check").exists()


def test_who_may_not_hand_in_proof_may_not_have_it_computed_nor_stop_it(cast, use_case, version, place):
    assert ask(cast, use_case, version, who="ada").reason.code == "role_lacks_act"
    run = ask(cast, use_case, version).row
    assert stop_run(cast.actor("ada", use_case), run).reason.code == "role_lacks_act"
    assert stop_run(None, run).reason.code == "not_signed_in"


def test_the_same_run_is_not_queued_twice_but_again_when_it_has_ended(cast, use_case, version, place):
    run = ask(cast, use_case, version).row
    again = ask(cast, use_case, version)
    assert (again.problems[0].code, again.problems[0].hint) == ("already_running", run.id)
    compute_check.func(run.id)
    assert ask(cast, use_case, version)


def test_a_run_that_waits_is_stopped_at_once_and_leaves_no_proof(cast, use_case, version, place):
    run = ask(cast, use_case, version).row
    assert stop_run(cast.actor("li", use_case), run)
    assert compute_check.func(run.id) == "cancelled"
    assert not EvidenceRow.objects.exists()
    run.refresh_from_db()
    assert stop_run(cast.actor("li", use_case), run).problems[0].code == "already_ended"


def test_a_result_that_comes_after_the_stop_is_not_taken(cast, use_case, version, place):
    run = ask(cast, use_case, version).row
    CheckRun.objects.filter(pk=run.pk).update(state="running", stop_asked=True)
    take_in(run.id, {})
    run.refresh_from_db()
    assert (run.state, EvidenceRow.objects.count()) == ("cancelled", 0)


def test_a_stop_reaches_the_engine_while_it_computes(cast, use_case, version, place, monkeypatch):
    run = ask(cast, use_case, version).row
    CheckRun.objects.filter(pk=run.pk).update(stop_asked=True)
    from muster.evidence.duck import DuckTable

    plain = DuckTable.select

    def slow(self, sql):
        if "group by" in sql:
            plain(self, "select count(*) from range(10000000) a, range(100000) b where hash(a.range + b.range) = 0")
        return plain(self, sql)

    monkeypatch.setattr(DuckTable, "select", slow)
    begun = time.monotonic()
    assert compute_check.func(run.id) == "cancelled"
    assert time.monotonic() - begun < 60
    assert not EvidenceRow.objects.exists()


def test_a_check_that_could_not_run_is_shown_as_that_and_is_no_proof(cast, use_case, version, place):
    run = ask(cast, use_case, version, parameters={**GIVEN, "protected": ["sexx"]}).row
    assert compute_check.func(run.id) == "failed"
    run.refresh_from_db()
    english, chinese = run.failure.split("\n")
    assert "sexx" in english
    assert "没有这一列" in chinese
    assert str(place) not in run.failure
    assert not EvidenceRow.objects.exists()


def test_data_that_went_away_before_the_worker_came_fail_the_run(cast, use_case, version, place):
    run = ask(cast, use_case, version).row
    (place / "log.parquet").unlink()
    assert compute_check.func(run.id) == "failed"
    run.refresh_from_db()
    assert run.failure == "refused:no_such_data"


def test_who_lost_the_right_meanwhile_leaves_no_proof(cast, use_case, version, place):
    run = ask(cast, use_case, version).row
    account = cast.accounts["li"]
    account.is_active = False
    account.save()
    assert compute_check.func(run.id) == "failed"
    assert not EvidenceRow.objects.exists()


def test_a_killed_worker_leaves_no_proof_and_the_next_one_begins_anew(cast, use_case, version, place):
    run = ask(cast, use_case, version).row
    slow = "import muster.server.jobs.__main__"
    stall = (
        "import time, muster.evidence.run as r; plain = r.run_check; "
        "r.run_check = lambda *a, **k: (time.sleep(600), plain(*a, **k))[1]; "
    )
    data = {"MUSTER_DATA": f"credit={place}", "MUSTER_JOB_LEASE": "1"}
    with process("-c", f"from muster.server.boot import boot; boot(); {stall}{slow}", **data):
        until(lambda: CheckRun.objects.get(pk=run.pk).state == "running")
    assert not EvidenceRow.objects.exists()
    with process("-m", "muster.server.jobs", **data):
        until(lambda: CheckRun.objects.get(pk=run.pk).state == "done")
    assert EvidenceRow.objects.count() == 1


def test_a_run_whose_worker_died_too_often_is_lost_and_can_be_asked_for_again(cast, use_case, version, place):
    run = ask(cast, use_case, version).row
    DBTaskResult.objects.get(pk=run.job).set_failed(RuntimeError("the worker died"))
    assert is_lost(run)
    assert state_of(run) == "lost"
    assert ask(cast, use_case, version)
    run.refresh_from_db()
    assert run.state == "failed"


def test_nothing_outside_of_a_place_is_opened(place, tmp_path):
    (tmp_path / "secret.csv").write_text("a\n1\n")
    (place / "link.csv").symlink_to(tmp_path / "secret.csv")
    (place / "notes.txt").write_text("x")
    for reference in (
        "credit/../secret.csv",
        "credit/link.csv",
        f"credit/{tmp_path}/secret.csv",
        "credit/",
        "credit",
        "credit/notes.txt",
        "credit/**/../../secret.csv",
        "../secret.csv",
        "credit/\0",
    ):
        assert isinstance(find_data(reference), Problem), reference
    assert list_data() == ["credit/log.parquet"]
    assert find_data("credit/*.parquet") == str(place / "log.parquet")


def test_a_table_of_a_warehouse_is_named_and_nothing_can_be_slipped_in(settings):
    settings.MUSTER_DATA = {"dwh": "postgresql://reader@db/warehouse"}
    assert find_data("dwh/risk.decisions") == "postgresql://reader@db/warehouse?table=risk.decisions"
    for reference in ("dwh/risk;drop", "dwh/a.b.c", "dwh/", "dwh/x&table=y"):
        assert isinstance(find_data(reference), Problem), reference


def test_places_are_read_from_one_setting_and_nonsense_is_refused():
    assert read_places("credit=/srv/c; dwh=postgresql://a@b/c ;") == {"credit": "/srv/c", "dwh": "postgresql://a@b/c"}
    for nonsense in ("credit", "Credit=/x", "=x", "credit="):
        with pytest.raises(ValueError, match="MUSTER_DATA"):
            read_places(nonsense)
