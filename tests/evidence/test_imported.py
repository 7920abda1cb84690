"""Results that pandera, Great Expectations and pointblank wrote about one table of five rows.

id 1 2 3 4 4 · age 30 -1 (missing) 45 200 · sex f m x f m. The versions are in the names of the files.
"""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from muster.contract.evidence import EvidenceStatement
from muster.evidence.errors import DataError
from muster.evidence.imported import read_results
from muster.evidence.result import statement

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SAMPLES = Path(__file__).parent / "imported"


def read(name, **more):
    return read_results(SAMPLES / name, now=NOW, **more)


def violations(result):
    return {(f.name.removeprefix("violations."), f.group): (f.value, f.n) for f in result.figures if "." in f.name}


@pytest.mark.spec("F3")
def test_great_expectations_is_read_with_its_version_and_its_denominators():
    found = read("great_expectations_1.24.1.json")
    assert violations(found) == {
        ("expect_column_values_to_not_be_null", "age"): (1, 5),
        ("expect_column_values_to_be_between", "age"): (2, 4),
        ("expect_column_values_to_be_unique", "id"): (2, 5),
        ("expect_column_values_to_be_in_set", "sex"): (0, 5),
        ("expect_table_row_count_to_be_between", ""): (0, 1),
    }
    assert (found.figure("rules_failed").value, found.figure("rules_total").value) == (3, 5)
    assert found.environment["great_expectations"] == "1.24.1"


def test_pointblank_is_read_step_by_step():
    found = read("pointblank_1.1.1.json", tool_version="1.1.1")
    assert violations(found) == {
        ("col_vals_not_null", "age"): (1, 5),
        ("col_vals_between", "age"): (2, 5),
        ("rows_distinct", "id"): (2, 5),
        ("col_vals_in_set", "sex"): (0, 5),
        ("col_exists", "sex"): (0, 1),
    }
    assert found.parameters["tool_version"] == "1.1.1"


def test_panderas_failure_cases_are_counted_and_hold_no_word_about_rules_that_held():
    found = read("pandera_0.35.0_failure_cases.json", tool_version="0.35.0")
    assert violations(found) == {
        ("field_uniqueness", "id"): (2, 0),
        ("not_nullable", "age"): (1, 0),
        ("in_range(0, 120)", "age"): (2, 0),
        ("isin(['f', 'm'])", "sex"): (1, 0),
    }
    assert found.figure("rules_failed").value == 4
    assert "rules_total" not in {figure.name for figure in found.figures}
    assert found.parameters["only_failed"] is True


def test_panderas_report_names_rules_without_rows():
    found = read("pandera_0.35.0_report.json")
    assert {figure.not_estimable for figure in found.figures if "." in figure.name} == {"rows_not_told"}
    assert found.figure("rules_failed").value == 4


@pytest.mark.parametrize("name", [file.name for file in sorted(SAMPLES.glob("*.json"))])
def test_what_is_imported_says_so_and_never_looks_computed(name):
    found = read(name)
    assert found.check == "imported_quality"
    assert found.parameters["kind"] == "imported"
    assert found.query == ""
    assert {"imported" in definition.source for definition in found.definitions.values()} == {True}
    assert (
        EvidenceStatement.model_validate_json(json.dumps(statement(found))).predicate.data.digest == found.data.digest
    )


def test_a_rule_that_the_tool_could_not_run_has_failed(tmp_path):
    content = json.loads((SAMPLES / "great_expectations_1.24.1.json").read_text())
    content["results"][3]["exception_info"]["raised_exception"] = True
    (tmp_path / "r.json").write_text(json.dumps(content))
    found = read_results(tmp_path / "r.json", now=NOW)
    assert found.figure("rules_failed").value == 4
    assert found.figure("violations.expect_column_values_to_be_in_set").not_estimable == "tool_failed"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"results": [', "results_unreadable"),
        ("", "results_unreadable"),
        ("[]", "results_unknown"),
        ("{}", "results_unknown"),
        ("7", "results_unknown"),
        ('{"results": []}', "results_unknown"),
        ('{"results": [{"success": "yes"}]}', "results_unknown"),
        ('[{"assertion_type": "x"}]', "results_unknown"),
        ('{"SCHEMA": {}}', "results_unknown"),
        ('{"DATA": {"A": [1]}}', "results_unknown"),
    ],
)
def test_what_none_of_the_tools_wrote_is_refused_with_the_place(tmp_path, text, code):
    (tmp_path / "r.json").write_text(text)
    with pytest.raises(DataError) as caught:
        read_results(tmp_path / "r.json", now=NOW)
    assert (caught.value.code, caught.value.where) == (code, "r.json")
    if code == "results_unreadable":
        assert "line 1 column" in caught.value.what


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(DataError) as caught:
        read_results(tmp_path / "none.json", now=NOW)
    assert caught.value.code == "missing_file"
