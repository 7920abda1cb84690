import json
import tomllib
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import pandas as pd
import pytest
import typer
from pydantic import Field
from typer.testing import CliRunner

from muster.cli import progress
from muster.cli.check import _watch, app
from muster.cli.check_options import build_command, describe_check, shipped_descriptions
from muster.core.canonical import Frozen
from muster.evidence.words import REASONS, SENTENCES

REFERENCE = str(Path(__file__).parents[2] / "src/muster/example/data/acs_ma_employment/reference_2015.parquet")
FAIRNESS = ["fairness", "--data", REFERENCE, "--label", "employed", "--prediction", "prediction"]
BOTH = [*FAIRNESS, "--protected", "SEX", "--protected", "RAC1P", "--replicates", "200"]


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("MUSTER_LANG", "en")


def run(*given):
    return CliRunner().invoke(app, list(given))


@pytest.mark.spec("F1", "L3")
def test_fairness_prints_the_whole_result_as_json():
    shown = run(*BOTH, "--json")
    assert shown.exit_code == 0
    result = json.loads(shown.stdout)
    names = {figure["name"] for figure in result["figures"]}
    assert {"selection_rate_ratio", "selection_rate_ratio.intersection"} <= names
    assert result["data"]["rows"] == 68_785
    assert len(result["groups"]) == 2 + 9 + 17


def test_the_first_line_is_a_sentence_with_the_worst_figure_its_interval_and_n():
    first = run(*BOTH).stdout.splitlines()[0]
    assert first.startswith("RAC1P=3 is selected 0.6907 times as often as RAC1P=1 (95 % interval 0.3")
    assert first.endswith("n = 56,190).")


def test_the_text_speaks_chinese(monkeypatch):
    monkeypatch.setenv("MUSTER_LANG", "zh")
    shown = run(*BOTH).stdout
    assert shown.startswith("RAC1P=3 的选择率是 RAC1P=1 的 0.6907 倍（95 % 区间")
    assert "样本量" in shown


def test_one_group_only_is_said_and_not_called_fair(tmp_path):
    pd.DataFrame({"g": ["a", "a"], "p": [0, 1]}).to_csv(tmp_path / "log.csv", index=False)
    shown = run("fairness", "--data", str(tmp_path / "log.csv"), "--prediction", "p", "--protected", "g")
    assert shown.exit_code == 0
    assert shown.stdout.startswith("Selection rates cannot be compared: there is only one group.")


@pytest.mark.spec("F4")
def test_performance_leads_with_the_auc():
    shown = run("performance", "--data", REFERENCE, "--label", "employed", "--score", "predicted_probability")
    assert shown.stdout.startswith("Area under the ROC curve: 0.9034 (95 % interval 0.9011 – 0.9056, n = 68,785).")


def test_performance_of_a_regression_leads_with_r2(tmp_path):
    pd.DataFrame({"y": [1.0, 2.0, 4.0], "p": [1.0, 2.5, 3.5]}).to_csv(tmp_path / "log.csv", index=False)
    given = ["--label", "y", "--prediction", "p", "--task", "regression"]
    assert run("performance", "--data", str(tmp_path / "log.csv"), *given).stdout.startswith("R²: 0.8929")


@pytest.mark.spec("F3")
def test_quality_counts_failed_rules_and_still_leaves_with_0(tmp_path):
    rules = tmp_path / "rules.yaml"
    rules.write_text("- {rule: range, column: AGEP, max: 50}\n- {rule: missing, column: AGEP}\n")
    shown = run("quality", "--rules", str(rules), "--data", REFERENCE)
    assert shown.exit_code == 0
    assert shown.stdout.startswith("1 of 2 rules failed on 68,785 rows.")


def test_out_writes_an_in_toto_statement(tmp_path):
    assert run(*BOTH, "--out", str(tmp_path / "proof.json")).exit_code == 0
    made = json.loads((tmp_path / "proof.json").read_text())
    assert made["_type"] == "https://in-toto.io/Statement/v1"
    assert made["predicateType"] == "urn:passmuster:evidence:1"


def test_a_statement_that_cannot_be_written_is_said(tmp_path):
    shown = run(*BOTH, "--out", str(tmp_path / "no" / "proof.json"))
    assert shown.exit_code == 2
    assert "could not be written" in shown.stderr


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["fairness", "--data", "nowhere.parquet", "--prediction", "p", "--protected", "g"], ["nowhere.parquet"]),
        ([*FAIRNESS, "--protected", "SEXX"], ["SEXX", "SEX"]),
        ([*FAIRNESS, "--protected", "SEX", "--query", "prediction"], ["fairness"]),
        (["quality", "--data", REFERENCE, "--rules", "none.yaml"], ["none.yaml"]),
    ],
)
def test_what_could_not_run_leaves_with_2_and_says_what_where_and_the_cure(monkeypatch, language, given, words):
    monkeypatch.setenv("MUSTER_LANG", language)
    shown = run(*given)
    assert shown.exit_code == 2
    assert not shown.stdout
    assert all(word in shown.stderr for word in words)
    assert ("。" in shown.stderr) == (language == "zh")


