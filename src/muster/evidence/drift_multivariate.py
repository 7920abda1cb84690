"""Drift of the numbers together: what moves between columns while each of them alone may stand still."""

from collections.abc import Generator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Self

from pydantic import Field, FiniteFloat

from muster.core.canonical import Frozen
from muster.evidence.check import Findings, Statistics, Steps
from muster.evidence.drift_classifier import (
    Fold,
    ask_ranks,
    ask_scores,
    choose_cells,
    classifier_figures,
    fit_direction,
    read_fold,
)
from muster.evidence.drift_columns import Choice, Told
from muster.evidence.drift_components import (
    Errors,
    ask_errors,
    count_components,
    error_figures,
    leave_out,
    read_errors,
    spreads,
)
from muster.evidence.drift_moments import (
    HALVES,
    Layout,
    Moments,
    ask_ends,
    ask_moments,
    complete_rows,
    lay_out,
    read_moments,
    split_half,
)
from muster.evidence.drift_multivariate_figures import DEFINITIONS, ERRORS, size_figures
from muster.evidence.errors import DataError, NotMergeable
from muster.evidence.measured import write_figure
from muster.evidence.plan import whole
from muster.evidence.table import NUMBERS, Table

MOST_COLUMNS = 64
Both = Mapping[str, Any]


class MultivariateParameters(Frozen):
    """Which columns of numbers, and how the reference is simplified."""

    columns: tuple[str, ...] = Field(
        default=(), description="The columns to compare; none named: all columns of numbers that both windows have."
    )
    leave_out: tuple[str, ...] = Field(default=(), description="Columns to leave out, such as identifiers.")
    explained: float = Field(
        default=0.8, gt=0, lt=1, description="The share of the reference's variance that the kept components hold."
    )
    split_by: str | None = Field(
        default=None,
        description="A column, such as a customer's number, whose rows of one value stay in one half of the rows.",
    )
    level: float = Field(default=0.95, gt=0.5, lt=1, description="The level of the intervals.")


class Window(Frozen):
    """One window: all its rows, the moments of both halves of the complete ones, and their errors (None: no such)."""

    rows: int = Field(ge=0)
    halves: tuple[Moments, Moments]
    errors: tuple[Errors, Errors] | None = None

    @property
    def n(self) -> int:
        """Return the number of complete rows."""
        return self.halves[0].n + self.halves[1].n

    def merged(self, other: "Window") -> "Window":
        """Return both windows together."""
        first, second = (a.merged(b) for a, b in zip(self.halves, other.halves, strict=True))
        errors = None
        if self.errors and other.errors:
            errors = self.errors[0].merged(other.errors[0]), self.errors[1].merged(other.errors[1])
        return Window(rows=self.rows + other.rows, halves=(first, second), errors=errors)


class MultivariateStatistics(Statistics):
    """Moments and errors of both windows; `folds` of the classifier, or `no_folds`, why there are none.

    `centres` and `scales` are those of the `columns` in the reference; `constant` columns took no part; `kept`
    components (0: no components were fitted, `no_errors` says why).
    """

    columns: tuple[str, ...]
    constant: tuple[str, ...] = ()
    centres: tuple[FiniteFloat, ...]
    scales: tuple[FiniteFloat, ...]
    kept: int = Field(ge=0)
    no_errors: str = ""
    reference: Window
    data: Window
    folds: tuple[Fold, Fold] | None = None
    no_folds: str = ""
    told: Told | None = None

    def merged(self, other: Self) -> Self:
        """Add the data up; the reference must be the same, and the classifier, fitted anew each time, is lost."""
        same = (self.columns, self.kept) == (other.columns, other.kept)
        if not same or not all(map(Moments.same, self.reference.halves, other.reference.halves)):
            raise NotMergeable("other_cells", "drift_multivariate")
        told = self.told.merged(other.told) if self.told and other.told else None
        changed = {"data": self.data.merged(other.data), "folds": None, "no_folds": "directions_differ", "told": told}
        return self.model_copy(update=changed)


