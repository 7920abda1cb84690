"""Regression: a handful of sums, taken around the mean so that nothing cancels, gives every figure."""

from typing import Protocol, Self

import numpy as np
from pydantic import Field

from muster.core.figures import Figure
from muster.evidence.check import Definition, Statistics, Steps
from muster.evidence.columns import broken, count_faults, number_faults, plain, refuse_faults, require_numbers
from muster.evidence.measured import write_figure, write_mean, write_root
from muster.evidence.plan import Plan, finite, number, scalar, whole
from muster.evidence.statistics import normal_quantile
from muster.evidence.table import Table


class Settings(Protocol):
    """What the figures of a regression depend on."""

    @property
    def label(self) -> str: ...
    @property
    def prediction(self) -> str | None: ...
    @property
    def level(self) -> float: ...


NAMES = ("mae", "rmse", "r2", "skill", "bias", "mae_of_mean", "rmse_of_mean")


class RegressionStatistics(Statistics):
    """Sums over `n` labelled rows: e is prediction minus label, d is label minus `middle`.

    `sums` holds the sums of e, |e|, e^2, e^4, d, |d|, d^2 and so on by name. The sum of |d| is about the mean, and
    is left out where the mean has moved in a merge.
    """

    n: int
    middle: float = 0.0
    sums: dict[str, float] = Field(default_factory=dict)

    def merged(self, other: Self) -> Self:
        if not self.n or not other.n:
            return self if self.n else other
        n = self.n + other.n
        middle = self.middle + (other.middle - self.middle) * (other.n / n)
        mine, theirs = self._about(middle), other._about(middle)
        return type(self)(n=n, middle=middle, sums={name: mine[name] + theirs[name] for name in mine if name in theirs})

    def _about(self, middle: float) -> dict[str, float]:
        """Return the sums with d taken from another middle: (d + m)^k multiplied out."""
        m, s = self.middle - middle, self.sums
        if m == 0:
            return s
        moved = {
            "d": s["d"] + self.n * m,
            "d2": s["d2"] + 2 * m * s["d"] + self.n * m**2,
            "d3": s["d3"] + 3 * m * s["d2"] + 3 * m**2 * s["d"] + self.n * m**3,
            "d4": s["d4"] + 4 * m * s["d3"] + 6 * m**2 * s["d2"] + 4 * m**3 * s["d"] + self.n * m**4,
            "e2d": s["e2d"] + m * s["e2"],
            "e2d2": s["e2d2"] + 2 * m * s["e2d"] + m**2 * s["e2"],
        }
        return {name: value for name, value in s.items() if name != "abs_d"} | moved


def measure_regression(table: Table, settings: Settings) -> Steps:
    """Ask for the mean of the label, then for sums around it.

    Raises:
        DataError: for columns that are not numbers, and for missing or infinite values.
    """
    assert settings.prediction is not None
    yield from require_numbers(table, settings.label, settings.prediction)
    label = table.value(settings.label)
    prediction = plain(settings.prediction)
    n, mean = yield from _look(table, settings, label)
    if not n:
        return RegressionStatistics(n=0)
    plan = _sums_plan(label, prediction, mean)
    asked = yield plan
    sums = {name: scalar(asked, name) or 0.0 for name in plan.aggregates}
    return RegressionStatistics(n=n, middle=mean, sums=sums)


def regression_figures(statistics: RegressionStatistics, level: float) -> tuple[Figure, ...]:
    """Return the figures from the sums. A pure function: it reads no data."""
    n, sums = statistics.n, statistics.sums
    if not n:
        return tuple(write_figure(name, None, 0, level=level, reason="no_labels") for name in NAMES)
    return (
        write_mean("mae", sums["abs_e"], sums["e2"], n, level=level, floor=0.0),
        write_root("rmse", sums["e2"], sums["e4"], n, level=level),
        _r2(sums, n, level),
        _r2(sums, n, level).model_copy(update={"name": "skill"}),
        write_mean("bias", sums["e"], sums["e2"], n, level=level),
        _mae_of_mean(sums, n, level),
        write_root("rmse_of_mean", sums["d2"], sums["d4"], n, level=level),
    )


def _mae_of_mean(sums: dict[str, float], n: int, level: float) -> Figure:
    if "abs_d" not in sums:
        return write_figure("mae_of_mean", None, 0, level=level, reason="mean_moved")
    return write_mean("mae_of_mean", sums["abs_d"], sums["d2"], n, level=level, floor=0.0)


def _r2(sums: dict[str, float], n: int, level: float) -> Figure:
    if sums["d2"] == 0:
        return write_figure("r2", None, 0, level=level, reason="constant_label")
    ratio, variance = sums["e2"] / sums["d2"], sums["d2"] / n
    # Delta method for a ratio of means: the variance of e^2 - ratio d^2, whose mean is 0.
    spread = (sums["e4"] - 2 * ratio * sums["e2d2"] + ratio * ratio * sums["d4"]) / n
    half = normal_quantile(level) * float(np.sqrt(max(0.0, spread) / n)) / variance
    value = 1 - ratio
    return write_figure("r2", value, n, ends=(value - half, min(1.0, value + half)), level=level, method="normal")


def _look(table: Table, settings: Settings, label: str) -> Steps:
    """Count labelled rows and average them, refusing what is not a number first."""
    assert settings.prediction is not None
    faults = [*number_faults(settings.prediction), (settings.label, "not_finite", broken(label))]
    inside = f"case when {finite(label)} then {label} end"
    asked = yield Plan({"n": f"count({label})", "total": f"sum({inside})", **count_faults(faults)})
    refuse_faults(table, faults, asked)
    n = whole(asked, "n")
    return n, (scalar(asked, "total") or 0.0) / n if n else 0.0


def _sums_plan(label: str, prediction: str, mean: float) -> Plan:
    e, d = f"({prediction} - {label})", f"({label} - {number(mean)})"
    terms = {
        "e": e,
        "abs_e": f"abs({e})",
        "e2": f"{e} * {e}",
        "e4": f"{e} * {e} * {e} * {e}",
        "abs_d": f"abs({d})",
        "d": d,
        "d3": f"{d} * {d} * {d}",
        "e2d": f"{e} * {e} * {d}",
        "d2": f"{d} * {d}",
        "d4": f"{d} * {d} * {d} * {d}",
        "e2d2": f"{e} * {e} * {d} * {d}",
    }
    return Plan({name: f"sum({term})" for name, term in terms.items()}, where=f"{label} is not null")


_NORMAL = "interval: normal, from the variance of the terms"
_STANDARD = "ISO 5725-1 (trueness and precision)"
DEFINITIONS = {
    "mae": Definition(formula=f"mean of |prediction - label|; {_NORMAL}", source=_STANDARD),
    "rmse": Definition(formula=f"root of the mean of (prediction - label)^2; {_NORMAL} of squares", source=_STANDARD),
    "r2": Definition(
        formula="1 - sum (prediction - label)^2 / sum (label - mean)^2; interval: delta method, normal",
        source="Draper, Smith, Applied Regression Analysis (1998)",
    ),
    "skill": Definition(
        formula="the same as r2: 0 is always giving the mean label; the name that classification shares",
        source="Murphy, Skill Scores Based on the Mean Square Error, Monthly Weather Review 116 (1988)",
    ),
    "bias": Definition(formula=f"mean of prediction - label; {_NORMAL}", source=_STANDARD),
    "mae_of_mean": Definition(formula=f"mae of always guessing the mean label; {_NORMAL}", source="Muster"),
    "rmse_of_mean": Definition(formula=f"rmse of always guessing the mean label; {_NORMAL}", source="Muster"),
}
