"""Small cells stay hidden, also from who subtracts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.report.suppress import HIDDEN, cell_of, hidden_cells, hides_anything, solved_cells, suppress

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
    assert [rate["value"] for rate in shown[1]["rates"]] == [0.4, None]  # else the four follow from a total


def test_few_of_one_class_take_as_few_others_with_them_as_keep_them_hidden():
    sizes = {"f": 4, "m": 40, "x": 50}
    groups = [group(f"sex={s}", 200, selection_rate=(80, 200), true_positive_rate=(1, n)) for s, n in sizes.items()]
    shown = suppress({"groups": groups, "figures": []})["groups"]
    assert [each["rates"][1]["denominator"] for each in shown] == [None, None, 50]
    assert [each["rates"][0]["numerator"] for each in shown] == [80, 80, 80]


def test_rates_of_all_rows_that_need_labels_are_hidden_with_the_few_of_one_class():
    # (cost_fp fp + cost_fn fn), tp + tn and tp + fp give the four counts away.
    one = group("sex=f", 50, selection_rate=(20, 50), true_positive_rate=(2, 5), accuracy=(30, 50), mean_cost=(33, 50))
    shown = suppress({"groups": [one], "figures": []})["groups"][0]
    assert [rate["numerator"] for rate in shown["rates"]] == [20, None, None, None]


def test_few_positive_labels_are_few_of_one_class_also_where_only_the_base_rate_tells_them():
    groups = [group("sex=f", 90, base_rate=(3, 90)), group("sex=m", 90, base_rate=(40, 90))]
    groups.append(group("sex=x", 90, base_rate=(50, 90)))
    shown = suppress({"groups": groups, "figures": []})["groups"]
    assert [each["rates"][0]["value"] for each in shown] == [None, None, 50 / 90]


def figure(name, n, group="", reference="", value=0.25):
    told = {"name": name, "value": value, "low": 0, "high": 1, "n": n, "group": group, "reference": reference}
    return told | {"not_estimable": ""}


def shown_names(groups, figures):
    shown = suppress({"groups": groups, "figures": figures})["figures"]
    return [f"{each['name']} {each['group']}" for each in shown if each["value"] is not None]


UNEVEN = [group(f"sex={s}", n, selection_rate=(n // 4, n)) for s, n in (("f", 50), ("m", 40), ("x", 5))]


@pytest.mark.parametrize(
    "told",
    [
        figure("selection_rate_ratio", 90, "sex=m", "sex=f"),  # n is that of both, and one of them is shown
        figure("selection_rate_difference", 90, "sex=f", "sex=m"),
        figure("selection_rate_difference", 95, "sex=m", "not sex=m"),
        figure("equalised_odds_difference", 60, "sex=m", "sex=f"),
        figure("mean_cost_difference", 90, "sex=m", "sex=f"),
        figure("labelled_share_selected", 20, "sex=m"),
        figure("representation_ratio", 40, "sex=m"),
        figure("lowest_representation_ratio", 40, "sex=m"),
        figure("p_value.selection_rate", 95, "sex=m"),
        figure("outside_reference_share", 95, "sex"),  # times n: the people of a group that the reference has not
        figure("ndkl", 95, "sex"),
        figure("representation_v", 295, "sex"),
        figure("groups_below_minimum", 45, "sex"),
        figure("feedback_slope", 90, "sex"),
    ],
)
def test_a_figure_that_speaks_of_a_hidden_group_is_hidden_with_it(told):
    assert shown_names(UNEVEN, [told]) == []
    assert shown_names(UNEVEN[:2], [told]) == [f"{told['name']} {told['group']}"]


def test_figures_of_everyone_and_of_groups_that_are_shown_stay():
    figures = [figure("selection_rate", 95), figure("p_value.selection_rate", 95, "sex=f"), figure("ndkl", 95, "age")]
    assert len(shown_names(UNEVEN, figures)) == 3


def test_an_adjusted_p_value_is_hidden_where_one_that_it_was_adjusted_by_is():
    figures = [
        figure(f"{kind}.selection_rate", 95, f"sex={s}") for kind in ("p_value", "p_adjusted_holm") for s in "fm"
    ]
    assert shown_names(UNEVEN, figures) == ["p_value.selection_rate sex=f"]


def test_a_figure_of_labels_is_hidden_where_its_group_has_few_of_one_class_and_one_of_selection_is_not():
    sizes = {"f": 4, "m": 40, "x": 50}
    groups = [group(f"sex={s}", 200, selection_rate=(80, 200), true_positive_rate=(1, n)) for s, n in sizes.items()]
    figures = [figure(f"{name}_difference", 90, "sex=m", "sex=x") for name in ("selection_rate", "true_positive_rate")]
    assert shown_names(groups, figures) == ["selection_rate_difference sex=m"]


def test_a_cell_of_a_window_cannot_be_had_from_the_windows_size_which_other_attributes_tell():
    groups = [
        group(f"(window)=1 & {name}", n, attributes=("(window)", name[:3]))
        for name, n in (("sex=f", 50), ("sex=x", 5), ("age=1", 30), ("age=2", 25))
    ]
    assert [each["n"] for each in suppress({"groups": groups, "figures": []})["groups"]] == [None, None, 30, 25]


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


def crossed(counts):
    """Cells of two attributes with their margins, and all that adds up: (whole, or None for everyone, and parts)."""
    finest = {(("A", a), ("B", b)): n for (a, b), n in counts.items()}
    sizes = dict(finest)
    for cell, n in finest.items():
        for pair in cell:
            sizes[pair,] = sizes.get((pair,), 0) + n
    margins = [cell for cell in sizes if len(cell) == 1]
    sums = [(None, [cell for cell in margins if cell[0][0] == attribute]) for attribute in "AB"]
    return sizes, sums + [(whole, [cell for cell in finest if whole[0] in cell]) for whole in margins]


def given_away(sizes, sums, hidden, small):
    """The small cells that all sums of what is hidden determine together: those in the space of the rows."""
    names = sorted(hidden)
    table = np.array([[(cell in parts) - (cell == whole) for cell in names] for whole, parts in sums], dtype=float)
    kernel = np.linalg.svd(table)[2][np.linalg.matrix_rank(table) :]
    told = [cell for cell, column in zip(names, kernel.T, strict=True) if np.abs(column).max(initial=0) < 1e-9]
    return [cell for cell in told if 0 < sizes[cell] < small]


def test_no_sums_of_sums_give_a_hidden_cell_away():
    # Each row and column hides at least two cells of together ten people; a - b + c of their sums is the two of d.
    counts = {("a", "x"): 24, ("a", "y"): 29, ("a", "z"): 153, ("b", "x"): 3, ("b", "y"): 8, ("b", "z"): 45}
    counts |= {("c", "z"): 1, ("d", "y"): 2, ("d", "z"): 29, ("e", "x"): 10, ("e", "y"): 25, ("e", "z"): 127}
    sizes, sums = crossed(counts)
    hidden = hidden_cells(sizes, 10)
    assert given_away(sizes, sums, hidden, 10) == []
    assert len(hidden) < len(sizes)
    two_a_line = {(("A", a), ("B", b)) for a, b in ("bx", "by", "cz", "dy", "dz", "ex", "ey")} | {
        (("A", "c"),),
        (("A", "d"),),
    }
    assert solved_cells(sums, two_a_line) == {(("A", "d"), ("B", "y"))}


@given(
    st.dictionaries(
        st.tuples(st.sampled_from("abcde"), st.sampled_from("xyz")),
        st.one_of(st.integers(1, 12), st.integers(13, 99)),
        min_size=4,
    )
)
@settings(max_examples=300, deadline=None)
def test_all_sums_together_give_no_small_cell_away(counts):
    sizes, sums = crossed(counts)
    hidden = hidden_cells(sizes, 10)
    if len(hidden) < len(sizes):
        assert given_away(sizes, sums, hidden, 10) == []


def _safe(whole, parts, sizes, hidden):
    unknown = [cell for cell in parts if cell in hidden]
    if whole in hidden:
        assert unknown  # else the parts add up to it
    elif unknown and len(unknown) < len(parts):
        assert len(unknown) > 1
        assert sum(sizes[cell] for cell in unknown) >= 10
