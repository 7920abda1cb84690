"""Figures of sampling: representation, base rates, leaks; each that was not asked for says so."""

from collections.abc import Iterator, Mapping
from typing import Protocol

import numpy as np

from muster.contract.evidence import GroupRow
from muster.core.figures import Figure
from muster.evidence.check import Definition
from muster.evidence.fairness import FairnessParameters
from muster.evidence.fairness import figures as fairness_figures
from muster.evidence.leakage import Leak
from muster.evidence.measured import measure_rate, write_figure, write_share
from muster.evidence.rates import OUTCOMES as RATED
from muster.evidence.rates import Drawing
from muster.evidence.representation import Population, Represented, hold_against, representation_figures
from muster.evidence.statistics import Cells, Groups, roll_up, subsets_of, tabulate

OUTCOMES = ("positive", "negative", "unlabelled")
LEAKS = {
    "rows": ("test_rows_in_training", "no_test"),
    "ids": ("test_ids_in_training", "no_id_column"),
    "people": ("test_people_in_training", "no_person_column"),
    "time": ("training_rows_after_test", "no_time_column"),
}
_RATES = {
    "selection_rate": "base_rate",
    "selection_rate_ratio": "base_rate_ratio",
    "selection_rate_difference": "base_rate_difference",
    "groups_below_minimum": "groups_below_minimum",
}
_REASONS = {"nobody_selected": "no_positives", "undefined_in_every_group": "no_labels", "no_rows": "no_labels"}


class Asked(Drawing, Protocol):
    """What the figures need to know of the parameters."""

    @property
    def protected(self) -> tuple[str, ...]: ...

    @property
    def label(self) -> str | None: ...

    @property
    def depth(self) -> int: ...


def sampling_figures(
    cells: Cells | None, population: Population | None, leaks: Mapping[str, Leak] | None, asked: Asked
) -> tuple[Figure, ...]:
    """Return all figures."""
    written: list[Figure] = []
    if cells is None or population is None:
        reason = "no_protected" if cells is None else "no_reference"
        written.append(write_figure("lowest_representation_ratio", None, 0, level=asked.level, reason=reason))
    else:
        for names in subsets_of(asked.protected, asked.depth):
            groups = _represented(cells, population, names)
            written += representation_figures(names, groups, minimum=asked.minimum, level=asked.level)
    written += _base_rates(cells, asked)
    written += _leaks(leaks, asked)
    return tuple(written)


def sampling_groups(cells: Cells, population: Population | None, asked: Asked) -> tuple[GroupRow, ...]:
    """Return every group of the data with its share of the rows and its base rate."""
    rows: list[GroupRow] = []
    for names in subsets_of(asked.protected, asked.depth):
        groups = roll_up(cells, names)
        held = {} if population is None else {e.group: e for e in _represented(cells, population, names)}
        total = int(groups.counts.sum())
        rows += [_group(groups, i, total, held.get(name), asked) for i, name in enumerate(groups.names)]
    return tuple(rows)


def _represented(cells: Cells, population: Population, names: tuple[str, ...]) -> list[Represented]:
    groups = roll_up(cells, names)
    rows = dict(zip(groups.names, groups.counts.sum(axis=1).tolist(), strict=True))
    return hold_against(rows, population.sizes(names), known=population.known)


def _group(groups: Groups, place: int, total: int, held: Represented | None, asked: Asked) -> GroupRow:
    positive, negative, unknown = (int(count) for count in groups.counts[place])
    size = positive + negative + unknown
    enough = size >= asked.minimum if held is None else held.is_enough(asked.minimum)
    share = measure_rate("group_share", size, total, level=asked.level, minimum=asked.minimum)
    rates = [share.model_copy(update={"enough": enough})]
    if asked.label is not None:
        labelled = positive + negative
        rates.append(measure_rate("base_rate", positive, labelled, level=asked.level, minimum=asked.minimum))
    return GroupRow(
        attributes=groups.attributes,
        group=groups.names[place],
        n=size,
        labelled=positive + negative,
        rates=tuple(rates),
    )


