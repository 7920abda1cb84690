"""The house's SQL in the words of another engine.

sqlglot does the quoting, the types and the order of nulls; here is what it does not know, or would only approximate.
"""

from typing import Literal

import sqlglot
from sqlglot import exp

Dialect = Literal["postgres", "spark"]

_EPOCH = "cast(unix_micros(cast({} as timestamp)) as double) / 1000000"


def translate(sql: str, dialect: Dialect) -> str:
    """Render a SELECT of the house (written as for DuckDB) for another engine."""
    tree = sqlglot.parse_one(sql, read="duckdb")
    return tree.transform(_mend, dialect).sql(dialect=dialect)


def _mend(node: exp.Expression, dialect: Dialect) -> exp.Expression:
    if isinstance(node, exp.WithinGroup) and dialect == "spark":
        return _exact_quantile(node)
    if isinstance(node, exp.Extract) and dialect == "spark" and node.name.casefold() == "epoch":
        return exp.Var(this=_EPOCH.format(node.expression.transform(_mend, dialect).sql(dialect=dialect)))
    if isinstance(node, exp.ApproxDistinct) and dialect == "postgres":  # it knows no sketch: it counts
        return exp.Count(this=exp.Distinct(expressions=[node.this]))
    if isinstance(node, exp.RegexpFullMatch | exp.Anonymous) and _is_full_match(node):
        return _whole_match(node, dialect)
    return node


def _exact_quantile(node: exp.WithinGroup) -> exp.Expression:
    """Keep ``percentile_disc`` as it is: sqlglot would make an approximation of it."""
    share = node.this.this.sql(dialect="spark")
    order = node.expression.expressions[0]
    value = (order.this if isinstance(order, exp.Ordered) else order).transform(_mend, "spark").sql(dialect="spark")
    return exp.Var(this=f"percentile_disc({share}) within group (order by {value})")


def _is_full_match(node: exp.Expression) -> bool:
    return not isinstance(node, exp.Anonymous) or str(node.this).casefold() == "regexp_full_match"


def _whole_match(node: exp.Expression, dialect: Dialect) -> exp.Expression:
    value, pattern = node.expressions[:2] if isinstance(node, exp.Anonymous) else (node.this, node.expression)
    ends = ("^(?:", ")$") if dialect == "postgres" else ("\\A(?:", ")\\z")
    whole = exp.Literal.string(f"{ends[0]}{pattern.this}{ends[1]}")
    return exp.RegexpLike(this=value, expression=whole)
