"""Charts as SVG for a page: drawn from a Vega-Lite dictionary, coloured by the page's own custom properties.

Deterministic and without network: the same chart gives the same bytes. The numbers stand beside it as a table.
"""

import re
from functools import lru_cache
from html import escape
from typing import Any

from muster.core.canonical import Frozen, canonical, digest

INK, QUIET, ACCENT, LINE, FAINT, WORST = "#1a2528", "#56656b", "#0b6b74", "#8a4a00", "#d5dcdf", "#b3261e"
_VARIABLES = {
    INK: "--ink",
    QUIET: "--quiet",
    ACCENT: "--accent",
    LINE: "--waiting",
    FAINT: "--border",
    WORST: "--blocked",
}
"""Colours of a chart and the custom properties that stand for them; the colour is the fallback outside a page."""
MOST_ROWS = 40
_ROW_HEIGHT = 26
_LABEL_WIDTH, _NARROW_LABEL_WIDTH = 240, 120
WIDE, NARROW = 420, 190
"""Widths of a plot: on a page, and on a phone, where nobody should have to scroll to see the worst."""
_ROLES = re.compile(r' (?:role|aria-roledescription|aria-hidden)="[^"]*"')


class ForestRow(Frozen):
    """One group of a forest plot: its figure with the interval, and whether it is large enough to decide.

    `value` is None where the figure is not estimable; such a row shows its name and n only. `line` is what this row
    alone is held against.
    """

    label: str
    n: int
    value: float | None
    low: float | None = None
    high: float | None = None
    enough: bool = True
    worst: bool = False
    line: float | None = None


class Chart(Frozen):
    """What every chart says of itself to those who do not see it; `width` of its plot in pixels."""

    title: str
    description: str
    width: int = WIDE

    @property
    def is_narrow(self) -> bool:
        """Whether it is drawn for a phone."""
        return self.width < WIDE


class Forest(Chart):
    """A figure for each group: `rows` are drawn as they come, the worst first; `threshold` is drawn as a line.

    `zero`: the axis begins at 0. `most`: it ends there, and so does an interval that reaches beyond.
    """

    axis: str
    rows: tuple[ForestRow, ...]
    threshold: float | None = None
    threshold_label: str = ""
    zero: bool = True
    most: float | None = None


def draw_forest(forest: Forest) -> str:
    """Return the SVG of a forest plot (at most its first 40 rows), or nothing where no row has a value.

    >>> draw_forest(Forest(title="t", description="d", axis="a", rows=()))
    ''
    """
    return _draw(canonical(forest).decode()) if any(row.value is not None for row in forest.rows) else ""


@lru_cache(maxsize=256)
def _draw(text: str) -> str:
    forest = Forest.model_validate_json(text)
    return draw(_spec(forest), forest)


def draw(spec: dict[str, Any], chart: Chart) -> str:
    """Return the SVG of a Vega-Lite `spec` with the name and description of `chart`, in colours the page chooses."""
    import vl_convert

    svg: str = vl_convert.vegalite_to_svg(spec, vl_version="5.21")
    for colour, variable in _VARIABLES.items():
        svg = svg.replace(f'"{colour}"', f'"var({variable}, {colour})"')
    name = f"chart-{digest(chart).removeprefix('sha256:')[:12]}"
    svg = _ROLES.sub("", svg)  # one picture with a name, not a tree of unnamed ones
    head, _, rest = svg.partition(">")
    head = head.replace(' class="marks"', "")
    kind = "chart chart-narrow" if chart.is_narrow else "chart"
    named = f' class="{kind}" role="img" aria-labelledby="{name}-title {name}-desc"'
    texts = f'<title id="{name}-title">{escape(chart.title)}</title>'
    texts += f'<desc id="{name}-desc">{escape(chart.description)}</desc>'
    return f"{head}{named}>{texts}{rest}"


def _spec(forest: Forest) -> dict[str, Any]:
    rows = forest.rows[:MOST_ROWS]
    data = [
        {
            **_inside(row, forest.most).model_dump(),
            "row": f"{index:03}",
            "n_text": f"n = {row.n:,}",
            "tone": "worst" if row.worst else "enough" if row.enough else "small",
        }
        for index, row in enumerate(rows)
    ]
    names = {f"{index:03}": row.label for index, row in enumerate(rows)}
    return {
        "background": None,
        "padding": {
            "left": 2 if forest.is_narrow else 16,
            "right": 16 if forest.is_narrow else 32,
            "top": 4,
            "bottom": 4,
        },
        "width": forest.width,
        "height": max(2, len(rows)) * _ROW_HEIGHT,
        "data": {"values": data},
        "layer": [
            *_threshold(forest),
            *_lines(names, forest),
            *_marks(names, forest),
            *([] if forest.is_narrow else [_size(names, forest)]),
        ],
        "config": CONFIG,
    }


