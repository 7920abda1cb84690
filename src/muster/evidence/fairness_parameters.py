"""What the check `fairness` may be asked: one model for its three tasks, each with what it needs."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field, FiniteFloat, model_validator

from muster.evidence.check import Parameters
from muster.evidence.statistics import subsets_of

DEEPEST = 3


class FairnessParameters(Parameters):
    """What to compare, for whom.

    `protected`: columns of protected attributes. Of a classification the decision is `prediction` (two values), or
    `score` reaching `threshold`; with both, the score is looked at for calibration only. `label` is optional: without
    it only selection rates are estimable. `positive` is the value that counts as positive, in label and prediction;
    in a prediction of numbers or booleans beside a text label it is 1. A regression takes numbers as `prediction` and
    `label`, a ranking a `score` and, if there are several lists, their `query`. `minimum` is the smallest denominator
    with which a group may decide a gap. `reference`: ``best``, ``rest`` or a group (``SEX=1``).
    """

    judged: ClassVar[Mapping[str, Any]] = {
        **Parameters.judged,
        **dict.fromkeys(("minimum", "depth", "reference", "cost_fp", "cost_fn", "tests"), True),
    }

    task: Literal["classification", "regression", "ranking"] = Field(
        default="classification", description="What was predicted."
    )
    protected: tuple[str, ...] = Field(default=(), description="A protected attribute. Again for each.")
    prediction: str | None = Field(default=None, description="The column of decisions, two values; or of numbers.")
    score: str | None = Field(default=None, description="The column of scores: instead of a prediction, or beside it.")
    threshold: FiniteFloat = Field(default=0.5, description="The score from which on a row is selected.")
    label: str | None = Field(default=None, description="The column of the truth; without it selection rates only.")
    positive: str = Field(default="1", description="The value of label and prediction that counts as positive.")
    minimum: int = Field(default=30, ge=1, description="The smallest denominator that may decide a gap.")
    depth: int = Field(default=DEEPEST, ge=1, description="Intersections of up to this many attributes.")
    reference: str = Field(
        default="best", min_length=1, description="With whom groups are compared: best, rest, or a group (SEX=1)."
    )
    cost_fp: FiniteFloat | None = Field(default=None, ge=0, description="What a false positive costs.")
    cost_fn: FiniteFloat | None = Field(default=None, ge=0, description="What a false negative costs.")
    tests: Literal["none", "single", "all"] = Field(
        default="single", description="Which groups are tested against the rest: none, of single attributes, all."
    )
    query: str | None = Field(default=None, description="Of a ranking: the column that says which rows compete.")
    k: int = Field(default=10, ge=1, le=1000, description="Of a ranking: the places that are looked at.")

    @model_validator(mode="after")
    def _fits_the_task(self) -> "FairnessParameters":
        if len(set(self.protected)) != len(self.protected):
            raise ValueError("each protected attribute is named once")
        if {self.prediction, self.score, self.label, self.query} & set(self.protected):
            raise ValueError("decision, score, label and query are no protected attributes")
        named = {name for name in ("prediction", "score") if getattr(self, name) is not None}
        if not named:
            raise ValueError("name either a prediction column or a score column with a threshold")
        if self.task == "regression" and named != {"prediction"}:
            raise ValueError("regression takes a prediction column and no score")
        if self.task == "ranking" and named != {"score"}:
            raise ValueError("ranking takes a score column and no prediction")
        if self.task != "ranking" and self.query is not None:
            raise ValueError("only a ranking has a query column")
        if self.task != "classification" and (self.cost_fp is not None or self.cost_fn is not None):
            raise ValueError("only a classification has costs of errors")
        return self

    @property
    def subsets(self) -> list[tuple[str, ...]]:
        """The sets of attributes whose groups are looked at: single ones first, then their intersections."""
        return subsets_of(self.protected, self.depth)
