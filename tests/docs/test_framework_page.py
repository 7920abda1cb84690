import re
from datetime import date
from pathlib import Path

import pytest

from muster.core.classify import classify
from muster.core.framework import Framework
from muster.core.lint import lint
from muster.core.load import Loaded, load
from muster.core.scenario import differences, read_scenarios

pytestmark = pytest.mark.spec("B4")
PAGE = (Path(__file__).parents[2] / "docs/reference/framework.md").read_text(encoding="utf-8")
SMALLEST, SCENARIO = re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)
FOLDER = {"framework.yaml": SMALLEST, "scenarios/public.yaml": SCENARIO}


def test_the_example_of_the_page_is_a_whole_framework_without_a_complaint():
    outcome = load(FOLDER)
    assert isinstance(outcome, Loaded), outcome
    assert lint(outcome.framework, outcome.positions, date(2026, 11, 23), installed_checks=[]) == ()


def test_the_scenario_of_the_page_comes_out_as_written():
    outcome = load(FOLDER)
    assert isinstance(outcome, Loaded)
    read = read_scenarios(outcome.framework, FOLDER)
    assert read.problems == ()
    (scenario,) = read.scenarios
    assert list(differences(scenario.expected, classify(outcome.framework, scenario.answers).summary())) == []


def test_the_page_names_every_section():
    head = {"id", "version", "name", "description", "languages", "as_of", "review_by", "sponsor", "disclaimer"}
    sections = set(Framework.model_fields) - head
    assert [section for section in sorted(sections) if f"`{section}`" not in PAGE] == []
