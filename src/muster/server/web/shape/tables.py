"""Results that are read as a table: rules and what broke them, columns as they are, stages, today and its history."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from muster.core.figures import Figure
from muster.report import numbers
from muster.report.headline import LEAKS, is_outside
from muster.report.words import figure_name, word
from muster.server.web.language import tag
from muster.server.web.shape.piece import Piece, ends_text, value_text

_FACTS = ("missing_share", "distinct", "min", "quantile.0.5", "mean", "max")
_STAGES = ("before", "after", "training", "production")
_Figure = Mapping[str, Any]
_NONE = "–"


def show_rules(predicate: Mapping[str, Any]) -> tuple[Piece, ...]:
    """Return every rule of a quality result with the rows that break it, those that failed first."""
    figures = predicate.get("figures") or ()
    places = [place for place, figure in enumerate(figures) if figure["name"].startswith("violations.")]
    asked = (predicate.get("parameters") or {}).get("rules") or ()
    asked = asked if len(asked) == len(places) else [{}] * len(places)
    rules = [(figures[place], rule, figures[place + 1 :]) for place, rule in zip(places, asked, strict=True)]
    rules.sort(key=lambda each: not _is_failed(each[0], each[1]))
    rows = tuple(_rule(*each) for each in rules)
    marked = frozenset(place for place, (broken, rule, _after) in enumerate(rules) if _is_failed(broken, rule))
    heads = (_("Rule"), _("Columns"), _("Rows that break it"), _("Share"), _("Allowed"), _("First such row"), "n")
    return (Piece(_("Every rule"), _("Rules that failed come first."), "", heads, rows, marked),) if rows else ()


def _is_failed(broken: _Figure, rule: Mapping[str, Any]) -> bool:
    """Return whether more rows break a rule than it allows, or too few were there to show that it holds."""
    if broken["value"] is None:
        return bool(broken["n"] or rule.get("min_rows", 1))
    few = broken["n"] < (rule.get("min_rows") or 0)
    return few or bool(broken["value"] > (rule.get("max_share") or 0.0) * broken["n"])


def _rule(broken: _Figure, rule: Mapping[str, Any], after: Sequence[_Figure]) -> tuple[str, ...]:
    kind = broken["name"].partition(".")[2]
    share, first = _of_rule(after, kind)
    return (
        word("qualifier", kind, tag()),
        broken["group"] or _("all columns"),
        value_text(broken),
        _percent(share),
        numbers.percent(rule["max_share"]) if rule.get("max_share") else _("none"),
        _NONE if first is None else value_text(first),
        numbers.count(broken["n"]),
    )


def _of_rule(after: Sequence[_Figure], rule: str) -> tuple[_Figure | None, _Figure | None]:
    """Return the share and the first row of the rule whose figures begin just before."""
    mine = []
    for figure in after:
        if figure["name"].startswith("violations."):
            break
        mine.append(figure)
    named = {figure["name"]: figure for figure in mine}
    return named.get(f"share.{rule}"), named.get(f"first_row.{rule}")


def _percent(share: _Figure | None) -> str:
    if share is None or share["value"] is None:
        return _NONE
    ends = (
        f" [{numbers.percent(share['low'])}, {numbers.percent(share['high'])}]" if share.get("low") is not None else ""
    )
    return numbers.percent(share["value"]) + ends


def show_leaks(predicate: Mapping[str, Any]) -> tuple[Piece, ...]:
    """Return what of the test data is in the training data, or why that cannot be said."""
    found = [figure for figure in predicate.get("figures") or () if figure["name"] in LEAKS]
    rows = tuple(
        (
            figure_name(figure["name"], tag()),
            _percent(figure) if figure["value"] is not None else value_text(figure),
            numbers.count(figure["n"]),
        )
        for figure in found
    )
    marked = frozenset(place for place, figure in enumerate(found) if figure["value"])
    hint = _("A model that has seen its test data looks better than it is.")
    heads = (_("Leak"), _("Share and interval"), "n")
    return (Piece(_("What leaks into the test"), hint, "", heads, rows, marked),) if rows else ()


def show_columns(predicate: Mapping[str, Any]) -> tuple[Piece, ...]:
    """Return every column of a profile with its leading facts, those with missing values first."""
    columns: dict[str, dict[str, _Figure]] = {}
    for figure in predicate.get("figures") or ():
        if figure["group"]:
            columns.setdefault(figure["group"], {}).setdefault(figure["name"].removesuffix(".approximate"), figure)
    missing = {name: (facts.get("missing_share") or {}).get("value") or 0.0 for name, facts in columns.items()}
    names = sorted(columns, key=lambda name: -missing[name])
    rows = tuple((name, *(_fact(columns[name], fact) for fact in _FACTS)) for name in names)
    heads = (_("Column"), *(figure_name(fact, tag()) for fact in _FACTS[:3]), _("Median"))
    heads = (*heads, *(figure_name(fact, tag()) for fact in _FACTS[4:]))
    hint = _("Columns with missing values first. All other facts can be chosen below.")
    return (Piece(_("Every column"), hint, "", heads, rows),) if rows else ()


def _fact(facts: Mapping[str, _Figure], name: str) -> str:
    if name not in facts:
        return _NONE
    if name == "missing_share" and facts[name]["value"] is not None:
        return numbers.percent(facts[name]["value"])
    return value_text(facts[name])


def show_stages(predicate: Mapping[str, Any]) -> tuple[Piece, ...]:
    """Return the figures of an oversight result before and after people stepped in, and in the data beside them."""
    told: dict[tuple[str, str], dict[str, _Figure]] = {}
    for figure in predicate.get("figures") or ():
        base, _dot, rest = figure["name"].partition(".")
        stage, _dot, suffix = rest.partition(".")
        if stage in _STAGES and not suffix:
            told.setdefault((base, _attributes(figure)), {})[stage] = figure
    stages = [stage for stage in _STAGES if any(stage in by_stage for by_stage in told.values())]
    rows = tuple(
        (figure_name(base, tag()), about or _("everyone"), *(_at(by_stage.get(stage)) for stage in stages))
        for (base, about), by_stage in told.items()
    )
    heads = (_("Figure"), _("Of what"), *(word("qualifier", stage, tag()) for stage in stages))
    hint = _("Each gap is between the best and the worst served group of the attribute.")
    return (Piece(_("Before and after people stepped in"), hint, "", heads, rows),) if rows else ()


def _attributes(figure: _Figure) -> str:
    """Return the attributes that a gap is about: its groups may be other ones at every stage."""
    return " & ".join(part.partition("=")[0] for part in str(figure.get("group") or "").split(" & "))


def _at(figure: _Figure | None) -> str:
    if figure is None:
        return _NONE
    ends = ends_text(figure)
    return value_text(figure) + ("" if ends == _NONE else f" {ends}")


def show_history(predicate: Mapping[str, Any]) -> tuple[Piece, ...]:
    """Return every figure of today beside what its history lets expect, those that lie outside first."""
    known = [
        Figure.model_validate(figure)
        for figure in predicate.get("figures") or ()
        if str(figure["name"]).startswith("today.")
    ]
    known.sort(key=lambda figure: not is_outside(figure))
    rows = tuple(
        (
            figure_name(figure.name.removeprefix("today."), tag()),
            figure.group or _("all rows"),
            value_text(figure.model_dump()),
            ends_text(figure.model_dump()),
            _("outside") if is_outside(figure) else _NONE if figure.value is None else _("inside"),
            numbers.count(figure.n),
        )
        for figure in known
    )
    marked = frozenset(place for place, figure in enumerate(known) if is_outside(figure))
    heads = (_("Figure"), _("Column"), _("Today"), _("Expected"), _("Where it lies"), _("Earlier results"))
    hint = _("What lies outside the interval that earlier results let expect comes first.")
    return (Piece(_("Today and its history"), hint, "", heads, rows, marked),) if rows else ()
