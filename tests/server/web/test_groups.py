"""Groups on a page: in which order, against which line, and which of them carry the answer."""

import pytest
from django.utils import translation

from muster.server.web.shape.forest import show_forest
from muster.server.web.shape.lines import line_names, lines_of
from muster.server.web.shape.tables import show_rules


def group(name, over, under, *, rate="selection_rate", enough=True):
    measured = {"name": rate, "numerator": over, "denominator": under, "value": over / under, "low": None, "high": None}
    attributes = [part.partition("=")[0] for part in name.split(" & ")]
    return {"attributes": attributes, "group": name, "n": under, "rates": [{**measured, "enough": enough}]}


AGE = (group("age=1", 45, 100), group("age=2", 9, 10, enough=False), group("age=3", 30, 100))
GROUPS = (group("sex=1", 60, 100), group("sex=2", 30, 100), *AGE)


def predicate(reference="best", check="fairness"):
    return {"check": check, "parameters": {"reference": reference}, "groups": GROUPS, "figures": []}


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("best", {"sex=1": 0.48, "sex=2": 0.48, "age=1": 0.36, "age=2": 0.36, "age=3": 0.36}),
        (
            "rest",
            {"sex=1": 0.24, "sex=2": 0.48, "age=1": 0.8 * 39 / 110, "age=2": 0.8 * 75 / 200, "age=3": 0.8 * 54 / 110},
        ),
        ("sex=2", {"sex=1": 0.24, "sex=2": 0.24, "age=1": 0.36, "age=2": 0.36, "age=3": 0.36}),
    ],
)
def test_a_group_is_held_against_whom_the_result_compares_it_with_among_the_same_attributes(reference, expected):
    rows = [(each, each["rates"][0]) for each in GROUPS]
    assert lines_of(predicate(reference), rows, 0.8) == pytest.approx(expected)


def test_a_group_with_nobody_to_be_compared_with_has_no_line():
    assert lines_of(predicate(), [(each, each["rates"][0]) for each in AGE[:2]], 0.8) == {}


def test_only_fairness_draws_the_line_of_the_four_fifths_rule():
    assert show_forest(predicate(), rate="", depth=1, ratios=(0.8, None)).threshold
    assert not show_forest(predicate(check="feedback"), rate="", depth=1, ratios=(0.8, None)).threshold


def test_the_line_says_of_whom_it_is_a_share():
    said = [line_names(predicate(reference), 0.8) for reference in ("best", "rest", "sex=2")]
    assert said == ["0.80 of the best group", "0.80 of everyone else's", "0.80 of sex=2"]
    with translation.override("zh-hans"):
        assert line_names(predicate("rest"), 0.8) == "其余人群的 0.80"


@pytest.mark.parametrize(
    ("rate", "values", "worst"),
    [
        ("exposure", {"a=1": 0.2, "a=2": 0.4}, "a=1"),
        ("mae", {"a=1": 0.2, "a=2": 0.4}, "a=2"),
        ("mean_error", {"a=1": -0.5, "a=2": 0.4}, "a=1"),
        ("calibration_slope", {"a=1": 0.5, "a=2": 1.1}, "a=1"),
        ("group_share", {"a=1": 0.2, "a=2": 0.8}, None),
    ],
)
def test_the_worst_end_of_each_rate_comes_first_and_what_has_none_marks_nobody(rate, values, worst):
    groups = [group(name, value * 100, 100, rate=rate) for name, value in values.items()]
    lines = show_forest({"groups": groups}, rate=rate, depth=1, ratios=(None, None)).lines
    assert next((line.group for line in lines if line.worst), None) == worst
    assert lines[0].group == (worst or "a=2")


def test_a_rule_is_marked_where_more_rows_break_it_than_it_allows():
    kinds, broken = ("missing", "range", "set"), (3, 3, None)
    figures = [
        {"name": f"violations.{kind}", "value": value, "n": 100, "group": kind, "not_estimable": "no_values"}
        for kind, value in zip(kinds, broken, strict=True)
    ]
    rules = [{"rule": "missing", "max_share": 0.05}, {"rule": "range"}, {"rule": "set"}]
    (piece,) = show_rules({"figures": figures, "parameters": {"rules": rules}})
    assert [row[1] for row in piece.rows] == ["range", "set", "missing"]
    assert piece.marked == {0, 1}
    assert piece.rows[2][4] == "5.0%"
