"""Principal components of the reference, and how badly they reconstruct the rows of a window.

Components are fitted on one half of the reference and tried on the other half and on the data, and the other way
round, so that the reference is not flattered by having been fitted.
"""

from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np
from pydantic import Field, FiniteFloat

from muster.core.canonical import Frozen
from muster.core.figures import Figure
from muster.evidence.drift_moments import Layout, Moments, linear
from muster.evidence.measured import write_figure
from muster.evidence.plan import Columns, Plan, as_float
from muster.evidence.statistics import Floats, normal_quantile

Halves = tuple[Moments, Moments]
ROUNDING = 1e-12
"""An error below this share of a column's variance is none."""
_SUMS = ("a", "b", "aa", "bb", "ab")


class Errors(Frozen):
    """Squared errors of `n` rows under the components of either half: sums, sums of squares and of products."""

    n: int = Field(ge=0)
    a: FiniteFloat = 0.0
    b: FiniteFloat = 0.0
    aa: FiniteFloat = 0.0
    bb: FiniteFloat = 0.0
    ab: FiniteFloat = 0.0

    def merged(self, other: "Errors") -> "Errors":
        """Return the sums over both."""
        mine, theirs = self.model_dump(), other.model_dump()
        return Errors(**{name: mine[name] + theirs[name] for name in mine})


@dataclass(frozen=True)
class Left:
    """The components that are left out: their `weights` (components, columns) on measured columns, and offsets."""

    weights: Floats
    offsets: Floats

    def expression(self, columns: list[str]) -> str:
        """Return the expression of a row's squared error: the squares of what these components hold of it."""
        forms = [linear(w, columns, float(o)) for w, o in zip(self.weights, self.offsets, strict=True)]
        return " + ".join(f"{form} * {form}" for form in forms)


def spreads(reference: Halves) -> Floats:
    """Return the standard deviation of each measured column in the whole reference."""
    whole = reference[0].merged(reference[1])
    found: Floats = np.sqrt(np.maximum(np.diag(whole.scatter), np.finfo(float).tiny) / whole.n)
    return found


def count_components(reference: Halves, explained: float) -> int:
    """Return how many components of the whole reference hold at least the share `explained`; at least one is left."""
    whole = reference[0].merged(reference[1])
    values = np.linalg.eigvalsh(_correlation(whole, spreads(reference)))[::-1]
    shares = np.cumsum(values) / values.sum()
    return min(int(np.searchsorted(shares, explained - 1e-12)) + 1, len(values) - 1)


def leave_out(half: Moments, spread: Floats, kept: int) -> Left:
    """Return the components that are left out when the first `kept` of a half are kept."""
    _, vectors = np.linalg.eigh(_correlation(half, spread))
    weights = vectors[:, : len(spread) - kept].T / spread
    return Left(weights, weights @ half.mean)


def _correlation(moments: Moments, spread: Floats) -> Floats:
    found: Floats = moments.scatter / moments.n / np.outer(spread, spread)
    return found


def ask_errors(layout: Layout, half: str, left: tuple[Left, Left], source: str) -> Plan:
    """Ask for the sums of `Errors` of both halves of a window."""
    columns = [f"z{i}" for i in range(len(layout.names))]
    each = ", ".join(f"{one.expression(columns)} as e{name}" for one, name in zip(left, "ab", strict=True))
    over = f"select half, {each} from ({layout.rows(half)}) as muster_measured"  # noqa: S608
    aggregates = {"n": "count(*)", "a": "sum(ea)", "b": "sum(eb)"}
    aggregates |= {"aa": "sum(ea * ea)", "bb": "sum(eb * eb)", "ab": "sum(ea * eb)"}
    return Plan(aggregates, {"half": "half"}, table=source, over=over)


def read_errors(answer: Columns) -> tuple[Errors, Errors]:
    """Read the sums of both halves."""
    halves = np.asarray(answer["half"], dtype=np.int64).tolist()
    found = [Errors(n=0), Errors(n=0)]
    for place, half in enumerate(halves):
        sums = {name: float(as_float(answer[name])[place]) for name in _SUMS}
        found[half] = Errors(n=int(answer["n"][place]), **sums)
    return found[0], found[1]


def error_figures(
    reference: tuple[Errors, Errors], data: tuple[Errors, Errors], kept: int, level: float
) -> tuple[Figure, ...]:
    """Return the mean squared errors of both windows, their difference and their ratio.

    Interval: normal, from the variance between rows; that of the components is left out (their errors strike both
    windows alike, and at the best components the loss is flat).
    """
    before = _mean(reference[0].n + reference[1].n, reference[0].b + reference[1].a, reference[0].bb + reference[1].aa)
    both = data[0].merged(data[1])
    after = _mean(both.n, (both.a + both.b) / 2, (both.aa + 2 * both.ab + both.bb) / 4)
    n, z = min(before[2], after[2]), normal_quantile(level)
    components = Figure(name="components_kept", value=float(kept), n=before[2])
    each = [
        write_figure(
            f"reconstruction_error_{name}",
            mean,
            size,
            ends=(max(0.0, mean - z * sqrt(variance)), mean + z * sqrt(variance)),
            level=level,
            method="normal",
        )
        for name, (mean, variance, size) in (("reference", before), ("data", after))
    ]
    gap, half = after[0] - before[0], z * sqrt(before[1] + after[1])
    ends = gap - half, gap + half
    difference = write_figure("reconstruction_error_difference", gap, n, ends=ends, level=level, method="normal")
    return _ratio(before, after, n, level), difference, *each, components


def _ratio(before: tuple[float, float, int], after: tuple[float, float, int], n: int, level: float) -> Figure:
    name = "reconstruction_error_ratio"
    if before[0] <= ROUNDING or after[0] <= 0:
        return write_figure(name, None, n, level=level, reason="no_error")
    ratio = after[0] / before[0]
    half = normal_quantile(level) * sqrt(before[1] / before[0] ** 2 + after[1] / after[0] ** 2)
    half = min(half, 300.0)
    ends = exp(log(ratio) - half), exp(min(700.0, log(ratio) + half))
    return write_figure(name, ratio, n, ends=ends, level=level, method="delta, logarithm")


def _mean(n: int, total: float, squares: float) -> tuple[float, float, int]:
    mean = total / n
    return mean, max(0.0, squares - n * mean * mean) / max(1, n - 1) / n, n
