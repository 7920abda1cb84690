"""Sharing scans: what several checks ask of one table in one step is asked once.

SELECTs with the same keys and filter become one SELECT, each expression computed once; tallies with the same
aggregates and filter become one set of tallies, each key set counted once; quantiles of one column once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from muster.evidence.plan import Answer, Key, Plan, Quantiles, Request, Tallies, key_sql
from muster.evidence.table import Table

_Take = Callable[[Answer], Answer]


def answer_together(tables: Mapping[str, Table], requests: Sequence[Request]) -> list[Answer]:
    """Answer all `requests`, in their order."""
    if len(requests) == 1:
        return [tables[requests[0].table].ask(requests[0])]
    answers: list[Answer] = [None] * len(requests)
    alike: dict[Any, list[int]] = {}
    for place, request in enumerate(requests):
        alike.setdefault(_alike(request), []).append(place)
    for places in alike.values():
        together, takes = _share([requests[place] for place in places])
        answer = tables[together.table].ask(together)
        for place, take in zip(places, takes, strict=True):
            answers[place] = take(answer)
    return answers


def _share(requests: Sequence[Request]) -> tuple[Request, list[_Take]]:
    plans = [each for each in requests if isinstance(each, Plan)]
    tallies = [each for each in requests if isinstance(each, Tallies)]
    if plans:
        return _share_plans(plans)
    if tallies:
        return _share_tallies(tallies)
    return _share_quantiles([each for each in requests if isinstance(each, Quantiles)])


def _alike(request: Request) -> tuple[Any, ...]:
    if isinstance(request, Plan):
        keys = tuple(key_sql(key) for key in request.keys.values())
        return "plan", request.table, request.where, request.limit, request.over, keys
    if isinstance(request, Tallies):
        asked = tuple(request.aggregates.items()), tuple(request.columns.items())
        return "tallies", request.table, request.where, request.over, *asked
    return "quantiles", request.table, request.where


def _share_plans(plans: Sequence[Plan]) -> tuple[Plan, list[_Take]]:
    keys = {f"k{i}": key for i, key in enumerate(plans[0].keys.values())}
    aliases: dict[str, str] = {}
    for plan in plans:
        for expression in plan.aggregates.values():
            aliases.setdefault(expression, f"a{len(aliases)}")
    together = replace(plans[0], aggregates={alias: expression for expression, alias in aliases.items()}, keys=keys)

    def take(plan: Plan) -> _Take:
        named = {name: f"k{i}" for i, name in enumerate(plan.keys)}
        named |= {name: aliases[expression] for name, expression in plan.aggregates.items()}
        return lambda answer: {name: answer[alias] for name, alias in named.items()}

    return together, [take(plan) for plan in plans]


def _share_tallies(tallies: Sequence[Tallies]) -> tuple[Tallies, list[_Take]]:
    names: dict[tuple[str, ...], str] = {}
    sets: dict[str, tuple[Key, ...]] = {}
    for each in tallies:
        for keys in each.sets.values():
            written = tuple(key_sql(key) for key in keys)
            sets[names.setdefault(written, f"s{len(names)}")] = keys
    together = replace(tallies[0], sets=sets)

    def take(each: Tallies) -> _Take:
        named = {name: names[tuple(key_sql(key) for key in keys)] for name, keys in each.sets.items()}
        return lambda answer: {name: answer[alias] for name, alias in named.items()}

    return together, [take(each) for each in tallies]


def _share_quantiles(requests: Sequence[Quantiles]) -> tuple[Quantiles, list[_Take]]:
    probabilities = tuple(sorted({p for each in requests for p in each.probabilities}))
    names: dict[str, str] = {}
    for each in requests:
        for expression in each.columns.values():
            names.setdefault(expression, f"c{len(names)}")
    columns = {alias: expression for expression, alias in names.items()}
    together = Quantiles(columns, probabilities, requests[0].where, requests[0].table)

    def take(each: Quantiles) -> _Take:
        at = np.array([probabilities.index(p) for p in each.probabilities], dtype=np.int64)
        named = {name: names[expression] for name, expression in each.columns.items()}
        return lambda answer: {name: answer[alias][at] for name, alias in named.items()}

    return together, [take(each) for each in requests]
