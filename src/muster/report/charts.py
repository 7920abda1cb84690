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
_LABEL_WIDTH = 240
_ROLES = re.compile(r' (?:role|aria-roledescription|aria-hidden)="[^"]*"')


class ForestRow(Frozen):
    """One group of a forest plot: its figure with the interval, and whether it is large enough to decide.

    `value` is None where the figure is not estimable; such a row shows its name and n only.
    """

    label: str
    n: int
    value: float | None
    low: float | None = None
    high: float | None = None
    enough: bool = True
    worst: bool = False


class Chart(Frozen):
    """What every chart says of itself to those who do not see it."""

    title: str
    description: str


class Forest(Chart):
    """A figure for each group: `rows` are drawn as they come, the worst first; `threshold` is drawn as a line."""

    axis: str
    rows: tuple[ForestRow, ...]
    threshold: float | None = None
    threshold_label: str = ""


def draw_forest(forest: Forest) -> str:
    """Return the SVG of a forest plot (at most its first 40 rows), or nothing where there is no row.

    >>> draw_forest(Forest(title="t", description="d", axis="a", rows=()))
    ''
    """
    return _draw(canonical(forest).decode()) if forest.rows else ""


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
    named = f' class="chart" role="img" aria-labelledby="{name}-title {name}-desc"'
    texts = f'<title id="{name}-title">{escape(chart.title)}</title>'
    texts += f'<desc id="{name}-desc">{escape(chart.description)}</desc>'
    return f"{head}{named}>{texts}{rest}"


def _spec(forest: Forest) -> dict[str, Any]:
    rows = forest.rows[:MOST_ROWS]
    data = [
        {
            **row.model_dump(),
            "row": f"{index:03}",
            "n_text": f"n = {row.n:,}",
            "tone": "worst" if row.worst else "enough" if row.enough else "small",
        }
        for index, row in enumerate(rows)
    ]
    names = {f"{index:03}": row.label for index, row in enumerate(rows)}
    return {
        "background": None,
        "padding": {"left": 16, "right": 32, "top": 4, "bottom": 4},
        "width": 420,
        "height": max(2, len(rows)) * _ROW_HEIGHT,
        "data": {"values": data},
        "layer": [*_threshold(forest), *_marks(names, forest.axis)],
        "config": CONFIG,
    }


def _marks(names: dict[str, str], axis: str) -> list[dict[str, Any]]:
    label = f"{_as_object(names)}[datum.value]"
    y = {
        "field": "row",
        "type": "nominal",
        "sort": list(names),
        "axis": {"title": None, "labelExpr": label, "labelLimit": _LABEL_WIDTH},
    }
    x = {"field": "value", "type": "quantitative", "scale": {"zero": True, "nice": True}, "axis": {"title": axis}}
    tone = {
        "field": "tone",
        "type": "nominal",
        "scale": {"domain": ["worst", "enough", "small"], "range": [WORST, ACCENT, QUIET]},
        "legend": None,
    }
    faint = {"condition": {"test": "datum.tone === 'small'", "value": 0.55}, "value": 1}
    ends = {"x": {**x, "field": "low"}, "x2": {"field": "high"}, "y": y, "color": tone, "opacity": faint}
    return [
        {"mark": {"type": "rule", "strokeWidth": 2}, "encoding": ends, "transform": [{"filter": "datum.low !== null"}]},
        {
            "mark": {"type": "point", "filled": True, "size": 70},
            "encoding": {"x": x, "y": y, "color": tone, "opacity": faint},
            "transform": [{"filter": "datum.value !== null"}],
        },
        {
            "mark": {"type": "text", "align": "left", "dx": 14, "color": QUIET},
            "encoding": {"x": {"value": 420}, "y": y, "text": {"field": "n_text"}},
        },
    ]


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
