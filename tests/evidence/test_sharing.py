"""Checks that run together ask once what they ask alike, and each gets the answers that it would get alone."""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest

from muster.core.canonical import Frozen
from muster.core.figures import Figure
from muster.evidence import Asked, run_check, run_checks
from muster.evidence.check import Findings, Statistics
from muster.evidence.duck import DuckTable
from muster.evidence.errors import Cancelled, DataError, ParameterError
from muster.evidence.plan import Bins, Plan, Quantiles, Tallies
from muster.evidence.source import open_table
from muster.evidence.table import Table

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
FRAME = pd.DataFrame({"a": [1.0, 2.0, 2.0, np.nan, 9.0], "b": ["x", "y", "y", None, "x"], "y": [1, 0, 1, 0, 1]})
FRAME["p"] = [1, 0, 0, 0, 1]


class Nothing(Frozen):
    column: str = "a"


class Kept(Statistics):
    n: int
    total: float


class Sum:
    name = "sum"
    version = "1"
    title: Mapping[str, str] = MappingProxyType({"en": "Sum", "zh": "求和"})
    inputs: Mapping[str, bool] = MappingProxyType({"data": True, "other": False})
    parameters = Nothing
    statistics = Kept

    def measure(self, tables, parameters):
        value = tables["data"].value(parameters.column)
        asked = yield Plan({"n": "count(*)", "total": f"sum({value})"})
        return Kept(n=int(asked["n"][0]), total=float(asked["total"][0]))

    def judge(self, statistics, parameters, *, now):
        return Findings((Figure(name="sum", value=statistics.total, n=statistics.n),))


@pytest.fixture
def asked(monkeypatch):
    seen = []
    plain = DuckTable.select

    def listen(self, sql):
        seen.append(sql)
        return plain(self, sql)

    monkeypatch.setattr(DuckTable, "select", listen)
    return seen


@pytest.mark.spec("F8")
def test_selects_of_several_checks_become_one_and_equal_parts_are_asked_once(asked):
    first, second, third = run_checks([Asked(Sum()), Asked(Sum()), Asked(Sum(), {"column": "y"})], FRAME, now=NOW)
    assert len(asked) == 1
    assert asked[0].count("count(*)") == 1
    assert asked[0].count("sum(") == 2
    assert first.figures == second.figures
    assert (first.figure("sum").value, third.figure("sum").value) == (14.0, 3.0)


def test_each_result_keeps_its_own_query_as_if_it_had_run_alone():
    alone = run_check("fairness", FRAME, now=NOW, protected=["b"], prediction="p", label="y")
    together, _ = run_checks(
        [Asked("fairness", {"protected": ["b"], "prediction": "p", "label": "y"}), Asked(Sum())], FRAME, now=NOW
    )
    assert together == alone


def test_tallies_count_each_set_of_keys_alike_with_one_scan_and_with_many():
    request = Tallies({"bins": (Bins('"a"', (2.0, 5.0)),), "both": ('"b"', Bins('"a"', (2.0, 5.0))), "again": ('"b"',)})
    with open_table(FRAME) as table:
        many, one = table.ask(request), Table.tally(table, request)
    for found in (many, one):
        assert rows(found["bins"]) == {(0,): 1, (1,): 2, (2,): 1, (None,): 1}
        assert rows(found["both"]) == {("x", 0): 1, ("y", 1): 2, (None, None): 1, ("x", 2): 1}
        assert rows(found["again"]) == {("x",): 2, ("y",): 2, (None,): 1}


def rows(columns):
    keys = [np.ma.asarray(columns[name]).tolist() for name in sorted(columns) if name.startswith("k")]
    clean = [[None if v is None or v != v else v for v in key] for key in keys]  # noqa: PLR0124 - NaN
    return dict(zip(zip(*clean, strict=True), columns["n"].tolist(), strict=True))


def test_quantiles_are_values_of_the_data_and_nan_takes_no_part():
    request = Quantiles({"a": '"a"', "none": "cast(null as double)"}, (0.0, 0.5, 1.0))
    with open_table(FRAME) as table:
        found = table.ask(request)
    assert found["a"].tolist() == [1.0, 2.0, 9.0]
    assert np.isnan(found["none"]).all()


def test_a_needed_input_that_is_not_given_and_one_that_is_not_known_are_refused():
    with pytest.raises(ParameterError, match="other"):
        run_check(Sum(), FRAME, now=NOW, othr=FRAME)
    needing = Sum()
    needing.inputs = {"data": True, "other": True}
    with pytest.raises(DataError) as caught:
        run_check(needing, FRAME, now=NOW)
    assert (caught.value.code, caught.value.where) == ("missing_input", "other")


@pytest.mark.spec("L5")
def test_a_cancelled_check_stops_the_engine_and_has_no_result():
    slow = pd.DataFrame({"a": np.zeros(200_000)})

    class Crossing(Sum):
        def measure(self, tables, parameters):
            yield Plan({"n": 'count(*) filter (where "a" < (select count(*) from muster_data x, muster_data y))'})

    with pytest.raises(Cancelled):
        run_check(Crossing(), slow, now=NOW, cancelled=lambda: True)


@pytest.mark.spec("L5")
def test_progress_is_reported_while_the_engine_works():
    told = []

    class Slow(Sum):
        def measure(self, tables, parameters):
            yield Plan({"n": "(select count(*) from muster_data x, muster_data y where x.a + y.a > 1)"})
            return Kept(n=0, total=0.0)

    run_check(Slow(), pd.DataFrame({"a": np.arange(30_000.0)}), now=NOW, progress=lambda *now: told.append(now))
    assert told
    assert all(share is None or 0 <= share <= 1 for share, _ in told)
