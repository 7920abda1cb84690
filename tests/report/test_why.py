"""Why a measure is required and why a tier is what it is, in words."""

import pytest

from core.dossiers import LIGHT
from core.tiny import tiny_framework
from muster.core.classify import classify
from muster.core.measures import Because, RequiredMeasure
from muster.report.why import because, why_fired, why_required, why_tier

TINY = tiny_framework()


@pytest.mark.spec("A4", "B3")
@pytest.mark.parametrize(
    ("reason", "en", "zh"),
    [
        (
            Because(source="matrix", id="T2", level="strict"),
            "policy matrix: T2 High asks for strict",
            "策略矩阵：T2 高 → 严格",
        ),
        (
            Because(source="category", id="C1", level="standard"),
            "category: The public sees it, raises to standard",
            "类别：面向公众 → 标准",
        ),
        (
            Because(source="stance", id="openness.open", level="standard"),
            "ethical position: Open, raises to standard",
            "伦理立场：公开 → 标准",
        ),
    ],
)
def test_each_source_of_a_requirement_has_its_words(reason, en, zh):
    assert because(reason, TINY, "en") == en
    assert because(reason, TINY, "zh-Hans") == zh


def test_a_requirement_is_named_by_instrument_and_reference():
    instrument, requirement = next(iter(TINY.requirement_by_id.values()))
    said = because(Because(source="requirement", id=requirement.id), TINY, "en")
    assert said.startswith(f"{instrument.short_name} {requirement.ref}: ")


def test_what_is_planned_says_from_when_it_counts():
    from datetime import date

    planned = RequiredMeasure(
        measure="doc_note",
        because=(),
        serves=(),
        planned=True,
        planned_from=date(2027, 12, 2),
        open_attributes=(),
        changes=(),
    )
    assert why_required(planned, TINY, "en") == ("counts from Thursday 2 December 2027",)
    assert why_required(planned, TINY, "zh-Hans") == ("自 2027 年 12 月 2 日星期四 起适用",)


@pytest.mark.spec("A3")
def test_the_tier_says_what_made_it():
    assert why_tier(classify(TINY, LIGHT), TINY, "en").startswith("The score 0.0 of 100 alone gives T1")
    assert "provisional" in why_tier(classify(TINY, {}), TINY, "en")
    assert "尚有未答问题" in why_tier(classify(TINY, {}), TINY, "zh-Hans")
    raised = classify(TINY, LIGHT, raised_to="T2")
    assert "raised by hand to T2" in why_tier(raised, TINY, "en")
    lifted = classify(TINY, {"q_audience": "company", "q_regions": ("eu",), "q_personal": True})
    assert (lifted.base_tier, lifted.tier) == ("T2", "T2")
    assert "floors" not in why_tier(lifted, TINY, "en")


@pytest.mark.spec("A3")
def test_a_floor_that_nobody_can_decide_yet_says_what_to_answer():
    seen = classify(TINY, {"q_audience": "company", "q_personal": True})
    fired = next(f for f in seen.floors if f.id == "F1")
    assert why_fired(fired, TINY, "en", seen.unanswered) == "Personal data in the Union (not yet known; answer: Where?)"
    assert why_fired(fired, TINY, "zh-Hans", seen.unanswered) == "在欧盟使用个人信息（待回答：在哪里？）"
