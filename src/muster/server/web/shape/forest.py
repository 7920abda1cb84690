"""The groups of a result as a forest plot and a table: worst first, small groups listed and greyed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from muster.report import numbers
from muster.report.charts import MOST_ROWS, Forest, ForestRow, draw_forest
from muster.report.words import figure_name
from muster.server.web.language import tag
from muster.server.web.shape.curves import CURVES
from muster.server.web.shape.lines import line_names, lines_of
from muster.server.web.shape.piece import fitted, value_text

WINDOW = "(window)"
"""The attribute of the groups of one window: points of a course over time, and no people."""
_LOW_IS_BAD = (
    *("selection_rate", "true_positive_rate", "precision", "recall", "accuracy"),
    *("mean_prediction", "exposure", "top_share", "representation"),
)
_ASIDE = {"mean_error": 0.0, "calibration_gap": 0.0, "calibration_slope": 1.0}
"""What is bad by how far it lies from a value, on either side."""
_NEUTRAL = (
    *("group_share", "base_rate", "labelled_share"),
    *("override_rate", "override_to_positive_rate", "override_to_negative_rate"),
)
"""What has no bad end: the largest comes first, and none is marked."""
_MEANS = ("exposure", "representation", "mean_cost", "ece", "calibration_slope", "calibration_gap", "loss")
_ADJUSTED = "p_adjusted_holm."

Row = tuple[Mapping[str, Any], Mapping[str, Any]]
"""A group and one of its rates."""


@dataclass(frozen=True)
class GroupLine:
    """One group in the table; `p` is its p-value adjusted for the number of groups, where it was tested."""

    group: str
    n: int | None
    numerator: float | None
    denominator: int | None
    value: str
    interval: str
    enough: bool
    worst: bool
    p: str


@dataclass(frozen=True)
class ForestView:
    """A rate over groups: the chart, the table behind it, and what can be chosen instead.

    `counted`: the rate is a share of counted rows, so that what was counted stands beside it. `tested`: lines have p.
    """

    rate: str
    rate_name: str
    rates: tuple[tuple[str, str], ...]
    depth: int
    depths: tuple[int, ...]
    svg: str
    lines: tuple[GroupLine, ...]
    folded: int
    threshold: str
    hint: str
    counted: bool
    tested: bool


def show_forest(
    predicate: Mapping[str, Any], *, rate: str, depth: int, ratios: tuple[float | None, float | None]
) -> ForestView | None:
    """Return the view of `rate` over the groups of `depth` attributes; None where the result has no groups.

    `ratios` are the lines of the four-fifths rule for single attributes and for intersections, as far as they are held:
    each group's mark stands at that share of the rate of whom it is compared with, which is of the same attributes.
    """
    groups: Sequence[Mapping[str, Any]] = [
        group
        for group in predicate.get("groups") or ()
        if tuple(group["attributes"]) not in CURVES and group["attributes"][0] != WINDOW
    ]
    if not groups:
        return None
    depths = tuple(sorted({len(group["attributes"]) for group in groups}))
    depth = depth if depth in depths else depths[0]
    present = tuple(rate["name"] for rate in groups[0]["rates"])
    rate = rate if rate in present else present[0]
    rows = [(g, r) for g in groups if len(g["attributes"]) == depth for r in g["rates"] if r["name"] == rate]
    rows.sort(key=lambda row: _badness(rate, row[1]))
    ratio = ratios[depth > 1]
    held = lines_of(predicate, rows, ratio) if ratio and rate == "selection_rate" else {}
    label = line_names(predicate, ratio) if held and ratio else ""
    adjusted = _adjusted(predicate, rate)
    first = None if rate in _NEUTRAL else 0
    lines = tuple(
        _line(g, r, worst=place == first, p=adjusted.get(g["group"], "")) for place, (g, r) in enumerate(rows)
    )
    return ForestView(
        rate=rate,
        rate_name=figure_name(rate, tag()),
        rates=tuple((r, figure_name(r, tag())) for r in present),
        depth=depth,
        depths=depths,
        svg=fitted(draw_forest, _chart(rows, rate, lines, held, label)),
        lines=lines,
        folded=max(0, len(lines) - MOST_ROWS),
        threshold=label,
        hint=_hint(rate),
        counted=rate not in _MEANS and not rate.startswith(("mean_", "mae", "rmse")),
        tested=bool(adjusted),
    )


def _hint(rate: str) -> str:
    if rate in _NEUTRAL:
        return _("Largest first; bars are 95% intervals. Groups too small to decide are pale, never hidden.")
    return _("Worst first; bars are 95% intervals. Groups too small to decide are pale, never hidden.")


def _badness(rate: str, row: Mapping[str, Any]) -> tuple[bool, bool, float]:
    value = row["value"] or 0.0
    if rate in _ASIDE:
        value = abs(value - _ASIDE[rate])
    sign = 1 if rate in _LOW_IS_BAD else -1
    return (not row["enough"], row["value"] is None, sign * value)


def _adjusted(predicate: Mapping[str, Any], rate: str) -> dict[str, str]:
    """Return by group the p-value of its rate against the rest, as text."""
    asked = (_ADJUSTED + rate, f"{_ADJUSTED}{rate}.intersection")
    return {f["group"]: value_text(f) for f in predicate.get("figures") or () if f["name"] in asked}


def _line(group: Mapping[str, Any], rate: Mapping[str, Any], *, worst: bool, p: str) -> GroupLine:
    return GroupLine(
        group=group["group"],
        n=group["n"],
        numerator=rate["numerator"],
        denominator=rate["denominator"],
        value=value_text(rate),
        interval=numbers.interval(rate.get("low"), rate.get("high")),
        enough=rate["enough"],
        worst=worst and rate["enough"],
        p=p,
    )


def _chart(rows: Sequence[Row], rate: str, lines: Sequence[GroupLine], held: Mapping[str, float], label: str) -> Forest:
    name = figure_name(rate, tag())
    one = next(iter(held.values())) if len(held) == len(rows) and len(set(held.values())) == 1 else None
    return Forest(
        title=_("%(figure)s by group") % {"figure": name},
        description=_("Groups in the order of the table below, each with its interval and size. It holds the numbers."),
        axis=name,
        rows=tuple(
            ForestRow(
                label=group["group"],
                n=(group["n"] if rate == "group_share" else measured["denominator"]) or 0,
                value=measured["value"],
                low=measured.get("low"),
                high=measured.get("high"),
                enough=measured["enough"],
                worst=line.worst,
                line=None if one is not None else held.get(group["group"]),
            )
            for (group, measured), line in zip(rows, lines, strict=True)
        ),
        threshold=one,
        threshold_label=label if one is not None else "",
        zero=rate != "mean_prediction",
    )