class DriftMultivariate:
    """The check ``drift_multivariate``."""

    name = "drift_multivariate"
    version = "1"
    title: Mapping[str, str] = MappingProxyType({"en": "Multivariate drift", "zh": "多变量漂移"})
    inputs: Mapping[str, bool] = MappingProxyType({"data": True, "reference": True})
    parameters = MultivariateParameters
    statistics = MultivariateStatistics

    def measure(self, tables: Mapping[str, Table], parameters: MultivariateParameters) -> Steps:
        """Ask for ends, then moments, then errors and quantiles of scores, then ranks: four steps, no row."""
        windows = {name: tables[name] for name in ("reference", "data")}
        choice = Choice(parameters.columns, parameters.leave_out, NUMBERS, "a number")
        chosen = choice.between(windows["reference"], windows["data"])
        if len(chosen.names) > MOST_COLUMNS:
            raise DataError("too_many_columns", "data", count=len(chosen.names), most=MOST_COLUMNS)
        complete = complete_rows(chosen.names)
        ends = yield tuple(ask_ends(chosen.names, complete, name) for name in windows)
        for name, answer in zip(windows, ends, strict=True):
            if not whole(answer, "n"):
                raise DataError("no_complete_rows", name, columns=", ".join(chosen.names))
        layout, constant = lay_out(chosen.names, ends[0], complete)
        halves = {name: split_half(table, parameters.split_by) for name, table in windows.items()}
        answers = yield tuple(ask_moments(layout, halves[name], name) for name in windows)
        moments = {n: read_moments(answer, layout.names) for n, answer in zip(windows, answers, strict=True)}
        kept, errors, no_errors = yield from _errors(layout, halves, moments, parameters.explained)
        folds, no_folds = yield from _folds(layout, halves, moments)
        made = {n: Window(rows=table.rows, halves=moments[n], errors=errors.get(n)) for n, table in windows.items()}
        return MultivariateStatistics(
            columns=layout.names,
            constant=constant,
            centres=tuple(layout.centres.tolist()),
            scales=tuple(layout.scales.tolist()),
            kept=kept,
            no_errors=no_errors,
            reference=made["reference"],
            data=made["data"],
            folds=folds,
            no_folds=no_folds,
            told=chosen.told,
        )

    def judge(
        self, statistics: MultivariateStatistics, parameters: MultivariateParameters, *, now: datetime
    ) -> Findings:
        """Write the classifier's area, the errors of reconstruction, and what took no part."""
        del now
        before, after, level = statistics.reference, statistics.data, parameters.level
        n = min(before.n, after.n)
        classified = classifier_figures(statistics.folds, statistics.no_folds, n, level)
        if before.errors and after.errors:
            reconstructed = error_figures(before.errors, after.errors, statistics.kept, level)
        else:
            reason = statistics.no_errors
            reconstructed = tuple(write_figure(name, None, n, level=level, reason=reason) for name in ERRORS)
        told = statistics.told.figures(n) if statistics.told else ()
        windows = {"reference": before, "data": after}
        complete, rows = ({name: getattr(w, what) for name, w in windows.items()} for what in ("n", "rows"))
        sizes = size_figures(statistics.columns, statistics.constant, complete, rows)
        return Findings((*classified, *reconstructed, *sizes, *told), (), DEFINITIONS)


def _errors(
    layout: Layout, halves: Mapping[str, str], moments: Mapping[str, tuple[Moments, Moments]], explained: float
) -> Generator[Any, Any, tuple[int, dict[str, tuple[Errors, Errors]], str]]:
    reference, k = moments["reference"], len(layout.names)
    if k < 2:  # noqa: PLR2004 - one column has nothing to be reconstructed from
        return 0, {}, "one_column"
    if min(half.n for half in reference) <= k:
        return 0, {}, "window_too_small"
    kept, spread = count_components(reference, explained), spreads(reference)
    left = leave_out(reference[0], spread, kept), leave_out(reference[1], spread, kept)
    answers = yield tuple(ask_errors(layout, halves[name], left, name) for name in halves)
    return kept, {name: read_errors(answer) for name, answer in zip(halves, answers, strict=True)}, ""


def _folds(
    layout: Layout, halves: Mapping[str, str], moments: Mapping[str, tuple[Moments, Moments]]
) -> Generator[Any, Any, tuple[tuple[Fold, Fold] | None, str]]:
    if not layout.names:
        return None, "constant_column"
    if min(half.n for window in moments.values() for half in window) <= len(layout.names):
        return None, "window_too_small"
    spread = spreads(moments["reference"])
    taught = [fit_direction(moments["reference"][half], moments["data"][half], spread) for half in HALVES]
    directions = taught[0], taught[1]
    quantiles = yield ask_scores(layout, halves["reference"], directions)
    cuts = choose_cells(quantiles[0]["s"]), choose_cells(quantiles[1]["s"])
    before, after = yield tuple(ask_ranks(layout, halves[name], name, directions, cuts) for name in halves)
    first, second = (read_fold(before, after, fold, cuts[fold]) for fold in HALVES)
    return (first, second), ""


check = DriftMultivariate()
