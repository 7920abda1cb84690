"""Whom data stand for: the share of each group beside its share of the population."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt
from typing import Self

import numpy as np
from pydantic import FiniteFloat

from muster.core.canonical import Frozen
from muster.core.figures import Figure
from muster.evidence.drift_distances import chi_square
from muster.evidence.errors import NotMergeable
from muster.evidence.measured import write_figure
from muster.evidence.statistics import newcombe, normal_quantile, wilson


class Population(Frozen):
    """People by the values of all attributes together; `known` without error, or themselves a sample of rows.

    `digests` names the data sets that were counted, so that one that two results share is not counted twice.
    """

    attributes: tuple[str, ...]
    cells: tuple[tuple[tuple[str, ...], FiniteFloat], ...]
    known: bool
    digests: tuple[str, ...]

    def merged(self, other: Self) -> Self:
        """Return both together; the same reference stays as it is.

        Raises:
            NotMergeable: if one is known and the other a sample, or they share some of their data sets.
        """
        if self == other:
            return self
        shared = set(self.digests) & set(other.digests)
        if (self.attributes, self.known) != (other.attributes, other.known) or shared:
            raise NotMergeable("other_inputs", "reference")
        found = dict(self.cells)
        for values, size in other.cells:
            found[values] = found.get(values, 0.0) + size
        digests = tuple(sorted((*self.digests, *other.digests)))
        return self.model_copy(update={"cells": tuple(sorted(found.items())), "digests": digests})

    def sizes(self, attributes: Sequence[str]) -> dict[str, float]:
        """Return how many people each group of some attributes has, by its name."""
        at = [self.attributes.index(name) for name in attributes]
        found: dict[str, float] = {}
        for values, size in self.cells:
            name = " & ".join(f"{self.attributes[i]}={values[i]}" for i in at)
            found[name] = found.get(name, 0.0) + size
        return found


@dataclass(frozen=True)
class Represented:
    """One group: `rows` of all `n` rows of the data, `people` of all `m` of the population."""

    group: str
    rows: int
    n: int
    people: float
    m: float
    known: bool

    @property
    def expected(self) -> float:
        return self.people / self.m * self.n

    @property
    def ratio(self) -> float:
        return self.rows / self.expected

    def is_enough(self, minimum: int) -> bool:
        """Say whether the group may decide: by what the population lets expect, or absent groups never would."""
        return self.expected >= minimum and (self.known or self.people >= minimum)

    def ratio_interval(self, level: float) -> tuple[float, float]:
        """Return Wilson's ends over a known share, or Katz's of two samples; of nobody, the ends of both shares."""
        share = self.people / self.m
        low, high = (float(end) for end in wilson(self.rows, self.n, level))
        if self.known:
            return low / share, high / share
        if not self.rows:
            return 0.0, high / float(wilson(self.people, self.m, level)[0])
        error = sqrt(max(0.0, 1 / self.rows - 1 / self.n + 1 / self.people - 1 / self.m))
        reach = normal_quantile(level) * error
        return exp(log(self.ratio) - reach), exp(log(self.ratio) + reach)

    def difference_interval(self, level: float) -> tuple[float, float]:
        """Return Wilson's ends less a known share, or Newcombe's of two samples."""
        if self.known:
            low, high = wilson(self.rows, self.n, level)
            return float(low) - self.people / self.m, float(high) - self.people / self.m
        return newcombe(self.rows, self.n, self.people, int(self.m), level)


def hold_against(rows: Mapping[str, int], people: Mapping[str, float], *, known: bool) -> list[Represented]:
    """Return every group that either side has, in the order of their names."""
    n, m = sum(rows.values()), sum(people.values())
    names = sorted({*rows, *people})
    return [Represented(name, rows.get(name, 0), n, people.get(name, 0.0), m, known) for name in names]


def representation_figures(
    attributes: Sequence[str], groups: Sequence[Represented], *, minimum: int, level: float
) -> Iterator[Figure]:
    """Yield the least represented group, what both samples differ by, and every group's ratio and difference."""
    suffix = ".intersection" if len(attributes) > 1 else ""
    yield _lowest(groups, minimum, level, suffix)
    strangers = sum(each.rows for each in groups if not each.people)
    n = groups[0].n
    low, high = wilson(strangers, n, level)
    ends = float(low), float(high)
    outside = write_figure(
        f"outside_reference_share{suffix}", strangers / n, n, ends=ends, level=level, method="wilson"
    )
    yield outside.model_copy(update={"group": " & ".join(attributes)})
    yield from _tested(groups, level, suffix, " & ".join(attributes))
    for each in groups:
        yield from _group_figures(each, level, suffix)


def _lowest(groups: Sequence[Represented], minimum: int, level: float, suffix: str) -> Figure:
    enough = [each for each in groups if each.is_enough(minimum)]
    name = f"lowest_representation_ratio{suffix}"
    if not enough or len(groups) == 1:
        reason = "one_group" if len(groups) == 1 else "no_group_large_enough"
        return write_figure(name, None, groups[0].n, level=level, reason=reason)
    worst = min(enough, key=lambda each: (each.ratio, each.group))
    # At the level of all groups together: it stays right although the worst was picked after looking.
    ends = worst.ratio_interval(1 - (1 - level) / len(enough))
    written = write_figure(name, worst.ratio, worst.rows, ends=ends, level=level, method=_method(worst))
    return written.model_copy(update={"group": worst.group})


def _tested(groups: Sequence[Represented], level: float, suffix: str, attributes: str) -> Iterator[Figure]:
    known, n = groups[0].known, groups[0].n + (0 if groups[0].known else int(groups[0].m))
    counts = [np.array(side, dtype=np.int64) for side in ([g.people for g in groups], [g.rows for g in groups])]
    tested = None if known else chi_square(counts[0], counts[1], level)
    reason = "population_known" if known else "sparse_table"
    v = tested.v if tested else None
    for name, value, ends in (
        ("representation_v", v.value if v else None, (v.low, v.high) if v else None),
        ("representation_p", tested.p if tested else None, None),
    ):
        method = "chi-square" if ends else ""
        figure = write_figure(name + suffix, value, n, ends=ends, level=level, method=method, reason=reason)
        yield figure.model_copy(update={"group": attributes})


def _group_figures(each: Represented, level: float, suffix: str) -> Iterator[Figure]:
    for name, value, ends, method in (
        (
            "representation_ratio",
            each.ratio if each.people else None,
            each.ratio_interval(level) if each.people else None,
            _method(each),
        ),
        (
            "representation_difference",
            each.rows / each.n - each.people / each.m,
            each.difference_interval(level),
            "wilson" if each.known else "newcombe",
        ),
    ):
        # n is the group's own rows, so that what is told about fewer than ten people can be hidden.
        figure = write_figure(
            name + suffix, value, each.rows, ends=ends, level=level, method=method, reason="not_in_reference"
        )
        yield figure.model_copy(update={"group": each.group})


def _method(each: Represented) -> str:
    return "wilson" if each.known or not each.rows else "katz"
