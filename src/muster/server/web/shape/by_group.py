"""Figures that a result holds for several groups (columns, slices, chunks, rules): as a plot and a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from muster.report import numbers
from muster.report.charts import MOST_ROWS, Forest, ForestRow, draw_forest
from muster.report.words import figure_name, why_not
from muster.server.web.language import tag

_SEVERAL = 2


@dataclass(frozen=True)
class FigureLine:
    """One group in the table."""

    group: str
    reference: str
    value: str
    interval: str
    n: int


@dataclass(frozen=True)
class FigureView:
    """One figure over its groups: the plot, the table behind it, and the other figures that can be chosen."""

    name: str
    title: str
    names: tuple[tuple[str, str], ...]
    svg: str
    lines: tuple[FigureLine, ...]
    folded: int


def show_figures(predicate: Mapping[str, Any], chosen: str, preferred: Sequence[str] = ()) -> FigureView | None:
    """Return the view of `chosen`, or of the first of `preferred` that is there, or of the first of all.

    None where no figure has several groups. Sorted by value, the largest first; what is not estimable comes last.
    """
    figures: Sequence[Mapping[str, Any]] = predicate.get("figures") or ()
    sizes: dict[str, int] = {}
    for figure in figures:
        if figure.get("group"):
            sizes[figure["name"]] = sizes.get(figure["name"], 0) + 1
    names = [name for name, size in sizes.items() if size >= _SEVERAL]
    if not names:
        return None
    name = next((each for each in (chosen, *preferred) if each in names), names[0])
    rows = [figure for figure in figures if figure["name"] == name and figure.get("group")]
    rows.sort(key=lambda figure: (figure["value"] is None, -(figure["value"] or 0.0)))
    title = figure_name(name, tag())
    return FigureView(
        name=name,
        title=title,
        names=tuple((each, figure_name(each, tag())) for each in names),
        svg=draw_forest(_chart(rows, title)),
        lines=tuple(_line(figure) for figure in rows),
        folded=max(0, len(rows) - MOST_ROWS),
    )


def _line(figure: Mapping[str, Any]) -> FigureLine:
    value, low, high = figure["value"], figure.get("low"), figure.get("high")
    width = None if low is None or high is None else high - low
    shown = why_not(str(figure["not_estimable"]), tag()) if value is None else numbers.number(value, width=width)
    return FigureLine(
        group=figure["group"],
        reference=figure.get("reference") or "",
        value=shown,
        interval=numbers.interval(low, high),
        n=figure["n"],
    )


def _chart(rows: Sequence[Mapping[str, Any]], title: str) -> Forest:
    return Forest(
        title=title,
        description=_("The largest first, each with its interval and size. The table below holds the numbers."),
        axis=title,
        rows=tuple(
            ForestRow(
                label=figure["group"],
                n=figure["n"],
                value=figure["value"],
                low=figure.get("low"),
                high=figure.get("high"),
                enough=figure["value"] is not None,
            )
            for figure in rows
        ),
    )
