import json
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from core.tiny import SCENARIO, TINY, edited, place
from muster.cli.nouns import build_app
from muster.core.scenario import FIELDS
from muster.frameworks import folder as shipped

pytestmark = pytest.mark.spec("B4")
SCENARIOS = sorted((shipped("full") / "scenarios").glob("*.yaml"))


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("MUSTER_LANG", "en")


def write(root: Path, files) -> str:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return str(root)


@pytest.fixture
def tiny(tmp_path):
    return write(tmp_path / "tiny", TINY)


def run(*args):
    result = CliRunner().invoke(build_app(), ["framework", *map(str, args)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_lint_of_a_clean_framework_says_so_and_leaves_with_0(tiny):
    result = run("lint", tiny, "--publish")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "0 errors, 0 warnings" in result.stderr


def test_lint_names_every_problem_with_its_place_and_leaves_with_1(tmp_path):
    broken = edited("policy.yaml", "level: strict", "level: strickt")
    broken = edited("process.yaml", "accountable: scientist", "accountable: scientst", broken)
    result = run("lint", write(tmp_path, broken))
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        f"{place(broken, 'policy.yaml', 'strickt')}: unknown value `strickt` — did you mean `strict`?",
        f"{place(broken, 'process.yaml', 'scientst')}: unknown role `scientst` — did you mean `scientist`?",
    ]


def test_lint_as_json_holds_the_same_fields(tmp_path):
    broken = edited("policy.yaml", "weight: 0.6", "weight: 0.7")
    result = run("lint", write(tmp_path, broken), "--json")
    (problem,) = json.loads(result.stdout)
    assert (result.exit_code, problem["rule"], problem["severity"]) == (1, "weights", "error")
    assert f"{problem['path']}:{problem['line']}:{problem['column']}" == place(broken, "policy.yaml", "- {id: reach")


def test_a_folder_that_is_not_there_leaves_with_2_and_names_the_nearest_shipped_one():
    result = run("lint", "startr")
    assert result.exit_code == 2
    assert "did you mean `starter`?" in result.stderr


def test_hidden_files_are_no_part_of_a_folder(tiny):
    write(Path(tiny), {".github/workflow.yaml": "on: push"})
    assert run("lint", tiny).exit_code == 0


def test_scenarios_that_come_out_as_written_leave_with_0(tiny):
    result = run("test", tiny)
    assert (result.exit_code, result.stdout) == (0, "lunch: as expected\n")


@pytest.mark.spec("A3")
def test_the_scenarios_of_the_full_framework_come_out_exactly():
    result = run("test", "full")
    assert result.exit_code == 0, result.stdout
    assert result.stdout.count(": as expected") == len(SCENARIOS) == 9


def test_a_scenario_that_differs_is_shown_field_by_field(tmp_path):
    wrong = edited("scenarios/lunch.yaml", "base_tier: T1", "base_tier: T2")
    wrong = edited("scenarios/lunch.yaml", "fairness: light", "fairness: strict", wrong)
    result = run("test", write(tmp_path, wrong))
    assert result.exit_code == 1
    assert "  base_tier: expected 'T2', came out 'T1'" in result.stdout
    assert "  levels.fairness: expected 'strict', came out 'light'" in result.stdout


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("q_audience: team", "q_audiense: team", "unknown question `q_audiense` — did you mean `q_audience`?"),
        ("q_audience: team", "q_audience: teem", "`teem` is no answer to `q_audience` — did you mean `team`?"),
        ("  overall: 0.0", "  overal: 0.0", "unknown field `overal` — did you mean `overall`?"),
        ("id: lunch", "idd: lunch", "unknown key `idd` — did you mean `id`?"),
    ],
)
def test_a_scenario_that_cannot_be_read_is_refused_with_its_place(tmp_path, old, new, message):
    wrong = edited("scenarios/lunch.yaml", old, new)
    result = run("test", write(tmp_path, wrong))
    assert result.exit_code == 2
    assert message in result.stdout


def test_a_framework_without_scenarios_cannot_be_tested(tmp_path):
    bare = {path: text for path, text in TINY.items() if not path.startswith("scenarios/")}
    result = run("test", write(tmp_path, bare))
    assert result.exit_code == 2
    assert "scenarios/NAME.yaml" in result.stderr


