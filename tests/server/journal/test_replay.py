"""Whatever is changed behind Muster's back is found, and its place is named."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from muster.server.identity.actions import OPERATOR, create_account, end_role, grant_role, issue_token, set_active
from muster.server.identity.models import Account, RoleGrant, Token
from muster.server.journal import queries
from muster.server.journal.actions import record
from muster.server.journal.audit import replay
from muster.server.journal.models import Entry, Log, SignedCheckpoint, Tile
from muster.server.journal.replay import Difference, Kind
from muster.server.journal.signing import memory_path

pytestmark = [pytest.mark.spec("J1"), pytest.mark.django_db(transaction=True)]


@pytest.fixture
def story():
    """Entries 0 to 4: an account, its role, the end of the role, a token, the account closed."""
    account = create_account(OPERATOR, username="li", email="li@example.org", name="Li", password="correct horse 9")
    grant = grant_role(OPERATOR, person=account.person_id, role="validator", use_case="a" * 32)
    end_role(OPERATOR, grant)
    end = timezone.now() + timedelta(days=1)
    issue_token(OPERATOR, person=account.person_id, scopes=("hand_in_evidence",), expires_at=end)
    set_active(OPERATOR, account, active=False)
    queries.signed_checkpoint()
    return account


def kinds():
    return [(item.kind, item.entry, item.field) for item in replay().differences]


def test_an_honest_ledger_has_no_difference(story):
    result = replay()
    assert (result.entries, result.rows, result.differences, result.uncompared) == (5, 3, (), {})


def test_a_changed_row_is_found_beside_the_entry_that_set_it(story):
    RoleGrant.objects.update(role="approver")
    grant = RoleGrant.objects.get()
    assert replay().differences == (Difference(Kind.ROW, 2, f"grant {grant.id}", "role", "validator", "approver"),)


def test_a_closed_account_opened_in_the_database_is_found(story):
    Account.objects.update(is_active=True)
    assert kinds() == [(Kind.ROW, 4, "active")]


def test_an_exchanged_token_key_is_found(story):
    Token.objects.update(hash="0" * 64)
    assert kinds() == [(Kind.ROW, 3, "key")]


def test_a_row_put_in_behind_the_ledger_is_found(story):
    sneaked = RoleGrant.objects.create(
        person=story.person, role="approver", granted_by="system", granted_at=timezone.now()
    )
    assert replay().differences == (Difference(Kind.LEAF_MISSING, None, f"grant {sneaked.id}"),)


def test_a_deleted_row_is_found(story):
    token = Token.objects.get().id
    Token.objects.all().delete()
    assert replay().differences == (Difference(Kind.ROW_MISSING, 3, f"token {token}"),)


def test_a_changed_leaf_is_found_at_its_index(story):
    row = Entry.objects.get(index=1)
    row.leaf = bytes(row.leaf).replace(b'"payload":"e', b'"payload":"f', 1)
    row.save()
    found = kinds()
    assert (Kind.LEAF, 1, "leaf_hash") in found
    assert (Kind.LEAF, 1, "signature") in found
    assert (Kind.TREE, 4, "checkpoint 5") in found


def test_a_leaf_exchanged_for_another_signed_one_is_found_by_the_tree(story):
    first, second = Entry.objects.order_by("index")[:2]
    second.leaf, second.leaf_hash = first.leaf, first.leaf_hash
    second.save()
    found = kinds()
    assert (Kind.TREE, 4, "the signer's memory") in found
    assert (Kind.COLUMN, 1, "act") in found


@pytest.mark.parametrize("name", ["act", "by", "use_case"])
def test_a_changed_column_is_found(story, name):
    Entry.objects.filter(index=1).update(**{name: "b" * 32})
    assert kinds() == [(Kind.COLUMN, 1, name)]


def test_a_deleted_entry_in_the_middle_is_found(story):
    Entry.objects.filter(index=2).delete()
    assert (Kind.LEAF, 2, "index") in kinds()


def test_cutting_off_the_end_is_found_by_the_memory_outside_the_database(story):
    tree = Log.objects.get().tree
    with transaction.atomic():
        record("test.done", by="system", about={"number": "1"})
    queries.signed_checkpoint()
    Entry.objects.filter(index=5).delete()
    SignedCheckpoint.objects.filter(size=6).delete()
    Log.objects.update(size=5, frontier=tree.to_bytes())
    assert kinds() == [(Kind.LEAF, 5, "entries were signed that are missing now")]


def test_a_changed_tile_is_found(db):
    with transaction.atomic():
        for number in range(300):
            record("test.done", by="system", about={"number": str(number)})
    assert kinds() == []
    tile = Tile.objects.get()
    tile.hashes = b"\1" + bytes(tile.hashes)[1:]
    tile.save()
    assert kinds() == [(Kind.TREE, None, "tiles")]


def test_acts_that_no_room_reads_back_are_counted_not_hidden(story):
    with transaction.atomic():
        record("test.done", by="system", about={"number": "1"})
    assert replay().uncompared == {"test.done": 1}


def test_the_signers_memory_lies_outside_the_database_for_its_owner_only(story):
    assert memory_path().stat().st_mode & 0o777 == 0o600
