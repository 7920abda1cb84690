"""The page about a check of one's own: its code runs as it stands there."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from muster.cli.check_options import describe_check
from muster.evidence import judge_again, merge, run_check, statement
from muster.evidence.errors import DataError

PAGE = (Path(__file__).parents[2] / "docs/how-to/own-check.md").read_text(encoding="utf-8")
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def check(monkeypatch):
    code = re.search(r"```python\n(# energy\.py.*?)```", PAGE, re.DOTALL)[1]
    lines = [line for line in code.splitlines() if line.strip() and not line.startswith(("from", "#"))]
    assert len(lines) <= 30
    names = {}
    exec(compile(code, "energy.py", "exec"), names)  # noqa: S102 - the page's own code
    for module in ("run", "registry"):
        monkeypatch.setattr(f"muster.evidence.{module}.load", lambda _name: names["check"])
    return names["check"]


@pytest.mark.spec("L3")
def test_the_check_of_the_page_computes_merges_and_is_judged_again(check):
    first = run_check("energy", pd.DataFrame({"kwh": [1.0, 2.0, None]}), now=NOW, column="kwh")
    second = run_check("energy", pd.DataFrame({"kwh": [6.0]}), now=NOW, column="kwh")
    assert first.figure("energy_per_decision").value == 1.5
    together = merge([first, second])
    assert (together.figure("energy_per_decision").value, together.figure("energy_per_decision").n) == (3.0, 3)
    assert judge_again(together).figures == together.figures
    assert statement(together)["predicate"]["check"] == "energy"
    assert describe_check(check)["options"][0]["name"] == "column"


@pytest.mark.spec("L3")
def test_it_says_not_estimable_and_refuses_what_is_not_there(check):
    nothing = run_check("energy", pd.DataFrame({"kwh": pd.Series([None, None], dtype=float)}), now=NOW, column="kwh")
    assert nothing.figures[0].not_estimable == "no_values"
    with pytest.raises(DataError, match="kwh"):
        run_check("energy", pd.DataFrame({"kwh": [1.0]}), now=NOW, column="kwhh")
