"""Figures of feedback: labels by decision, and the lag from a window's selection rates to the next one's shares."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt
from typing import Protocol

import numpy as np

from muster.contract.evidence import GroupRow
from muster.core.figures import Figure
from muster.evidence.check import Definition
from muster.evidence.groups import MISSING_GROUP
from muster.evidence.measured import measure_rate, write_figure, write_share
from muster.evidence.rates import OUTCOMES
from muster.evidence.statistics import Cells, Counts, Floats, Groups, newcombe, roll_up
from muster.evidence.student import student_quantile

WINDOW = "(window)"
WINDOWS = 4
_GROUPS = 2
_SELECTED, _REJECTED = ("tp", "fp", "selected_unlabelled"), ("fn", "tn", "rejected_unlabelled")
_LABELLED, _POSITIVE = ("tp", "fp", "fn", "tn"), ("tp", "fn")


class Asked(Protocol):
    """What the figures need to know of the parameters."""

    @property
    def protected(self) -> tuple[str, ...]: ...

    @property
    def label(self) -> str | None: ...

    @property
    def minimum(self) -> int: ...

    @property
    def level(self) -> float: ...


def feedback_figures(cells: Cells, asked: Asked) -> tuple[Figure, ...]:
    """Return the figures of everyone, then of each attribute and its groups."""
    everyone = roll_up(cells, ())
    windows = [window for window in cells.values[0] if window != MISSING_GROUP]
    written = [*_labels(everyone, 0, asked), *_window_figures(cells, len(windows), asked)]
    for attribute in asked.protected:
        written += _slope(cells, attribute, asked)
        if asked.label is not None:
            groups = roll_up(cells, (attribute,))
            written += [figure for i in range(len(groups.names)) for figure in _labels(groups, i, asked)]
    return tuple(written)


def feedback_groups(cells: Cells, asked: Asked) -> tuple[GroupRow, ...]:
    """Return every group, and every group in every window, with its selection rate and labels."""
    rolled = [roll_up(cells, names) for a in asked.protected for names in ((a,), (WINDOW, a))]
    return tuple(_row(groups, i, asked) for groups in rolled for i in range(len(groups.names)))


def _row(groups: Groups, place: int, asked: Asked) -> GroupRow:
    counts = groups.counts[place]
    n, labelled = int(counts.sum()), _count(counts, _LABELLED)
    shares = [("selection_rate", _count(counts, _SELECTED), n)]
    if asked.label is not None:
        shares += [("labelled_share", labelled, n), ("base_rate", _count(counts, _POSITIVE), labelled)]
    rates = [measure_rate(*share, level=asked.level, minimum=asked.minimum) for share in shares]
    return GroupRow(attributes=groups.attributes, group=groups.names[place], n=n, labelled=labelled, rates=tuple(rates))


def _labels(groups: Groups, place: int, asked: Asked) -> Iterator[Figure]:
    """Yield the share of rows with a label among the selected, among the others, and the difference."""
    counts, group, level = groups.counts[place], groups.names[place] if groups.attributes else "", asked.level
    sides = []
    for name, rows, nobody in (
        ("labelled_share_selected", _SELECTED, "nobody_selected"),
        ("labelled_share_not_selected", _REJECTED, "everybody_selected"),
    ):
        labelled, n = _count(counts, tuple(set(rows) & set(_LABELLED))), _count(counts, rows)
        reason = "no_label" if asked.label is None else "" if n else nobody
        sides.append((name, labelled, n, reason))
    for name, labelled, n, reason in sides:
        if reason:
            yield write_figure(name, None, n, level=level, reason=reason, group=group)
        else:
            yield write_share(name, labelled, n, level=level, group=group)
    (_, labelled, n, reason), (_, labelled_, n_, reason_) = sides
    reason, value, ends = reason or reason_, None, None
    if not reason:
        value = labelled / n - labelled_ / n_
        ends = newcombe(labelled, n, labelled_, n_, level)
    # n is the smaller side: what it says about fewer than ten people can be hidden.
    smaller = min(n, n_)
    yield write_figure(
        "labelled_share_difference",
        value,
        smaller,
        ends=ends,
        level=level,
        method="newcombe",
        reason=reason,
        group=group,
    )


def _window_figures(cells: Cells, windows: int, asked: Asked) -> Iterator[Figure]:
    by_window = roll_up(cells, (WINDOW,))
    n = int(by_window.counts.sum())
    gone = sum(
        int(row.sum())
        for name, row in zip(by_window.names, by_window.counts, strict=True)
        if name.endswith(MISSING_GROUP)
    )
    yield write_figure("windows", float(windows), n - gone, level=asked.level)
    yield write_share("missing_time_share", gone, n, level=asked.level)


@dataclass(frozen=True)
class Lag:
    """A slope with its standard error and degrees of freedom."""

    slope: float
    error: float
    df: int

    def interval(self, level: float) -> tuple[float, float]:
        """Return Student's ends."""
        reach = student_quantile(0.5 + level / 2, self.df) * self.error
        return self.slope - reach, self.slope + reach


