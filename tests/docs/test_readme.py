"""The five minutes of the README, run as written, in the living example."""

import re
import shlex
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(console|python)\n(.*?)```", TEXT, re.DOTALL)


@pytest.fixture
def folder(tmp_path):
    """What the reader stands in: the repository's example data, and nothing else."""
    data = "src/muster/example/data/acs_ma_employment"
    shutil.copytree(ROOT / data, tmp_path / data)
    return tmp_path


@pytest.mark.spec("L1", "L3", "D6", "J1")
def test_every_line_of_the_readme_does_what_it_says(living, folder):
    assert len(BLOCKS) == 5
    for kind, block in BLOCKS:
        if kind == "python":
            done = living.run("-c", block, cwd=folder)
            assert done.returncode == 0, done.stderr
            assert "signed" in done.stdout
        else:
            _play(living, folder, block)


def _play(living, folder, block):
    """Run each command; the lines under it must be in what it prints, or (left out there) it must succeed."""
    printed, done = "", None
    for line in block.splitlines():
        if line.startswith("$ "):
            words = shlex.split(line.removeprefix("$ "))
            assert words[0] == "muster"
            target = words[words.index(">") + 1] if ">" in words else None
            done = living.muster(*words[1 : words.index(">") if target else None], cwd=folder)
            printed = done.stdout + done.stderr
            assert done.returncode == (1 if "@1" in line else 0), printed
            if target:
                (folder / target).write_text(done.stdout)
        else:
            assert line in printed, f"{line!r} is not in\n{printed}"
