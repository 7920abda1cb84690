"""Columns of one window only are told, those of kinds that are never compared too; what misleads is refused."""

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from muster.evidence.drift import check
from muster.evidence.errors import DataError
from muster.evidence.run import run_check

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
CENSUS = Path(__file__).parents[2] / "src/muster/example/data/acs_ma_employment"
pytestmark = pytest.mark.spec("F8")


def run(data, reference=None, **given):
    return run_check(check, data, reference=reference, now=NOW, **given)


def told(result):
    names = ("columns_only_in_reference", "columns_only_in_data", "columns_not_comparable")
    return {f.name: (f.value, f.group) for f in result.figures if f.name in names}


BEFORE = pd.DataFrame({"x": [1.0, 2, 3], "label": [0, 1, 0], "at": pd.to_datetime(["2026-01-01"] * 3)})
AFTER = pd.DataFrame({"x": [1.0, 2, 4], "new": [0, 1, 0], "at": pd.to_datetime(["2026-02-01"] * 3)})


def test_columns_of_one_window_and_times_are_told_not_compared():
    result = run(AFTER, BEFORE)
    assert result.figure("columns_compared").value == 1
    assert told(result) == {
        "columns_only_in_reference": (1, "label"),
        "columns_only_in_data": (1, "new"),
        "columns_not_comparable": (1, "at"),
    }


def test_columns_that_are_left_out_are_not_told_and_may_be_in_either_window():
    assert told(run(AFTER, BEFORE, leave_out=["label", "new", "at"])) == {
        "columns_only_in_reference": (0, ""),
        "columns_only_in_data": (0, ""),
        "columns_not_comparable": (0, ""),
    }
    with pytest.raises(DataError) as refused:
        run(AFTER, BEFORE, leave_out=["lable"])
    assert refused.value.code == "missing_column"


def test_named_columns_are_compared_or_refused_and_nothing_else_is_told():
    assert told(run(AFTER, BEFORE, columns=["x"])) == {}
    for columns, code in ((["label"], "missing_column"), (["new"], "missing_column"), (["at"], "wrong_type")):
        with pytest.raises(DataError) as refused:
            run(AFTER, BEFORE, columns=columns)
        assert refused.value.code == code


def test_a_registered_reference_tells_the_same():
    profile = run(BEFORE).statistics["reference"]
    assert told(run(BEFORE))["columns_not_comparable"] == (1, "at")
    assert told(run(AFTER, profile=profile)) == told(run(AFTER, BEFORE))
    with pytest.raises(DataError, match="registered reference"):
        run(AFTER, profile=profile, columns=["new"])
    with pytest.raises(DataError) as refused:
        run(AFTER.assign(x="a"), profile=profile)
    assert refused.value.code == "wrong_type"


@pytest.mark.parametrize("kind", ["zoned then", "zoned now"])
def test_times_with_a_zone_in_one_window_only_are_refused_in_both_languages(kind):
    zoned = AFTER.assign(at=AFTER["at"].dt.tz_localize("UTC"))
    data, reference = (AFTER, zoned) if kind == "zoned then" else (zoned, AFTER)
    with pytest.raises(DataError) as refused:
        run(data, reference)
    assert refused.value.code == "zone_in_one_window"
    assert "time zone" in refused.value.sentence("en")
    assert "时区" in refused.value.sentence("zh")
    assert run(data, reference, leave_out=["at"]).figure("columns_compared").value == 2
    assert told(run(zoned, zoned))["columns_not_comparable"] == (1, "at")


def test_the_census_without_its_labels_is_compared_with_the_one_that_has_them():
    result = run(str(CENSUS / "analysis_2016_2018.parquet"), str(CENSUS / "reference_2015.parquet"))
    assert told(result)["columns_only_in_reference"] == (1, "employed")
    assert result.figure("columns_compared").value == 20
