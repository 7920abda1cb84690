import pytest
from django.db import connection

from muster.server.casework.actions import answer, hand_in_document, set_people, withdraw
from muster.server.casework.models import SignOffRow, Standing
from muster.server.journal.audit import replay
from muster.server.journal.replay import Kind
from muster.server.operations.actions import confirm_live, decide_release, revoke_permit
from muster.server.operations.models import Permit
from server.casework.stories import HIGH, proven, registered, released, signed_as

pytestmark = pytest.mark.spec("J1")


def whole_life(cast, use_case):
    version = released(cast, use_case)
    decision = decide_release(cast.actor("tom", use_case), version, "production").row
    assert confirm_live(cast.actor("tom", use_case), decision.permit)
    assert set_people(cast.actor("ana", use_case), use_case, {"validator": [cast.wei]})
    assert answer(cast.actor("li", use_case), use_case, {**HIGH, "q_regions": ("eu", "us")})
    assert withdraw(cast.actor("mei", use_case), SignOffRow.objects.get(person=cast.mei))
    registered(cast, use_case, artifact="sha256:" + "b" * 64)
    assert decide_release(cast.actor("tom", use_case), version, "production")
    assert revoke_permit(cast.actor("wei", use_case), decision.permit, "The register changed.")
    return version


def tamper(sql, *parameters):
    """What somebody with the database's password can do: take the guard away, then write."""
    table = sql.split()[1]
    with connection.cursor() as cursor:
        where = f" ON {table}" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER IF EXISTS {table}_frozen{where}")
        cursor.execute(sql, parameters)


def test_a_whole_life_replays_without_a_difference(cast, use_case):
    whole_life(cast, use_case)
    outcome = replay()
    assert outcome.differences == ()
    assert not {act for act in outcome.uncompared if not act.startswith("people.")}


@pytest.mark.parametrize(
    ("sql", "row"),
    [
        ("UPDATE casework_evidencerow SET \"by\" = 'x' WHERE check_name = 'fairness'", "casework.EvidenceRow"),
        ("UPDATE casework_signoffrow SET outcome = 'reject'", "casework.SignOffRow"),
        ("UPDATE casework_signoffrow SET withdrawn_at = NULL", "casework.SignOffRow"),
        ("UPDATE casework_answerrow SET superseded_at = at WHERE question = 'q_personal'", "casework.AnswerRow"),
        ("UPDATE casework_answerrow SET value = 'false' WHERE question = 'q_personal'", "casework.AnswerRow"),
        ("UPDATE registry_modelversion SET artifact = 'sha256:0'", "registry.ModelVersion"),
        ("UPDATE registry_usecase SET protected = '[]'", "registry.UseCase"),
        ("UPDATE casework_decision SET passed = NOT passed", "casework.Decision"),
        ("UPDATE operations_permit SET revoked_at = NULL", "operations.Permit"),
        ("UPDATE policy_frameworkversion SET version = '9'", "policy.FrameworkVersion"),
    ],
)
def test_a_row_changed_behind_our_back_is_found_and_named(cast, use_case, sql, row):
    whole_life(cast, use_case)
    tamper(sql)
    found = {d.row.partition(":")[0] for d in replay().differences if d.kind is Kind.ROW}
    assert found == {row}


def test_a_row_that_was_taken_away_is_found_with_the_entry_that_tells_of_it(cast, use_case):
    proven(cast, use_case)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM casework_evidencerow WHERE measure = 'doc_note'")
    gone = [d for d in replay().differences if d.kind is Kind.ROW_MISSING]
    assert [d.row.partition(":")[0] for d in gone] == ["casework.EvidenceRow"]
    assert gone[0].entry is not None


def test_a_verdict_that_does_not_follow_from_its_dossier_is_found(cast, use_case):
    whole_life(cast, use_case)
    tamper("UPDATE casework_decision SET verdict_text = replace(verdict_text, 'sign_off_missing', 'rejected')")
    found = [d for d in replay().differences if d.kind is Kind.RECOMPUTED]
    assert [(d.field, d.row.partition(":")[0]) for d in found] == [("verdict", "casework.Decision")]


def test_a_standing_that_was_touched_up_is_found(cast, use_case):
    proven(cast, use_case)
    Standing.objects.update(state="passed")
    found = [d for d in replay().differences if d.kind is Kind.RECOMPUTED]
    assert [d.field for d in found] == ["standing"]
    assert Permit.objects.count() == 0


def test_a_change_that_later_acts_would_cover_up_is_found(cast, use_case):
    whole_life(cast, use_case)
    tamper("UPDATE registry_usecase SET owner = %s", cast.li)
    use_case.refresh_from_db()
    registered(cast, use_case, artifact="sha256:" + "c" * 64)
    found = [d for d in replay().differences if d.kind is Kind.ROW]
    assert [d.row for d in found] == [f"registry.UseCase:{use_case.id}"]


def test_a_document_that_was_exchanged_is_found_even_when_it_is_handed_in_again(cast, use_case):
    version = proven(cast, use_case)
    tamper("UPDATE casework_blob SET content = %s", b"# Another card")
    assert hand_in_document(cast.actor("li"), use_case, "doc_card", name="card.md", content=b"# Card", version=version)
    assert "content" in {d.field for d in replay().differences if d.kind is Kind.RECOMPUTED}


def test_words_put_into_the_mouth_of_a_signer_are_found_and_an_erased_comment_is_none(cast, use_case):
    version = proven(cast, use_case)
    assert signed_as(cast, use_case, version, "G1", "ana", "owner", "responsibility", comment="Only until May.")
    SignOffRow.objects.update(comment="")
    assert replay().differences == ()
    SignOffRow.objects.update(comment="For good.")
    assert [d.field for d in replay().differences] == ["comment"]
