"""Figures that a result holds for several groups (columns, slices, chunks, rules): as a plot and a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from muster.report import numbers
from muster.report.charts import MOST_ROWS, Forest, ForestRow, draw_forest
from muster.report.words import figure_name
from muster.server.web.language import tag
from muster.server.web.shape.piece import fitted, value_text

_SEVERAL = 2
_FAR_FROM_ZERO = ("estimated_", "realised_", "today.", "mean", "min", "max", "quantile")
"""Figures that are read by how they differ: an axis from 0 on would hide it."""


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
    hint: str


def show_figures(predicate: Mapping[str, Any], chosen: str, preferred: Sequence[str] = ()) -> FigureView | None:
    """Return the view of `chosen`, or of the first of `preferred` that is there, or of the first of all.

    None where no figure has several groups. The largest first, ratios the lowest first, an estimate in the order of
    time; what is not estimable comes last, and so do groups too small to decide.
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
    order, hint = _order(str(predicate.get("check")), name)
    rows = [figure for figure in figures if figure["name"] == name and figure.get("group")]
    small = _small(predicate)
    rows.sort(key=lambda figure: (figure["group"] in small, figure["value"] is None, order * (figure["value"] or 0.0)))
    title = figure_name(name, tag())
    return FigureView(
        name=name,
        title=title,
        names=tuple((each, figure_name(each, tag())) for each in names),
        svg=fitted(draw_forest, _chart(rows, name, small)),
        lines=tuple(_line(figure) for figure in rows),
        folded=max(0, len(rows) - MOST_ROWS),
        hint=hint,
    )


def _order(check: str, name: str) -> tuple[int, str]:
    if check == "estimate":
        return 0, _("In the order of time; bars are intervals where there are any.")
    if _is_ratio(name):
        return 1, _("The lowest first; bars are intervals where there are any. At 1 both are alike.")
    return -1, _("The largest first; bars are intervals where there are any.")


def _is_ratio(name: str) -> bool:
    return name.removesuffix(".intersection").endswith("_ratio")


def _line(figure: Mapping[str, Any]) -> FigureLine:
    return FigureLine(
        group=figure["group"],
        reference=figure.get("reference") or "",
        value=value_text(figure),
        interval=numbers.interval(figure.get("low"), figure.get("high")),
        n=figure["n"],
    )


def _small(predicate: Mapping[str, Any]) -> set[str]:
    """Return the groups that are too small for their first rate to decide."""
    groups = predicate.get("groups") or ()
    return {group["group"] for group in groups if group["rates"] and not group["rates"][0]["enough"]}


def _most(rows: Sequence[Mapping[str, Any]], small: set[str]) -> float | None:
    """Return where the axis ends, where the interval of a small group would press all others together."""
    ends = [figure["high"] for figure in rows if figure.get("high") is not None and figure["group"] not in small]
    values = [figure["value"] for figure in rows if figure["value"] is not None]
    return max(*ends, *values) if small and ends else None


def _chart(rows: Sequence[Mapping[str, Any]], name: str, small: set[str]) -> Forest:
    title = figure_name(name, tag())
    several = len({figure.get("reference") for figure in rows}) > 1
    return Forest(
        title=title,
        description=_("In the order of the table below, each with its interval and size. It holds the numbers."),
        axis=title,
        rows=tuple(
            ForestRow(
                label=" / ".join((figure["group"], figure["reference"]))
                if several and figure.get("reference")
                else figure["group"],
                n=figure["n"],
                value=figure["value"],
                low=figure.get("low"),
                high=figure.get("high"),
                enough=figure["value"] is not None and figure["group"] not in small,
            )
            for figure in rows
        ),
        most=_most(rows, small),
        threshold=1.0 if _is_ratio(name) else None,
        zero=not name.startswith(_FAR_FROM_ZERO),
    )
