"""Gaps between the best and the worst served group, with intervals from the bootstrap of the cells."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from muster.evidence.rates import JUDGED, RATES, Settings
from muster.evidence.spreads import (
    CELLS,
    PAIR,
    REST,
    Drawn,
    Gap,
    Rule,
    Spread,
    below_minimum,
    find_gap,
    is_compared_with_best,
)
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


@dataclass(frozen=True)
class _Measured:
    """One rate in the groups of one set of attributes; `at` are those with enough rows to decide."""

    rate: str
    groups: Groups
    over: Counts
    under: Counts
    at: NDArray[np.int64]


def compute_gaps(cells: Cells, groups: list[Groups], settings: Settings) -> list[Gap]:
    """Return all gaps of all sets of attributes, each set in the same stable order."""
    measured = [[_measure(rate, each, settings.minimum) for rate in JUDGED] for each in groups]
    samples = _sample(cells, measured, settings)
    return [
        gap
        for row, drawn, each in zip(measured, samples, groups, strict=True)
        for gap in (*_set_of_gaps(row, drawn, settings), *_below_minimum(row, each, settings.minimum))
    ]


def drawn_tables(cells: Cells, groups: list[Groups], settings: Settings) -> Iterator[list[Counts]]:
    """Yield the replicates in blocks: for each set of attributes the counts (replicates, groups, outcomes)."""
    finer = _finer(groups)
    for block in replicates(cells, number=settings.replicates, seed=settings.seed):
        tables: dict[tuple[str, ...], Counts] = {}
        for i in reversed(range(len(groups))):  # the larger sets first: the smaller are sums of theirs
            _roll_up(block, groups[i], finer[i], tables)
        yield [tables[each.attributes] for each in groups]


def _set_of_gaps(row: list[_Measured], drawn: list[Sample], settings: Settings) -> tuple[Gap, ...]:
    if is_compared_with_best(settings.reference, row[0].groups.names):
        return _gaps(row, drawn, settings.level)
    return _referenced_gaps(row, drawn, settings)


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


def _referenced_gaps(row: list[_Measured], drawn: list[Sample], settings: Settings) -> tuple[Gap, ...]:
    """Return the gaps where groups are compared with the rest, or with one of them."""
    spreads = [_spread(measured, sample) for measured, sample in zip(row, drawn, strict=True)]

    def gap(i: int, rule: Rule, kind: str, level: float = settings.level) -> Gap:
        name = f"{row[i].rate}_{kind}"
        return find_gap(name, spreads[i], rule, reference=settings.reference, minimum=settings.minimum, level=level)

    ratio = gap(0, Rule("ratio", needs_label=False, none="nobody_selected"), "ratio")
    rules = [
        Rule(
            worse="low" if RATES[each.rate].low_is_worse else "high", most=1.0, needs_label=RATES[each.rate].needs_label
        )
        for each in row
    ]
    selection, tpr, fpr, precision, accuracy = (gap(i, rule, "difference") for i, rule in enumerate(rules))
    both = 1 - (1 - settings.level) / 2  # two families of pairs: Bonferroni
    odds = _both_odds(*(gap(i, replace(rules[i], method=f"{CELLS}, bonferroni"), "difference", both) for i in (1, 2)))
    return ratio, selection, tpr, fpr, *odds, precision, accuracy


def _both_odds(tpr: Gap, fpr: Gap) -> tuple[Gap, Gap]:
    """Return the larger of two gaps and their mean; their intervals hold together, so their ends may be combined."""
    names = ("equalised_odds_difference", "equalised_odds_mean_difference")
    for part in (tpr, fpr):
        if part.not_estimable:
            return replace(part, name=names[0]), replace(part, name=names[1])
    worst = max(tpr, fpr, key=lambda gap: gap.value)
    larger = mean = None
    if tpr.interval and fpr.interval:
        larger = max(tpr.interval[0], fpr.interval[0]), max(tpr.interval[1], fpr.interval[1])
        mean = (tpr.interval[0] + fpr.interval[0]) / 2, (tpr.interval[1] + fpr.interval[1]) / 2
    return (
        replace(worst, name=names[0], interval=larger),
        replace(worst, name=names[1], value=(tpr.value + fpr.value) / 2, interval=mean),
    )


def _spread(measured: _Measured, sample: Sample) -> Spread:
    names, rest = measured.groups.names, sample.rest
    return Spread(
        attributes=measured.groups.attributes,
        known=names,
        any_rows=bool(measured.under.any()),
        names=tuple(names[i] for i in measured.at),
        n=sample.under,
        figure=Drawn(sample.rates, sample.errors, sample.drawn),
        rest_n=None if rest is None else rest.under,
        rest=None if rest is None else Drawn(rest.rates, rest.errors, rest.drawn),
        logs=_logs(sample),
        rest_logs=None if rest is None else _logs(rest),
    )


def _logs(sample: Sample) -> Drawn:
    """Return logarithms of rates with half a row added on either side, so that a rate of 0 has one."""
    drawn = None
    if sample.drawn is not None:
        drawn = np.log((sample.drawn * sample.under + 0.5) / (sample.under + 1.0))
    return Drawn(np.log(sample.smoothed), sample.errors / sample.smoothed, drawn)


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
    drawn: list[list[list[Floats]]] = [[[] for _ in row] for row in measured]
    others: list[list[list[Floats]]] = [[[] for _ in row] for row in measured]
    wanted = any(len(each.at) >= PAIR for row in measured for each in row) or settings.reference == REST
    for tables in drawn_tables(cells, [row[0].groups for row in measured], settings) if wanted else ():
        for i, (row, table) in enumerate(zip(measured, tables, strict=True)):
            for j, each in enumerate(row):
                drawn[i][j].append(RATES[each.rate].rate(table[:, each.at]))
                if settings.reference == REST:
                    others[i][j].append(RATES[each.rate].rate(table.sum(axis=1, keepdims=True) - table[:, each.at]))
    return [
        [
            _sampled(each, parts, rest if settings.reference == REST else None)
            for each, parts, rest in zip(row, row_drawn, row_rest, strict=True)
        ]
        for row, row_drawn, row_rest in zip(measured, drawn, others, strict=True)
    ]


def _sampled(each: _Measured, parts: list[Floats], rest: list[Floats] | None) -> Sample:
    over, under = each.over[each.at], each.under[each.at]
    others = None
    if rest is not None:
        left = each.over.sum() - over, each.under.sum() - under
        others = Sample(*left, np.concatenate(rest) if rest else None)
    return Sample(over, under, np.concatenate(parts) if parts else None, others)


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


def _below_minimum(row: list[_Measured], groups: Groups, minimum: int) -> list[Gap]:
    denominators = {each.rate: each.under for each in row}
    return below_minimum(groups.attributes, groups.counts.sum(axis=1), denominators, minimum)
