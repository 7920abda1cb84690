"""The ledger as files behind addresses, read by the pure ledger as any outsider would."""

import pytest
from django.db import transaction

from muster.ledger.keys import VerifierKey
from muster.ledger.proof import parse_receipt
from muster.ledger.verify import verify_export
from muster.server.identity.actions import OPERATOR, create_account
from muster.server.journal import queries
from muster.server.journal.actions import record
from muster.server.journal.models import Entry

pytestmark = [pytest.mark.spec("J1"), pytest.mark.django_db(transaction=True)]


@pytest.fixture
def reader(client, settings):
    """A person who is signed in, and a public ledger of 300 entries."""
    settings.MUSTER_PUBLIC_LEDGER = True
    person = create_account(OPERATOR, username="ada", email="a@example.org", name="Ada", password="correct horse bat")
    with transaction.atomic():
        for number in range(299):
            record("test.done", by="system", about={"number": str(number)})
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_an_outsider_verifies_every_file_by_its_address(reader):
    def read(path):
        answer = reader.get(f"/ledger/{path}")
        if answer.status_code == 404:
            raise FileNotFoundError(path)
        assert answer.status_code == 200
        return answer.content

    result = verify_export(read, [VerifierKey.from_text(queries.verifier_key())])
    assert result.verified
    assert (result.size, result.signatures) == (300, 300)


def test_a_receipt_is_a_file_that_proves_its_entry(reader):
    answer = reader.get("/ledger/receipt/137")
    assert 'filename="entry-137.tlog-proof"' in answer["Content-Disposition"]
    key = VerifierKey.from_text(queries.verifier_key())
    leaf = bytes(Entry.objects.get(index=137).leaf)
    assert parse_receipt(answer.content).verify(leaf, [key]).size == 300


MISSING = [
    "receipt/300",
    "tile/0/002",
    "tile/0/001.p/45",
    "tile/0/000.p/0",
    "tile/0/000.p/256",
    "tile/0/0",
    "tile/0/x000/000",
    "tile/00/000",
    "tile/64/000",
    "tile/entries/001",
    "tile/1/000.p/2",
    "tile/../checkpoint",
]


def test_what_the_ledger_does_not_have_is_not_found(reader):
    assert {place: reader.get(f"/ledger/{place}").status_code for place in MISSING} == dict.fromkeys(MISSING, 404)


def test_nobody_writes_through_these_addresses(reader):
    assert reader.post("/ledger/checkpoint").status_code == 405


@pytest.mark.spec("J3")
def test_what_entries_say_is_for_readers_of_the_ledger_only(client, cast, framework):
    width = Entry.objects.count()
    for name, status in (("ada", 200), ("tom", 404)):
        client.force_login(cast.accounts[name], backend="allauth.account.auth_backends.AuthenticationBackend")
        assert client.get(f"/ledger/tile/entries/000.p/{width}").status_code == status
        assert client.get("/ledger/checkpoint").status_code == 200
