"""Small cells stay hidden, also from who subtracts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.report.suppress import HIDDEN, cell_of, hidden_cells, hides_anything, suppress

pytestmark = pytest.mark.spec("F10")


def group(name, n, attributes=("sex",), labelled=None, **rates):
    rows = [
        {"name": key, "numerator": top, "denominator": under, "value": top / under, "low": 0, "high": 1, "enough": True}
        | {"not_estimable": ""}
        for key, (top, under) in rates.items()
    ]
    return {"attributes": attributes, "group": name, "n": n, "labelled": n, "rates": rows}


def test_a_small_group_and_the_one_it_could_be_had_from_lose_their_numbers_and_keep_their_names():
    groups = [group(f"sex={s}", n, selection_rate=(n // 2, n)) for s, n in (("f", 500), ("m", 300), ("x", 4))]
    shown = suppress({"groups": groups, "figures": [], "statistics": {"cells": [1]}})
    assert [each.get(HIDDEN, False) for each in shown["groups"]] == [False, True, True]
    assert shown["groups"][2]["group"] == "sex=x"
    assert shown["groups"][2]["rates"][0]["not_estimable"] == HIDDEN
    assert shown["statistics"] == {}
    assert shown["suppressed_below"] == 10
    assert hides_anything({"groups": groups, "figures": []}, shown)


def test_nothing_is_hidden_where_nothing_is_small():
    told = {"groups": [group("sex=f", 50), group("sex=m", 30)], "figures": [{"name": "x", "n": 80, "group": ""}]}
    assert not hides_anything(told, suppress(told))


def test_few_of_one_class_hide_what_needs_labels_and_not_the_selection_rate():
    one = group("sex=f", 200, selection_rate=(80, 200), true_positive_rate=(3, 4), false_positive_rate=(70, 190))
    other = group("sex=m", 200, selection_rate=(80, 200), true_positive_rate=(30, 40))
    shown = suppress({"groups": [one, other], "figures": []})["groups"]
    assert [rate["value"] for rate in shown[0]["rates"]] == [0.4, None, None]
    assert shown[0]["labelled"] is None
    assert shown[1] == other


def test_a_figure_on_few_rows_of_a_group_is_hidden_and_one_on_everyone_is_not():
    figures = [
        {"name": "gap", "value": 0.5, "low": 0, "high": 1, "n": 7, "group": "sex=x", "not_estimable": ""},
        {"name": "auc", "value": 0.5, "low": 0, "high": 1, "n": 7, "group": "", "not_estimable": ""},
    ]
    shown = suppress({"groups": [], "figures": figures})["figures"]
    assert [figure["value"] for figure in shown] == [None, 0.5]
    assert shown[0]["not_estimable"] == HIDDEN


def test_a_name_that_holds_the_mark_of_another_attribute_is_read_right():
    assert cell_of({"attributes": ("a", "b"), "group": "a=x & y & b=1=2"}) == (("a", "x & y"), ("b", "1=2"))


SIZES = st.dictionaries(
    st.tuples(st.sampled_from("fmx"), st.sampled_from("12345")), st.integers(1, 60), min_size=2, max_size=15
)


@given(SIZES)
@settings(max_examples=300, deadline=None)
def test_no_total_and_no_margin_gives_a_hidden_cell_away(counts):
    finest = {(("sex", s), ("age", a)): n for (s, a), n in counts.items()}
    margins = {}
    for cell, n in finest.items():
        for pair in cell:
            margins[pair,] = margins.get((pair,), 0) + n
    sizes = finest | margins
    hidden = hidden_cells(sizes, 10)
    assert {cell for cell, n in sizes.items() if n < 10} <= hidden
    for attribute in ("sex", "age"):
        values = [cell for cell in margins if cell[0][0] == attribute]
        _safe(None, values, sizes, hidden)
        for whole in values:
            _safe(whole, [cell for cell in finest if whole[0] in cell], sizes, hidden)


def _safe(whole, parts, sizes, hidden):
    unknown = [cell for cell in parts if cell in hidden]
    if whole in hidden:
        assert unknown  # else the parts add up to it
    elif unknown and len(unknown) < len(parts):
        assert len(unknown) > 1
        assert sum(sizes[cell] for cell in unknown) >= 10
