from datetime import UTC, datetime

import pandas as pd
import pytest

from muster.evidence.profile import check
from muster.evidence.rules import read_rules
from muster.evidence.run import run_check
from muster.evidence.suggest import suggest_rules, suggest_text

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
REFERENCE = pd.DataFrame(
    {
        "id": range(100),
        "age": [20.0, 40.0, None, 60.0] * 25,
        "sex": ["f", "m"] * 50,
        "name": [f"n{i}" for i in range(100)],
        "day": pd.date_range("2026-08-15", periods=100, freq="D"),
        "born": pd.date_range("1950-01-01", periods=100, freq="D"),
        "debt": [-5.0, -1.0] * 50,
    }
)


def suggest(**more):
    found = suggest_rules(run_check(check, REFERENCE, now=NOW), **more)
    return {(rule.rule, getattr(rule, "column", "")): rule for rule in found}


@pytest.mark.spec("F3")
def test_rules_are_suggested_with_the_margins_that_are_stated():
    rules = suggest()
    assert (rules["range", "age"].min, rules["range", "age"].max) == (16, 64)
    assert (rules["range", "id"].min, rules["range", "id"].max) == (0, 109)
    assert (rules["range", "debt"].min, rules["range", "debt"].max) == pytest.approx((-5.4, -0.6))
    assert rules["set", "sex"].model_dump()["values"] == ("f", "m")
    assert rules["missing", "sex"].max_share == 0
    assert rules["missing", "age"].max_share == pytest.approx(0.3747, abs=1e-4)  # 25 of 100, 99 % by Wilson
    assert {column for rule, column in rules if rule == "unique"} == {"id", "name"}
    assert rules["freshness", "day"].max_age_days == 5  # the newest is 2.5 days old
    assert rules["schema", ""].columns["age"] == "number"
    assert ("set", "name") not in rules
    assert ("freshness", "born") not in rules


def test_slack_and_the_number_of_values_are_for_the_caller_to_say():
    rules = suggest(slack=0.5, few=1)
    assert (rules["range", "age"].min, rules["range", "age"].max) == (0, 80)
    assert ("set", "sex") not in rules


def test_the_suggested_text_is_read_back_and_holds_on_the_reference(tmp_path):
    text = suggest_text(run_check(check, REFERENCE, now=NOW))
    (tmp_path / "rules.yaml").write_text(text, encoding="utf-8")
    rules = read_rules(tmp_path / "rules.yaml")
    found = run_check("quality", REFERENCE, now=NOW, rules=rules)
    assert [f for f in found.figures if f.name.startswith("violations") and f.value and "missing" not in f.name] == []
    assert found.figure("rules_failed").value == 0
    assert text.startswith("# Suggested from the profile of sha256:")
