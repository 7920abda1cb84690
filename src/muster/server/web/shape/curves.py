"""The curves of a performance result: how far its scores can be believed, and what each threshold would mean."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from muster.report import numbers
from muster.report.curves import Curves, Line, Point, draw_curves
from muster.report.words import figure_name
from muster.server.web.language import tag
from muster.server.web.shape.piece import Piece, fitted

CURVES = (("score",), ("threshold",))
"""Groups of these attributes are points of a curve, and not people."""
_MOST_LINES = 4


def show_curves(predicate: Mapping[str, Any]) -> tuple[Piece, ...]:
    """Return the calibration curve and the threshold curve, as far as the result holds them."""
    groups = predicate.get("groups") or ()
    of = {kind: [group for group in groups if tuple(group["attributes"]) == kind] for kind in CURVES}
    shown = []
    if of["score",]:
        shown.append(_calibration(of["score",]))
    if of["threshold",]:
        threshold = (predicate.get("parameters") or {}).get("threshold")
        shown.append(_thresholds(of["threshold",], threshold))
    return tuple(shown)


def _calibration(groups: Iterable[Mapping[str, Any]]) -> Piece:
    pairs = [({rate["name"]: rate for rate in group["rates"]}, group) for group in groups]
    points = tuple(
        Point(
            x=rates["mean_score"]["value"],
            y=rates["positive_rate"]["value"],
            low=rates["positive_rate"].get("low"),
            high=rates["positive_rate"].get("high"),
        )
        for rates, _group in pairs
        if rates["mean_score"]["value"] is not None and rates["positive_rate"]["value"] is not None
    )
    score, share = figure_name("mean_score", tag()), figure_name("positive_rate", tag())
    title = _("Calibration: what was promised, what came")
    hint = _("On the dashed line the share of positives is what the score promised.")
    return Piece(
        title=title,
        hint=hint,
        svg=fitted(
            draw_curves,
            Curves(
                title=title,
                description=hint,
                x_axis=score,
                y_axis=share,
                lines=(Line(name=share, points=tuple(sorted(points, key=lambda point: point.x))),),
                diagonal=True,
            ),
        ),
        heads=(_("Scores"), score, share, _("Interval"), "n"),
        rows=tuple(
            (
                group["group"].partition("=")[2],
                _text(rates["mean_score"]),
                _text(rates["positive_rate"]),
                numbers.interval(rates["positive_rate"].get("low"), rates["positive_rate"].get("high")),
                numbers.count(group["n"]),
            )
            for rates, group in pairs
        ),
    )


def _thresholds(groups: list[Mapping[str, Any]], threshold: object) -> Piece:
    names = [rate["name"] for rate in groups[0]["rates"] if rate["name"] != "mean_cost"][:_MOST_LINES]
    lines = tuple(
        Line(
            name=figure_name(name, tag()),
            points=tuple(
                Point(x=_at(group), y=rate["value"])
                for group in groups
                for rate in group["rates"]
                if rate["name"] == name and rate["value"] is not None
            ),
        )
        for name in names
    )
    title = _("What each threshold would mean")
    hint = _("The dashed line stands at the threshold in use.")
    return Piece(
        title=title,
        hint=hint,
        svg=fitted(
            draw_curves,
            Curves(
                title=title,
                description=hint,
                x_axis=_("Threshold"),
                y_axis=_("Share"),
                lines=lines,
                mark=float(threshold) if isinstance(threshold, int | float) else None,
            ),
        ),
        heads=(_("Threshold"), *(figure_name(rate["name"], tag()) for rate in groups[0]["rates"])),
        rows=tuple((numbers.number(_at(group)), *(_text(rate) for rate in group["rates"])) for group in groups),
    )


def _at(group: Mapping[str, Any]) -> float:
    return float(group["group"].partition("=")[2])


def _text(rate: Mapping[str, Any]) -> str:
    return "–" if rate["value"] is None else numbers.number(rate["value"], width=0.1)
