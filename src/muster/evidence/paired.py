"""Paired figures: what two models differ by on the same rows, above 0 where the challenger is better."""

import math
from collections.abc import Mapping
from math import sqrt
from statistics import NormalDist

from muster.core.figures import Figure
from muster.evidence.check import Definition
from muster.evidence.measured import write_figure, write_share
from muster.evidence.paired_scores import PairedScores
from muster.evidence.probabilities import auc_figures
from muster.evidence.scores import auc_bounds
from muster.evidence.statistics import normal_quantile

Right = tuple[int, int, int, int]
Sums = Mapping[str, tuple[float, float, float]]


def paired_figures(n: int, right: Right | None, sums: Sums, *, margin: float, level: float) -> tuple[Figure, ...]:
    """Return every paired figure from counts and sums. A pure function: it reads no data."""
    figures: list[Figure] = []
    if right is not None:
        figures += _accuracy(n, right, margin, level)
        figures += _losses(n, {name: sums.get(name) for name in ("brier", "log_loss")}, margin, level)
    else:
        figures += _losses(n, {"mae": sums.get("mae")}, margin, level)
    return tuple(figures)


def area_figures(pairs: PairedScores | None, *, margin: float, level: float) -> tuple[Figure, ...]:
    """Return both areas under the ROC curve and their difference, with DeLong's test. A pure function.

    Where cells hide the order of some pairs of rows, the difference is the middle of its bounds, and intervals and
    tests start from that end of them which claims least.
    """
    names = ("auc", "champion_auc", "auc_advantage", "delong_p", "auc_superiority_p", "auc_noninferiority_p")
    labelled = (0, 0) if pairs is None else (sum(pairs.positives), sum(pairs.negatives))
    if pairs is None or not all(labelled):
        reason = "no_score" if pairs is None else "one_class" if any(labelled) else "no_labels"
        return tuple(write_figure(name, None, 0, level=level, reason=reason) for name in names)
    n, variance = sum(labelled), pairs.difference_variance()
    (low, high), (rival_low, rival_high) = auc_bounds(pairs.mine), auc_bounds(pairs.theirs)
    low, high = low - rival_high, high - rival_low
    value, hidden, error = (low + high) / 2, (high - low) / 2, sqrt(variance or 0.0)
    half = normal_quantile(level) * error
    ends = (max(-1.0, low - half), min(1.0, high + half)) if error else None
    method = "delong, paired" if pairs.is_exact and not hidden else "delong, paired + cells"
    figures = [write_figure("auc_advantage", value, n, ends=ends, level=level, method=method)]
    if hidden:
        figures.append(write_figure("auc_advantage_cell_error", hidden, n, level=level))
    reason = "too_few_rows" if variance is None else "no_spread" if value else "models_agree"
    both = 2 * NormalDist().cdf(-max(0.0, abs(value) - hidden) / error) if error else None
    figures.append(write_figure("delong_p", both, n if error else 0, level=level, reason=reason))
    return (
        *auc_figures(pairs.mine, level),
        *auc_figures(pairs.theirs, level, "champion_auc"),
        *figures,
        *_one_sided("auc", low, error, n=n, margin=margin, level=level, reason=reason),
    )


def mcnemar(better: int, worse: int) -> tuple[float, float]:
    """Return the two-sided p-values of McNemar's test: exact, and mid-p.

    Source: Fagerland, Lydersen, Laake, The McNemar test for binary matched-pairs data, BMC Med. Res. Meth. 13 (2013).
    """
    n, least = better + worse, min(better, worse)
    logs = [math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) - n * math.log(2) for k in _near(n, least)]
    tail, at = sum(math.exp(each) for each in logs), math.exp(logs[-1])
    if better == worse:
        return 1.0, 1.0 - at / 2
    return min(1.0, 2 * tail), min(1.0, 2 * tail - at)


def _near(n: int, least: int) -> range:
    """Return the counts up to `least` that add anything: below 40 standard errors there is none."""
    return range(max(0, min(least, int(n / 2 - 20 * sqrt(n)))), least + 1)


def _accuracy(n: int, right: Right, margin: float, level: float) -> list[Figure]:
    both, better, worse, _ = right
    names = ("accuracy", "champion_accuracy", "accuracy_advantage", "mcnemar_p", "mcnemar_mid_p")
    rest = ("accuracy_superiority_p", "accuracy_noninferiority_p")
    if not n:
        return [write_figure(name, None, 0, level=level, reason="no_labels") for name in (*names, *rest)]
    figures = [
        write_share("accuracy", both + better, n, level=level),
        write_share("champion_accuracy", both + worse, n, level=level),
    ]
    p, q = (better + 1) / (n + 2), (worse + 1) / (n + 2)
    error = sqrt((p + q - (p - q) ** 2) / (n + 2))
    half = normal_quantile(level) * error
    value = (better - worse) / n
    ends = max(-1.0, min(value, p - q - half)), min(1.0, max(value, p - q + half))
    figures.append(write_figure("accuracy_advantage", value, n, ends=ends, level=level, method="bonett-price"))
    exact, mid = mcnemar(better, worse)
    figures += [write_figure("mcnemar_p", exact, n, level=level), write_figure("mcnemar_mid_p", mid, n, level=level)]
    return figures + _one_sided("accuracy", p - q, error, n=n, margin=margin, level=level)


