import pytest

from muster.core.canonical import canonical
from muster.server.casework.actions import attest, hand_in_document, hand_in_evidence
from muster.server.casework.models import Blob, EvidenceRow
from muster.server.casework.naming import of_bytes
from muster.server.casework.queries import assessment, dossier
from server.casework.stories import DATA, fairness, registered

pytestmark = pytest.mark.spec("F1")


@pytest.fixture
def version(cast, use_case):
    return registered(cast, use_case)


def test_what_a_check_computed_is_kept_whole_under_its_own_digest(cast, use_case, version):
    told = fairness()
    row = hand_in_evidence(cast.actor("li"), use_case, told, version=version).row
    assert row.statement == of_bytes(canonical(told))
    assert row.statement_text == canonical(told).decode()
    (evidence,) = dossier(use_case, version).evidence
    assert (evidence.check, evidence.data, evidence.by, evidence.version) == ("fairness", DATA, cast.li, version.id)
    assert evidence.figures[0].high == 0.05


def test_proof_for_a_version_is_no_proof_for_another(cast, use_case, version):
    other = registered(cast, use_case, artifact="sha256:" + "b" * 64)
    hand_in_evidence(cast.actor("li"), use_case, fairness(), version=version)
    assert dossier(use_case, other).evidence == ()
    refused = hand_in_evidence(cast.actor("li"), use_case, fairness(), version=other)
    assert refused.problems[0].code == "other_artifact"


def test_a_check_that_could_not_run_is_kept_as_that_and_satisfies_nothing(cast, use_case, version):
    told = fairness(figures=[], data=None, failure="column sex is missing")
    assert hand_in_evidence(cast.actor("li"), use_case, told, version=version).row.failure == "column sex is missing"
    state = assessment(use_case, version).measure("fair_test").state
    assert state == "could_not_run"


@pytest.mark.parametrize(
    "changes",
    [
        {"figures": [{"name": "gap", "value": None, "n": 3}]},
        {"figures": [{"name": "gap", "value": "0.1", "n": -1, "extra": 1}]},
        {"figures": []},
        {"data": None},
        {"data": {"kind": "csv", "digest": "md5:0", "digest_of": "bytes", "rows": 1}},
        {"colour": "blue"},
        {"figures": [{"name": "gap", "value": float("nan"), "n": 3}]},
        {"parameters": {"k": float("inf")}},
        {"parameters": {"k": 2**60}},
    ],
)
def test_a_statement_that_is_none_is_refused_with_the_place(cast, use_case, version, changes):
    refused = hand_in_evidence(cast.actor("li"), use_case, fairness(**changes), version=version)
    assert refused.problems[0].where
    assert not EvidenceRow.objects.exists()


def test_a_check_that_is_not_known_is_refused_with_the_nearest(cast, use_case, version):
    refused = hand_in_evidence(cast.actor("li"), use_case, fairness(check="fairnes"), version=version)
    assert (refused.problems[0].code, refused.problems[0].hint) == ("unknown_check", "fairness")


def test_a_word_is_given_by_who_is_responsible(cast, use_case):
    assert attest(cast.actor("ana"), use_case, "doc_note", "It ranks offers.").row.kind == "attestation"
    refused = attest(cast.actor("mei"), use_case, "doc_note", "It ranks offers.")
    assert (refused.reason.code, refused.reason.cure.roles) == ("role_not_asked", ("owner",))
    assert attest(cast.actor("tom"), use_case, "doc_note", "x").reason.code == "role_lacks_act"


@pytest.mark.parametrize(
    ("measure", "text", "code", "hint"),
    [
        ("doc_nte", "x", "unknown_measure", "doc_note"),
        ("doc_note", " ", "length", ""),
        ("doc_note", "x" * 20_001, "length", ""),
    ],
)
def test_a_word_that_cannot_be_taken_is_refused(cast, use_case, measure, text, code, hint):  # noqa: PLR0917
    problem = attest(cast.actor("ana"), use_case, measure, text).problems[0]
    assert problem.code == code
    assert hint in problem.hint


def test_a_document_is_kept_once_under_its_digest(cast, use_case, version):
    for _ in range(2):
        card = {"name": "card.md", "content": b"# Card", "version": version}
        row = hand_in_document(cast.actor("li"), use_case, "doc_card", **card).row
    assert row.data == of_bytes(b"# Card")
    assert bytes(Blob.objects.get().content) == b"# Card"
    assert EvidenceRow.objects.count() == 2


def test_a_document_is_about_a_version_and_not_empty(cast, use_case, version):
    li = cast.actor("li")
    missing = hand_in_document(li, use_case, "doc_card", name="card.md", content=b"x")
    assert missing.problems[0].code == "version_missing"
    empty = hand_in_document(li, use_case, "doc_card", name="card.md", content=b"", version=version)
    assert empty.problems[0].code == "length"
    wrong = attest(li, use_case, "doc_card", "I promise", version=version)
    assert (wrong.problems[0].code, wrong.problems[0].hint) == ("kind_not_asked", "document")


@pytest.mark.parametrize("who", ["ana", "ada", "root"])
def test_who_may_not_hand_in_is_refused(cast, use_case, version, who):
    refused = hand_in_evidence(cast.actor(who), use_case, fairness(), version=version)
    assert refused.reason.code == "role_lacks_act"


def test_an_old_result_handed_in_again_does_not_cover_a_later_worse_one(cast, use_case, version):
    good = fairness()
    first = hand_in_evidence(cast.actor("li"), use_case, good, version=version).row
    worse = fairness(high=0.9)
    assert hand_in_evidence(cast.actor("li"), use_case, worse, version=version)
    refused = hand_in_evidence(cast.actor("li"), use_case, good, version=version)
    assert (refused.problems[0].code, refused.problems[0].hint) == ("already_handed_in", first.id)


@pytest.mark.parametrize("figure", [{"value": "nan"}, {"high": "inf"}, {"low": "-inf"}, {"n": -5}, {"n": 2**60}])
def test_a_figure_that_is_no_number_or_has_a_size_below_nothing_is_refused(cast, use_case, version, figure):
    told = {"name": "selection_rate_difference", "value": 0.01, "high": 0.02, "n": 900, **figure}
    refused = hand_in_evidence(cast.actor("li"), use_case, fairness(figures=[told]), version=version)
    assert not refused


@pytest.mark.parametrize("groups", [[1], [{"group": "sex=2"}], "all", [{"attributes": "sex", "group": "x", "n": 1}]])
def test_groups_that_are_none_are_refused_before_a_page_has_to_show_them(cast, use_case, groups):
    refused = hand_in_evidence(cast.actor("li", use_case), use_case, fairness(groups=groups))
    assert not refused
    assert "groups" in refused.problems[0].where
