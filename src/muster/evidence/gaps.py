"""Gaps between the best and the worst served group, with intervals from the bootstrap of the cells."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from muster.evidence.rates import RATES, Settings
from muster.evidence.statistics import (
    Cells,
    Counts,
    Floats,
    Groups,
    Sample,
    difference_interval,
    ratio_interval,
    replicates,
    roll_up_block,
)

Kind = Literal["difference", "ratio"]
PAIR = 2


@dataclass(frozen=True)
class Gap:
    """A gap of one set of attributes: worst served `group`, best served `reference`, `n` the rows of both."""

    name: str
    attributes: tuple[str, ...]
    value: float
    n: int
    group: str = ""
    reference: str = ""
    interval: tuple[float, float] | None = None
    not_estimable: str = ""
    needs_label: bool = False


@dataclass(frozen=True)
class _Measured:
    """One rate in the groups of one set of attributes; `at` are those with enough rows to decide."""

    rate: str
    groups: Groups
    over: Counts
    under: Counts
    at: NDArray[np.int64]


_JUDGED = ("selection_rate", "true_positive_rate", "false_positive_rate", "precision", "accuracy")


def compute_gaps(cells: Cells, groups: list[Groups], settings: Settings) -> list[Gap]:
    """Return all gaps of all sets of attributes, each set in the same stable order."""
    measured = [[_measure(rate, each, settings.minimum) for rate in _JUDGED] for each in groups]
    samples = _sample(cells, measured, settings)
    return [
        gap
        for row, drawn, each in zip(measured, samples, groups, strict=True)
        for gap in (*_gaps(row, drawn, settings.level), _below_minimum(each, settings.minimum))
    ]


def _gaps(row: list[_Measured], drawn: list[Sample], level: float) -> tuple[Gap, ...]:
    selection, tpr, fpr, precision, accuracy = (
        _difference(measured, sample, level) for measured, sample in zip(row, drawn, strict=True)
    )
    ratio = _ratio(row[0], drawn[0], level)
    return ratio, selection, tpr, fpr, *_equalised_odds(tpr, fpr, drawn[1:3], level), precision, accuracy


def _measure(rate: str, groups: Groups, minimum: int) -> _Measured:
    over, under = RATES[rate].counts(groups.counts)
    return _Measured(rate, groups, over, under, np.flatnonzero(under >= minimum))


def _difference(measured: _Measured, sample: Sample, level: float) -> Gap:
    gap = _pair(measured, f"{measured.rate}_difference")
    if gap.not_estimable:
        return gap
    value = float(sample.rates.max() - sample.rates.min())
    return replace(gap, value=value, interval=difference_interval(value, [sample], level))


def _ratio(measured: _Measured, sample: Sample, level: float) -> Gap:
    gap = _pair(measured, f"{measured.rate}_ratio")
    if gap.not_estimable:
        return gap
    if sample.rates.max() == 0:
        return replace(gap, not_estimable="nobody_selected")
    value = float(sample.rates.min() / sample.rates.max())
    return replace(gap, value=value, interval=ratio_interval(value, sample, level))


def _equalised_odds(tpr: Gap, fpr: Gap, drawn: list[Sample], level: float) -> tuple[Gap, Gap]:
    """Return both modes: the larger of the two gaps, and their mean (group and reference are the larger one's)."""
    names = ("equalised_odds_difference", "equalised_odds_mean_difference")
    for part in (tpr, fpr):
        if part.not_estimable:
            missing = replace(part, interval=None)
            return replace(missing, name=names[0]), replace(missing, name=names[1])
    worst = max(tpr, fpr, key=lambda gap: gap.value)
    mean = (tpr.value + fpr.value) / 2
    return (
        replace(worst, name=names[0], interval=difference_interval(worst.value, drawn, level)),
        replace(worst, name=names[1], value=mean, interval=difference_interval(mean, drawn, level, mean=True)),
    )


def _pair(measured: _Measured, name: str) -> Gap:
    rule, at, names = RATES[measured.rate], measured.at, measured.groups.names
    gap = Gap(name, measured.groups.attributes, 0.0, 0, needs_label=rule.needs_label)
    if len(at) < PAIR:
        return replace(gap, not_estimable=_why_no_pair(measured))
    rates = measured.over[at] / measured.under[at]
    low, high = int(at[np.argmin(rates)]), int(at[np.argmax(rates)])
    if low == high:  # all alike: any two show it
        low, high = int(at[0]), int(at[1])
    worst, best = (low, high) if rule.low_is_worse else (high, low)
    n = int(measured.under[worst] + measured.under[best])
    return replace(gap, n=n, group=names[worst], reference=names[best])


def _why_no_pair(measured: _Measured) -> str:
    if len(measured.groups.names) == 1:
        return "one_group"
    if not np.any(measured.under):
        return "undefined_in_every_group"
    return "fewer_than_two_groups_large_enough"


def _sample(cells: Cells, measured: list[list[_Measured]], settings: Settings) -> list[list[Sample]]:
    finer = _finer([row[0].groups for row in measured])
    drawn: list[list[list[Floats]]] = [[[] for _ in row] for row in measured]
    wanted = any(len(each.at) >= PAIR for row in measured for each in row)
    for block in replicates(cells, number=settings.replicates if wanted else 0, seed=settings.seed):
        tables: dict[tuple[str, ...], Counts] = {}
        for i in reversed(range(len(measured))):  # the larger sets first: the smaller are sums of theirs
            row = measured[i]
            table = _roll_up(block, row[0].groups, finer[i], tables)
            for j, each in enumerate(row):
                drawn[i][j].append(RATES[each.rate].rate(table[:, each.at]))
    return [
        [
            Sample(each.over[each.at], each.under[each.at], np.concatenate(parts) if parts else None)
            for each, parts in zip(row, row_drawn, strict=True)
        ]
        for row, row_drawn in zip(measured, drawn, strict=True)
    ]


def _finer(groups: list[Groups]) -> list[Groups | None]:
    """Return for each set of attributes the smallest that holds one attribute more; None for the largest sets."""
    found: list[Groups | None] = []
    for each in groups:
        wider = [
            other
            for other in groups
            if len(other.attributes) == len(each.attributes) + 1 and set(each.attributes) < set(other.attributes)
        ]
        found.append(min(wider, key=lambda other: len(other.names), default=None))
    return found


def _roll_up(block: Counts, groups: Groups, finer: Groups | None, tables: dict[tuple[str, ...], Counts]) -> Counts:
    if finer is None:
        table = roll_up_block(block, groups.member)
    else:
        # The group of a finer group is that of any of its cells.
        member = np.empty(len(finer.names), dtype=np.int64)
        member[finer.member] = groups.member
        table = roll_up_block(tables[finer.attributes], member)
    tables[groups.attributes] = table
    return table


def _below_minimum(groups: Groups, minimum: int) -> Gap:
    n = groups.counts.sum(axis=1)
    small = n < minimum
    return Gap("groups_below_minimum", groups.attributes, float(small.sum()), int(n[small].sum()))