def _losses(n: int, sums: Mapping[str, tuple[float, float, float] | None], margin: float, level: float) -> list[Figure]:
    figures = []
    for name, each in sums.items():
        names = (name, f"champion_{name}", f"{name}_advantage", f"{name}_superiority_p", f"{name}_noninferiority_p")
        if each is None or n < 2:  # noqa: PLR2004 - an interval needs two
            reason = "no_labels" if not n else "too_few_rows" if each is not None else "no_paired_loss"
            figures += [write_figure(each_name, None, 0, level=level, reason=reason) for each_name in names]
            continue
        mine, theirs, squares = each
        value = (theirs - mine) / n
        error = sqrt(max(0.0, squares - n * value * value) / (n - 1) / n)
        half = normal_quantile(level) * error
        figures += [
            write_figure(names[0], mine / n, n, level=level),
            write_figure(names[1], theirs / n, n, level=level),
            write_figure(names[2], value, n, ends=(value - half, value + half), level=level, method="normal, paired"),
            *_one_sided(name, value, error, n=n, margin=margin, level=level),
        ]
    return figures


def _one_sided(
    name: str, value: float, error: float, *, n: int, margin: float, level: float, reason: str = "models_agree"
) -> list[Figure]:
    """Return P of at least this advantage if the true one were 0, and if it were minus the margin."""
    found = []
    for kind, null in (("superiority", 0.0), ("noninferiority", -margin)):
        p = NormalDist().cdf(-(value - null) / error) if error else None
        found.append(write_figure(f"{name}_{kind}_p", p, n if error else 0, level=level, reason=reason))
    return found


_WORDS = {
    "accuracy": "accuracy",
    "auc": "area under the ROC curve",
    "brier": "Brier score",
    "log_loss": "log loss",
    "mae": "mean absolute error",
}
_DELONG = "DeLong, DeLong, Clarke-Pearson, Biometrics 44 (1988)"
_AREAS = {
    "auc": Definition(
        formula="the challenger's area under the ROC curve, ties half; interval: DeLong, normal", source=_DELONG
    ),
    "champion_auc": Definition(
        formula="the champion's area under the ROC curve on the same rows; interval: DeLong, normal", source=_DELONG
    ),
    "auc_advantage": Definition(
        formula="auc - champion_auc; interval: normal, from the variance over rows of the difference of placements"
        " (both variances less twice the covariance), with what cells may hide added",
        source=_DELONG,
    ),
    "delong_p": Definition(
        formula="two-sided normal test that both areas are equal, what cells may hide taken off; informs only",
        source=_DELONG,
    ),
    **{
        f"{name}_cell_error": Definition(
            formula=f"the most by which {name} may be off because some scores share a cell of the stored grid",
            source="Muster",
        )
        for name in ("auc", "champion_auc", "auc_advantage")
    },
}
DEFINITIONS = {
    "mcnemar_p": Definition(
        formula="two-sided exact binomial test of the rows that only one model got right; informs only",
        source="McNemar, Psychometrika 12 (1947); Fagerland, Lydersen, Laake, BMC Med. Res. Meth. 13 (2013)",
    ),
    "mcnemar_mid_p": Definition(
        formula="the same with half of the probability of what was seen; informs only",
        source="Fagerland, Lydersen, Laake, BMC Med. Res. Meth. 13 (2013)",
    ),
    **{name: Definition(formula=f"the challenger's {said}", source="Muster") for name, said in _WORDS.items()},
    **{
        f"champion_{name}": Definition(formula=f"the champion's {said} on the same rows", source="Muster")
        for name, said in _WORDS.items()
    },
    **{
        f"{name}_advantage": Definition(
            formula=f"how much better the challenger's {said} is, row by row; interval: "
            + ("adjusted Wald" if name == "accuracy" else "normal, from the differences"),
            source="Bonett, Price, J. Educ. Behav. Statistics 37 (2012)" if name == "accuracy" else "Muster",
        )
        for name, said in _WORDS.items()
    },
    **{
        f"{name}_superiority_p": Definition(
            formula=f"one-sided normal test that the {said} is better at all; informs only", source="Muster"
        )
        for name, said in _WORDS.items()
    },
    **{
        f"{name}_noninferiority_p": Definition(
            formula=f"one-sided normal test that the {said} is not worse by margin or more; informs only",
            source="CPMP/EWP/2158/99, Choice of the non-inferiority margin (2005)",
        )
        for name, said in _WORDS.items()
    },
    **_AREAS,
}
