"""Two people, or one person twice, at the same instant: on SQLite and on PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from muster.core.gate import judge_gate
from muster.server.casework.actions import answer, open_use_case, register_version, set_people, sign
from muster.server.casework.models import SignOffRow
from muster.server.casework.queries import assessment
from muster.server.journal.audit import replay
from muster.server.registry.models import ModelVersion, UseCase
from server.casework.stories import HIGH, proven, signed_as

pytestmark = [pytest.mark.spec("D3"), pytest.mark.django_db(transaction=True)]


def together(*acts):
    """Do all acts at the same instant, each in a thread of its own; return what each answered."""
    barrier = Barrier(len(acts))

    def run(act):
        try:
            barrier.wait(timeout=30)
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_two_people_sign_at_one_instant_and_both_count(cast, use_case):
    version = proven(cast, use_case)
    assert signed_as(cast, use_case, version, "G1", "ana", "owner", "responsibility")
    subject = assessment(use_case, version).gate("G2").subject
    asked = {"version": version, "outcome": "approve", "subject_seen": subject}
    ana, mei = cast.actor("ana"), cast.actor("mei")
    outcomes = together(
        lambda: sign(ana, use_case, "G2", roles=["owner"], meaning="responsibility", **asked),
        lambda: sign(mei, use_case, "G2", roles=["validator"], meaning="review", **asked),
    )
    assert all(outcomes)
    assert judge_gate(assessment(use_case, version), "production")
    assert replay().differences == ()


def test_one_person_who_clicks_twice_signs_once(cast, use_case):
    version = proven(cast, use_case)
    subject = assessment(use_case, version).gate("G2").subject
    asked = {"version": version, "outcome": "approve", "subject_seen": subject, "roles": ["validator"]}
    mei = cast.actor("mei")
    outcomes = together(*[lambda: sign(mei, use_case, "G2", meaning="review", **asked)] * 4)
    refused = [outcome.reason.code for outcome in outcomes if not outcome]
    assert refused == ["already_signed"] * 3
    assert SignOffRow.objects.count() == 1


def test_a_signature_and_a_changed_answer_at_one_instant_never_leave_a_stale_yes(cast, use_case):
    version = proven(cast, use_case)
    subject = assessment(use_case, version).gate("G1").subject
    ana, li = cast.actor("ana"), cast.actor("li")
    asked = {"roles": ["owner"], "meaning": "responsibility", "outcome": "approve", "subject_seen": subject}
    together(
        lambda: sign(ana, use_case, "G1", **asked),
        lambda: answer(li, use_case, {"q_regions": ("us",)}),
    )
    assert not judge_gate(assessment(use_case, version), "G1")


def test_use_cases_and_versions_at_one_instant_get_numbers_without_gap_or_double(cast, framework):
    ana, li = cast.actor("ana"), cast.actor("li")
    assert all(together(*[lambda: open_use_case(ana, name="Credit")] * 4))
    assert sorted(UseCase.objects.values_list("number", flat=True)) == [1, 2, 3, 4]
    use_case = UseCase.objects.get(number=1)
    artifacts = [f"sha256:{number:064x}" for number in range(4)]
    acts = [lambda artifact=artifact: register_version(li, use_case, artifact=artifact) for artifact in artifacts]
    assert all(together(*acts))
    assert sorted(ModelVersion.objects.values_list("number", flat=True)) == [1, 2, 3, 4]


def test_people_are_set_in_many_use_cases_at_one_instant_without_a_deadlock(cast, framework):
    ana = cast.actor("ana")
    cases = [open_use_case(ana, name=f"Case {number}").row for number in range(3)]
    orders = ([cast.li, cast.tom, cast.mei], [cast.mei, cast.tom, cast.li], [cast.tom, cast.mei, cast.li])
    acts = [
        lambda case=case, people=people: set_people(ana, case, {"validator": people, "scientist": people})
        for case, people in zip(cases, orders, strict=True)
    ]
    assert all(together(*acts))
    assert answer(cast.actor("mei", cases[0]), cases[0], HIGH)
    assert replay().differences == ()
