"""Forecasts: errors by horizon, against the seasonal naive forecast, and what prediction intervals are worth."""

from typing import Protocol, Self

import numpy as np
from pydantic import FiniteFloat

from muster.core.figures import Figure
from muster.evidence.check import Definition, Statistics, Steps
from muster.evidence.columns import broken, count_faults, number_faults, plain, refuse_faults, require_numbers
from muster.evidence.measured import write_figure, write_mean, write_root, write_share
from muster.evidence.plan import RELATION, Columns, Key, Plan, as_float, count_if, quote, scalar, whole
from muster.evidence.table import Table


class Settings(Protocol):
    """What the figures of a forecast depend on."""

    @property
    def label(self) -> str: ...
    @property
    def prediction(self) -> str | None: ...
    @property
    def series(self) -> str | None: ...
    @property
    def time(self) -> str | None: ...
    @property
    def horizon(self) -> str | None: ...
    @property
    def lower(self) -> str | None: ...
    @property
    def upper(self) -> str | None: ...
    @property
    def season(self) -> int: ...
    @property
    def level(self) -> float: ...


class ForecastStatistics(Statistics):
    """By horizon ("" for none) counts and sums of errors, of their powers and of widths; over series the scaled errors.

    `scaled` holds how many series have a scale, the sum of their scaled errors and of the squares, and how many
    series have none.
    """

    horizons: dict[str, dict[str, FiniteFloat]]
    scaled: tuple[int, FiniteFloat, FiniteFloat, int] | None = None

    def merged(self, other: Self) -> Self:
        horizons = {name: dict(sums) for name, sums in self.horizons.items()}
        for name, sums in other.horizons.items():
            mine = horizons.setdefault(name, {})
            for each, value in sums.items():
                mine[each] = mine.get(each, 0.0) + value
        scaled = None
        if self.scaled is not None and other.scaled is not None:
            a, b = self.scaled, other.scaled
            scaled = (a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3])
        return type(self)(horizons=horizons, scaled=scaled)


def measure_forecast(table: Table, settings: Settings) -> Steps:
    """Ask for sums by horizon, and for each series' error against its seasonal naive forecast.

    Raises:
        DataError: for columns that are no numbers, and for missing or infinite forecasts.
    """
    assert settings.prediction is not None
    bounds = [name for name in (settings.lower, settings.upper) if name is not None]
    yield from require_numbers(table, settings.label, settings.prediction, *bounds)
    label, forecast = table.value(settings.label), plain(settings.prediction)
    where = f"{label} is not null"
    faults = [(settings.label, "not_finite", broken(label))]
    for name in (settings.prediction, *bounds):
        faults += number_faults(name)
    if len(bounds) == 2:  # noqa: PLR2004 - a lower and an upper one
        faults.append((bounds[0], "interval_turned", f"{plain(bounds[0])} > {plain(bounds[1])}"))
    refuse_faults(table, faults, (yield Plan(count_faults(faults), where=where)))
    keys: dict[str, Key] = {"h": f"cast({table.present(settings.horizon)} as varchar)"} if settings.horizon else {}
    asked = yield Plan(_sums(label, forecast, settings), keys, where)
    scaled = None
    if settings.time is not None:
        table.require(settings.time)
        answer = yield Plan(
            {
                "n": "count(scaled)",
                "total": "sum(scaled)",
                "squares": "sum(scaled * scaled)",
                "every": "count(*)",
            },
            over=_each_series(settings, label, forecast),
        )
        n = whole(answer, "n")
        total, squares = (scalar(answer, name) or 0.0 for name in ("total", "squares"))
        scaled = (n, total, squares, whole(answer, "every") - n)
    return ForecastStatistics(horizons=_read(asked, bool(keys)), scaled=scaled)


def forecast_figures(statistics: ForecastStatistics, level: float) -> tuple[Figure, ...]:
    """Return the figures over everything, then by horizon. A pure function: it reads no data."""
    whole_sums: dict[str, float] = {}
    for sums in statistics.horizons.values():
        for name, value in sums.items():
            whole_sums[name] = whole_sums.get(name, 0.0) + value
    figures = [*_of(whole_sums, "", level), *_scaled(statistics.scaled, level)]
    for name in sorted(statistics.horizons, key=lambda each: (len(each), each)):
        if name:
            figures += _of(statistics.horizons[name], f"horizon={name}", level)
    return tuple(figures)


def _of(sums: dict[str, float], group: str, level: float) -> list[Figure]:
    n = int(sums.get("n", 0))
    names = ["mae", "rmse", "bias", "mape", "smape", "wape"]
    names += ["interval_coverage", "interval_width"] if "covered" in sums else []
    if not n:
        return [_none(name, "no_labels", group, level) for name in names]
    figures = [
        write_mean("mae", sums["abs_e"], sums["e2"], n, level=level, floor=0.0, group=group),
        write_root("rmse", sums["e2"], sums["e4"], n, level=level, group=group),
        write_mean("bias", sums["e"], sums["e2"], n, level=level, group=group),
        _none("mape", "zero_actuals", group, level)
        if sums["zeros"]
        else write_mean("mape", sums["ape"], sums["ape2"], n, level=level, floor=0.0, group=group),
        _none("smape", "both_zero", group, level)
        if sums["both_zero"]
        else write_mean("smape", sums["smape"], sums["smape2"], n, level=level, floor=0.0, group=group),
        write_figure(
            "wape",
            sums["abs_e"] / sums["abs_y"] if sums["abs_y"] else None,
            n,
            level=level,
            reason="all_zero",
            group=group,
        ),
    ]
    if "covered" in sums:
        figures += [
            write_share("interval_coverage", int(sums["covered"]), n, level=level, group=group),
            write_mean("interval_width", sums["width"], sums["width2"], n, level=level, group=group),
        ]
    return figures


