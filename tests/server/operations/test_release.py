from datetime import timedelta

import pytest
from django.utils import timezone

from muster.core.canonical import digest
from muster.core.dossier import Dossier
from muster.ledger.permit import read_permit, read_revocations, verify_permit
from muster.server.casework.actions import decide_gate
from muster.server.casework.models import Decision
from muster.server.journal.keys import ledger_key
from muster.server.operations.actions import confirm_live, decide_release, revoke_permit
from muster.server.operations.models import Deployment, Permit
from muster.server.operations.queries import live_at, permit_in_force, permits, revocations
from server.casework.stories import proven, registered, released

pytestmark = pytest.mark.spec("D6")


@pytest.fixture
def version(cast, use_case):
    return released(cast, use_case)


@pytest.fixture
def permit(cast, use_case, version):
    return decide_release(cast.actor("tom", use_case), version, "production").row.permit


def test_a_decision_is_kept_beside_all_that_it_was_made_from(cast, use_case, framework, version):
    decision = decide_release(cast.actor("tom"), version, "production").row
    assert decision.passed
    assert Dossier.model_validate_json(decision.dossier_text).digest == decision.dossier
    assert decision.framework == digest(framework)


def test_a_permit_ends_after_ninety_days_at_the_latest(version, permit):
    keys = [ledger_key().verifier]
    claims = read_permit(permit.envelope.encode(), keys)
    assert (claims.not_after - claims.issued_at, claims.gates) == (timedelta(days=90), ("G1", "G2"))
    assert not verify_permit(permit.envelope.encode(), keys, at=permit.not_after)
    assert permit_in_force(version, "production") == permit
    assert permits(version.model.use_case) == [permit]


def test_asking_for_a_place_that_does_not_exist_names_the_nearest(cast, version):
    problem = decide_release(cast.actor("tom"), version, "prodution").problems[0]
    assert (problem.code, problem.hint) == ("unknown_environment", "production")


def test_an_environment_without_gates_is_never_passed(cast, use_case, version):
    decision = decide_release(cast.actor("tom"), version, "development").row
    assert not decision.passed
    assert "nothing_required" in decision.verdict_text


@pytest.mark.parametrize("who", ["ana", "li", "ada", "root"])
def test_who_may_not_release_is_refused_and_nothing_is_decided(cast, use_case, version, who):
    assert decide_release(cast.actor(who), version, "production").reason.code == "role_lacks_act"
    assert not Decision.objects.exists()


def test_a_gate_is_decided_without_a_permit(cast, use_case):
    version = proven(cast, use_case)
    decision = decide_gate(cast.actor("tom"), use_case, "G2", version=version).row
    assert (decision.passed, decision.target) == (False, "G2")
    assert decide_gate(cast.actor("tom"), use_case, "G9").problems[0].code == "unknown_gate"
    assert decide_gate(cast.actor("ana"), use_case, "G2").reason.code == "role_lacks_act"


def test_a_revoked_permit_stands_on_the_signed_list_and_is_refused(cast, permit):
    assert revoke_permit(cast.actor("wei"), permit, "The register changed.")
    keys = [ledger_key().verifier]
    listed = read_revocations(revocations(), keys).revoked
    assert listed == (permit.id,)
    refused = verify_permit(permit.envelope.encode(), keys, at=timezone.now(), revoked=listed)
    assert refused.code == "revoked"
    assert permit_in_force(permit.version, "production") is None


def test_revoking_takes_the_right_person_a_reason_and_happens_once(cast, permit):
    assert revoke_permit(cast.actor("tom"), permit, "x").reason.code == "role_lacks_act"
    assert revoke_permit(cast.actor("wei"), permit, " ").problems[0].code == "length"
    assert revoke_permit(cast.actor("wei"), permit, "The register changed.")
    assert revoke_permit(cast.actor("wei"), permit, "Again").problems[0].code == "already_revoked"


def test_what_runs_where_is_known_for_every_moment(cast, use_case, permit):
    before = timezone.now()
    assert confirm_live(cast.actor("tom"), permit)
    (running,) = live_at(use_case, "production", timezone.now())
    assert (running.by, running.permit.decision.by) == (cast.tom, cast.tom)
    assert live_at(use_case, "production", before) == []
    assert confirm_live(cast.actor("tom"), permit).problems[0].code == "already_live"


def test_a_permit_that_is_not_in_force_lets_nothing_go_live(cast, permit):
    assert confirm_live(cast.actor("ana"), permit).reason.code == "role_lacks_act"
    assert revoke_permit(cast.actor("wei"), permit, "The register changed.")
    assert confirm_live(cast.actor("tom"), permit).problems[0].code == "not_in_force"
    assert not Deployment.objects.exists()


def test_a_new_version_needs_signatures_of_its_own(cast, use_case, version):
    other = registered(cast, use_case, artifact="sha256:" + "b" * 64)
    assert not decide_release(cast.actor("tom"), other, "production").row.passed
    assert not Permit.objects.exists()
