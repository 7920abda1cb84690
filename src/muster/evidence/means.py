"""Means by group from sums of terms and of their squares: intervals, replicates, and how far they lie apart."""

from dataclasses import dataclass, replace

import numpy as np

from muster.evidence.rates import Settings
from muster.evidence.spreads import REST, Drawn, Spread
from muster.evidence.statistics import Counts, Floats, divide, normal_quantile

STUDENT = "simultaneous parametric bootstrap (Student's t)"


@dataclass(frozen=True)
class Means:
    """The mean of the terms of every group: `n` of them, their `totals` and `squares`; with `root` its square root.

    The terms may be taken from a `middle`, which the mean then is above or below. No end of an interval lies below the
    `least` or above the `most` that a mean can be.
    """

    n: Counts
    totals: Floats
    squares: Floats
    root: bool = False
    middle: float = 0.0
    least: float = float("-inf")
    most: float = float("inf")

    @property
    def means(self) -> Floats:
        return divide(self.totals, self.n)

    @property
    def values(self) -> Floats:
        """Return the means, or their roots; NaN for no terms."""
        return self._shape(self.means)

    @property
    def spread(self) -> Floats:
        """Return the standard errors of the means of the terms; NaN for fewer than two."""
        centred = np.maximum(0.0, self.squares - self.n * np.nan_to_num(self.means) ** 2)
        return np.sqrt(divide(centred, (self.n - 1) * self.n))

    @property
    def errors(self) -> Floats:
        """Return the standard errors; of a root by the delta method."""
        if not self.root:
            return self.spread
        values = self.values
        return np.where(values > 0, divide(self.spread, 2 * values), self.spread)

    def ends(self, level: float) -> tuple[Floats, Floats]:
        """Return the ends of the normal interval of each group, a root's being the roots of its square's."""
        half = normal_quantile(level) * self.spread
        low, high = self._shape(self.means - half), self._shape(self.means + half)
        return np.maximum(self.least, low), np.minimum(self.most, high)

    def at(self, places: Counts) -> "Means":
        """Return those of some of the groups."""
        return replace(self, n=self.n[places], totals=self.totals[places], squares=self.squares[places])

    def rest(self) -> "Means":
        """Return the means of everybody outside each group."""
        n, totals, squares = (each.sum() - each for each in (self.n, self.totals, self.squares))
        return replace(self, n=n, totals=totals, squares=squares)

    def drawn(self, settings: Settings, *, stream: int = 0) -> Drawn:
        """Return the figure with replicates: each mean moves by its error times Student's t of n - 1 degrees."""
        if not settings.replicates:
            return Drawn(self.values, self.errors, None)
        generator = np.random.Generator(np.random.PCG64([settings.seed, stream]))
        moved = generator.standard_t(np.maximum(1, self.n - 1), size=(settings.replicates, len(self.n)))
        return Drawn(self.values, self.errors, self._shape(self.means + moved * self.spread))

    def _shape(self, means: Floats) -> Floats:
        return np.sqrt(np.maximum(0.0, means)) if self.root else means + self.middle


def spread_means(
    attributes: tuple[str, ...],
    names: tuple[str, ...],
    means: Means,
    settings: Settings,
    *,
    drawn: Floats | None = None,
    rest: Floats | None = None,
) -> Spread:
    """Return how the means of the groups with enough terms lie, ready to be compared.

    `drawn` and `rest` are replicates of these groups and of their rests (replicates, groups), where somebody has them;
    else they are drawn from the sums.
    """
    at = np.flatnonzero(means.n >= settings.minimum)
    some, others = means.at(at), means.rest().at(at)
    compared = settings.reference == REST
    figure = some.drawn(settings) if drawn is None else Drawn(some.values, some.errors, drawn)
    outside = others.drawn(settings, stream=1) if rest is None and compared else None
    if rest is not None:
        outside = Drawn(others.values, others.errors, rest)
    return Spread(
        attributes=attributes,
        known=names,
        any_rows=bool(means.n.any()),
        names=tuple(names[i] for i in at),
        n=some.n,
        figure=figure,
        rest_n=others.n if compared else None,
        rest=outside,
    )
