"""Figures of drift: distances by column, p-values corrected over the columns, the worst column of each."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from muster.core.figures import Figure
from muster.evidence.check import Definition
from muster.evidence.drift_counts import Counted
from muster.evidence.drift_distances import (
    Distance,
    chi_square,
    jensen_shannon,
    kolmogorov_smirnov,
    psi,
    wasserstein,
)
from muster.evidence.drift_text import NAMES, sign_figures
from muster.evidence.measured import write_figure
from muster.evidence.significance import holm
from muster.evidence.statistics import Counts, newcombe, wilson

_DECIDES = {"numeric": "ks_p", "categorical": "chi2_p"}
WORST = ("psi", "js_distance", "ks", "wasserstein_normalised", "cramers_v", "missing_share_difference")


@dataclass(frozen=True)
class Writer:
    """Writes the figures of one column: `n` is the size of the smaller window."""

    column: str
    n: int
    level: float

    def write(self, name: str, value: float | None, reason: str = "") -> Figure:
        """Write a figure without an interval."""
        return write_figure(name, value, self.n, level=self.level, reason=reason, group=self.column)

    def distance(self, name: str, found: Distance | None, reason: str, method: str) -> Figure:
        """Write a distance with its interval, or the reason why there is none."""
        if found is None:
            return self.write(name, None, reason)
        ends = (min(found.low, found.value), max(found.high, found.value))
        return write_figure(name, found.value, self.n, ends=ends, level=self.level, method=method, group=self.column)


def figures(
    reference: Mapping[str, Counted], current: Mapping[str, Counted] | None, bins: int, level: float
) -> tuple[Figure, ...]:
    """Return all figures: the worst column of each distance first; a registered reference has only its size."""
    first = next(iter(reference.values()))
    if current is None:
        return (Figure(name="columns_registered", value=float(len(reference)), n=first.n),)
    kinds = {_label(name, counted): counted.kind for name, counted in reference.items()}
    each = [figure for name in reference for figure in _column(name, reference[name], current[name], bins, level)]
    tested = [figure for figure in each if figure.name in {"ks_p", "chi2_p"} and figure.value is not None]
    decided = [figure for figure in tested if figure.name == _DECIDES[kinds[figure.group]]]
    adjusted = holm([figure.value for figure in decided if figure.value is not None])
    corrected = [
        figure.model_copy(update={"name": "p_adjusted", "value": value})
        for figure, value in zip(decided, adjusted, strict=True)
    ]
    compared = Figure(name="columns_compared", value=float(len(reference)), n=first.n)
    return (compared, *_worst(each), *each, *corrected)


def _label(name: str, counted: Counted) -> str:
    """Return what the distances of a column are about: of free text, its length."""
    return f"length({name})" if counted.signs else name


def _worst(each: list[Figure]) -> Iterator[Figure]:
    for name in WORST:
        known = [figure for figure in each if figure.name == name and figure.value is not None]
        if known:
            worst = max(known, key=lambda figure: abs(figure.value or 0.0))
            yield worst.model_copy(update={"name": f"largest_{name}"})


def _column(name: str, before: Counted, after: Counted, bins: int, level: float) -> Iterator[Figure]:
    write = Writer(_label(name, before), min(before.n, after.n), level)
    pair = _binned(before, after, bins)
    reason = _reason(before, after)
    found = pair if not reason else None
    yield write.distance("psi", found and psi(*found, level), reason, "delta")
    yield write.distance("js_distance", found and jensen_shannon(*found, level), reason, "delta")
    tested = found and chi_square(*found, level)
    yield write.distance("cramers_v", tested.v if tested else None, reason or "constant_column", "chi-square")
    yield write.write("chi2", tested.statistic if tested else None, reason or "constant_column")
    yield write.write("chi2_p", tested.p if tested else None, reason or "constant_column")
    yield _missing(write, before, after)
    if before.kind == "numeric":
        yield from _numeric(write, before, after, reason)
    else:
        yield _new(write, before, after, reason)
    if before.signs and after.signs:
        yield from sign_figures(name, before.signs, after.signs, level)


def _reason(before: Counted, after: Counted) -> str:
    """Return why two windows of a column cannot be compared: no value at all in one, or one value in both."""
    if sum(before.counts) == 0 or sum(after.counts) == 0:
        return "no_values"
    return ""


def _binned(before: Counted, after: Counted, bins: int) -> tuple[Counts, Counts]:
    """Return the counts for PSI: numbers in `bins` of nearly equal reference share; missing and infinite apart."""
    pair = [np.array(each.counts, dtype=np.int64) for each in (before, after)]
    if before.kind == "numeric" and np.count_nonzero(pair[0]) > bins:
        share = (np.cumsum(pair[0]) - pair[0] / 2) / max(1, pair[0].sum())
        member = np.minimum((share * bins).astype(np.int64), bins - 1)
        pair = [np.bincount(member, weights=counts, minlength=bins).astype(np.int64) for counts in pair]
    more = [(each.missing, each.below, each.above) for each in (before, after)]
    return np.append(pair[0], more[0]), np.append(pair[1], more[1])


def _missing(write: Writer, before: Counted, after: Counted) -> Figure:
    gap = after.missing / after.n - before.missing / before.n
    ends = newcombe(after.missing, after.n, before.missing, before.n, write.level)
    return write.distance("missing_share_difference", Distance(gap, *ends), "", "newcombe")


def _new(write: Writer, before: Counted, after: Counted, reason: str) -> Figure:
    if before.pooled:
        return write.write("new_value_share", None, "categories_pooled")
    return _share(write, "new_value_share", after.counts[-1], sum(after.counts), reason)


def _share(write: Writer, name: str, part: int, whole: int, reason: str) -> Figure:
    if reason or not whole:
        return write.write(name, None, reason or "no_values")
    low, high = wilson(part, whole, write.level)
    return write.distance(name, Distance(part / whole, float(low), float(high)), "", "wilson")


def _numeric(write: Writer, before: Counted, after: Counted, reason: str) -> Iterator[Figure]:
    names = ("ks", "ks_p", "wasserstein", "wasserstein_normalised", "wasserstein_error", "out_of_range_share")
    if reason:
        yield from (write.write(name, None, reason) for name in names)
        return
    counts = [np.array(each.counts, dtype=np.int64) for each in (before, after)]
    gap, p = kolmogorov_smirnov(counts[0], counts[1], write.level)
    yield write.distance("ks", gap, "", "kolmogorov")
    yield write.write("ks_p", p)
    assert before.least is not None
    assert before.greatest is not None
    assert after.least is not None
    assert after.greatest is not None
    ends = min(before.least, after.least), max(before.greatest, after.greatest)
    sums = [np.array(each.sums) for each in (before, after)]
    moved = wasserstein((counts[0], sums[0]), (counts[1], sums[1]), before.edges, ends, write.level)
    yield write.distance("wasserstein", moved.distance, "", "delta")
    yield _normalised(write, moved.distance, before)
    yield write.write("wasserstein_error", moved.error)
    yield _share(write, "out_of_range_share", after.outside, sum(after.counts), "")


def _normalised(write: Writer, moved: Distance, before: Counted) -> Figure:
    spread = _spread(before)
    if not spread:
        return write.write("wasserstein_normalised", None, "constant_column")
    scaled = Distance(*(value / spread for value in (moved.value, moved.low, moved.high)))
    return write.distance("wasserstein_normalised", scaled, "", "delta")


def _spread(counted: Counted) -> float:
    """Return the distance between the quartiles of the reference, as its cells tell them."""
    shares = np.cumsum(counted.counts) / sum(counted.counts)
    edges = np.concatenate((counted.edges[:1], counted.edges))
    low, high = (edges[int(np.searchsorted(shares, p - 1e-12))] for p in (0.25, 0.75))
    return float(high - low)


_SAME: Callable[[str], Definition] = lambda formula: Definition(formula=formula, source="Muster")  # noqa: E731
DEFINITIONS = {
    "psi": Definition(
        formula="sum of (q - p) ln(q / p) over bins of nearly equal reference share, missing values being one;"
        " with an empty bin half a row is added to each",
        source="N. Siddiqi, Credit Risk Scorecards (2006)",
    ),
    "js_distance": Definition(
        formula="root of the Jensen-Shannon divergence with logarithms of base 2, on the bins of psi",
        source="D. M. Endres, J. E. Schindelin, IEEE Trans. Inf. Theory 49 (2003)",
    ),
    "ks": Definition(
        formula="largest gap between the distribution functions at the edges of the cells",
        source="M. A. Stephens, JRSS B 32 (1970)",
    ),
    "ks_p": Definition(
        formula="Kolmogorov's series for two samples with Stephens' correction",
        source="M. A. Stephens, JRSS B 32 (1970)",
    ),
    "wasserstein": Definition(
        formula="area between the distribution functions, from counts and sums in the cells",
        source="C. Villani, Optimal Transport (2009), Remark 2.19",
    ),
    "wasserstein_normalised": _SAME("wasserstein / distance between the quartiles of the reference"),
    "wasserstein_error": _SAME("the most by which wasserstein may be too small because functions cross in a cell"),
    "cramers_v": Definition(
        formula="root of chi2 / (n + m)", source="H. Cramer, Mathematical Methods of Statistics (1946), 21.9"
    ),
    "chi2": Definition(
        formula="Pearson's statistic of the two-row table; bins expected below 5 are pooled",
        source="K. Pearson, Phil. Mag. 50 (1900)",
    ),
    "chi2_p": _SAME("tail of chi-square with bins - 1 degrees of freedom: two samples, neither taken as exact"),
    "missing_share_difference": Definition(
        formula="share of missing values now minus in the reference",
        source="R. G. Newcombe, Statistics in Medicine 17 (1998), method 10",
    ),
    "new_value_share": _SAME("rows with a value that the reference does not have / rows with a value"),
    "out_of_range_share": _SAME("rows below the least or above the greatest reference value / rows with a value"),
    "p_adjusted": Definition(
        formula="ks_p of numbers, chi2_p of others, adjusted for the number of columns",
        source="S. Holm, Scandinavian Journal of Statistics 6 (1979)",
    ),
    "columns_compared": _SAME("columns that were compared"),
    "columns_registered": _SAME("columns of the reference that was registered"),
    "columns_only_in_reference": _SAME("columns that the reference has and the data have not"),
    "columns_only_in_data": _SAME("columns that the data have and the reference has not"),
    "columns_not_comparable": _SAME("columns of dates, times and other types, which are never compared"),
}
DEFINITIONS |= {
    f"largest_{name}": _SAME(f"largest {name} (without its sign) of any column, which the figure names")
    for name in WORST
}
DEFINITIONS |= {
    f"{name}_share_difference": Definition(
        formula=f"{name.replace('_', ' ')} among all signs of the text now minus in the reference; classes of ASCII",
        source="interval: W. G. Cochran, Sampling Techniques (1977), 6.4",
    )
    for name in NAMES
}
