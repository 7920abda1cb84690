import pytest
from django.db import transaction

from muster.ledger.errors import RollbackError
from muster.ledger.frontier import Frontier
from muster.server.journal import queries
from muster.server.journal.actions import record
from muster.server.journal.keys import key_path, ledger_key
from muster.server.journal.models import Entry, Log, SignedCheckpoint
from muster.server.journal.signing import memory_path, sign_checkpoint

pytestmark = [pytest.mark.spec("J1"), pytest.mark.django_db(transaction=True)]


def append(count=1):
    with transaction.atomic():
        for _ in range(count):
            record("test.done", by="system", about={"number": "1"})


def test_a_database_that_went_back_gets_no_checkpoint():
    append(3)
    queries.signed_checkpoint()
    Entry.objects.all().delete()
    SignedCheckpoint.objects.all().delete()
    Log.objects.update(size=0, frontier=Frontier().to_bytes(), last_at=None)
    append(1)
    with pytest.raises(RollbackError, match="only 1"):
        queries.signed_checkpoint()


def test_a_rewritten_history_gets_no_checkpoint():
    append(3)
    queries.signed_checkpoint()
    Entry.objects.filter(index=1).update(leaf_hash=b"\1" * 32)
    append(2)
    with pytest.raises(RollbackError, match="as they were signed"):
        queries.signed_checkpoint()


def test_what_may_still_be_rolled_back_is_never_signed():
    append()
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        sign_checkpoint()


def test_the_same_ledger_again_is_the_same_checkpoint():
    append(2)
    assert queries.signed_checkpoint() == queries.signed_checkpoint()
    assert SignedCheckpoint.objects.count() == 1


def test_an_empty_ledger_has_a_checkpoint_too():
    assert queries.checkpoint().size == 0


def test_a_damaged_memory_is_refused_not_forgotten():
    append()
    queries.signed_checkpoint()
    memory_path().write_text("{}")
    append()
    with pytest.raises(RollbackError, match="not the memory of a signer"):
        queries.signed_checkpoint()


def test_the_key_is_a_file_for_its_owner_only_and_shows_in_no_table():
    append()
    assert key_path().stat().st_mode & 0o777 == 0o600
    assert key_path().parent.stat().st_mode & 0o777 == 0o700
    secret = ledger_key().seed
    assert all(secret not in bytes(row.leaf) for row in Entry.objects.all())
    assert ledger_key().to_text() not in repr(ledger_key())


def test_a_damaged_key_file_says_what_to_do(settings, tmp_path):
    settings.MUSTER_HOME = tmp_path / "elsewhere"
    ledger_key()
    key_path().write_text("PRIVATE+KEY+nonsense")
    from muster.server.journal.keys import _read

    _read.cache_clear()
    with pytest.raises(RuntimeError, match="Restore it from a backup"):
        ledger_key()
