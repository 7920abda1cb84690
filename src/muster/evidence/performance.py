"""How well a model does: classification and regression, each figure with its interval and a trivial rival."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, ClassVar, Literal, Self

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
from muster.evidence.forecasting import DEFINITIONS as FORECAST_DEFINITIONS
from muster.evidence.forecasting import ForecastStatistics, forecast_figures, measure_forecast
from muster.evidence.multiclass import DEFINITIONS as MULTICLASS_DEFINITIONS
from muster.evidence.multiclass import MulticlassStatistics, measure_multiclass, multiclass_figures, multiclass_rows
from muster.evidence.probabilities import DEFINITIONS as PROBABILITY_DEFINITIONS
from muster.evidence.ranking import DEFINITIONS as RANKING_DEFINITIONS
from muster.evidence.ranking import RankingStatistics, measure_ranking, ranking_figures
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

    judged: ClassVar[Mapping[str, Any]] = dict.fromkeys(
        (*Parameters.judged, "bins", "minimum", "top", "cost_fp", "cost_fn", "benefit_tp", "benefit_tn"), True
    )

    label: str = Field(description="The column of the truth.")
    task: Literal["classification", "regression", "multiclass", "ranking", "forecast"] = Field(
        default="classification", description="What was predicted."
    )
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

    probabilities: tuple[str, ...] = Field(
        default=(), description="Of several classes: class=column for the probability of each."
    )
    top: int = Field(default=3, ge=1, le=100, description="How many of the likeliest classes count as a hit.")
    query: str | None = Field(default=None, description="Of a ranking: the column that says which rows compete.")
    k: int = Field(default=10, ge=1, le=1000, description="Of a ranking: the places that are looked at.")
    series: str | None = Field(default=None, description="Of a forecast: the column that tells series apart.")
    time: str | None = Field(default=None, description="Of a forecast: the column of the time that was forecast.")
    horizon: str | None = Field(default=None, description="Of a forecast: the column of how far ahead it was made.")
    lower: str | None = Field(default=None, description="Of a forecast: the lower end of its interval.")
    upper: str | None = Field(default=None, description="Of a forecast: the upper end of its interval.")
    season: int = Field(default=1, ge=1, le=10_000, description="Of a forecast: the steps after which values repeat.")

    @model_validator(mode="after")
    def _something_predicted(self) -> "PerformanceParameters":
        if self.task in {"regression", "forecast"} and (self.prediction is None or self.score is not None):
            raise ValueError(f"{self.task} takes a prediction column and no score")
        if self.task == "multiclass":
            _check_classes(self)
        elif self.prediction is None and self.score is None:
            raise ValueError("name a prediction column, a score column, or both")
        if self.task == "ranking" and (self.query is None or self.score is None):
            raise ValueError("a ranking takes a query column and a score column")
        if (self.lower is None) != (self.upper is None):
            raise ValueError("an interval has both a lower and an upper column")
        return self


def _check_classes(parameters: PerformanceParameters) -> None:
    names = [each.partition("=") for each in parameters.probabilities]
    if parameters.score is not None or not (parameters.prediction or names):
        raise ValueError("several classes take a prediction column, probabilities, or both, and no score")
    if any(not name or not column for name, _, column in names) or len({name for name, _, _ in names}) < len(names):
        raise ValueError("each of probabilities is class=column, each class once")


class PerformanceStatistics(Statistics):
    """What the figures rest on: counts by decision, label and score, or sums around the mean."""

    classification: ClassificationStatistics | None = None
    regression: RegressionStatistics | None = None
    multiclass: MulticlassStatistics | None = None
    ranking: RankingStatistics | None = None
    forecast: ForecastStatistics | None = None

    def merged(self, other: Self) -> Self:
        if self.classification and other.classification:
            return type(self)(classification=self.classification.merged(other.classification))
        if self.regression and other.regression:
            return type(self)(regression=self.regression.merged(other.regression))
        if self.multiclass and other.multiclass:
            return type(self)(multiclass=self.multiclass.merged(other.multiclass))
        if self.ranking and other.ranking:
            return type(self)(ranking=self.ranking.merged(other.ranking))
        if self.forecast and other.forecast:
            return type(self)(forecast=self.forecast.merged(other.forecast))
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
        measured = yield from _MEASURES[parameters.task](tables["data"], parameters)
        return PerformanceStatistics(**{parameters.task: measured})

    def judge(self, statistics: PerformanceStatistics, parameters: PerformanceParameters, *, now: datetime) -> Findings:
        """Turn counts or sums into figures."""
        del now
        if statistics.regression is not None:
            return Findings(
                regression_figures(statistics.regression, parameters.level), definitions=REGRESSION_DEFINITIONS
            )
        if statistics.multiclass is not None:
            figures, rows = (
                multiclass_figures(statistics.multiclass, parameters),
                multiclass_rows(statistics.multiclass, parameters),
            )
            definitions = {**CLASSIFICATION_DEFINITIONS, **PROBABILITY_DEFINITIONS, **MULTICLASS_DEFINITIONS}
            return Findings(figures, rows, definitions=definitions)
        if statistics.ranking is not None:
            return Findings(ranking_figures(statistics.ranking, parameters.level), definitions=RANKING_DEFINITIONS)
        if statistics.forecast is not None:
            figures = forecast_figures(statistics.forecast, parameters.level)
            return Findings(figures, definitions={**REGRESSION_DEFINITIONS, **FORECAST_DEFINITIONS})
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


_MEASURES: Mapping[str, Callable[[Table, Any], Steps]] = {
    "classification": measure_classification,
    "regression": measure_regression,
    "multiclass": measure_multiclass,
    "ranking": measure_ranking,
    "forecast": measure_forecast,
}

check = Performance()
