"""What a check measured: figures with their size, their interval, or the reason why there is none."""

from pydantic import Field, FiniteFloat, model_validator

from muster.core.canonical import Frozen


class Figure(Frozen):
    """One measured figure.

    `value` is None exactly when `not_estimable` says why; an undefined rate is never 0.
    `n` is the number of rows that the figure rests on (the denominator, for a rate).
    `low` and `high` are the ends of the interval at `level` (for example 0.95), by the method in `interval`.
    `group` names whom the figure is about (``SEX=2`` or ``SEX=2 & RAC1P=1``; empty: everyone) and `reference`
    the group that it is compared with.
    """

    name: str
    value: FiniteFloat | None
    n: int = Field(ge=0, le=2**53 - 1)
    group: str = ""
    reference: str = ""
    low: FiniteFloat | None = None
    high: FiniteFloat | None = None
    level: FiniteFloat | None = None
    interval: str = ""
    not_estimable: str = ""

    @model_validator(mode="after")
    def _value_or_reason(self) -> "Figure":
        if (self.value is None) != bool(self.not_estimable):
            raise ValueError("a figure has either a value or the reason why it is not estimable")
        return self
