import pytest
from django.db import connection, transaction

from muster.ledger.entry import verify_entry
from muster.ledger.keys import VerifierKey
from muster.ledger.log import LogView
from muster.ledger.proof import parse_receipt
from muster.server.journal import queries
from muster.server.journal.actions import record
from muster.server.journal.leaf import read_leaf
from muster.server.journal.models import Entry, Log

PERSON = "0" * 31 + "1"
CASE = "a" * 32


def act(number=0, **more):
    return record("test.done", by=PERSON, about={"use_case": CASE, **more}, facts={"number": number})


@pytest.mark.django_db(transaction=True)
def test_an_act_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError, match="inside the transaction"):
        act()
    assert not Entry.objects.exists()


@pytest.mark.spec("J1")
@pytest.mark.django_db(transaction=True)
def test_an_entry_is_a_signed_statement_of_the_act():
    with transaction.atomic():
        row = act(7, version="sha256:" + "e" * 64)
    key = VerifierKey.from_text(queries.verifier_key())
    statement = verify_entry(bytes(row.leaf), [key])
    assert statement.predicate["facts"] == {"number": 7}
    assert statement.predicate["about"]["use_case"] == CASE
    assert {subject.name for subject in statement.subject} == {f"use_case:{CASE}", "version:sha256:" + "e" * 64}
    assert [s.digest["sha256"] for s in statement.subject if s.name.startswith("version")] == ["e" * 64]


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_act_leaves_no_entry_and_no_gap():
    with transaction.atomic():
        act(0)
    with transaction.atomic():
        act(1)
        transaction.set_rollback(True)
    with transaction.atomic():
        act(2)
    assert list(Entry.objects.values_list("index", flat=True)) == [0, 1]
    assert [read_leaf(bytes(row.leaf))["facts"]["number"] for row in Entry.objects.all()] == [0, 2]


@pytest.mark.parametrize("personal", ["Ana Ruiz", "ana@example.org", "安娜", ""])
@pytest.mark.django_db
def test_names_and_addresses_do_not_pass_into_a_leaf(personal):
    with pytest.raises(ValueError, match="ids and digests only"):
        record("test.done", by=personal, about={"use_case": CASE})
    with pytest.raises(ValueError, match="ids and digests only"):
        record("test.done", by=PERSON, about={"owner": personal})


@pytest.mark.django_db
def test_time_never_runs_backwards(monkeypatch):
    first = act()
    monkeypatch.setattr("muster.server.journal.actions.timezone.now", lambda: first.at.replace(year=2001))
    assert act().at == first.at


@pytest.mark.spec("J1")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 515])
def test_receipts_and_tiles_verify_with_the_pure_ledger(size):
    with transaction.atomic():
        rows = [act(number) for number in range(size)]
    key = VerifierKey.from_text(queries.verifier_key())
    for row in {rows[0].index: rows[0], size // 2: rows[size // 2], size - 1: rows[-1]}.values():
        covered = parse_receipt(queries.receipt(row.index)).verify(bytes(row.leaf), [key])
        assert covered.size == size

    def read(path):
        return queries.signed_checkpoint() if path == "checkpoint" else _tile(path)

    view = LogView(read, [key])
    for index in (0, size - 1):
        view.receipt(index).verify(view.entry(index), [key])


def _tile(path):
    _, kind, rest = path.split("/", 2)
    number, _, partial = rest.partition(".p/")
    width = int(partial or 256)
    if kind == "entries":
        return queries.bundle(int(number), width)
    return queries.tile(int(kind), int(number), width)


@pytest.mark.django_db(transaction=True)
def test_a_key_of_another_ledger_is_refused(settings, tmp_path):
    with transaction.atomic():
        act()
    settings.MUSTER_HOME = tmp_path / "other"
    with pytest.raises(RuntimeError, match="restore the key"), transaction.atomic():
        act()
    assert Log.objects.get().size == 1
    assert connection.in_atomic_block is False
