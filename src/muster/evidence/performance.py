"""How well a model does: classification and regression, each figure with its interval and a trivial rival."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from pydantic import Field, FiniteFloat, model_validator

from muster.evidence.check import Parameters
from muster.evidence.classification import measure_classification
from muster.evidence.regression import measure_regression
from muster.evidence.result import CheckResult, describe_data, environment
from muster.evidence.source import Source

VERSION = "1"


class PerformanceParameters(Parameters):
    """What to compare with what.

    `label` is the truth. Classification takes `prediction` (two values), `score` (with `threshold`), or both;
    regression takes `prediction`, a number. `positive` as in fairness. `bins`: equal-width bins of the expected
    calibration error.
    """

    label: str
    task: Literal["classification", "regression"] = "classification"
    prediction: str | None = None
    score: str | None = None
    threshold: FiniteFloat = 0.5
    positive: str = "1"
    bins: int = Field(default=10, ge=2, le=100)

    @model_validator(mode="after")
    def _something_predicted(self) -> "PerformanceParameters":
        if self.task == "regression" and (self.prediction is None or self.score is not None):
            raise ValueError("regression takes a prediction column and no score")
        if self.prediction is None and self.score is None:
            raise ValueError("name a prediction column, a score column, or both")
        return self


class Performance:
    """The check ``performance``."""

    name = "performance"
    title: Mapping[str, str] = MappingProxyType({"en": "Performance", "zh": "模型性能"})
    parameters = PerformanceParameters

    def run(self, source: Source, parameters: PerformanceParameters, *, now: datetime) -> CheckResult:
        """Ask the data for counts or sums and turn them into figures."""
        measure = measure_regression if parameters.task == "regression" else measure_classification
        measured = measure(source, parameters)
        used = (parameters.label, parameters.prediction, parameters.score)
        return CheckResult(
            check=self.name,
            version=VERSION,
            parameters=parameters.model_dump(mode="json"),
            data=describe_data(source, tuple(name for name in used if name)),
            figures=measured.figures,
            groups=(),
            statistics=measured.statistics,
            definitions=measured.definitions,
            query=measured.query,
            seed=parameters.seed if parameters.task == "classification" else None,
            environment=environment(),
            started=now,
            finished=now,
        )


check = Performance()
