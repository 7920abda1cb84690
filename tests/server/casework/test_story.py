"""The whole path of one use case, through the actions that everybody uses."""

import pytest
from django.utils import timezone

from muster.core.gate import judge_gate
from muster.ledger.permit import verify_permit
from muster.server.casework.portfolio import my_work, portfolio
from muster.server.casework.queries import assessment
from muster.server.journal.keys import ledger_key
from muster.server.operations.actions import decide_release
from muster.server.operations.models import Permit
from server.casework.stories import ARTIFACT, proven, released, signed_as


def test_a_use_case_with_all_its_proof_waits_for_signatures_only(cast, use_case):
    version = proven(cast, use_case)
    verdict = judge_gate(assessment(use_case, version), "production")
    assert {reason.code for reason in verdict.reasons} == {"sign_off_missing"}


def test_the_right_signatures_open_the_way_to_production(cast, use_case):
    version = released(cast, use_case)
    verdict = judge_gate(assessment(use_case, version), "production")
    assert verdict, verdict.reasons


@pytest.mark.spec("D6")
def test_a_release_that_passes_gives_a_permit_that_verifies_offline(cast, use_case):
    version = released(cast, use_case)
    decision = decide_release(cast.actor("tom", use_case), version, "production").row
    asked = {"artifact": ARTIFACT, "model": "job-support@1", "environment": "production"}
    envelope = decision.permit.envelope.encode()
    assert verify_permit(envelope, [ledger_key().verifier], at=timezone.now(), **asked)


@pytest.mark.spec("D6")
def test_a_release_that_is_blocked_is_kept_with_its_reasons_and_gives_no_permit(cast, use_case):
    version = proven(cast, use_case)
    decision = decide_release(cast.actor("tom", use_case), version, "production").row
    assert not decision.passed
    assert "sign_off_missing" in decision.verdict_text
    assert not Permit.objects.exists()


@pytest.mark.spec("E1")
def test_the_portfolio_says_where_a_use_case_stands_and_what_is_next(cast, use_case):
    proven(cast, use_case)
    (row,) = portfolio(cast.actor("ana")).items
    assert (row.slug, row.tier, row.step, row.gate, row.state) == ("job-support", "T2", "scoping", "G1", "waiting")
    assert (row.next_duty.act, row.next_duty.roles) == ("sign", ("owner",))


def test_what_waits_for_a_signature_waits_for_those_who_may_give_it(cast, use_case):
    version = proven(cast, use_case)
    assert [item.duty.act for item in my_work(cast.actor("ana"))] == ["sign"]
    assert my_work(cast.actor("mei")) == ()
    assert signed_as(cast, use_case, version, "G1", "ana", "owner", "responsibility")
    assert [item.duty.gate for item in my_work(cast.actor("mei"))] == ["G2"]
