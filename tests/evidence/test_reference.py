from pathlib import Path

import pytest

from muster.evidence import (
    calibration,
    classification,
    cost,
    drift_figures,
    drift_multivariate_figures,
    estimated,
    fairness_calibration,
    fairness_costs,
    fairness_ranking,
    fairness_regression,
    fairness_tests,
    forecasting,
    multiclass,
    paired,
    probabilities,
    quality,
    ranking,
    rates,
    registry,
    regression,
)

REFERENCE = Path(__file__).parents[2] / "docs/reference"
PAGES = [REFERENCE / "checks.md", *sorted((REFERENCE / "checks").glob("*.md"))]
PAGE = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
NAMES = [
    *rates.DEFINITIONS,
    *classification.DEFINITIONS,
    *probabilities.DEFINITIONS,
    *calibration.DEFINITIONS,
    *cost.DEFINITIONS,
    *drift_figures.DEFINITIONS,
    *drift_multivariate_figures.DEFINITIONS,
    *estimated.DEFINITIONS,
    *multiclass.DEFINITIONS,
    *ranking.DEFINITIONS,
    *forecasting.DEFINITIONS,
    *paired.DEFINITIONS,
    *regression.DEFINITIONS,
    *fairness_calibration.DEFINITIONS,
    *fairness_costs.DEFINITIONS,
    *fairness_ranking.DEFINITIONS,
    *fairness_regression.DEFINITIONS,
    *fairness_tests.DEFINITIONS,
    "rules_failed",
    "rules_total",
    *(name.removeprefix("violations.") for name in quality.DEFINITIONS if "." in name),
]


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_is_documented(name):
    stem, _mark, rest = name.partition(".")
    assert f"`{name}`" in PAGE or (rest and any(f"`{stem}.<{kind}>`" in PAGE for kind in ("rule", "rate")))


@pytest.mark.parametrize("check", ["fairness", "performance", "quality"])
def test_every_parameter_is_documented(check):
    for name in registry.load(check).parameters.model_fields:
        assert f"`{name}`" in PAGE or f"--{name}" in PAGE
