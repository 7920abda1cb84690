"""A piece of an evidence page: a chart with the table behind it, or a table alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from muster.report import numbers
from muster.report.charts import NARROW, Chart
from muster.report.words import why_not
from muster.server.web.language import tag

Drawn = TypeVar("Drawn", bound=Chart)
_SHORT = 6
_P_VALUES = ("_p", "_p_value", "_p_adjusted")


@dataclass(frozen=True)
class Piece:
    """A chart (or none) with the table behind it: column heads, then rows of texts; `marked` rows are the bad ones."""

    title: str
    hint: str
    svg: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    marked: frozenset[int] = frozenset()

    @property
    def open(self) -> bool:
        """Whether the table is shown at once: it is short, or all there is."""
        return not self.svg or len(self.rows) <= _SHORT


def fitted(draw: Callable[[Drawn], str], chart: Drawn) -> str:
    """Return a chart as it is drawn on a page and as it is drawn on a phone; the page's style shows one of them."""
    return draw(chart) + draw(chart.model_copy(update={"width": NARROW}))


def value_text(measured: Mapping[str, Any]) -> str:
    """Return a figure's or a rate's value with as many digits as its interval carries, or why there is none."""
    value, low, high = measured["value"], measured.get("low"), measured.get("high")
    if value is None:
        return why_not(str(measured.get("not_estimable", "")), tag())
    name = str(measured.get("name", ""))
    if is_p_value(name):
        return numbers.p_value(value)
    if numbers.is_count(name):
        return numbers.count(value)
    return numbers.number(value, width=None if low is None or high is None else high - low)


def is_p_value(name: str) -> bool:
    """Return whether a figure of this name is a p-value."""
    return name.startswith(("p_value", "p_adjusted")) or name.removesuffix(".intersection").endswith(_P_VALUES)


def ends_text(measured: Mapping[str, Any]) -> str:
    """Return the interval, or a dash."""
    low, high = measured.get("low"), measured.get("high")
    if numbers.is_count(str(measured.get("name", ""))) and low is not None and high is not None:
        return f"[{numbers.count(low)}, {numbers.count(high)}]"
    return numbers.interval(low, high) or "–"