def _inside(row: ForestRow, most: float | None) -> ForestRow:
    """End at the end of the axis what reaches beyond it."""
    if most is None:
        return row
    ends = {name: None if end is None else min(end, most) for name, end in (("low", row.low), ("high", row.high))}
    beyond = row.value is not None and row.value > most
    return row.model_copy(update={**ends, **({"value": None} if beyond else {})})


def _y(names: dict[str, str], forest: Forest) -> dict[str, Any]:
    label = f"{_as_object(names)}[datum.value]"
    limit = _NARROW_LABEL_WIDTH if forest.is_narrow else _LABEL_WIDTH
    axis = {"title": None, "labelExpr": label, "labelLimit": limit, "labelPadding": 8}
    return {"field": "row", "type": "nominal", "sort": list(names), "axis": axis}


def _x(forest: Forest) -> dict[str, Any]:
    scale: dict[str, Any] = {"zero": forest.zero, "nice": True}
    if forest.most is not None:
        scale["domainMax"] = forest.most
    axis = {"title": forest.axis, "labelOverlap": True, "labelFlush": False, "titleLimit": forest.width + 60}
    if forest.is_narrow:
        axis["tickCount"] = 4
    return {"field": "value", "type": "quantitative", "scale": scale, "axis": axis}


def _lines(names: dict[str, str], forest: Forest) -> list[dict[str, Any]]:
    """Draw what a row alone is held against as a mark in that row."""
    if all(row.line is None for row in forest.rows):
        return []
    mark = {"type": "tick", "size": _ROW_HEIGHT - 6, "thickness": 2, "color": LINE, "opacity": 1}
    at = {"x": {**_x(forest), "field": "line"}, "y": _y(names, forest)}
    return [{"mark": mark, "encoding": at, "transform": [{"filter": "datum.line !== null"}]}]


def _marks(names: dict[str, str], forest: Forest) -> list[dict[str, Any]]:
    x, y = _x(forest), _y(names, forest)
    tone = {
        "field": "tone",
        "type": "nominal",
        "scale": {"domain": ["worst", "enough", "small"], "range": [WORST, ACCENT, QUIET]},
        "legend": None,
    }
    faint = {"condition": {"test": "datum.tone === 'small'", "value": 0.55}, "value": 1}
    ends = {"x": {**x, "field": "low"}, "x2": {"field": "high"}, "y": y, "color": tone, "opacity": faint}
    return [
        {
            "mark": {"type": "rule", "strokeWidth": 2},
            "encoding": ends,
            "transform": [{"filter": "datum.low !== null"}],
        },
        {
            "mark": {"type": "point", "filled": True, "size": 70},
            "encoding": {"x": x, "y": y, "color": tone, "opacity": faint},
            "transform": [{"filter": "datum.value !== null"}],
        },
    ]


def _size(names: dict[str, str], forest: Forest) -> dict[str, Any]:
    """Write n beside each row; on a phone it stands in the table alone."""
    text = {"type": "text", "align": "left", "dx": 14, "color": QUIET}
    at = {"x": {"value": forest.width}, "y": _y(names, forest), "text": {"field": "n_text"}}
    return {"mark": text, "encoding": at}


def _threshold(forest: Forest) -> list[dict[str, Any]]:
    if forest.threshold is None:
        return []
    at = {"datum": forest.threshold, "type": "quantitative"}
    once: dict[str, Any] = {"values": [{}]}
    rule = {"type": "rule", "strokeDash": [4, 3], "color": LINE, "strokeWidth": 1.5}
    words = {"type": "text", "align": "left", "dx": 4, "dy": -6, "color": LINE, "text": forest.threshold_label}
    return [
        {"data": once, "mark": rule, "encoding": {"x": at}},
        {"data": once, "mark": words, "encoding": {"x": at, "y": {"value": 0}}},
    ]


def _as_object(names: dict[str, str]) -> str:
    """Write the labels as an object of the expression language; canonical JSON is one."""
    return canonical(names).decode()


CONFIG: dict[str, Any] = {
    "aria": False,
    "font": "sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": INK,
        "titleColor": QUIET,
        "titleFontWeight": "normal",
        "gridColor": FAINT,
        "domainColor": FAINT,
        "tickColor": FAINT,
        "labelFontSize": 12,
        "titleFontSize": 12,
    },
    "axisY": {"grid": False, "ticks": False, "domain": False},
    "text": {"fontSize": 12},
}
