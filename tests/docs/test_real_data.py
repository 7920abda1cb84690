"""The page about checks on real data: each command prints the lines that the page shows."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from muster.cli.nouns import build_app

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs/explanation/checks-on-real-data.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```console\n\$ muster (.*?)\n(.*?)```", TEXT, re.DOTALL)


@pytest.mark.spec("F1", "F3", "F4", "F8")
@pytest.mark.parametrize(("command", "shown"), BLOCKS, ids=[command.split()[1] for command, _ in BLOCKS])
def test_every_command_on_the_page_prints_what_the_page_shows(command, shown, monkeypatch):
    monkeypatch.setenv("MUSTER_LANG", "en")
    monkeypatch.chdir(ROOT / "src/muster/example/data/acs_ma_employment")
    done = CliRunner().invoke(build_app(), shlex.split(command))
    assert done.exit_code == 0, done.output
    printed = {" ".join(line.split()) for line in done.stdout.splitlines()}
    for line in shown.splitlines():
        assert " ".join(line.split()) in printed, line
