"""What moves over time: a feedback result by window, an estimate by chunk, as curves with the table behind them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from muster.report.curves import Curves, Line, Point, draw_curves
from muster.report.words import figure_name
from muster.server.web.language import tag
from muster.server.web.shape.forest import WINDOW
from muster.server.web.shape.piece import Piece, ends_text, fitted, value_text

_MOST_LINES = 4
_SEVERAL = 2
_Measured = Mapping[str, Any]
_Course = dict[str, dict[str, _Measured]]
"""Name of a line -> window -> what was measured there."""


def show_windows(predicate: Mapping[str, Any]) -> tuple[Piece, ...]:
    """Return for each attribute of a feedback result the selection rates and the shares of its groups by window."""
    by_attribute: dict[str, list[_Measured]] = {}
    for group in predicate.get("groups") or ():
        if group["attributes"][0] == WINDOW:
            by_attribute.setdefault(group["attributes"][1], []).append(group)
    return tuple(
        piece
        for attribute, groups in by_attribute.items()
        for piece in (
            _windows(_("Selection rate by window: %(attribute)s"), groups, attribute, _selection, zero=False),
            _windows(_("Share of the rows by window: %(attribute)s"), groups, attribute, _share(groups), zero=True),
        )
    )


def _windows(
    title: str,
    groups: Sequence[_Measured],
    attribute: str,
    measure: Callable[[_Measured], _Measured],
    *,
    zero: bool,
) -> Piece:
    course: _Course = {}
    for group in groups:
        window, _mark, name = group["group"].removeprefix(f"{WINDOW}=").partition(f" & {attribute}=")
        course.setdefault(f"{attribute}={name}", {})[window] = measure(group)
    return _piece(title % {"attribute": attribute}, _("Window"), course, zero=zero)


def _selection(group: _Measured) -> _Measured:
    return next(rate for rate in group["rates"] if rate["name"] == "selection_rate")


def _share(groups: Sequence[_Measured]) -> Callable[[_Measured], _Measured]:
    """Return how to measure a group's share of the rows of its window; none where a part of the window is hidden."""
    sizes: dict[str, list[int | None]] = {}
    for group in groups:
        sizes.setdefault(_window_of(group), []).append(group["n"])

    def share(group: _Measured) -> _Measured:
        together = sizes[_window_of(group)]
        if None in together:
            return {"value": None, "not_estimable": "suppressed"}
        return {"value": group["n"] / max(1, sum(size or 0 for size in together))}

    return share


def _window_of(group: _Measured) -> str:
    return str(group["group"]).partition(" & ")[0]


def show_estimates(predicate: Mapping[str, Any]) -> tuple[Piece, ...]:
    """Return how the accuracy and the area under the curve were estimated, and turned out, from chunk to chunk."""
    return tuple(
        piece for of in ("accuracy", "auc") for piece in _estimates(predicate.get("figures") or (), of) if piece.svg
    )


def _estimates(figures: Sequence[_Measured], of: str) -> tuple[Piece, ...]:
    names = (f"estimated_{of}", f"realised_{of}")
    course: _Course = {}
    for figure in figures:
        if figure["name"] in names and figure.get("group"):
            line = figure_name(figure["name"], tag()).partition(" (")[0].partition("（")[0]
            course.setdefault(line, {})[figure["group"].partition("=")[2]] = figure
    if not course or len(next(iter(course.values()))) < _SEVERAL:
        return ()
    title = _("%(figure)s over time") % {"figure": figure_name(of, tag())}
    return (_piece(title, _("Chunk"), course, zero=False),)


def _piece(title: str, over: str, course: _Course, *, zero: bool) -> Piece:
    """Draw the lines that move most where they are many; all of them stand in the table."""
    places = tuple(dict.fromkeys(place for line in course.values() for place in line))
    drawn = sorted(course, key=lambda name: -_reach(course[name].values()))[:_MOST_LINES]
    lines = tuple(Line(name=name, points=_points(course[name], places)) for name in course if name in drawn)
    hint = _("Bars are intervals where there are any. The table holds the numbers.")
    if len(course) > _MOST_LINES:
        hint = _("The four groups that move most are drawn; the table holds all.")
    chart = Curves(title=title, description=hint, x_axis=over, y_axis="", lines=lines, places=places, zero=zero)
    rows = tuple(
        (place, name, value_text(line[place]), ends_text(line[place]))
        for place in places
        for name, line in course.items()
        if place in line
    )
    heads = (over, _("Of what"), _("Value"), _("Interval"))
    return Piece(title=title, hint=hint, svg=fitted(draw_curves, chart), heads=heads, rows=rows)


def _points(line: Mapping[str, _Measured], places: Sequence[str]) -> tuple[Point, ...]:
    return tuple(
        Point(x=at, y=line[place]["value"], low=line[place].get("low"), high=line[place].get("high"))
        for at, place in enumerate(places)
        if place in line and line[place]["value"] is not None
    )


def _reach(measured: Any) -> float:
    known = [each["value"] for each in measured if each["value"] is not None]
    return max(known) - min(known) if known else 0.0
