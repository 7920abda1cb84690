"""The groups of a fairness result as a forest plot and a table: worst first, small groups listed and greyed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from muster.report import numbers
from muster.report.charts import MOST_ROWS, Forest, ForestRow, draw_forest
from muster.report.words import figure_name, why_not
from muster.server.web.language import tag
from muster.server.web.shape.curves import CURVES

_RATES = ("selection_rate", "true_positive_rate", "precision", "recall", "accuracy")
_LOW_IS_BAD = (*_RATES, "calibration_slope", "mean_prediction")


@dataclass(frozen=True)
class GroupLine:
    """One group in the table."""

    group: str
    n: int | None
    numerator: float | None
    denominator: int | None
    value: str
    interval: str
    enough: bool
    worst: bool


@dataclass(frozen=True)
class ForestView:
    """A rate over groups: the chart, the table behind it, and what can be chosen instead."""

    rate: str
    rate_name: str
    rates: tuple[tuple[str, str], ...]
    depth: int
    depths: tuple[int, ...]
    svg: str
    lines: tuple[GroupLine, ...]
    folded: int
    threshold: str


def show_forest(predicate: Mapping[str, Any], *, rate: str, depth: int, ratio: float | None) -> ForestView | None:
    """Return the view of `rate` over the groups of `depth` attributes; None where the result has no groups.

    `ratio` is the line of the four-fifths rule, if one is held: it is drawn at that share of the best group's rate.
    """
    groups: Sequence[Mapping[str, Any]] = [
        group for group in predicate.get("groups") or () if tuple(group["attributes"]) not in CURVES
    ]
    if not groups:
        return None
    depths = tuple(sorted({len(group["attributes"]) for group in groups}))
    depth = depth if depth in depths else depths[0]
    present = tuple(rate["name"] for rate in groups[0]["rates"])
    rate = rate if rate in present else present[0]
    rows = [(g, r) for g in groups if len(g["attributes"]) == depth for r in g["rates"] if r["name"] == rate]
    rows.sort(key=lambda row: _badness(rate, row[1]))
    deciding = [r["value"] for _g, r in rows if r["enough"] and r["value"] is not None]
    line = ratio * max(deciding) if ratio and rate == "selection_rate" and deciding else None
    lines = tuple(_line(g, r, first=index == 0) for index, (g, r) in enumerate(rows))
    label = _("%(ratio)s of the best group") % {"ratio": numbers.number(ratio)} if line is not None and ratio else ""
    return ForestView(
        rate=rate,
        rate_name=figure_name(rate, tag()),
        rates=tuple((r, figure_name(r, tag())) for r in present),
        depth=depth,
        depths=depths,
        svg=draw_forest(_chart(rows, rate, lines, line, label)),
        lines=lines,
        folded=max(0, len(lines) - MOST_ROWS),
        threshold=label,
    )


def _badness(rate: str, row: Mapping[str, Any]) -> tuple[bool, bool, float]:
    value = row["value"]
    sign = 1 if rate in _LOW_IS_BAD else -1
    return (not row["enough"], value is None, sign * (value or 0.0))


def _line(group: Mapping[str, Any], rate: Mapping[str, Any], *, first: bool) -> GroupLine:
    value = rate["value"]
    width = None if value is None or rate.get("low") is None else rate["high"] - rate["low"]
    shown = why_not(str(rate.get("not_estimable", "")), tag()) if value is None else numbers.number(value, width=width)
    return GroupLine(
        group=group["group"],
        n=group["n"],
        numerator=rate["numerator"],
        denominator=rate["denominator"],
        value=shown,
        interval=numbers.interval(rate.get("low"), rate.get("high")),
        enough=rate["enough"],
        worst=first and rate["enough"],
    )


def _chart(
    rows: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]],
    rate: str,
    lines: Sequence[GroupLine],
    threshold: float | None,
    label: str,
) -> Forest:
    name = figure_name(rate, tag())
    return Forest(
        title=_("%(figure)s by group") % {"figure": name},
        description=_("Groups sorted worst first, each with its interval and size. The table below holds the numbers."),
        axis=name,
        rows=tuple(
            ForestRow(
                label=group["group"],
                n=measured["denominator"] or 0,
                value=measured["value"],
                low=measured.get("low"),
                high=measured.get("high"),
                enough=measured["enough"],
                worst=line.worst,
            )
            for (group, measured), line in zip(rows, lines, strict=True)
        ),
        threshold=threshold,
        threshold_label=label,
    )
