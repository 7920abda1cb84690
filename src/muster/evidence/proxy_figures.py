"""Figures of proxies: a table of counts a pair of feature and attribute -> how well the one tells the other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import sqrt

from muster.core.figures import Figure
from muster.evidence.association import CramersV, cramers_v, guess, information, is_sparse, pool
from muster.evidence.check import Definition
from muster.evidence.measured import write_figure
from muster.evidence.significance import holm
from muster.evidence.statistics import Counts, normal_quantile, wilson

_METHOD = "delta method"


@dataclass(frozen=True)
class Pair:
    """A feature (rows of `table`) and a protected attribute (columns)."""

    feature: str
    attribute: str
    table: Counts


@dataclass(frozen=True)
class _Judged:
    pair: Pair
    table: Counts
    v: CramersV | None
    reason: str
    figures: list[Figure] = field(default_factory=list)

    @property
    def n(self) -> int:
        return int(self.pair.table.sum())

    @property
    def rank(self) -> tuple[float, str]:
        return (-self.v.value if self.v else 1.0), self.pair.feature

    def write(self, name: str, value: float | None, level: float, **given: object) -> Figure:
        figure = write_figure(name, value, self.n, level=level, **given)  # type: ignore[arg-type]
        return figure.model_copy(update={"group": self.pair.feature, "reference": self.pair.attribute})


def proxy_figures(pairs: Sequence[Pair], minimum: int, level: float) -> tuple[Figure, ...]:
    """Return for each attribute its strongest proxy, then the figures of every pair, the strongest first."""
    judged = [_judge(pair, minimum) for pair in pairs]
    tested = [each for each in judged if each.v and not is_sparse(each.table)]
    adjusted = holm([each.v.p() for each in tested if each.v])
    p_of = {(e.pair.feature, e.pair.attribute): p for e, p in zip(tested, adjusted, strict=True)}
    written: list[Figure] = []
    for attribute in dict.fromkeys(pair.attribute for pair in pairs):
        mine = sorted((each for each in judged if each.pair.attribute == attribute), key=lambda each: each.rank)
        written += _strongest(mine, attribute, level)
        for each in mine:
            written += _pair_figures(each, p_of.get((each.pair.feature, attribute)), level)
    return tuple(written)


def _judge(pair: Pair, minimum: int) -> _Judged:
    table = pool(pair.table, minimum)
    if pair.table.shape[1] < 2:  # noqa: PLR2004
        return _Judged(pair, table, None, "one_group")
    if min(table.shape) < 2:  # noqa: PLR2004
        return _Judged(pair, table, None, "one_value_large_enough")
    v = cramers_v(table)
    return _Judged(pair, table, v, "" if v else "sparse_table")


def _strongest(judged: Sequence[_Judged], attribute: str, level: float) -> Iterator[Figure]:
    first = judged[0]
    # At the level of all features together: it stays right although the strongest was picked after looking.
    ends = first.v.interval(1 - (1 - level) / len(judged)) if first.v else None
    value = first.v.value if first.v else None
    figure = first.write("strongest_proxy", value, level, ends=ends, method=_METHOD, reason=first.reason)
    yield figure if first.v else figure.model_copy(update={"group": attribute, "reference": ""})
    compared = sum(each.v is not None for each in judged)
    count = write_figure("features_compared", float(compared), first.n, level=level)
    yield count.model_copy(update={"group": attribute})


def _pair_figures(judged: _Judged, adjusted: float | None, level: float) -> Iterator[Figure]:
    v, reason = judged.v, judged.reason
    ends = v.interval(level) if v else None
    yield judged.write("proxy_v", v.value if v else None, level, ends=ends, method=_METHOD, reason=reason)
    if v is None:
        names = ("proxy_information", "proxy_accuracy", "proxy_lift", "proxy_p", "proxy_p_adjusted")
        yield from (judged.write(name, None, level, reason=reason) for name in names)
        return
    yield judged.write("proxy_information", information(judged.table), level)
    guessed, n = guess(judged.table), judged.n
    low, high = wilson(guessed.right, n, level)
    accuracy = guessed.right / n
    yield judged.write("proxy_accuracy", accuracy, level, ends=(float(low), float(high)), method="wilson")
    lift = guessed.gain / n
    half = normal_quantile(level) * sqrt(max(0.0, guessed.squares / n - lift * lift) / n)
    around = (max(0.0, lift - half), min(1.0, lift + half)) if half else None
    yield judged.write("proxy_lift", lift, level, ends=around, method="normal" if around else "")
    p = None if adjusted is None else v.p()
    yield judged.write("proxy_p", p, level, reason="sparse_table")
    yield judged.write("proxy_p_adjusted", adjusted, level, reason="sparse_table")


_V = (
    "root of phi2' / min(r' - 1, c' - 1), phi2' = max(0, chi2 / n - (r - 1)(c - 1) / (n - 1)),"
    " s' = s - (s - 1)^2 / (n - 1)"
)
_BERGSMA = "W. Bergsma, A bias-correction for Cramer's V and Tschuprow's T, J. Korean Statistical Society 42 (2013)"
DEFINITIONS = {
    "strongest_proxy": Definition(
        formula="the largest proxy_v of any feature; interval at the level of all features together (Bonferroni)",
        source=_BERGSMA,
    ),
    "features_compared": Definition(formula="features whose proxy_v could be computed", source="Muster"),
    "proxy_v": Definition(
        formula=_V + "; interval: score type, phi2 no further than z standard errors away (delta method, and the"
        " variance of chi2 without association)",
        source=_BERGSMA,
    ),
    "proxy_information": Definition(
        formula="(H(feature) + H(attribute) - H(both)) / H(attribute), each H plus (filled cells - 1) / 2n",
        source="H. Theil, Statistical Decomposition Analysis (1972); G. A. Miller, On the bias of information (1955)",
    ),
    "proxy_accuracy": Definition(
        formula="rows whose attribute is the commonest one in their bin of the feature / rows; interval: Wilson, the"
        " guesses taken as given",
        source="L. A. Goodman, W. H. Kruskal, Measures of association, JASA 49 (1954)",
    ),
    "proxy_lift": Definition(
        formula="proxy_accuracy - share of the commonest attribute; interval: normal, of the paired gain; none where"
        " every bin guesses the same",
        source="L. A. Goodman, W. H. Kruskal, Measures of association, JASA 49 (1954)",
    ),
    "proxy_p": Definition(
        formula="tail of chi2 with (r - 1)(c - 1) degrees of freedom; informs only; not where an expected count is"
        " below 1 or a fifth of them below 5",
        source="K. Pearson (1900); W. G. Cochran, Biometrics 10 (1954)",
    ),
    "proxy_p_adjusted": Definition(
        formula="proxy_p adjusted for the number of pairs tested",
        source="S. Holm, Scandinavian Journal of Statistics 6 (1979)",
    ),
}
