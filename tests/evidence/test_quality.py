from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from muster.core.canonical import canonical
from muster.evidence import run_check
from muster.evidence.errors import DataError, ParameterError
from muster.evidence.rules import read_rules

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
REFERENCE = Path(__file__).parents[2] / "src/muster/example/data/acs_ma_employment/reference_2015.parquet"

# Six rows, by hand: age has one missing, one below 0, one above 120; code repeats "a" twice (2 surplus rows) and
# "b" once more is not there; day's newest is 20 November, 4.5 days before NOW.
SIX = pd.DataFrame(
    {
        "age": [30.0, None, -1.0, 130.0, 50.0, 60.0],
        "code": ["a", "a", "a", "b", "c", None],
        "day": pd.to_datetime(["2026-11-01"] * 5 + ["2026-11-20"]),
    }
)


def quality(data, *rules):
    return run_check("quality", data, now=NOW, rules=list(rules))


@pytest.mark.spec("F3")
@pytest.mark.parametrize(
    ("rule", "violations", "failed"),
    [
        ({"rule": "missing", "column": "age"}, 1, True),
        ({"rule": "missing", "column": "age", "max_share": 0.2}, 1, False),
        ({"rule": "missing", "column": "day"}, 0, False),
        ({"rule": "range", "column": "age", "min": 0, "max": 120}, 2, True),
        ({"rule": "range", "column": "age", "min": 0}, 1, True),
        ({"rule": "range", "column": "age", "max": 130}, 0, False),
        ({"rule": "set", "column": "code", "values": ["a", "b"]}, 1, True),
        ({"rule": "set", "column": "code", "values": ["a", "b", "c"]}, 0, False),
        ({"rule": "unique", "column": "code"}, 2, True),
        ({"rule": "unique", "columns": ["code", "age"]}, 0, False),
        ({"rule": "unique", "columns": ["code", "day"]}, 2, True),
        ({"rule": "schema", "columns": {"age": "number", "code": "text", "day": "timestamp"}}, 0, False),
        ({"rule": "schema", "columns": {"age": "integer", "cod": "text"}, "extra": False}, 4, True),
        ({"rule": "freshness", "column": "day", "max_age_days": 5}, 0, False),
        ({"rule": "freshness", "column": "day", "max_age_days": 4}, 1, True),
    ],
)
def test_each_rule_counts_the_violations_counted_by_hand(rule, violations, failed):
    found = quality(SIX, rule)
    assert found.figure(f"violations.{rule['rule']}").value == violations
    assert found.figure("rules_failed").value == failed


def test_nan_in_a_file_counts_as_missing_and_outside_every_range(tmp_path):
    import duckdb

    duckdb.sql("select 'nan'::double as x union all select 1.0").write_parquet(str(tmp_path / "x.parquet"))
    found = quality(
        tmp_path / "x.parquet", {"rule": "missing", "column": "x"}, {"rule": "range", "column": "x", "min": 0}
    )
    assert [found.figure(name).value for name in ("rules_failed", "violations.missing", "violations.range")] == [
        2,
        1,
        1,
    ]


def test_all_rules_are_answered_by_one_query_and_each_is_reported():
    rules = [
        {"rule": "missing", "column": "AGEP"},
        {"rule": "range", "column": "AGEP", "min": 0, "max": 99},
        {"rule": "set", "column": "SEX", "values": [1, 2]},
        {"rule": "unique", "column": "id"},
    ]
    found = quality(REFERENCE, *rules)
    assert found.query.count("select") == 1
    assert (found.figure("rules_failed").value, found.figure("rules_total").value) == (0, 4)
    assert [f.group for f in found.figures if f.name.startswith("violations.")] == ["AGEP", "AGEP", "SEX", "id"]
    assert {f.name for f in found.figures} <= set(found.definitions)
    assert canonical(found)


def test_a_column_without_any_time_fails_its_freshness_rule_and_says_why():
    data = SIX.assign(day=pd.Series([pd.NaT] * 6))
    found = quality(data, {"rule": "freshness", "column": "day", "max_age_days": 5})
    assert found.figure("violations.freshness").not_estimable == "no_values"
    assert found.figure("rules_failed").value == 1


def test_no_rules_is_an_error_and_not_a_pass():
    with pytest.raises(ParameterError):
        quality(SIX)


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ({"rule": "missing", "column": "agee"}, "missing_column"),
        ({"rule": "range", "column": "code", "min": 0}, "wrong_type"),
        ({"rule": "freshness", "column": "age", "max_age_days": 1}, "wrong_type"),
        ({"rule": "unique", "columns": ["code", "agee"]}, "missing_column"),
        ({"rule": "set", "column": "agee", "values": [1]}, "missing_column"),
    ],
)
def test_a_rule_about_a_column_that_is_not_there_or_not_fit_stops_the_check(rule, code):
    with pytest.raises(DataError) as caught:
        quality(SIX, rule)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "rule",
    [
        {"rule": "rang", "column": "age"},
        {"rule": "range", "column": "age"},
        {"rule": "unique"},
        {"rule": "missing", "column": "age", "share": 0.1},
        {"rule": "set", "column": "code", "values": []},
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(rule):
    with pytest.raises(ParameterError):
        quality(SIX, rule)


def test_rules_are_read_from_yaml_and_json(tmp_path):
    (tmp_path / "rules.yaml").write_text("- {rule: missing, column: age, max_share: 0.1}\n")
    (tmp_path / "rules.json").write_text('[{"rule": "missing", "column": "age", "max_share": 0.1}]')
    assert read_rules(tmp_path / "rules.yaml") == read_rules(tmp_path / "rules.json")


@pytest.mark.parametrize("text", ["[]", "- {rule: missing}\n- {rule: x, column: a}", "- [", "rule: missing", ""])
def test_a_file_of_rules_that_is_wrong_is_refused_naming_every_problem(tmp_path, text):
    (tmp_path / "rules.yaml").write_text(text)
    with pytest.raises(ParameterError) as caught:
        read_rules(tmp_path / "rules.yaml")
    assert caught.value.code == "rules_unreadable"
    if text.startswith("- {"):
        assert "0.missing.column" in caught.value.what
        assert "1:" in caught.value.what


def test_a_missing_file_of_rules_is_refused(tmp_path):
    with pytest.raises(ParameterError) as caught:
        read_rules(tmp_path / "none.yaml")
    assert caught.value.where == "none.yaml"