def _none(name: str, reason: str, group: str, level: float) -> Figure:
    return write_figure(name, None, 0, level=level, reason=reason, group=group)


def _scaled(scaled: tuple[int, float, float, int] | None, level: float) -> list[Figure]:
    if scaled is None:
        return [write_figure("mase", None, 0, level=level, reason="no_time")]
    n, total, squares, without = scaled
    lost = write_figure("series_without_scale", float(without), n + without, level=level)
    if not n:
        return [write_figure("mase", None, 0, level=level, reason="no_scale"), lost]
    return [write_mean("mase", total, squares, n, level=level, floor=0.0), lost]


def _sums(label: str, forecast: str, settings: Settings) -> dict[str, str]:
    e = f"({forecast} - {label})"
    ape = f"(case when {label} <> 0 then abs({e} / {label}) else 0 end)"
    size = f"(abs({label}) + abs({forecast}))"
    smape = f"(case when {size} > 0 then 2 * abs({e}) / {size} else 0 end)"
    terms = {
        "e": e,
        "abs_e": f"abs({e})",
        "e2": f"{e} * {e}",
        "e4": f"{e} * {e} * {e} * {e}",
        "abs_y": f"abs({label})",
        "ape": ape,
        "ape2": f"{ape} * {ape}",
        "smape": smape,
        "smape2": f"{smape} * {smape}",
    }
    sums = {"n": "count(*)", "zeros": count_if(f"{label} = 0"), "both_zero": count_if(f"{size} = 0")}
    sums |= {name: f"sum({term})" for name, term in terms.items()}
    if settings.lower is not None and settings.upper is not None:
        low, high = plain(settings.lower), plain(settings.upper)
        sums["covered"] = count_if(f"{label} >= {low} and {label} <= {high}")
        sums["width"] = f"sum({high} - {low})"
        sums["width2"] = f"sum(({high} - {low}) * ({high} - {low}))"
    return sums


def _each_series(settings: Settings, label: str, forecast: str) -> str:
    """Return one row a series: its mean absolute error over that of repeating the value one season ago."""
    parts = [quote(name) for name in (settings.series, settings.horizon) if name is not None]
    series = quote(settings.series) if settings.series is not None else "1"
    within = f"partition by {', '.join(parts)} " if parts else ""
    lagged = (
        f"select {series} as muster_series, abs({forecast} - {label}) as miss, "  # noqa: S608
        f"abs({label} - lag({label}, {settings.season}) over ({within}order by {quote(str(settings.time))})) as naive "
        f"from {RELATION} where {label} is not null"
    )
    return (
        "select case when avg(naive) > 0 then avg(miss) / avg(naive) end as scaled "  # noqa: S608
        f"from ({lagged}) as muster_lagged group by muster_series"
    )


def _read(asked: Columns, by_horizon: bool) -> dict[str, dict[str, float]]:  # noqa: FBT001 - of one caller
    names = [name for name in asked if name != "h"]
    values = {name: as_float(asked[name]) for name in names}
    groups = np.ma.asarray(asked["h"]).tolist() if by_horizon else [""] * len(values["n"])
    return {
        "(missing)" if group is None else str(group): {
            name: 0.0 if np.isnan(values[name][i]) else float(values[name][i]) for name in names
        }
        for i, group in enumerate(groups)
    }


_NORMAL = "interval: normal"
DEFINITIONS = {
    "mape": Definition(
        formula=f"mean of |(forecast - actual) / actual|; not estimable with an actual of 0; {_NORMAL}",
        source="Hyndman, Koehler, Int. J. Forecasting 22 (2006)",
    ),
    "smape": Definition(
        formula=f"mean of 2 |forecast - actual| / (|actual| + |forecast|), 0 to 2; not estimable where both are 0;"
        f" {_NORMAL}",
        source="Makridakis, Int. J. Forecasting 9 (1993)",
    ),
    "wape": Definition(
        formula="sum |forecast - actual| / sum |actual|; no interval", source="Kolassa, Schutz, Foresight 6 (2007)"
    ),
    "mase": Definition(
        formula="mean over series of mean |error| / mean |actual - actual one season ago|, both of these data;"
        " interval: normal, over series",
        source="Hyndman, Koehler, Int. J. Forecasting 22 (2006)",
    ),
    "series_without_scale": Definition(
        formula="series that are constant or shorter than a season: they take no part in mase", source="Muster"
    ),
    "interval_coverage": Definition(
        formula="actuals from lower to upper / n; interval: Wilson",
        source="Christoffersen, Int. Econ. Rev. 39 (1998)",
    ),
    "interval_width": Definition(
        formula=f"mean of upper - lower; {_NORMAL}", source="Gneiting, Raftery, JASA 102 (2007)"
    ),
}
