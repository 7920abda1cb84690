"""What the house promises about its packages: few, pinned, and a wheel that holds everything it needs."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PIN = re.compile(
    r"^([a-z0-9][a-z0-9-]*)==([^\s;]+)( ; [^\n]*?)? \\\n((?:    --hash=sha256:[0-9a-f]{64}.*\n?)*)", re.MULTILINE
)
TELLTALE = re.compile(
    r"sentry|posthog|segment|amplitude|mixpanel|telemetry|datadog|newrelic|boto3?$|google-cloud|azure"
)
PAGES = "muster/server/web"


def pins(purpose):
    """(Package, for which Pythons) -> (version, number of hashes) of one file of pins."""
    text = (ROOT / "requirements" / f"{purpose}.txt").read_text(encoding="utf-8")
    found = {(name, when): (version, hashes.count("--hash=")) for name, version, when, hashes in PIN.findall(text)}
    assert len(found) == len(re.findall(r"^\S", text, re.MULTILINE)), "a line is no pin"
    return found


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Names in the wheel that is built from what git tracks."""
    folder = tmp_path_factory.mktemp("wheel")
    words = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("passmuster-*.whl")
    with zipfile.ZipFile(built) as archive:
        return set(archive.namelist())


def shipped():
    """Every file under src that git tracks, named as in a wheel."""
    listed = subprocess.run(["git", "ls-files", "src"], cwd=ROOT, capture_output=True, text=True, check=True)
    return {line.removeprefix("src/") for line in listed.stdout.splitlines()}


@pytest.mark.spec("L1")
def test_the_base_install_has_at_most_six_direct_dependencies():
    assert 0 < len(PROJECT["dependencies"]) <= 6


@pytest.mark.parametrize("purpose", ["install", "run", "dev"])
def test_every_pin_is_exact_and_has_its_hashes(purpose):
    found = pins(purpose)
    assert found
    assert [name for name, (_version, hashes) in found.items() if hashes == 0] == []


def test_what_runs_is_what_is_tested():
    run, dev = pins("run"), pins("dev")
    assert {name: (pin, dev.get(name)) for name, pin in run.items() if dev.get(name) != pin} == {}


def test_every_direct_dependency_is_pinned():
    wanted = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["example"]]
    wanted += [*PROJECT["optional-dependencies"]["server"], *PROJECT["optional-dependencies"]["evidence"]]
    names = {re.match(r"[\w-]+", line)[0].lower().replace("_", "-") for line in wanted}
    assert names - {"passmuster"} - {name for name, _when in pins("run")} == set()


def test_nothing_that_runs_reports_home_or_belongs_to_one_cloud():
    assert [name for name, _when in pins("run") if TELLTALE.search(name)] == []


@pytest.mark.spec("L1")
def test_the_wheel_holds_every_file_of_the_package(wheel):
    assert shipped() - wheel == set()


@pytest.mark.spec("L1")
@pytest.mark.parametrize(
    "name",
    [
        "muster/py.typed",
        "muster/frameworks/full/framework.yaml",
        "muster/frameworks/starter/framework.yaml",
        f"{PAGES}/templates/base.html",
        f"{PAGES}/static/muster.css",
        f"{PAGES}/locale/zh_Hans/LC_MESSAGES/django.mo",
    ],
)
def test_the_wheel_holds_what_is_not_code(wheel, name):
    assert name in wheel


def test_the_wheel_holds_no_tests_and_nothing_that_was_left_behind(wheel):
    assert [name for name in wheel if not name.startswith(("muster/", "passmuster-"))] == []
    assert [name for name in wheel if name.endswith((".pyc", ".sqlite3", ".pem"))] == []
