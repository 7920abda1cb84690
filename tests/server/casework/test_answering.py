import pytest

from muster.server.casework.actions import answer, declare_protected
from muster.server.casework.models import AnswerRow
from muster.server.casework.queries import dossier
from muster.server.journal.models import Entry
from server.casework.stories import HIGH

pytestmark = pytest.mark.spec("A2")


def held(use_case):
    return {item.question: item.value for item in dossier(use_case).answers}


def test_answers_are_kept_with_who_gave_them(cast, use_case):
    given = answer(cast.actor("li"), use_case, HIGH)
    assert held(use_case) == HIGH
    assert {item.by for item in dossier(use_case).answers} == {cast.li}
    assert (given.row.before.provisional, given.row.after.tier, given.row.after.provisional) == (True, "T2", False)


@pytest.mark.spec("A5")
def test_a_changed_answer_says_which_measures_came_and_went(cast, use_case):
    answer(cast.actor("li"), use_case, HIGH)
    lighter = answer(cast.actor("li"), use_case, {"q_audience": "team", "q_regions": ("us",)}).row
    assert (lighter.before.tier, lighter.after.tier) == ("T2", "T1")
    assert "fair_test" in lighter.dropped


def test_an_earlier_answer_is_superseded_never_lost(cast, use_case):
    answer(cast.actor("li"), use_case, {"q_audience": "team"})
    answer(cast.actor("ana"), use_case, {"q_audience": "public"})
    rows = AnswerRow.objects.filter(question="q_audience").order_by("at")
    assert [(row.value, row.superseded_at is None) for row in rows] == [("team", False), ("public", True)]


def test_the_same_answer_again_is_no_act(cast, use_case):
    answer(cast.actor("li"), use_case, HIGH)
    entries = Entry.objects.count()
    again = answer(cast.actor("ana"), use_case, HIGH)
    assert (again.row.changed, again.receipt, Entry.objects.count()) == ((), None, entries)


def test_an_answer_can_be_taken_back(cast, use_case):
    answer(cast.actor("li"), use_case, HIGH)
    taken = answer(cast.actor("li"), use_case, {"q_personal": None}).row
    assert "q_personal" not in held(use_case)
    assert "q_personal" in taken.after.unanswered


@pytest.mark.parametrize(
    ("given", "code", "hint"),
    [
        ({"q_audeince": "public"}, "unknown_question", "q_audience"),
        ({"q_audience": "pubic"}, "unknown_option", "public"),
        ({"q_audience": ("public",)}, "one_expected", ""),
        ({"q_regions": "eu"}, "list_expected", ""),
        ({"q_personal": "true"}, "unknown_option", "true"),
        ({"q_regions": ()}, "empty", ""),
    ],
)
def test_a_wrong_answer_is_named_with_the_nearest_right_one_and_none_is_taken(cast, use_case, given, code, hint):
    refused = answer(cast.actor("li"), use_case, {"q_personal": True, **given})
    assert code in {p.code for p in refused.problems}
    assert hint in refused.problems[0].hint.lower()
    assert held(use_case) == {}


@pytest.mark.parametrize("who", ["mei", "ada", "root"])
def test_who_may_not_answer_is_refused(cast, use_case, who):
    assert answer(cast.actor(who), use_case, HIGH).reason.code == "role_lacks_act"
    assert declare_protected(cast.actor(who), use_case, ["sex"]).reason.code == "role_lacks_act"
    assert answer(None, use_case, HIGH).reason.code == "not_signed_in"


def test_protected_attributes_are_named_once_each(cast, use_case):
    assert declare_protected(cast.actor("ana"), use_case, ["sex", " age "]).row.protected == ["sex", "age"]
    for wrong in (["sex", "sex"], [""], ["x" * 101]):
        assert declare_protected(cast.actor("ana"), use_case, wrong).problems[0].code == "names"
