"""What the page of each kind of proof shows first: its own charts and tables."""

from collections.abc import Callable, Mapping
from typing import Any

from muster.server.web.shape.compared import show_champion, show_multivariate, show_proxies
from muster.server.web.shape.courses import show_estimates, show_windows
from muster.server.web.shape.curves import show_curves
from muster.server.web.shape.distributions import show_distributions
from muster.server.web.shape.piece import Piece
from muster.server.web.shape.tables import show_columns, show_history, show_leaks, show_rules, show_stages

_OWN: Mapping[str, Callable[[Mapping[str, Any]], tuple[Piece, ...]]] = {
    "anomaly": show_history,
    "champion": show_champion,
    "drift": show_distributions,
    "drift_multivariate": show_multivariate,
    "estimate": show_estimates,
    "feedback": show_windows,
    "oversight": show_stages,
    "profile": show_columns,
    "proxies": show_proxies,
    "quality": show_rules,
}
_AFTER = {"sampling": show_leaks}
_LEADING = {"sampling": ("representation_ratio",), "profile": ("distinct",), "slices": ("slice_difference",)}
_RATES = {"sampling": "base_rate"}
_BESIDE = ("sampling",)
_WITHOUT = ("drift_multivariate", "quality")
"""Checks whose groups say nothing by being drawn: their charts of their own say it."""
_LISTS = ("slices",)
"""Checks whose groups are a list of findings, and no division of everybody: their figures are drawn by group."""


def show_own(predicate: Mapping[str, Any]) -> tuple[Piece, ...]:
    """Return the charts and tables of this kind of proof that come before those of groups and figures."""
    own = _OWN.get(str(predicate.get("check")))
    return (*show_curves(predicate), *(own(predicate) if own else ()))


def show_after(predicate: Mapping[str, Any]) -> tuple[Piece, ...]:
    """Return what comes after the groups."""
    after = _AFTER.get(str(predicate.get("check")))
    return after(predicate) if after else ()


def has_groups(check: str) -> bool:
    """Return whether the groups of this check divide everybody."""
    return check not in _LISTS


def has_figures(check: str, *, groups: bool, judged: bool) -> bool:
    """Return whether figures are drawn by group too: instead of `groups`, or beside them."""
    beside = check in _BESIDE or (check == "fairness" and not judged)
    return check not in _WITHOUT and (beside or not groups)


def leading_rate(check: str) -> str:
    """Return the rate of the groups that is drawn first."""
    return _RATES.get(check, "selection_rate")


def leading(check: str) -> tuple[str, ...]:
    """Return the figures that are drawn first."""
    return _LEADING.get(check, ())
