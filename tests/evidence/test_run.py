import subprocess
import sys
from datetime import UTC, datetime, timedelta
from importlib.metadata import EntryPoint

import duckdb
import pandas as pd
import pytest

from muster.evidence import installed, registry, run_check
from muster.evidence.check import Check
from muster.evidence.errors import UnknownCheck

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DATA = pd.DataFrame({"g": ["a", "b"], "p": [1, 0]})

MEASURED = """
import sys
from datetime import UTC, datetime
from muster.evidence import run_check
path, now = sys.argv[1], datetime.now(UTC)
run_check("fairness", path, now=now, label="y", prediction="p", protected=["a", "b", "c"], memory_limit="300MB")
run_check("performance", path, now=now, label="y", score="s", memory_limit="300MB")
rules = [{"rule": "unique", "column": "i"}, {"rule": "range", "column": "s", "min": 0, "max": 1}]
run_check("quality", path, now=now, rules=rules, memory_limit="300MB")
# The peak of this program alone: ru_maxrss would be that of the process that started it, if that was larger.
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(int(status["VmHWM"].split()[0]) // 1024)
"""


@pytest.mark.spec("L3")
def test_the_checks_of_the_house_are_installed_by_entry_points_and_speak_both_languages():
    assert {"fairness", "performance", "quality"} <= set(installed())
    for name in ("fairness", "performance", "quality"):
        check = registry.load(name)
        assert isinstance(check, Check)
        assert set(check.title) == {"en", "zh"}


def test_listing_the_checks_imports_none_of_them():
    code = (
        "import sys; from muster.evidence.registry import installed; installed();"
        "print('muster.evidence.fairness' in sys.modules)"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "False"


def test_an_unknown_check_names_the_nearest_one():
    with pytest.raises(UnknownCheck) as caught:
        run_check("fairnes", DATA, now=NOW)
    assert caught.value.details["nearest"] == "fairness"


@pytest.mark.spec("L3")
def test_a_plugin_that_is_not_a_check_is_refused(monkeypatch):
    point = EntryPoint("odd", "json:dumps", registry.GROUP)
    monkeypatch.setattr(registry, "entry_points", lambda **_: [point])
    with pytest.raises(UnknownCheck) as caught:
        registry.load("odd")
    assert caught.value.code == "not_a_check"


def test_times_are_those_handed_in():
    given = {"protected": ["g"], "prediction": "p"}
    assert run_check("fairness", DATA, now=NOW, **given).finished == NOW
    later = NOW + timedelta(seconds=5)
    found = run_check("fairness", DATA, now=NOW, clock=lambda: later, **given)
    assert (found.started, found.finished) == (NOW, later)


@pytest.mark.spec("F8")
def test_a_million_rows_are_checked_in_bounded_memory(tmp_path):
    path = tmp_path / "million.parquet"
    duckdb.sql(
        "select i, i % 3 as a, i % 6 as b, i % 12 as c, (i * 7) % 5 % 2 as p, (i * 11) % 7 % 2 as y, "
        "(hash(i) % 1000003) / 1000003.0 as s, repeat('x', 40) || i as filler from range(1000000) t(i)"
    ).write_parquet(str(path))
    shown = subprocess.run([sys.executable, "-c", MEASURED, path], capture_output=True, text=True, check=True)
    assert int(shown.stdout) < 400
