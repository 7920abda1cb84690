"""Two distributions side by side as SVG for a page: the share of each value or range, then and now."""

from functools import lru_cache
from typing import Any

from muster.core.canonical import Frozen, canonical
from muster.report.charts import ACCENT, CONFIG, QUIET, Chart, draw


class Bar(Frozen):
    """One value or range: its label, and its share in the reference and in the current data."""

    label: str
    reference: float
    current: float


class Shares(Chart):
    """The distributions of one column; `bars` are drawn as they come."""

    axis: str
    reference: str
    current: str
    bars: tuple[Bar, ...]


def draw_shares(shares: Shares) -> str:
    """Return the SVG, or nothing where there is no bar.

    >>> draw_shares(Shares(title="t", description="d", axis="a", reference="r", current="c", bars=()))
    ''
    """
    return _draw(canonical(shares).decode()) if shares.bars else ""


@lru_cache(maxsize=256)
def _draw(text: str) -> str:
    shares = Shares.model_validate_json(text)
    return draw(_spec(shares), shares)


def _spec(shares: Shares) -> dict[str, Any]:
    names = [shares.reference, shares.current]
    data = [
        {"bar": f"{place:03}", "when": when, "share": share}
        for place, bar in enumerate(shares.bars)
        for when, share in ((shares.reference, bar.reference), (shares.current, bar.current))
    ]
    labels = canonical({f"{place:03}": bar.label for place, bar in enumerate(shares.bars)}).decode()
    axis = {"title": None, "labelExpr": f"{labels}[datum.value]", "labelAngle": -35, "labelLimit": 90}
    return {
        "background": None,
        "padding": {"left": 8, "right": 16, "top": 4, "bottom": 4},
        "width": shares.width + (60 if shares.is_narrow else 0),
        "height": 160,
        "data": {"values": data},
        "mark": {"type": "bar"},
        "encoding": {
            "x": {"field": "bar", "type": "nominal", "axis": axis},
            "xOffset": {"field": "when", "sort": names},
            "y": {"field": "share", "type": "quantitative", "axis": {"title": shares.axis, "format": "%"}},
            "color": {
                "field": "when",
                "type": "nominal",
                "scale": {"domain": names, "range": [QUIET, ACCENT]},
                "legend": {"title": None, "orient": "top", "labelColor": QUIET},
            },
        },
        "config": CONFIG,
    }
