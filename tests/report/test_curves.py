"""Curves: the same bytes each time, every line told apart by more than its colour."""

from muster.report.curves import Curves, Line, Point, draw_curves


def curves(**changes):
    points = tuple(Point(x=x / 4, y=x / 5, low=x / 6, high=x / 4) for x in range(5))
    lines = (Line(name="share", points=points), Line(name="占比", points=(Point(x=0.5, y=0.1),)))
    return Curves(**{"title": "Rate <1>", "description": "d", "x_axis": "x", "y_axis": "y", "lines": lines, **changes})


def test_the_same_curves_give_the_same_bytes_with_name_and_description():
    svg = draw_curves(curves())
    assert svg == draw_curves(curves())
    assert "Rate &lt;1&gt;</title>" in svg
    assert "var(--accent, #0b6b74)" in svg
    assert "<style" not in svg


def test_lines_are_named_and_dashed_each_in_its_own_way():
    svg = draw_curves(curves())
    assert "占比" in svg
    assert 'stroke-dasharray="6,3"' in svg


def test_the_diagonal_and_the_mark_are_drawn_when_asked_for():
    plain = draw_curves(curves())
    assert draw_curves(curves(diagonal=True)).count("4,3") == plain.count("4,3") + 1
    assert draw_curves(curves(mark=0.5)).count("4,3") == plain.count("4,3") + 1


def test_lines_without_points_draw_nothing():
    assert draw_curves(curves(lines=(Line(name="a", points=()),))) == ""


def test_windows_are_named_along_the_axis():
    assert "2026-11" in draw_curves(curves(places=("2026-10", "2026-11"), zero=False))
