"""The columns of a drift result that moved most, as distributions then and now."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from muster.report import numbers
from muster.report.shares import Bar, Shares, draw_shares
from muster.server.web.shape.piece import Piece, fitted

_MOST_COLUMNS = 4
_MOST_BARS = 12


def show_distributions(predicate: Mapping[str, Any]) -> tuple[Piece, ...]:
    """Return the distributions of at most four columns, the one with the largest PSI first; none without statistics."""
    statistics = predicate.get("statistics") or {}
    if predicate.get("check") != "drift" or not statistics.get("reference") or not statistics.get("current"):
        return ()
    moved = [f for f in predicate.get("figures") or () if f["name"] == "psi" and f["value"] is not None]
    moved.sort(key=lambda figure: -figure["value"])
    both = [name for name in (figure["group"] for figure in moved) if name in statistics["current"]]
    return tuple(
        _column(name, statistics["reference"][name], statistics["current"][name]) for name in both[:_MOST_COLUMNS]
    )


def _column(name: str, reference: Mapping[str, Any], current: Mapping[str, Any]) -> Piece:
    bars = _bars(reference, current)
    then, now = _("reference"), _("now")
    title = _("How %(column)s was and is distributed") % {"column": name}
    hint = _("Share of rows with each value or range.")
    return Piece(
        title=title,
        hint=hint,
        svg=fitted(
            draw_shares,
            Shares(title=title, description=hint, axis=_("Share"), reference=then, current=now, bars=tuple(bars)),
        ),
        heads=(_("Value"), then, now),
        rows=tuple((bar.label, numbers.percent(bar.reference), numbers.percent(bar.current)) for bar in bars),
    )


def _bars(reference: Mapping[str, Any], current: Mapping[str, Any]) -> list[Bar]:
    """Sum the cells up to a few ranges, the same for both; missing values last."""
    labels, then = _ranges(reference)
    now = _ranges(current)[1]
    counts = [(label, a, b) for label, a, b in zip(labels, then, now, strict=True) if a or b]
    if len(counts) > _MOST_BARS:
        # The largest then or now, in the order of the values: what is new must not vanish among the others.
        largest = sorted(counts, key=lambda row: -max(row[1] * current["n"], row[2] * reference["n"]))
        named = {label for label, _then, _now in largest[: _MOST_BARS - 1]}
        kept, rest = ([row for row in counts if (row[0] in named) is wanted] for wanted in (True, False))
        counts = [*kept, (_("others"), sum(row[1] for row in rest), sum(row[2] for row in rest))]
    return [
        Bar(label=label, reference=a / max(1, reference["n"]), current=b / max(1, current["n"]))
        for label, a, b in [*counts, (_("missing"), reference["missing"], current["missing"])]
        if a or b or label != _("missing")
    ]


def _ranges(column: Mapping[str, Any]) -> tuple[list[str], list[int]]:
    counts: Sequence[int] = column["counts"]
    if column["kind"] != "numeric":
        categories = [str(value) for value in column["categories"]]
        return [*categories, _("others")], [*counts[: len(categories)], sum(counts[len(categories) :])]
    breaks, cells = [float(edge) for edge in column["breaks"]], max(1, int(column["cells"]))
    inner = [sum(counts[1 + place : 1 + place + cells]) for place in range(0, len(counts) - 2, cells)]
    if not column["cells"]:
        inner = list(counts[1:])
        return [_("below"), *(numbers.number(edge) for edge in breaks)], [counts[0], *inner]
    labels = [f"{numbers.number(low)} – {numbers.number(high)}" for low, high in pairwise(breaks)]
    return [_("below"), *labels, _("above")], [counts[0], *inner, counts[-1]]
