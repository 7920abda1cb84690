"""Figures that are read against each other: proxies by attribute, the challenger's advantages, two windows at once."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from muster.report import numbers
from muster.report.charts import Forest, ForestRow, draw_forest
from muster.report.words import CHINESE, figure_name
from muster.server.web.language import tag
from muster.server.web.shape.piece import Piece, ends_text, fitted, value_text

_MOST_FEATURES = 8
_OF_A_PAIR = ("proxy_v", "proxy_information", "proxy_accuracy", "proxy_lift")
_ADVANTAGE = "_advantage"
_Figure = Mapping[str, Any]


def show_proxies(predicate: Mapping[str, Any]) -> tuple[Piece, ...]:
    """Return for each protected attribute the features that tell it best, and in the table all of them."""
    by_attribute: dict[str, dict[str, dict[str, _Figure]]] = {}
    for figure in predicate.get("figures") or ():
        if figure["name"] in _OF_A_PAIR:
            features = by_attribute.setdefault(figure["reference"], {})
            features.setdefault(figure["group"], {})[figure["name"]] = figure
    # On the same axis, the attribute with the strongest proxy first.
    most = {attribute: _most(features) for attribute, features in by_attribute.items()}
    names = sorted(by_attribute, key=lambda attribute: -most[attribute])
    return tuple(_proxies(name, by_attribute[name], max(most.values())) for name in names)


def _most(features: Mapping[str, Mapping[str, _Figure]]) -> float:
    known = [figures["proxy_v"] for figures in features.values() if figures["proxy_v"]["value"] is not None]
    return max((float(each.get("high") or each["value"]) for each in known), default=1.0)


def _proxies(attribute: str, features: Mapping[str, Mapping[str, _Figure]], most: float) -> Piece:
    title = _("Which features tell %(attribute)s") % {"attribute": attribute}
    rows = [(feature, figures["proxy_v"]) for feature, figures in features.items()]
    hint = _("The strongest first; 0 is not at all, 1 is entirely.")
    if len(rows) > _MOST_FEATURES:
        hint += ("" if tag() == CHINESE else " ") + _("All %(n)s features are in the table.") % {"n": len(rows)}
    return Piece(
        title=title,
        hint=hint,
        svg=_forest(title, hint, figure_name("proxy_v", tag()), rows[:_MOST_FEATURES], most=most),
        heads=(_("Feature"), *_heads(_OF_A_PAIR[0]), *(figure_name(name, tag()) for name in _OF_A_PAIR[1:]), "n"),
        rows=tuple(
            (
                feature,
                value_text(figures["proxy_v"]),
                ends_text(figures["proxy_v"]),
                *(value_text(figures[name]) for name in _OF_A_PAIR[1:]),
                numbers.count(figures["proxy_v"]["n"]),
            )
            for feature, figures in features.items()
        ),
    )


def show_champion(predicate: Mapping[str, Any]) -> tuple[Piece, ...]:
    """Return the challenger and the champion side by side, and the challenger's advantages."""
    figures = {figure["name"]: figure for figure in predicate.get("figures") or ()}
    by = [name.removesuffix(_ADVANTAGE) for name in figures if name.endswith(_ADVANTAGE)]
    title = _("The challenger's advantage")
    hint = _("Right of 0 the challenger is better. What cannot be estimated has no mark.")
    drawn = [(figure_name(name, tag()), figures[name + _ADVANTAGE]) for name in by]
    nothing: _Figure = {"value": None}
    rows = tuple(
        (
            figure_name(name, tag()),
            value_text(figures.get(name, nothing)) if name in figures else "–",
            value_text(figures.get(f"champion_{name}", nothing)) if f"champion_{name}" in figures else "–",
            value_text(figures[name + _ADVANTAGE]),
            ends_text(figures[name + _ADVANTAGE]),
            numbers.count(figures[name + _ADVANTAGE]["n"]),
        )
        for name in by
    )
    heads = (_("Figure"), _("Challenger"), _("Champion"), _("Advantage"), _("Interval"), "n")
    svg = _forest(title, hint, _("Advantage"), drawn, threshold=0.0, label=_("alike"))
    return (Piece(title=title, hint=hint, svg=svg, heads=heads, rows=rows),) if by else ()


def show_multivariate(predicate: Mapping[str, Any]) -> tuple[Piece, ...]:
    """Return how well a classifier tells the windows apart, and how well either window is put together again."""
    figures = {figure["name"]: figure for figure in predicate.get("figures") or ()}
    area, hint = figures.get("domain_classifier_auc"), _("At 0.5 the windows cannot be told apart, at 1 always.")
    errors = [figures.get(f"reconstruction_error_{window}") for window in ("reference", "data")]
    pieces = []
    if area is not None:
        name = figure_name("domain_classifier_auc", tag())
        title = _("Can the windows be told apart?")
        svg = _forest(
            title, hint, name, [(_("classifier"), area)], threshold=0.5, label=_("alike"), most=1.0, zero=False
        )
        pieces.append(_told(title, hint, svg, [(name, area)]))
    known = [error for error in errors if error is not None]
    if known:
        title = _("Do the columns still hang together as they did?")
        hint = _("How far rows lie from what the columns of the reference have in common; farther is worse.")
        named = [(_("reference"), known[0]), *((_("now"), each) for each in known[1:])]
        svg = _forest(title, hint, _("Reconstruction error"), named)
        ratio = figures.get("reconstruction_error_ratio")
        more = [(figure_name("reconstruction_error_ratio", tag()), ratio)] if ratio is not None else []
        pieces.append(_told(title, hint, svg, [*named, *more]))
    return tuple(pieces)


def _told(title: str, hint: str, svg: str, rows: Sequence[tuple[str, _Figure]]) -> Piece:
    told = tuple((name, value_text(each), ends_text(each), numbers.count(each["n"])) for name, each in rows)
    heads = (_("Of what"), _("Value"), _("Interval"), "n")
    return Piece(title=title, hint=hint, svg=svg, heads=heads, rows=told)


def _heads(name: str) -> tuple[str, str]:
    return figure_name(name, tag()), _("Interval")


def _forest(
    title: str,
    hint: str,
    axis: str,
    rows: Sequence[tuple[str, _Figure]],
    *,
    threshold: float | None = None,
    label: str = "",
    most: float | None = None,
    zero: bool = True,
) -> str:
    drawn = tuple(
        ForestRow(
            label=name,
            n=figure["n"],
            value=figure["value"],
            low=figure.get("low"),
            high=figure.get("high"),
            enough=figure["value"] is not None,
        )
        for name, figure in rows
    )
    return fitted(
        draw_forest,
        Forest(
            title=title,
            description=hint,
            axis=axis,
            rows=drawn,
            threshold=threshold,
            threshold_label=label,
            zero=zero,
            most=most,
        ),
    )