def test_show_prints_matrix_measures_process_and_responsibilities(tiny):
    result = run("show", tiny)
    assert result.exit_code == 0
    for line in (
        "Documentation  light     standard",
        "  fair_test   strict  Compare groups    release.validate  validator",
        "   gate G2: Is it good enough?",
        "Validate the model  ·      C          A/R",
    ):
        assert line in result.stdout, result.stdout


def test_show_speaks_the_language_asked_for(tiny):
    result = run("show", tiny, "--section", "matrix", "--language", "zh-Hans")
    assert "政策矩阵" in result.stdout
    assert "公平性  轻量     严格" in result.stdout


def test_show_of_one_measure_says_who_asks_for_it(tiny):
    result = run("show", tiny, "--measure", "fair_test")
    assert "evidence: computed:fairness" in result.stdout
    assert "asked for by: tiny_law.art1 Compare groups (must)" in result.stdout


@pytest.mark.parametrize(
    ("option", "name", "near"), [("--measure", "fair_tset", "fair_test"), ("--section", "matrx", "matrix")]
)
def test_an_unknown_measure_or_section_is_refused_with_the_nearest(tiny, option, name, near):
    result = run("show", tiny, option, name)
    assert result.exit_code == 1
    assert f"did you mean `{near}`?" in result.stderr


@pytest.mark.parametrize("section", ["questions", "regulations", "overview"])
def test_every_section_of_the_shipped_framework_can_be_shown(section):
    assert len(run("show", "full", "--section", section).stdout.splitlines()) > 3


def test_schema_describes_the_sections_of_a_folder():
    schema = json.loads(run("schema").stdout)
    assert {"questions", "floors", "matrix", "process", "raci", "instruments"} <= set(schema["properties"])


@pytest.mark.spec("A3")
@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_classify_prints_the_fields_of_a_scenario_exactly(path):
    expected = yaml.safe_load(path.read_text(encoding="utf-8"))["expected"]
    result = run("classify", path, "--json")
    assert result.exit_code == 0, result.output
    printed = json.loads(result.stdout)
    assert tuple(printed) == FIELDS
    assert printed == expected


def test_classify_takes_bare_answers_and_says_why(tmp_path, tiny):
    sheet = tmp_path / "answers.yaml"
    sheet.write_text("q_audience: public\nq_regions: [eu]\nq_personal: true\n", encoding="utf-8")
    result = run("classify", sheet, "--framework", tiny)
    assert result.exit_code == 0
    assert "tier: T2 High — Touches people" in result.stdout
    assert "  F1: Personal data in the Union (because of: eu_personal)" in result.stdout


def test_classify_says_which_questions_are_open(tmp_path, tiny):
    sheet = tmp_path / "answers.yaml"
    sheet.write_text("answers: {q_audience: public}\n", encoding="utf-8")
    result = run("classify", sheet, "--framework", tiny)
    assert "provisional: questions are open: q_regions, q_personal" in result.stdout
    assert "(not answered yet: eu_personal)" in result.stdout


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("q_audiense: team\n", ":1:1: unknown question `q_audiense` — did you mean `q_audience`?"),
        ("answers:\n  q_audience: teem\n", ":2:15: `teem` is no answer to `q_audience` — did you mean `team`?"),
        ("q_regions: eu\n", ":1:12: `q_regions` takes a list of answers — write a list: [eu]"),
        ("q_audience: [team]\n", ":1:13: `q_audience` takes one answer, not a list — choose one of them"),
        ("q_regions: []\n", ":1:12: an empty list is no answer to `q_regions`"),
        ("q_personal: yes\n", ":1:13: `yes` is true or false to some readers of YAML"),
        ("q_audience: 3\n", ":1:13: expected true or false or a text or a list, found 3"),
        ("", ":1:1: the file is empty"),
    ],
)
def test_classify_refuses_an_answer_that_cannot_be_taken_with_its_place(tmp_path, tiny, content, line):
    sheet = tmp_path / "answers.yaml"
    sheet.write_text(content, encoding="utf-8")
    result = run("classify", sheet, "--framework", tiny)
    assert result.exit_code == 1
    assert f"{sheet}{line}" in result.stdout, result.stdout


def test_classify_without_a_file_leaves_with_2(tmp_path, tiny):
    assert run("classify", tmp_path / "none.yaml", "--framework", tiny).exit_code == 2


def test_the_scenario_of_the_tiny_framework_holds_every_field():
    assert tuple(yaml.safe_load(SCENARIO)["expected"]) == FIELDS
