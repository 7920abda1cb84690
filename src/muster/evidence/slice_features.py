"""Features of a slice search, each read as a few small codes: bins of numbers, frequent values, the rest, none."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isnan

import numpy as np

from muster.core.canonical import Frozen
from muster.evidence.check import Steps
from muster.evidence.errors import DataError
from muster.evidence.groups import MISSING_GROUP, name_values
from muster.evidence.plan import Bins, Plan, Quantiles, literal, quote
from muster.evidence.table import Table

DISTINCT = 1000
_IDENTIFIERS = ("id", "uuid", "guid", "key")


class Feature(Frozen):
    """A feature and what each of its codes means; `edges` for one of numbers."""

    name: str
    labels: tuple[str, ...]
    edges: tuple[float, ...] = ()


@dataclass(frozen=True)
class Coded:
    """A feature with the expression that computes its code, a small whole number, for every row."""

    feature: Feature
    sql: str


def code_features(table: Table, names: Sequence[str], *, bins: int, values: int, named: bool, where: str) -> Steps:
    """Ask for edges and frequent values, and return what was coded and why the rest was left out.

    A column of numbers is cut at `bins` quantiles, unless it is of whole numbers and has at most `values` of them;
    any other column keeps its `values` most frequent ones. A column that cannot be coded is refused if the caller
    `named` it.
    """
    counted = [name for name in names if table.require(name).kind in {"text", "boolean", "integer"}]
    plans = tuple(Plan({"n": "count(*)"}, {"v": quote(name)}, where=where, limit=DISTINCT + 1) for name in counted)
    asked = (yield plans) if plans else ()  # asking nothing would end the check
    tallies = dict(zip(counted, asked, strict=True))
    binned = [name for name in names if _is_binned(table, name, tallies, values)]
    edges = {}
    if binned:
        probabilities = tuple(round(i / bins, 6) for i in range(1, bins))
        edges = yield Quantiles({name: table.value(name) for name in binned}, probabilities, where=where)
    coded: list[Coded] = []
    left: dict[str, str] = {}
    for name in names:
        if name in binned:
            made: Coded | str = code_numbers(table, name, edges[name])
        elif name in tallies:
            made = _values(table, name, tallies[name], values)
        else:
            made = "not_a_feature"
        if isinstance(made, Coded):
            coded.append(made)
        elif named:
            raise DataError(made, name, limit=DISTINCT)
        else:
            left[name] = made
    return coded, left


def default_features(table: Table, used: Sequence[str]) -> tuple[str, ...]:
    """Return the columns that are neither `used` nor named like an identifier."""
    return tuple(name for name in table.columns if name not in used and not _is_identifier(name))


def _is_identifier(name: str) -> bool:
    last = name.casefold().replace("-", "_").rpartition("_")[2]
    return last in _IDENTIFIERS


def _is_binned(table: Table, name: str, tallies: dict[str, dict[str, np.ndarray]], values: int) -> bool:
    kind = table.columns[name].kind
    return kind == "number" or (kind == "integer" and len(tallies[name]["n"]) > values)


def code_numbers(table: Table, name: str, quantiles: Iterable[float]) -> Coded | str:
    """Return a column of numbers coded in the bins between `quantiles`, or why it cannot be."""
    edges = tuple(sorted({float(edge) for edge in quantiles if not isnan(edge)}))
    if not edges:
        return "constant_feature"
    bounds = [f"{edge:g}" for edge in edges]
    between = [f"{low} <= {name} < {high}" for low, high in pairwise(bounds)]
    labels = (f"{name} < {bounds[0]}", *between, f"{name} >= {bounds[-1]}", f"{name}={MISSING_GROUP}")
    value = table.value(name)
    sql = f"case when {value} is null then {len(edges) + 1} else {Bins(value, edges).sql()} end"
    return Coded(Feature(name=name, labels=labels, edges=edges), sql)


def _values(table: Table, name: str, tally: dict[str, np.ndarray], values: int) -> Coded | str:
    if len(tally["n"]) > DISTINCT:
        return "too_many_values"
    texts = name_values(tally["v"])
    frequent = sorted(zip(tally["n"].tolist(), texts, strict=True), key=lambda pair: (-pair[0], pair[1]))
    kept = [text for _, text in frequent if text != MISSING_GROUP][:values]
    if len(texts) < 2:  # noqa: PLR2004 - one value tells nobody apart
        return "constant_feature"
    column = quote(name)
    kind = table.columns[name].kind
    cases = [f"when {column} is null then {len(kept) + 1}"]
    for code, text in enumerate(kept):
        if kind == "boolean":
            condition = column if text == "true" else f"not {column}"
        else:
            condition = f"cast({column} as varchar) = {literal(text)}" if kind == "text" else f"{column} = {text}"
        cases.append(f"when {condition} then {code}")
    labels = (*(f"{name}={text}" for text in kept), f"{name}=(other)", f"{name}={MISSING_GROUP}")
    return Coded(Feature(name=name, labels=labels), f"case {' '.join(cases)} else {len(kept)} end")
