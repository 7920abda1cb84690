"""Ranking: how well the rows of each query are ordered; one pushed-down query, then means over queries."""

import math
from typing import Protocol, Self

from pydantic import FiniteFloat

from muster.core.figures import Figure
from muster.evidence.check import Definition, Statistics, Steps
from muster.evidence.columns import count_faults, number_faults, plain, refuse_faults, require_numbers
from muster.evidence.measured import write_figure, write_mean
from muster.evidence.plan import RELATION, Plan, number, quote, scalar, whole
from muster.evidence.table import Table

NAMES = ("ndcg", "map", "mrr", "precision_at_k")


class Settings(Protocol):
    """What the figures of a ranking depend on."""

    @property
    def label(self) -> str: ...
    @property
    def score(self) -> str | None: ...
    @property
    def query(self) -> str | None: ...
    @property
    def k(self) -> int: ...
    @property
    def level(self) -> float: ...


class RankingStatistics(Statistics):
    """Over `queries` with something relevant: for each metric the sums of its values and of their squares."""

    queries: int
    without_relevant: int
    sums: dict[str, tuple[FiniteFloat, FiniteFloat]]

    def merged(self, other: Self) -> Self:
        return type(self)(
            queries=self.queries + other.queries,
            without_relevant=self.without_relevant + other.without_relevant,
            sums={
                name: (mine[0] + other.sums[name][0], mine[1] + other.sums[name][1]) for name, mine in self.sums.items()
            },
        )


def measure_ranking(table: Table, settings: Settings) -> Steps:
    """Ask for the sums over queries.

    Raises:
        DataError: for scores or relevances that are missing, no numbers or infinite, and relevances below 0.
    """
    assert settings.score is not None
    assert settings.query is not None
    yield from require_numbers(table, settings.score, settings.label)
    score, relevance = plain(settings.score), plain(settings.label)
    faults = [
        (settings.query, "missing_values", f"{table.present(settings.query)} is null"),
        *number_faults(settings.score),
        *number_faults(settings.label),
        (settings.label, "negative_relevance", f"{relevance} < 0"),
    ]
    refuse_faults(table, faults, (yield Plan(count_faults(faults))))
    sums = {
        f"{name}_{i}": f"sum({quote(name)}{power})"
        for name in NAMES
        for i, power in enumerate(("", f" * {quote(name)}"))
    }
    asked = yield Plan(
        {"queries": "count(ndcg)", "every": "count(*)", **sums}, over=_each_query(settings, score, relevance)
    )
    queries = whole(asked, "queries")
    return RankingStatistics(
        queries=queries,
        without_relevant=whole(asked, "every") - queries,
        sums={name: (scalar(asked, f"{name}_0") or 0.0, scalar(asked, f"{name}_1") or 0.0) for name in NAMES},
    )


def ranking_figures(statistics: RankingStatistics, level: float) -> tuple[Figure, ...]:
    """Return the means over queries. A pure function: it reads no data."""
    n = statistics.queries
    if not n:
        found = [write_figure(name, None, 0, level=level, reason="no_relevant") for name in NAMES]
    else:
        found = [write_mean(name, *statistics.sums[name], n, level=level, floor=0.0) for name in NAMES]
        found = [each.model_copy(update={"high": min(1.0, each.high)}) if each.high else each for each in found]
    every = n + statistics.without_relevant
    return *found, write_figure("queries_without_relevant", float(statistics.without_relevant), every, level=level)


def _each_query(settings: Settings, score: str, relevance: str) -> str:
    """Return one row a query with its metrics; none where nothing is relevant.

    Rows of one score share the mean gain of their places, as if in any order; for the first relevant row and the
    precision at each relevant one, irrelevant rows of the same score come first.
    """
    k, query = settings.k, quote(str(settings.query))
    rows = f"select {query} as q, {score} as s, {relevance} as g from {RELATION}"  # noqa: S608
    hit = "case when g > 0 then 1 else 0 end"
    placed = (
        "select q, g, row_number() over (partition by q order by s desc, g asc) as place, "  # noqa: S608
        "row_number() over (partition by q order by g desc) as best, "
        "avg(g) over (partition by q, s) as shared, "
        f"avg(cast({hit} as double)) over (partition by q, s) as hits, "
        f"sum({hit}) over (partition by q order by s desc, g asc rows between unbounded preceding and current row)"
        f" as found from ({rows}) as muster_rows"
    )

    def discounted(gain: str, place: str) -> str:
        return f"sum(case when {place} <= {k} then {gain} / ln({place} + 1) * {number(math.log(2))} else 0 end)"

    relevant = "sum(case when g > 0 then 1 else 0 end)"
    some = f"case when {relevant} > 0 then "
    return (
        f"select {some}{discounted('shared', 'place')} / {discounted('g', 'best')} end as ndcg, "  # noqa: S608
        f"{some}sum(case when g > 0 then cast(found as double) / place else 0 end) / {relevant} end as {quote('map')}, "
        f"{some}cast(1 as double) / min(case when g > 0 then place end) end as mrr, "
        f"{some}sum(case when place <= {k} then hits else 0 end) / {k} end as precision_at_k "
        f"from ({placed}) as muster_placed group by q"
    )


_OVER = "mean over queries with something relevant; interval: normal, over queries"
DEFINITIONS = {
    "ndcg": Definition(
        formula=f"sum of relevance / log2(place + 1) to place k, over that of the best order; ties share; {_OVER}",
        source="Jarvelin, Kekalainen, ACM TOIS 20 (2002); ties: McSherry, Najork, ECIR (2008)",
    ),
    "map": Definition(
        formula=f"mean over relevant rows of the precision at their place, ties against; {_OVER}",
        source="Manning, Raghavan, Schutze, Introduction to Information Retrieval (2008), 8.4",
    ),
    "mrr": Definition(
        formula=f"1 / place of the first relevant row, ties against; {_OVER}", source="Voorhees, TREC-8 (1999)"
    ),
    "precision_at_k": Definition(
        formula=f"relevant rows among the first k, ties share, / k; {_OVER}",
        source="Manning, Raghavan, Schutze (2008), 8.4",
    ),
    "queries_without_relevant": Definition(formula="queries that no figure can judge", source="Muster"),
}
