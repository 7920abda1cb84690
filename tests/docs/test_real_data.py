"""The page about checks on real data: each command prints the lines that the page shows, and its sentences are so."""

import json
import re
import shlex
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from muster.cli.nouns import build_app

ROOT = Path(__file__).parents[2]
DATA = ROOT / "src/muster/example/data/acs_ma_employment"
TEXT = (ROOT / "docs/explanation/checks-on-real-data.md").read_text(encoding="utf-8")
SENTENCES = " ".join(TEXT.split())
BLOCKS = re.findall(r"```console\n\$ muster (.*?)\n(.*?)```", TEXT, re.DOTALL)
THEN = "'reference_2015.parquet'"
LATER = "'analysis_2016_2018.parquet' join 'analysis_labels.parquet' using (id)"
FACTS = [
    ("{:.1f} % of the women and", f"100 * avg(prediction) from {THEN} where SEX = '2' and employed = 0"),
    ("{:.1f} % of the men are wrongly", f"100 * avg(prediction) from {THEN} where SEX = '1' and employed = 0"),
    ("the {} people of RAC1P=3", f"count(*) from {THEN} where RAC1P = '3'"),
    ("7 ({} people)", f"count(*) from {THEN} where RAC1P = '7'"),
    ("{:,} people, selected", f"count(*) from {THEN} where RAC1P = '9'"),
    (
        "selected {:.2f} times as often as RAC1P=1",
        f"avg(prediction) filter (RAC1P = '9') / avg(prediction) filter (RAC1P = '1') from {THEN}",
    ),
    ("{:.1f} % of the men and", f"100 * avg(employed) from {THEN} where SEX = '1'"),
    ("{:.1f} % of the women are employed", f"100 * avg(employed) from {THEN} where SEX = '2'"),
    ("the {} people of RAC1P=5", f"count(*) from {THEN} where RAC1P = '5'"),
    ("women are {:.0f} % of the people", f"100 * avg((SEX = '2')::int) from {THEN}"),
    ("one in ten men has more than {:.2f}", f"quantile_cont(predicted_probability, 0.9) from {THEN} where SEX = '1'"),
    ("one in ten women more than {:.2f}", f"quantile_cont(predicted_probability, 0.9) from {THEN} where SEX = '2'"),
    ("Accuracy alone ({:.3f})", f"avg((prediction = employed)::int) from {THEN}"),
    ("it was {:.1f} %, inside", f"100 * avg((prediction = employed)::int) from {LATER}"),
]


@pytest.mark.spec("F1", "F3", "F4", "F8")
@pytest.mark.parametrize(("command", "shown"), BLOCKS, ids=[command.split()[1] for command, _ in BLOCKS])
def test_every_command_on_the_page_prints_what_the_page_shows(command, shown, monkeypatch):
    monkeypatch.setenv("MUSTER_LANG", "en")
    monkeypatch.chdir(DATA)
    done = CliRunner().invoke(build_app(), shlex.split(command))
    assert done.exit_code == 0, done.output
    printed = {" ".join(line.split()) for line in done.stdout.splitlines()}
    for line in shown.splitlines():
        assert " ".join(line.split()) in printed, line


@pytest.mark.spec("F1", "F4")
@pytest.mark.parametrize(("sentence", "asked"), FACTS, ids=[sentence for sentence, _ in FACTS])
def test_what_the_sentences_add_is_what_the_files_hold(sentence, asked, monkeypatch):
    monkeypatch.chdir(DATA)
    with duckdb.connect() as connection:
        (value,) = connection.execute(f"select {asked}").fetchone()
    assert sentence.format(value) in SENTENCES


@pytest.mark.spec("F1")
def test_the_p_values_are_those_of_the_whole_result(monkeypatch):
    monkeypatch.chdir(DATA)
    command = next(command for command, shown in BLOCKS if "p-values" in shown)
    result = CliRunner().invoke(build_app(), [*shlex.split(command), "--json"])
    found = {(each["name"], each["group"]): each["value"] for each in json.loads(result.stdout)["figures"]}
    tested = [name for name, _ in found if name.startswith("p_value.")]
    alone, holm = found["p_value.selection_rate", "RAC1P=3"], found["p_adjusted_holm.selection_rate", "RAC1P=3"]
    assert f"{alone:.4f} by itself, {holm:.3f} once the {len(tested)} comparisons of this result" in SENTENCES
    assert found["p_adjusted_holm.selection_rate", "RAC1P=9"] < 1e-30
    assert found["p_adjusted_holm.selection_rate", "SEX=1"] == 1
    errors = found["p_adjusted_holm.false_positive_rate", "SEX=1"]
    assert f"that of the false positive rates {errors:.0e}:" in SENTENCES


@pytest.mark.spec("F8")
def test_the_page_of_drift_says_what_the_command_says(monkeypatch):
    monkeypatch.chdir(DATA)
    page = " ".join((ROOT / "docs/reference/checks/drift.md").read_text(encoding="utf-8").split())
    command = next(command for command, _ in BLOCKS if "drift_multivariate" in command)
    result = CliRunner().invoke(build_app(), [*shlex.split(command), "--json"])
    figures = {each["name"]: each for each in json.loads(result.stdout)["figures"]}
    for name, sentence in (
        ("domain_classifier_auc", "area {value:.4f} ({low:.4f} to {high:.4f})"),
        ("reconstruction_error_ratio", "ratio of errors {value:.4f} ({low:.4f} to {high:.4f})"),
    ):
        assert sentence.format(**figures[name]) in page