@pytest.mark.spec("L5")
def test_work_of_more_than_two_seconds_says_how_far_it_is(monkeypatch, capsys):
    monkeypatch.setattr(progress, "_PATIENCE", -1.0)
    report = _watch("fairness")
    report(0.4, "scan")
    assert "fairness: computing 40/100 (40 %)" in capsys.readouterr().err


@pytest.mark.spec("L3")
def test_a_check_of_a_plugin_has_its_command_from_its_own_model():
    class Costs(Frozen):
        """What one decision costs."""

        rates: tuple[float, ...] = Field(default=(1.0, 2.0), description="A rate. Again for each.")
        table: dict[str, int] = Field(description="Costs by name.")
        strict: bool = Field(default=False, description="Refuse unknown names.")
        mode: Literal["mean", "sum"] = Field(default="mean", description="How costs are added up.")

    class Check:
        name = "costs"
        title: Mapping[str, str] = MappingProxyType({"en": "Costs", "zh": "成本"})
        inputs: Mapping[str, bool] = MappingProxyType({"data": True, "reference": False})
        parameters = Costs

    given = {}
    app = typer.Typer(rich_markup_mode=None)
    app.command("costs")(build_command("costs", describe_check(Check()), lambda *each: given.update(each[2])))
    shown = CliRunner().invoke(app, ["--help"])
    assert "Costs. What one decision costs." in shown.stdout
    assert CliRunner().invoke(app, ["--data", "a", "--data", "b", "--table", "t.yaml", "--strict"]).exit_code == 0
    assert given == {
        "data": ["a", "b"],
        "reference": [],
        "rates": [1.0, 2.0],
        "table": Path("t.yaml"),
        "strict": True,
        "mode": "mean",
        "as_json": False,
        "out": None,
    }


def test_every_check_of_the_house_is_listed_with_its_title():
    shown = run("--help").stdout
    assert all(f"  {name} " in shown and each["title"] in shown for name, each in shipped_descriptions().items())


def test_the_shipped_descriptions_are_those_of_the_checks():
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    for name, place in project["entry-points"]["muster.checks"].items():
        module, _, attribute = place.partition(":")
        check = getattr(import_module(module), attribute)
        assert shipped_descriptions()[name] == json.loads(json.dumps(describe_check(check)))


@pytest.mark.spec("F8")
def test_checks_together_take_further_data_by_name(tmp_path):
    plan = tmp_path / "plan.yaml"
    plan.write_text("- {check: drift, columns: [AGEP]}\n- {check: profile, columns: [AGEP]}\n")
    shown = run("together", str(plan), "--data", REFERENCE, "--input", f"reference={REFERENCE}", "--json")
    drift, profile = json.loads(shown.stdout)
    assert (list(drift["inputs"]), profile["inputs"]) == (["reference"], {})
    for wrong in ("reference", "reference=", f"data={REFERENCE}", f"now={REFERENCE}", f"nobody={REFERENCE}"):
        refused = run("together", str(plan), "--data", REFERENCE, "--input", wrong)
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert wrong.partition("=")[0] in refused.stderr


@pytest.mark.spec("F8")
def test_checks_together_give_what_each_gives_alone(tmp_path):
    plan = tmp_path / "plan.yaml"
    plan.write_text(
        "- {check: fairness, protected: [SEX], prediction: prediction, label: employed, replicates: 0}\n"
        "- {check: quality, rules: [{rule: missing, column: AGEP}]}\n"
    )
    (tmp_path / "out").mkdir()
    shown = run("together", str(plan), "--data", REFERENCE, "--out", str(tmp_path / "out"))
    assert shown.exit_code == 0
    one = json.loads((tmp_path / "out/quality.json").read_text())["predicate"]
    assert one["figures"][0]["name"] == "rules_failed"
    assert (tmp_path / "out/fairness.json").is_file()
    plan.write_text("{check: fairness}")
    assert "plan.yaml" in run("together", str(plan), "--data", REFERENCE).stderr


@pytest.mark.spec("F8")
def test_the_same_check_twice_together_keeps_both_results(tmp_path):
    plan = tmp_path / "plan.yaml"
    one = "- {check: fairness, protected: [%s], prediction: prediction, replicates: 0}\n"
    plan.write_text(one % "SEX" + one % "RAC1P")
    shown = run("together", str(plan), "--data", REFERENCE, "--out", str(tmp_path), "--json")
    results = json.loads(shown.stdout)
    assert [result["parameters"]["protected"] for result in results] == [["SEX"], ["RAC1P"]]
    kept = [json.loads((tmp_path / name).read_text())["predicate"] for name in ("fairness.json", "fairness-2.json")]
    assert kept == results


