"""How well a model does: classification and regression, each figure with its interval and a trivial rival."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Literal, Self

from pydantic import Field, FiniteFloat, model_validator

from muster.evidence.calibration import DEFINITIONS as CALIBRATION_DEFINITIONS
from muster.evidence.check import Findings, Parameters, Statistics, Steps
from muster.evidence.classification import DEFINITIONS as CLASSIFICATION_DEFINITIONS
from muster.evidence.classification import (
    ClassificationStatistics,
    classification_figures,
    classification_rows,
    measure_classification,
)
from muster.evidence.cost import DEFINITIONS as COST_DEFINITIONS
from muster.evidence.errors import NotMergeable
from muster.evidence.probabilities import DEFINITIONS as PROBABILITY_DEFINITIONS
from muster.evidence.regression import DEFINITIONS as REGRESSION_DEFINITIONS
from muster.evidence.regression import RegressionStatistics, measure_regression, regression_figures
from muster.evidence.table import Table

VERSION = "2"


class PerformanceParameters(Parameters):
    """What to compare with what.

    `label` is the truth. Classification takes `prediction` (two values), `score` (with `threshold`), or both;
    regression takes `prediction`, a number. `positive` as in fairness. `bins`: equal-width bins of the expected
    calibration error.
    """

    label: str = Field(description="The column of the truth.")
    task: Literal["classification", "regression"] = Field(default="classification", description="What was predicted.")
    prediction: str | None = Field(default=None, description="The column of predictions.")
    score: str | None = Field(default=None, description="The column of scores.")
    threshold: FiniteFloat = Field(default=0.5, description="The score from which on a row is selected.")
    positive: str = Field(default="1", description="The value of label and prediction that counts as positive.")
    bins: int = Field(default=10, ge=2, le=100, description="Bins of the calibration error.")
    minimum: int = Field(default=30, ge=1, description="The rows from which on a rate of a class or bin is enough.")
    cost_fp: FiniteFloat | None = Field(default=None, description="What a false positive costs.")
    cost_fn: FiniteFloat | None = Field(default=None, description="What a false negative costs.")
    benefit_tp: FiniteFloat | None = Field(default=None, description="What a true positive is worth.")
    benefit_tn: FiniteFloat | None = Field(default=None, description="What a true negative is worth.")

    @model_validator(mode="after")
    def _something_predicted(self) -> "PerformanceParameters":
        if self.task == "regression" and (self.prediction is None or self.score is not None):
            raise ValueError("regression takes a prediction column and no score")
        if self.prediction is None and self.score is None:
            raise ValueError("name a prediction column, a score column, or both")
        return self


class PerformanceStatistics(Statistics):
    """What the figures rest on: counts by decision, label and score, or sums around the mean."""

    classification: ClassificationStatistics | None = None
    regression: RegressionStatistics | None = None

    def merged(self, other: Self) -> Self:
        if self.classification and other.classification:
            return type(self)(classification=self.classification.merged(other.classification))
        if self.regression and other.regression:
            return type(self)(regression=self.regression.merged(other.regression))
        raise NotMergeable("other_parameters", "performance")


class Performance:
    """The check ``performance``."""

    name = "performance"
    version = VERSION
    title: Mapping[str, str] = MappingProxyType({"en": "Performance", "zh": "模型性能"})
    inputs: Mapping[str, bool] = MappingProxyType({"data": True})
    parameters = PerformanceParameters
    statistics = PerformanceStatistics

    def measure(self, tables: Mapping[str, Table], parameters: PerformanceParameters) -> Steps:
        """Ask the data for counts or sums."""
        if parameters.task == "regression":
            return PerformanceStatistics(regression=(yield from measure_regression(tables["data"], parameters)))
        return PerformanceStatistics(classification=(yield from measure_classification(tables["data"], parameters)))

    def judge(self, statistics: PerformanceStatistics, parameters: PerformanceParameters, *, now: datetime) -> Findings:
        """Turn counts or sums into figures."""
        del now
        if statistics.regression is not None:
            return Findings(
                regression_figures(statistics.regression, parameters.level), definitions=REGRESSION_DEFINITIONS
            )
        assert statistics.classification is not None
        return Findings(
            classification_figures(statistics.classification, parameters),
            classification_rows(statistics.classification, parameters),
            definitions={
                **CLASSIFICATION_DEFINITIONS,
                **PROBABILITY_DEFINITIONS,
                **CALIBRATION_DEFINITIONS,
                **COST_DEFINITIONS,
            },
        )


check = Performance()
