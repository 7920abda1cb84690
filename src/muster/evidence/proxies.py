"""Proxies: how well each feature tells each protected attribute."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, ClassVar, Self

import numpy as np
from pydantic import Field, FiniteFloat, model_validator

from muster.core.canonical import Frozen
from muster.evidence.check import Findings, Statistics, Steps
from muster.evidence.errors import DataError, NotMergeable, ParameterError
from muster.evidence.groups import MISSING_GROUP, name_values
from muster.evidence.plan import Columns, Plan, Tallies, quote
from muster.evidence.proxy_figures import DEFINITIONS, Pair, proxy_figures
from muster.evidence.slice_features import DISTINCT, Coded, Feature, code_features, code_numbers, default_features
from muster.evidence.table import Table

OTHER = "(other)"


class ProxyParameters(Frozen):
    """Whose attributes, told by which features; how these are read."""

    judged: ClassVar[Mapping[str, Any]] = {"minimum": True, "level": True}

    protected: tuple[str, ...] = Field(default=(), description="A protected attribute. Again for each.")
    features: tuple[str, ...] = Field(
        default=(), description="The features; none named: every other column that is not named like an identifier."
    )
    leave_out: tuple[str, ...] = Field(default=(), description="Columns that are no features, such as the label.")
    bins: int = Field(default=10, ge=2, le=50, description="The quantile bins of a feature of numbers.")
    values: int = Field(default=20, ge=1, le=200, description="How many frequent values a feature keeps.")
    cuts: dict[str, tuple[FiniteFloat, ...]] = Field(
        default_factory=dict, description="The edges of the bins by feature, so that results of days or shards merge."
    )
    minimum: int = Field(default=30, ge=1, description="Values with fewer rows are pooled.")
    level: float = Field(default=0.95, gt=0.5, lt=1, description="The level of the intervals.")

    @model_validator(mode="after")
    def _apart(self) -> "ProxyParameters":
        if both := set(self.protected) & set(self.features):
            raise ValueError(f"a protected attribute is no feature beside itself: {', '.join(sorted(both))}")
        if len(set(self.protected)) != len(self.protected) or len(set(self.features)) != len(self.features):
            raise ValueError("each column is named once")
        return self


class ProxyStatistics(Statistics):
    """The features as they were read, and the rows by each feature's code and each attribute's value.

    `tables`: attribute -> for each feature the (code, value, rows) that occur. `most`: how many values a feature keeps.
    """

    features: tuple[Feature, ...]
    left_out: Mapping[str, str]
    most: int
    tables: Mapping[str, tuple[tuple[tuple[int, str, int], ...], ...]]

    def merged(self, other: Self) -> Self:
        if [f.name for f in self.features] != [f.name for f in other.features]:
            odd = {f.name for f in self.features} ^ {f.name for f in other.features}
            raise NotMergeable("other_bins", min(odd, default="features"))
        if set(self.tables) != set(other.tables):
            raise NotMergeable("other_parameters", "proxies")
        features = tuple(
            _united(mine, theirs, self, other) for mine, theirs in zip(self.features, other.features, strict=True)
        )
        tables = {}
        for name in self.tables:
            sides = [_recoded(each, name, features) for each in (self, other)]
            tables[name] = tuple(_summed([*mine, *theirs]) for mine, theirs in zip(*sides, strict=True))
        return self.model_copy(update={"features": features, "tables": tables})


class Proxies:
    """The check ``proxies``."""

    name = "proxies"
    version = "1"
    title: Mapping[str, str] = MappingProxyType({"en": "Proxies of protected attributes", "zh": "受保护属性的代理特征"})
    inputs: Mapping[str, bool] = MappingProxyType({"data": True})
    parameters = ProxyParameters
    statistics = ProxyStatistics

    def measure(self, tables: Mapping[str, Table], parameters: ProxyParameters) -> Steps:
        """Ask for edges and frequent values, then for the rows by each feature and each attribute."""
        table = tables["data"]
        if not parameters.protected:
            raise ParameterError("no_protected", "protected")
        for name in (*parameters.protected, *parameters.features, *parameters.leave_out, *parameters.cuts):
            table.require(name)
        yield from _refuse_identifiers(parameters)
        coded, left = yield from _code(table, parameters)
        if not coded:
            raise DataError("no_features", table.kind)
        codes = {f"f{i}": each.sql for i, each in enumerate(coded)}
        codes |= {f"a{j}": quote(name) for j, name in enumerate(parameters.protected)}
        sets = {f"{i} {j}": (f"f{i}", f"a{j}") for i in range(len(coded)) for j in range(len(parameters.protected))}
        asked = yield Tallies(sets, columns=codes)
        features = tuple(_in_order(each.feature) for each in coded)
        found = {
            name: tuple(_cells(asked[f"{i} {j}"], each.feature, features[i]) for i, each in enumerate(coded))
            for j, name in enumerate(parameters.protected)
        }
        return ProxyStatistics(features=features, left_out=left, most=parameters.values, tables=found)

    def judge(self, statistics: ProxyStatistics, parameters: ProxyParameters, *, now: datetime) -> Findings:
        """Return the strongest feature of each attribute, then every pair."""
        del now
        pairs = [
            Pair(feature.name, attribute, _table(cells))
            for attribute in parameters.protected
            for feature, cells in zip(statistics.features, statistics.tables[attribute], strict=True)
        ]
        return Findings(proxy_figures(pairs, parameters.minimum, parameters.level), (), DEFINITIONS)


def _refuse_identifiers(parameters: ProxyParameters) -> Steps:
    plans = tuple(Plan({"n": "count(*)"}, {"v": quote(name)}, limit=DISTINCT + 1) for name in parameters.protected)
    for name, answer in zip(parameters.protected, (yield plans), strict=True):
        if len(answer["n"]) > DISTINCT:
            raise DataError("too_many_values", name, limit=DISTINCT)


def _code(table: Table, parameters: ProxyParameters) -> Steps:
    names = parameters.features or default_features(table, (*parameters.protected, *parameters.leave_out))
    free = tuple(name for name in names if name not in parameters.cuts)
    named = bool(parameters.features)
    coded, left = yield from code_features(
        table, free, bins=parameters.bins, values=parameters.values, named=named, where=""
    )
    for name in names:
        if name in parameters.cuts:
            made = code_numbers(table, name, parameters.cuts[name])
            if not isinstance(made, Coded):
                raise DataError(made, name)
            coded.append(made)
    return sorted(coded, key=lambda each: names.index(each.feature.name)), left


def _in_order(feature: Feature) -> Feature:
    """Return a feature of values with these in the order of the alphabet, whichever are the more frequent."""
    if feature.edges:
        return feature
    kept = sorted(feature.labels[:-2])
    return feature.model_copy(update={"labels": (*kept, *feature.labels[-2:])})


def _cells(asked: Columns, before: Feature, after: Feature) -> tuple[tuple[int, str, int], ...]:
    codes = np.asarray(asked["k0"], dtype=np.int64).tolist()
    rows = np.asarray(asked["n"], dtype=np.int64).tolist()
    place = _places(before, after)
    return _summed(
        [(place[code], value, n) for code, value, n in zip(codes, name_values(asked["k1"]), rows, strict=True)]
    )


def _places(before: Feature, after: Feature) -> list[int]:
    if before.edges:  # bins keep their numbers: two of them may read alike
        return list(range(len(before.labels)))
    places = {label: code for code, label in enumerate(after.labels)}
    return [places[label] for label in before.labels]


def _summed(cells: list[tuple[int, str, int]]) -> tuple[tuple[int, str, int], ...]:
    found: dict[tuple[int, str], int] = {}
    for code, value, n in cells:
        found[code, value] = found.get((code, value), 0) + n
    return tuple((code, value, n) for (code, value), n in sorted(found.items()))


def _united(mine: Feature, theirs: Feature, one: ProxyStatistics, other: ProxyStatistics) -> Feature:
    """Return one feature for both; values may be listed together only if neither side pooled any."""
    if mine == theirs:
        return mine
    place = [feature.name for feature in one.features].index(mine.name)
    pooled = any(
        code == len(feature.labels) - 2
        for feature, side in ((mine, one), (theirs, other))
        for cells in side.tables.values()
        for code, _, _ in cells[place]
    )
    kept = sorted({*mine.labels[:-2], *theirs.labels[:-2]})
    if mine.edges or theirs.edges or pooled or len(kept) > min(one.most, other.most):
        raise NotMergeable("other_bins", mine.name)
    return mine.model_copy(update={"labels": (*kept, f"{mine.name}={OTHER}", f"{mine.name}={MISSING_GROUP}")})


def _recoded(
    statistics: ProxyStatistics, attribute: str, features: tuple[Feature, ...]
) -> list[list[tuple[int, str, int]]]:
    found = []
    for before, after, cells in zip(statistics.features, features, statistics.tables[attribute], strict=True):
        place = _places(before, after)
        found.append([(place[code], value, n) for code, value, n in cells])
    return found


def _table(cells: tuple[tuple[int, str, int], ...]) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    codes = sorted({code for code, _, _ in cells})
    values = sorted({value for _, value, _ in cells})
    table = np.zeros((len(codes), len(values)), dtype=np.int64)
    for code, value, n in cells:
        table[codes.index(code), values.index(value)] += n
    return table


check = Proxies()