@pytest.mark.spec("F3")
def test_what_is_wrong_in_a_file_of_rules_is_said_in_chinese_with_its_place(tmp_path, monkeypatch):
    monkeypatch.setenv("MUSTER_LANG", "zh")
    (tmp_path / "rules.yaml").write_text("- {rule: missing, column: AGEP}\n- {rule: range, column: AGEP}\n")
    shown = run("quality", "--data", REFERENCE, "--rules", str(tmp_path / "rules.yaml"))
    assert shown.exit_code == 2
    assert shown.stderr.strip() == "rules.yaml:2:3：range 规则需要 min、max 或两者"


@pytest.mark.spec("F8", "F7")
def test_results_of_days_merge_and_are_judged_again_without_the_data(tmp_path):
    whole = pd.read_parquet(REFERENCE)
    results = []
    for day in range(2):
        whole.iloc[day::2].to_parquet(tmp_path / f"{day}.parquet")
        made = run(*FAIRNESS[:1], "--data", str(tmp_path / f"{day}.parquet"), *BOTH[3:], "--json")
        (tmp_path / f"{day}.json").write_text(made.stdout)
        results.append(str(tmp_path / f"{day}.json"))
    merged = run("merge", *results, "--json")
    assert json.loads(merged.stdout)["groups"] == json.loads(run(*BOTH, "--json").stdout)["groups"]
    (tmp_path / "week.json").write_text(merged.stdout)
    again = json.loads(run("judge", str(tmp_path / "week.json"), "--set", "minimum=20000", "--json").stdout)
    assert again["parameters"]["minimum"] == 20_000
    assert run("judge", str(tmp_path / "week.json"), "--set", "minimun=2").exit_code == 2
    (tmp_path / "week.json").write_text("{}")
    assert "this is not the result of a check" in run("judge", str(tmp_path / "week.json")).stderr


def test_every_sentence_of_the_room_is_there_in_both_languages():
    for pair in SENTENCES.values():
        assert set(pair) == {"en", "zh"}
        assert all(len(sentence) == 2 and all(sentence) for sentence in pair.values())
    assert all(set(words) == {"en", "zh"} for words in REASONS.values())


@pytest.mark.parametrize(
    ("given", "english", "chinese"),
    [
        (
            ["slices", "--label", "employed", "--prediction", "prediction", "--features", "SEX", "--features", "DIS"],
            "Worst served: ",
            "受损最大的群体：",
        ),
        (["profile"], "No value is missing in any of 21 columns", "21 列均无缺失值"),
    ],
)
def test_the_first_sentence_of_each_check_says_what_matters_most(monkeypatch, given, english, chinese):
    for language, begins in (("en", english), ("zh", chinese)):
        monkeypatch.setenv("MUSTER_LANG", language)
        assert run(*given, "--data", REFERENCE).stdout.startswith(begins)


def test_fairness_of_numbers_begins_with_the_widest_gap(tmp_path, monkeypatch):
    data = pd.DataFrame({"g": list("aabb"), "p": [1.0, 2.0, 5.0, 7.0], "y": [1.0, 1.0, 1.0, 1.0]})
    data.to_csv(tmp_path / "log.csv", index=False)
    given = ["fairness", "--task", "regression", "--data", str(tmp_path / "log.csv"), "--prediction", "p"]
    given += ["--protected", "g", "--minimum", "2"]
    first = run(*given, "--label", "y").stdout.splitlines()[0]
    assert first.startswith("The mean absolute error of g=b lies 4.5 above that of g=a (95 % interval")
    without = run(*given).stdout.splitlines()[0]
    assert without.startswith("The mean prediction of g=a lies 4.5 below that of g=b")
    alone = run(*given[:-1], "5").stdout.splitlines()[0]
    assert alone == "Groups cannot be compared: fewer than two groups are large enough."
    monkeypatch.setenv("MUSTER_LANG", "zh")
    assert run(*given, "--label", "y").stdout.startswith("g=b 的平均绝对误差比 g=a 高 4.5")


def test_fairness_of_a_ranking_begins_with_who_is_seen_least(tmp_path):
    pd.DataFrame({"g": list("aabb"), "s": [4.0, 3.0, 2.0, 1.0]}).to_csv(tmp_path / "log.csv", index=False)
    given = ["fairness", "--task", "ranking", "--data", str(tmp_path / "log.csv"), "--score", "s"]
    first = run(*given, "--protected", "g", "--minimum", "2").stdout.splitlines()[0]
    assert first.startswith("g=b is given 0.5706 times the exposure of g=a")


def test_p_values_inform_and_are_left_to_the_whole_result():
    shown = run(*FAIRNESS, "--protected", "SEX").stdout
    assert "p_value" not in shown
    assert "p-values" in shown
