"""Words, numbers and dates."""

from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from pkgutil import iter_modules
from typing import get_args

import pytest

from muster import evidence
from muster.contract.portfolio import State
from muster.core.figures import Figure
from muster.core.policy import LEVELS, EvidenceKind
from muster.core.process import Act, Meaning
from muster.core.proof import MeasureState
from muster.report import dates, numbers
from muster.report.words import LANGUAGES, figure_name, join, load_texts, word

WORDS = load_texts("words.yaml")
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_every_word_is_there_in_both_languages():
    assert all(set(text) == set(LANGUAGES) for section in WORDS.values() for text in section.values())


@pytest.mark.parametrize(
    ("section", "codes"),
    [
        ("measure_state", get_args(MeasureState)),
        ("standing", get_args(State)),
        ("level", LEVELS),
        ("meaning", get_args(Meaning)),
        ("sign_as", get_args(Meaning)),
        ("permission", get_args(Act)),
        ("evidence_kind", get_args(EvidenceKind)),
    ],
)
def test_every_code_of_the_core_has_its_word(section, codes):
    assert set(WORDS[section]) == set(codes)


def test_a_list_is_joined_as_people_write_it():
    assert join(["a", "b", "c"], "en", last="or") == "a, b or c"
    assert join(["a", "b"], "zh-Hans") == "a、b"
    assert join(["a"], "en") == "a"


def test_figures_of_intersections_say_so():
    assert figure_name("selection_rate_ratio.intersection", "en") == "Ratio of selection rates (intersections)"
    assert figure_name("violations.range", "zh-Hans") == "违反规则的行数：在范围内"
    assert word("figure", "of_a_plugin", "en") == "of_a_plugin"


@pytest.mark.parametrize(
    ("value", "low", "high", "said"),
    [
        (0.712345, 0.66, 0.76, "0.71 [0.66, 0.76]"),
        (0.71234, 0.7120, 0.7127, "0.7123 [0.7120, 0.7127]"),
        (1234.5, 1200, 1300, "1,234 [1,200, 1,300]"),
        (3.0, None, None, "3"),
        (-0.5, None, None, "−0.50"),
        (0.0, 0.0, 0.0, "0.00 [0.00, 0.00]"),
    ],
)
def test_a_figure_has_the_digits_that_its_interval_carries(value, low, high, said):
    assert numbers.figure_value(Figure(name="f", value=value, n=3, low=low, high=high)) == said


def test_a_figure_without_a_value_says_nothing_in_its_place():
    assert numbers.figure_value(Figure(name="f", value=None, n=0, not_estimable="no_rows")) == ""


def test_a_date_has_its_weekday_and_a_time_its_offset():
    assert dates.day(date(2026, 11, 24), "en") == "Tuesday 24 November 2026"
    assert dates.day(date(2026, 11, 24), "zh-Hans") == "2026 年 11 月 24 日星期二"
    assert dates.moment(NOW, "en") == "Tuesday 24 November 2026 12:00 UTC"


@pytest.mark.parametrize(
    ("away", "en", "zh"),
    [
        (timedelta(seconds=5), "just now", "刚刚"),
        (timedelta(days=3), "in 3 days", "3 天后"),
        (timedelta(hours=-1, minutes=-5), "1 hour ago", "1 小时前"),
        (timedelta(days=70), "in 2 months", "2 个月后"),
        (timedelta(days=-800), "2 years ago", "2 年前"),
    ],
)
def test_how_far_a_moment_is(away, en, zh):
    assert dates.relative(NOW + away, NOW, "en") == en
    assert dates.relative(NOW + away, NOW, "zh-Hans") == zh


def test_every_figure_that_a_check_defines_has_words_in_both_languages():
    modules = [
        import_module(f"muster.evidence.{each.name}") for each in iter_modules(evidence.__path__) if not each.ispkg
    ]
    defined = [value for each in modules for name, value in vars(each).items() if name.endswith("DEFINITIONS")]
    names = {name for definitions in defined for name in definitions}
    parts = [name.removesuffix(".intersection").partition(".") for name in names]
    assert len(parts) > 200
    assert {stem for stem, _dot, _rest in parts} <= WORDS["figure"].keys()
    told = {*WORDS["figure"], *WORDS["qualifier"], ""}
    assert {rest for _stem, _dot, rest in parts if not rest.startswith("0.")} <= told


def test_a_figure_of_a_check_that_is_not_ours_is_read_without_its_underscores():
    assert figure_name("energy_per_decision", "en") == "energy per decision"


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.05, "0.05"), (0.8, "0.80"), (0.1229, "0.123"), (0.0042, "0.0042"), (2e-9, "<0.0001"), (41.79, "41.79")],
)
def test_a_number_alone_keeps_the_digits_that_tell_it_from_nothing(value, said):
    assert numbers.number(value) == said


def test_a_p_value_is_never_nothing_and_a_count_is_whole():
    assert [numbers.p_value(value) for value in (0.0, 0.0421, 1.0)] == ["<0.001", "0.042", "1.000"]
    assert numbers.is_count("today.distinct")
    assert not numbers.is_count("missing_share")
