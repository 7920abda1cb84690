import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.dossiers import HIGH, LIGHT
from core.tiny import tiny_framework
from muster.core.attributes import answer_problems, read_answers
from muster.core.classify import STOP, classify
from muster.core.condition import AttributeTest
from muster.core.effective import effective_process
from muster.core.policy import Floor

pytestmark = pytest.mark.spec("A3")
TINY = tiny_framework()


def test_percent_overall_and_tier_by_hand():
    # reach 2 of 2 = 100 %, data 2 of 2 = 100 %; 0.6 * 100 + 0.4 * 100 = 1.0, beyond the 0.5 of T2
    summary = classify(TINY, HIGH).summary()
    assert summary["dimension_percent"] == {"reach": 100.0, "data": 100.0}
    assert summary["overall"] == 1.0
    assert summary["base_tier"] == "T2"


def test_a_floor_lifts_the_tier_whatever_the_score_says_and_says_why():
    # company: 1 of 2 = 50 %; personal data 100 %; 0.6 * 50 + 0.4 * 0 = 0.3 without it, T1
    answers = {"q_audience": "company", "q_regions": ("eu",), "q_personal": False}
    assert classify(TINY, answers).tier == "T1"
    with_floor = TINY.model_copy(
        update={
            "floors": (
                Floor(
                    id="FX",
                    minimum="T2",
                    when=AttributeTest(attr="audience", op="eq", value="company"),
                    reason={"en": "x"},
                ),
            )
        }
    )
    with_floor.__dict__.pop("floor_by_id", None)
    raised = classify(with_floor, answers)
    assert (raised.base_tier, raised.tier) == ("T1", "T2")
    assert [(floor.id, floor.truth, floor.because) for floor in raised.floors] == [("FX", True, ("audience",))]


def test_a_stop_floor_ends_the_flow_but_the_levels_are_still_worked_out():
    stop = Floor(
        id="FS", minimum="stop", when=AttributeTest(attr="audience", op="eq", value="team"), reason={"en": "x"}
    )
    stopping = TINY.model_copy(update={"floors": (stop,)})
    stopping.__dict__.pop("floor_by_id", None)
    result = classify(stopping, LIGHT)
    assert result.tier == STOP
    assert result.working_tier == "T1"
    assert len(result.levels) == 2


def test_an_unanswered_question_counts_its_highest_weight_and_makes_the_tier_provisional():
    result = classify(TINY, {"q_regions": ("us",)})
    assert result.dimension_percent == {"reach": 100.0, "data": 100.0}
    assert result.provisional
    assert result.tier == "T2"
    assert result.unanswered == ("q_audience", "q_personal")


def test_a_hidden_question_is_not_unanswered_and_its_answer_is_ignored():
    result = classify(TINY, {**LIGHT, "q_personal": True})
    assert result.hidden == ("q_personal",)
    assert not result.provisional
    assert result.facts.values["personal_data"] is False


def test_an_unanswered_attribute_keeps_a_measure_on_the_list():
    result = classify(TINY, {"q_audience": "public", "q_regions": ("us",)})
    assert "fair_test" in result.matrix_measures


@pytest.mark.spec("A5")
def test_a_tier_raised_by_hand_can_only_raise():
    assert classify(TINY, LIGHT, raised_to="T2").tier == "T2"
    assert classify(TINY, HIGH, raised_to="T1").tier == "T2"


@pytest.mark.spec("B3")
def test_the_strictest_source_wins_and_the_trail_shows_all():
    trail = next(t for t in classify(TINY, HIGH).levels if t.consideration == "documentation")
    assert trail.level == "standard"
    assert [(r.source, r.id, r.level) for r in trail.raises] == [
        ("matrix", "T2", "standard"),
        ("category", "C1", "standard"),
    ]


@pytest.mark.spec("A2")
@pytest.mark.parametrize(
    ("answers", "problem", "hint"),
    [
        ({"q_audiense": "team"}, "unknown_question", "q_audience"),
        ({"q_audience": "tema"}, "unknown_option", "team"),
        ({"q_regions": "eu"}, "list_expected", ""),
        ({"q_audience": ("team",)}, "one_expected", ""),
        ({"q_regions": ()}, "empty", ""),
        ({"q_personal": "yes"}, "unknown_option", ""),
    ],
)
def test_what_is_no_answer_is_named_with_the_nearest_legal_one(answers, problem, hint):
    (found,) = answer_problems(TINY, answers)
    assert found.problem == problem
    assert hint in found.hint


anything = st.one_of(
    st.booleans(), st.text(max_size=5), st.lists(st.sampled_from(["eu", "us", "x"]), max_size=3).map(tuple)
)


@given(st.dictionaries(st.sampled_from(["q_audience", "q_regions", "q_personal", "zzz"]), anything))
def test_classify_is_total(answers):
    result = classify(TINY, answers)
    assert result.tier in ("T1", "T2", STOP)
    assert effective_process(TINY, result).gates


@given(st.sampled_from(["team", "company", "public"]), st.booleans(), st.sampled_from([("eu",), ("us",), ("eu", "us")]))
def test_answering_can_only_lower_what_not_knowing_assumed(audience, personal, regions):
    known = {"q_audience": audience, "q_personal": personal, "q_regions": regions}
    full = classify(TINY, known)
    for left_out in known:
        partial = classify(TINY, {k: v for k, v in known.items() if k != left_out})
        assert TINY.tier_rank(partial.working_tier) >= TINY.tier_rank(full.working_tier)
        assert set(full.matrix_measures) <= set(partial.matrix_measures)


def test_an_implied_value_is_held_too():
    attribute = next(a for a in TINY.attributes if a.id == "regions").model_copy(update={"implies": {"us": ("other",)}})
    implying = TINY.model_copy(
        update={"attributes": tuple(attribute if a.id == "regions" else a for a in TINY.attributes)}
    )
    assert read_answers(implying, {"q_regions": ("us",)}).facts.values["regions"] == ("us", "other")