def fit_lag(rates: Floats, shares: Floats) -> Lag | None:
    """Regress the change of each group's share from window t to t + 1 on its selection rate at t.

    `rates`, `shares`: (windows, groups). Both sides are taken from their mean over the groups of a window, which is
    least squares with an intercept a window: a window in which everybody is selected more says nothing, and shares
    that add up to 1 count as the groups - 1 numbers that they are. None where the rates do not differ.
    """
    x = rates[:-1] - rates[:-1].mean(axis=1, keepdims=True)
    y = np.diff(shares, axis=0)
    y = y - y.mean(axis=1, keepdims=True)
    spread = float((x * x).sum())
    if spread <= np.finfo(np.float64).eps * x.size:
        return None
    slope = float((x * y).sum()) / spread
    df = x.shape[0] * (x.shape[1] - 1) - 1
    rest = float(((y - slope * x) ** 2).sum())
    return Lag(slope, sqrt(rest / df / spread), df)


def _slope(cells: Cells, attribute: str, asked: Asked) -> Iterator[Figure]:
    rows, selected = _by_window(cells, attribute)
    enough = (rows >= asked.minimum).all(axis=0)
    windows, groups = rows.shape
    lag, reason = None, ""
    if windows < WINDOWS:
        reason = "too_few_windows"
    elif groups < _GROUPS:
        reason = "one_group"
    elif enough.sum() < _GROUPS:
        reason = "fewer_than_two_groups_large_enough"
    else:
        shares = rows / rows.sum(axis=1, keepdims=True)
        lag = fit_lag(selected[:, enough] / rows[:, enough], shares[:, enough])
        reason = "" if lag else "same_selection_rates"
    n = int(rows[:, enough].sum())
    ends = lag.interval(asked.level) if lag else None
    slope = lag.slope if lag else None
    figure = write_figure("feedback_slope", slope, n, ends=ends, level=asked.level, method="student", reason=reason)
    yield figure.model_copy(update={"group": attribute})
    left = write_figure(
        "feedback_groups_left_out", float(groups - enough.sum()), int(rows.sum()) - n, level=asked.level
    )
    yield left.model_copy(update={"group": attribute})


def _by_window(cells: Cells, attribute: str) -> tuple[Counts, Counts]:
    """Return rows and selected rows, (windows, groups), of the rows that have a time."""
    at = cells.attributes.index(attribute)
    windows = [code for code, name in enumerate(cells.values[0]) if name != MISSING_GROUP]
    shape = len(cells.values[0]), len(cells.values[at])
    rows, selected = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    where = cells.codes[:, 0], cells.codes[:, at]
    np.add.at(rows, where, cells.counts.sum(axis=1))
    np.add.at(selected, where, cells.counts[:, [OUTCOMES.index(name) for name in _SELECTED]].sum(axis=1))
    return rows[windows], selected[windows]


def _count(counts: Counts, names: tuple[str, ...]) -> int:
    return int(counts[[OUTCOMES.index(name) for name in names]].sum())


_HOUSE = "Muster"
_SELECTIVE = "H. Lakkaraju et al., The selective labels problem, KDD (2017)"
DEFINITIONS = {
    "labelled_share_selected": Definition(
        formula="selected rows with a label / selected rows; interval: Wilson", source=_SELECTIVE
    ),
    "labelled_share_not_selected": Definition(
        formula="rows not selected with a label / rows not selected; interval: Wilson", source=_SELECTIVE
    ),
    "labelled_share_difference": Definition(
        formula="labelled share of the selected - that of the others; interval: Newcombe, method 10; n: smaller side",
        source=_SELECTIVE,
    ),
    "feedback_slope": Definition(
        formula="least squares slope, with an intercept a window, of the change of a group's share of the rows from"
        " window t to t + 1 on its selection rate at t; interval: Student, (windows - 1)(groups - 1) - 1 degrees of"
        " freedom",
        source="idea: D. Ensign et al., Runaway feedback loops in predictive policing, FAT* (2018)",
    ),
    "feedback_groups_left_out": Definition(
        formula="groups with fewer rows than the minimum in a window; n: their rows", source=_HOUSE
    ),
    "windows": Definition(formula="windows with rows", source=_HOUSE),
    "missing_time_share": Definition(formula="rows without a time / rows; interval: Wilson", source=_HOUSE),
    "selection_rate": Definition(formula="selected / n; interval: Wilson", source="29 CFR 1607.16 R"),
    "labelled_share": Definition(formula="rows with a label / rows; interval: Wilson", source=_HOUSE),
    "base_rate": Definition(formula="positive labels / labelled rows; interval: Wilson", source=_HOUSE),
}
