"""The line that the four-fifths rule draws for each group: a share of the rate of whom it is compared with."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from muster.report import numbers

_BEST, _REST = "best", "rest"
_PAIR = 2
_Row = tuple[Mapping[str, Any], Mapping[str, Any]]


def lines_of(predicate: Mapping[str, Any], rows: Sequence[_Row], ratio: float) -> dict[str, float]:
    """Return by group at which rate `ratio` is kept; a fairness result only, groups of the same attributes alone.

    A group is compared as the result's parameter `reference` says: with the best, with everyone else, or with a group.
    """
    if predicate.get("check") != "fairness":
        return {}
    held: dict[str, float] = {}
    for attributes in {tuple(group["attributes"]) for group, _rate in rows}:
        mine = [row for row in rows if tuple(row[0]["attributes"]) == attributes]
        held |= {name: ratio * rate for name, rate in _compared(mine, _reference(predicate)).items()}
    return held


def line_names(predicate: Mapping[str, Any], ratio: float) -> str:
    """Return what the line is called."""
    told = {"ratio": numbers.number(ratio), "group": _reference(predicate)}
    if told["group"] == _REST:
        return _("%(ratio)s of everyone else's") % told
    return (_("%(ratio)s of the best group") if told["group"] == _BEST else _("%(ratio)s of %(group)s")) % told


def _reference(predicate: Mapping[str, Any]) -> str:
    return str((predicate.get("parameters") or {}).get("reference") or _BEST)


def _compared(rows: Sequence[_Row], reference: str) -> dict[str, float]:
    if reference == _REST:
        return _rest(rows)
    named = [rate["value"] for group, rate in rows if group["group"] == reference and rate["value"] is not None]
    deciding = [rate["value"] for _group, rate in rows if rate["enough"] and rate["value"] is not None]
    known = named or (deciding if len(deciding) >= _PAIR else [])  # nobody to compare with: no line
    return {group["group"]: max(known) for group, _rate in rows} if known else {}


def _rest(rows: Sequence[_Row]) -> dict[str, float]:
    """Return the rate of everybody but the group; nothing where a part is hidden."""
    if any(rate["numerator"] is None or rate["denominator"] is None for _group, rate in rows):
        return {}
    over, under = (sum(rate[part] for _group, rate in rows) for part in ("numerator", "denominator"))
    return {
        group["group"]: (over - rate["numerator"]) / (under - rate["denominator"])
        for group, rate in rows
        if under > rate["denominator"]
    }
