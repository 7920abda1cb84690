"""Curves as SVG for a page: lines with their intervals over a number, as charts.py draws groups."""

from functools import lru_cache
from typing import Any

from muster.core.canonical import Frozen, canonical
from muster.report.charts import ACCENT, CONFIG, LINE, QUIET, WORST, Chart, draw

_COLOURS = (ACCENT, LINE, WORST, QUIET)
_DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3])
"""Each line has a dash of its own too: nobody needs to tell colours apart."""


class Point(Frozen):
    """A point of a curve, with the ends of its interval where it has one."""

    x: float
    y: float
    low: float | None = None
    high: float | None = None


class Line(Frozen):
    """A named curve; its points in the order of x."""

    name: str
    points: tuple[Point, ...]


class Curves(Chart):
    """Up to four lines on the same axes; `diagonal` draws where y equals x, `mark` a line at that x.

    `places` are the names of x = 0, 1, …, where these are windows and no numbers. `zero`: the y axis begins at 0.
    """

    x_axis: str
    y_axis: str
    lines: tuple[Line, ...]
    diagonal: bool = False
    mark: float | None = None
    places: tuple[str, ...] = ()
    zero: bool = True


def draw_curves(curves: Curves) -> str:
    """Return the SVG, or nothing where no line has a point.

    >>> draw_curves(Curves(title="t", description="d", x_axis="x", y_axis="y", lines=()))
    ''
    """
    return _draw(canonical(curves).decode()) if any(line.points for line in curves.lines) else ""


@lru_cache(maxsize=256)
def _draw(text: str) -> str:
    curves = Curves.model_validate_json(text)
    return draw(_spec(curves), curves)


def _spec(curves: Curves) -> dict[str, Any]:
    names = [line.name for line in curves.lines]
    data = [{"line": line.name, **point.model_dump()} for line in curves.lines for point in line.points]
    several = len(names) > 1
    tone = {
        "field": "line",
        "type": "nominal",
        "scale": {"domain": names, "range": list(_COLOURS[: len(names)])},
        "legend": {
            "title": None,
            "orient": "top",
            "labelColor": QUIET,
            "labelLimit": 0,
            "symbolType": "stroke",
            "columns": 1 if curves.is_narrow else 4,
        }
        if several
        else None,
    }
    dash = {"field": "line", "type": "nominal", "scale": {"domain": names, "range": list(_DASHES[: len(names)])}}
    room = {"padding": 18, "nice": False} if curves.places else {}
    x = {"field": "x", "type": "quantitative", "axis": _x_axis(curves), "scale": {"zero": False, **room}}
    y = {"field": "y", "type": "quantitative", "axis": {"title": curves.y_axis}, "scale": {"zero": curves.zero}}
    ends = {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}, "color": tone}
    drawn = {"x": x, "y": y, "color": tone, "strokeDash": {**dash, "legend": None}}
    return {
        "background": None,
        "padding": {"left": 8, "right": 16, "top": 4, "bottom": 4},
        "width": curves.width + (60 if curves.is_narrow else 0),
        "height": 280,
        "data": {"values": data},
        "layer": [
            *_reference(curves),
            {
                "mark": {"type": "rule", "opacity": 0.6},
                "encoding": ends,
                "transform": [{"filter": "datum.low !== null"}],
            },
            {"mark": {"type": "line", "strokeWidth": 2}, "encoding": drawn},
            {"mark": {"type": "point", "filled": True, "size": 36}, "encoding": {"x": x, "y": y, "color": tone}},
        ],
        "config": CONFIG,
    }


def _x_axis(curves: Curves) -> dict[str, Any]:
    if not curves.places:
        return {"title": curves.x_axis}
    names = canonical({str(place): name for place, name in enumerate(curves.places)}).decode()
    values = list(range(len(curves.places)))
    return {"title": curves.x_axis, "values": values, "labelExpr": f"{names}[datum.value]", "labelOverlap": True}


def _reference(curves: Curves) -> list[dict[str, Any]]:
    layers: list[dict[str, Any]] = []
    dashed = {"strokeDash": [4, 3], "color": QUIET}
    if curves.diagonal:
        at = {"x": {"field": "x", "type": "quantitative"}, "y": {"field": "y", "type": "quantitative"}}
        ends = {"values": [{"x": 0, "y": 0}, {"x": 1, "y": 1}]}
        layers.append({"data": ends, "mark": {"type": "line", **dashed}, "encoding": at})
    if curves.mark is not None:
        once: dict[str, Any] = {"values": [{}]}
        at_mark = {"x": {"datum": curves.mark, "type": "quantitative"}}
        layers.append({"data": once, "mark": {"type": "rule", **dashed}, "encoding": at_mark})
    return layers
