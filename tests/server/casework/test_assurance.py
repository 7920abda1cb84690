import pytest
from django.db import DatabaseError, transaction

from muster.server.casework.actions import hand_in_evidence
from muster.server.casework.models import EvidenceRow
from muster.server.casework.queries import dossier
from muster.server.journal.leaf import read_leaf
from muster.server.journal.models import Entry
from server.casework.stories import fairness, registered

pytestmark = pytest.mark.spec("F10")


def handed(cast, use_case, version, who="li", run="", **changes):
    told = fairness(**changes)
    return hand_in_evidence(cast.actor(who, use_case), use_case, told, version=version, run=run)


@pytest.fixture
def version(cast, use_case):
    return registered(cast, use_case)


def test_the_server_decides_the_assurance_and_dossier_and_ledger_tell_it(cast, use_case, version):
    first = handed(cast, use_case, version)
    again = handed(cast, use_case, version, who="mei", high=0.04)
    own = handed(cast, use_case, version, run="r" * 32, high=0.03)
    assert [each.row.assurance for each in (first, again, own)] == ["builder", "validator", "muster"]
    assert {e.assurance for e in dossier(use_case, version).evidence} == {"builder", "validator", "muster"}
    leaf = Entry.objects.get(index=again.receipt).leaf
    assert read_leaf(bytes(leaf))["facts"]["assurance"] == "validator"


def test_a_client_cannot_choose_its_assurance(cast, use_case, version):
    assert not handed(cast, use_case, version, assurance="validator")


def test_a_validator_who_was_first_is_no_validator_of_it(cast, use_case, version):
    assert handed(cast, use_case, version, who="mei").row.assurance == "builder"


def test_the_database_still_refuses_a_change_of_proof_and_its_assurance(cast, use_case, version):
    row = handed(cast, use_case, version).row
    for change in ({"assurance": "validator"}, {"failure": "x"}):
        with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
            EvidenceRow.objects.filter(pk=row.pk).update(**change)
