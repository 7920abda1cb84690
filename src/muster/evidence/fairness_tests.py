"""Is a group treated otherwise than the rest beyond chance? Two proportions, adjusted for how often it was asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, sqrt

import numpy as np

from muster.core.figures import Figure
from muster.evidence.check import Definition
from muster.evidence.fairness_parameters import FairnessParameters
from muster.evidence.measured import write_figure
from muster.evidence.rates import RATES
from muster.evidence.significance import benjamini_hochberg, holm
from muster.evidence.statistics import Floats, Groups

TESTED = ("selection_rate", "true_positive_rate", "false_positive_rate")
SHOWN = 50
"""The most groups of one set of attributes that are shown for a rate; the correction counts all that were tested."""
_FEW = 5  # expected rows of a cell below which the normal approximation is not used (Cochran)
_ALIKE = 1e-7
_PAIR = 2


@dataclass(frozen=True)
class Comparison:
    """A rate of a group beside that of everybody else: successes and trials of both."""

    rate: str
    attributes: tuple[str, ...]
    group: str
    over: int
    under: int
    rest_over: int
    rest_under: int

    @property
    def p(self) -> float:
        return compare_proportions(self.over, self.under, self.rest_over, self.rest_under)


def significance_figures(groups: Sequence[Groups], parameters: FairnessParameters) -> tuple[Figure, ...]:
    """Return p-values of each group against the rest: as they are, and adjusted over all comparisons together."""
    if parameters.tests == "none":
        return ()
    asked = [c for each in groups for c in _comparisons(each, parameters)]
    values = np.array([each.p for each in asked])
    columns = {"p_value": values, "p_adjusted_holm": holm(values), "p_adjusted_bh": benjamini_hochberg(values)}
    return tuple(
        write_figure(f"{name}.{each.rate}{_suffix(each)}", float(column[i]), n, level=parameters.level).model_copy(
            update={"group": each.group}
        )
        for i in _shown(asked, values)
        for each in (asked[i],)
        for n in (each.under + each.rest_under,)
        for name, column in columns.items()
    )


def compare_proportions(over: int, under: int, rest_over: int, rest_under: int) -> float:
    """Return the two-sided p-value of two proportions being equal.

    The pooled z test; Fisher's exact test where fewer than five rows are expected in a cell of the table.
    Source: W. G. Cochran, Some methods for strengthening the common chi-square tests, Biometrics 10 (1954).
    """
    n, successes = under + rest_under, over + rest_over
    rarest = min(successes, n - successes) * (min(under, rest_under) / n)
    if rarest < _FEW:
        return fisher(over, under, rest_over, rest_under)
    pooled = successes / n
    error = sqrt(pooled * (1 - pooled) * (1 / under + 1 / rest_under))
    return erfc(abs(over / under - rest_over / rest_under) / error / sqrt(2))


def fisher(over: int, under: int, rest_over: int, rest_under: int) -> float:
    """Return the two-sided p-value of Fisher's exact test: all tables at most as likely as the one seen.

    Source: R. A. Fisher, The logic of inductive inference, JRSS 98 (1935).
    """
    successes = over + rest_over
    low, high = max(0, successes - rest_under), min(under, successes)
    x = np.arange(low, high, dtype=np.float64)
    # The ratio of each probability to the one before it, so that no factorial is needed.
    steps = np.log((under - x) * (successes - x)) - np.log((x + 1) * (rest_under - successes + x + 1))
    logs = np.concatenate([[0.0], np.cumsum(steps)])
    chances = np.exp(logs - logs.max())
    chances /= chances.sum()
    return min(1.0, float(chances[chances <= chances[over - low] * (1 + _ALIKE)].sum()))


def _comparisons(groups: Groups, parameters: FairnessParameters) -> list[Comparison]:
    if parameters.tests == "single" and len(groups.attributes) > 1:
        return []
    # Of two groups each is the rest of the other: one question, asked once.
    places = range(1) if len(groups.names) == _PAIR else range(len(groups.names))
    found = []
    for rate in TESTED:
        over, under = RATES[rate].counts(groups.counts)
        rest_over, rest_under = over.sum() - over, under.sum() - under
        for i in places:
            if min(under[i], rest_under[i]) >= parameters.minimum:
                counts = (int(each[i]) for each in (over, under, rest_over, rest_under))
                found.append(Comparison(rate, groups.attributes, groups.names[i], *counts))
    return found


def _shown(asked: Sequence[Comparison], values: Floats) -> list[int]:
    """Return the places of those that are shown, in order: of each set and rate the smallest p-values."""
    kinds: dict[tuple[str, tuple[str, ...]], list[int]] = {}
    for i, each in enumerate(asked):
        kinds.setdefault((each.rate, each.attributes), []).append(i)
    return sorted(i for some in kinds.values() for i in sorted(some, key=lambda i: (values[i], i))[:SHOWN])


def _suffix(each: Comparison) -> str:
    return ".intersection" if len(each.attributes) > 1 else ""


_Z_OR_EXACT = (
    "two-sided p-value of the group's {0} being that of the rest: pooled z test, Fisher's exact test where fewer than 5"
    " rows are expected in a cell; informs only"
)
_KINDS = {
    "p_value": (
        _Z_OR_EXACT,
        "Fisher, JRSS 98 (1935); Cochran, Biometrics 10 (1954)",
    ),
    "p_adjusted_holm": (
        "the same for {0}, adjusted by Holm over all comparisons of the result; informs only",
        "Holm, A simple sequentially rejective multiple test procedure, Scand. J. Statistics 6 (1979)",
    ),
    "p_adjusted_bh": (
        "the same for {0}, adjusted by Benjamini and Hochberg over all comparisons of the result; informs only",
        "Benjamini, Hochberg, Controlling the false discovery rate, JRSS B 57 (1995)",
    ),
}
DEFINITIONS: dict[str, Definition] = {
    f"{kind}.{rate}": Definition(formula=formula.format(rate.replace("_", " ")), source=source)
    for kind, (formula, source) in _KINDS.items()
    for rate in TESTED
}
