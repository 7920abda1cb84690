from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection, connections, transaction

from muster.server.identity.actions import OPERATOR, grant_role
from muster.server.identity.models import Person, RoleGrant
from muster.server.journal import audit, queries
from muster.server.journal.actions import record
from muster.server.journal.models import Entry
from processes import TESTS, process

THREADS, ACTS = 8, 25


@pytest.mark.spec("J1")
@pytest.mark.django_db(transaction=True)
def test_many_acts_at_one_time_leave_no_gap_and_no_double():
    def work(thread):
        try:
            for number in range(ACTS):
                with transaction.atomic():
                    record("test.done", by="system", about={"thread": f"{thread}", "number": f"{number}"})
                if number % 10 == 0:
                    queries.signed_checkpoint()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(THREADS)))
    assert list(Entry.objects.values_list("index", flat=True)) == list(range(THREADS * ACTS))
    result = audit.replay()
    assert (result.entries, result.differences) == (THREADS * ACTS, ())
    assert queries.checkpoint().size == THREADS * ACTS


@pytest.mark.django_db(transaction=True)
def test_the_same_grant_at_one_instant_is_one_grant():
    person = Person.objects.create()

    def work(_):
        try:
            grant_role(OPERATOR, person=person.id, role="validator")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(THREADS)))
    assert RoleGrant.objects.count() == 1
    assert Entry.objects.count() == 1


@pytest.mark.spec("J1")
@pytest.mark.django_db(transaction=True)
def test_a_process_killed_in_the_middle_of_an_act_leaves_neither_row_nor_leaf():
    person = "c" * 32
    with process(str(Path(TESTS) / "crash.py"), person) as child:
        assert "nothing is committed" in child.stdout.readline()
    assert not Person.objects.filter(pk=person).exists()
    assert not RoleGrant.objects.exists()
    assert not Entry.objects.exists()
    with transaction.atomic():  # and the next act begins as if nothing had been
        assert record("test.done", by="system", about={"thread": "1"}).index == 0
    assert not connection.in_atomic_block