def _base_rates(cells: Cells | None, asked: Asked) -> Iterator[Figure]:
    """Yield the rates and gaps of the labels, read as selections by fairness; rows without a label take no part."""
    if cells is None or asked.label is None:
        reason = "no_protected" if cells is None else "no_label"
        yield write_figure("base_rate_difference", None, 0, level=asked.level, reason=reason)
        return
    read = np.zeros((len(cells.counts), len(RATED)), dtype=np.int64)
    read[:, RATED.index("selected_unlabelled")] = cells.counts[:, 0]
    read[:, RATED.index("rejected_unlabelled")] = cells.counts[:, 1]
    keys = [[cells.values[i][code] for code in codes] for i, codes in enumerate(cells.codes.T.tolist())]
    labelled = read.sum(axis=1) > 0
    kept = [[value for value, known in zip(column, labelled.tolist(), strict=True) if known] for column in keys]
    table = tabulate(cells.attributes, kept, RATED, read[labelled])
    given = FairnessParameters(
        protected=asked.protected,
        prediction=asked.label,
        minimum=asked.minimum,
        depth=asked.depth,
        level=asked.level,
        replicates=asked.replicates,
        seed=asked.seed,
    )
    if not len(read[labelled]):
        yield write_figure("base_rate", None, 0, level=asked.level, reason="no_labels")
        yield write_figure("base_rate_difference", None, 0, level=asked.level, reason="no_labels")
        return
    for figure in fairness_figures(
        table, [roll_up(table, names) for names in subsets_of(asked.protected, asked.depth)], given
    ):
        base, dot, suffix = figure.name.partition(".")
        if base in _RATES:
            why = _REASONS.get(figure.not_estimable, figure.not_estimable)
            yield figure.model_copy(update={"name": _RATES[base] + dot + suffix, "not_estimable": why})


def _leaks(leaks: Mapping[str, Leak] | None, asked: Asked) -> Iterator[Figure]:
    for kind, (name, unasked) in LEAKS.items():
        found = None if leaks is None else leaks.get(kind)
        if found is None or not found[1]:
            reason = "no_test" if leaks is None else unasked if found is None else "no_values"
            yield write_figure(name, None, 0, level=asked.level, reason=reason)
            continue
        leaking, n = found
        yield write_share(name, leaking, n, level=asked.level)


_GAP = "simultaneous over all pairs of groups with enough labelled rows, calibrated on a bootstrap of the cells"
_HOUSE = "Muster"
DEFINITIONS = {
    "representation_ratio": Definition(
        formula="share of the group in the data / its share in the reference; interval: Katz (two samples), Wilson over"
        " the share (known population, or nobody of the group in the data)",
        source="D. Katz et al., Obtaining confidence intervals for the risk ratio, Biometrics 34 (1978)",
    ),
    "representation_difference": Definition(
        formula="share of the group in the data - its share in the reference; interval: Newcombe's method 10 (two"
        " samples), Wilson (known population)",
        source="R. G. Newcombe, Interval estimation for the difference between independent proportions, Statistics in"
        " Medicine 17 (1998)",
    ),
    "lowest_representation_ratio": Definition(
        formula="the lowest representation_ratio of any group of which the reference lets expect enough rows; interval"
        " at the level of all these groups together (Bonferroni)",
        source=_HOUSE,
    ),
    "outside_reference_share": Definition(
        formula="rows of groups that the reference does not have / rows; interval: Wilson", source=_HOUSE
    ),
    "representation_v": Definition(
        formula="root of chi2 / (n + m), data and reference as two samples",
        source="H. Cramer, Mathematical Methods (1946)",
    ),
    "representation_p": Definition(
        formula="tail of chi2 with groups - 1 degrees of freedom, two samples; informs only", source="K. Pearson (1900)"
    ),
    "base_rate": Definition(formula="positive labels / labelled rows; interval: Wilson", source=_HOUSE),
    "base_rate_ratio": Definition(formula="lowest / highest base rate of any group; interval: " + _GAP, source=_HOUSE),
    "base_rate_difference": Definition(
        formula="highest - lowest base rate of any group; interval: " + _GAP, source=_HOUSE
    ),
    "groups_below_minimum": Definition(
        formula="groups with fewer labelled rows than the minimum (listed, not deciding); n: the rows in them",
        source=_HOUSE,
    ),
    "group_share": Definition(formula="rows of the group / rows; interval: Wilson", source=_HOUSE),
    "test_rows_in_training": Definition(
        formula="rows of test whose values in all key columns also occur in data / rows of test; interval: Wilson",
        source=_HOUSE,
    ),
    "test_ids_in_training": Definition(
        formula="rows of test whose id also occurs in data / rows of test with an id; interval: Wilson", source=_HOUSE
    ),
    "test_people_in_training": Definition(
        formula="rows of test whose person also occurs in data / rows of test with a person; interval: Wilson",
        source=_HOUSE,
    ),
    "training_rows_after_test": Definition(
        formula="rows of data later than the earliest row of test / rows of data with a time; interval: Wilson",
        source=_HOUSE,
    ),
}
