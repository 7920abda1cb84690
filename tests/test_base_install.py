"""What the base install promises: six dependencies, and that auditors and serving machines need nothing more."""

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
EXTRA = ("django", "duckdb", "numpy", "pandas", "pyarrow", "ninja", "allauth", "sklearn", "vl_convert", "granian")
BARE = f"""
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {EXTRA!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Absent())
from muster.cli import main
main()
"""


def run(*words):
    """A command in a process where nothing but the base install can be imported."""
    return subprocess.run([sys.executable, "-c", BARE, *words], capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.spec("L1")
def test_the_base_install_has_at_most_six_dependencies():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert len(project["dependencies"]) <= 6


@pytest.mark.spec("L1", "J1")
def test_the_base_install_verifies_a_ledger_and_a_permit(living, tmp_path):
    history, permit = tmp_path / "history", tmp_path / "permit.json"
    assert living.muster("ledger", "export", str(history)).returncode == 0
    assert living.muster("permit", "fetch", "job-support@2", "--out", str(permit)).returncode == 0
    key = living.muster("ledger", "key").stdout.strip()
    done = run("ledger", "verify", str(history), "--key", key)
    assert done.returncode == 0, done.stderr
    done = run("permit", "verify", str(permit), "--key", key, "--model", "job-support@2")
    assert done.returncode == 0, done.stderr


@pytest.mark.spec("L1", "B4")
@pytest.mark.parametrize("words", [("lint", "starter"), ("test", "full"), ("show", "starter"), ("schema",)])
def test_the_base_install_reads_frameworks(words):
    done = run("framework", *words)
    assert done.returncode == 0, done.stderr


@pytest.mark.spec("L1")
def test_what_needs_an_extra_says_which():
    done = run("user", "add", "ana", "--email", "ana@example.org")
    assert done.returncode == 2
    assert "passmuster[server]" in done.stderr


@pytest.mark.spec("L1")
def test_the_wheel_carries_what_the_program_reads(tmp_path):
    words = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(words, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    for needed in (
        "muster/py.typed",
        "muster/frameworks/starter/framework.yaml",
        "muster/frameworks/full/regulations/eu_ai_act.yaml",
        "muster/report/sentences.yaml",
        "muster/server/web/templates/base.html",
        "muster/server/web/static/muster.css",
        "muster/server/web/locale/zh_Hans/LC_MESSAGES/django.mo",
        "muster/example/data/acs_ma_employment/reference_2015.parquet",
    ):
        assert needed in names, needed
