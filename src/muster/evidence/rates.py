"""The rates of a group: which counts make each of them, and their definitions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from pydantic import TypeAdapter

from muster.contract.evidence import GroupRow, Rate
from muster.core.figures import Figure
from muster.evidence.check import Definition
from muster.evidence.statistics import Counts, Floats, Groups, divide, wilson

# tp fp fn tn: by decision and label; the last two: selected and not selected, label unknown.
OUTCOMES = ("tp", "fp", "fn", "tn", "selected_unlabelled", "rejected_unlabelled")
_LABELLED = slice(0, 4)
_ROWS = TypeAdapter(tuple[GroupRow, ...])


class Drawing(Protocol):
    """How large a group must be, at which level, and how the bootstrap draws."""

    @property
    def level(self) -> float: ...

    @property
    def minimum(self) -> int: ...

    @property
    def replicates(self) -> int: ...

    @property
    def seed(self) -> int: ...


class Settings(Drawing, Protocol):
    """What the arithmetic of groups needs to know."""

    @property
    def reference(self) -> str: ...


@dataclass(frozen=True)
class RateOf:
    """A rate: the outcomes in its numerator and denominator, and whether a low one is the bad one."""

    over: tuple[str, ...]
    under: tuple[str, ...]
    low_is_worse: bool = True

    @property
    def needs_label(self) -> bool:
        return "selected_unlabelled" not in self.under

    def counts(self, table: Counts) -> tuple[Counts, Counts]:
        """Return numerator and denominator of every group; outcomes are the last axis of `table`."""
        return (
            table[..., [OUTCOMES.index(o) for o in self.over]].sum(axis=-1),
            table[..., [OUTCOMES.index(o) for o in self.under]].sum(axis=-1),
        )

    def rate(self, table: Counts) -> Floats:
        """Return the rate of every group, NaN where it is undefined."""
        return divide(*self.counts(table))


RATES: Mapping[str, RateOf] = {
    "selection_rate": RateOf(("tp", "fp", "selected_unlabelled"), OUTCOMES),
    "true_positive_rate": RateOf(("tp",), ("tp", "fn")),
    "false_positive_rate": RateOf(("fp",), ("fp", "tn"), low_is_worse=False),
    "false_negative_rate": RateOf(("fn",), ("tp", "fn"), low_is_worse=False),
    "precision": RateOf(("tp",), ("tp", "fp")),
    "accuracy": RateOf(("tp", "tn"), ("tp", "fp", "fn", "tn")),
}


def group_rows(groups: Groups, settings: Settings) -> tuple[GroupRow, ...]:
    """Return the rates of every group with their Wilson intervals; none is left out for being small."""
    columns = {name: _rates(name, groups.counts, settings) for name in RATES}
    n = groups.counts.sum(axis=1).tolist()
    labelled = groups.counts[:, _LABELLED].sum(axis=1).tolist()
    rows = zip(groups.names, n, labelled, *columns.values(), strict=True)
    # Validated all at once: thousands of models made one by one would cost more than the query.
    return _ROWS.validate_python(
        [
            {"attributes": groups.attributes, "group": group, "n": size, "labelled": known, "rates": tuple(rates)}
            for group, size, known, *rates in rows
        ]
    )


def overall_figures(everyone: Groups, settings: Settings) -> tuple[Figure, ...]:
    """Return everyone's rates as figures."""
    return tuple(_overall(name, everyone.counts, settings) for name in RATES)


def _overall(name: str, counts: Counts, settings: Settings) -> Figure:
    rate = Rate.model_validate(_rates(name, counts, settings)[0])
    known = rate.value is not None
    return Figure(
        name=name,
        value=rate.value,
        n=rate.denominator,
        low=rate.low,
        high=rate.high,
        level=settings.level if known else None,
        interval="wilson" if known else "",
        not_estimable=rate.not_estimable,
    )


def _rates(name: str, counts: Counts, settings: Settings) -> list[dict[str, Any]]:
    over, under = RATES[name].counts(counts)
    lows, highs = wilson(over, under, settings.level)
    columns = (over, under, divide(over, under), lows, highs, under >= settings.minimum)
    return [
        {
            "name": name,
            "numerator": top,
            "denominator": bottom,
            "value": value if bottom else None,
            "low": low if bottom else None,
            "high": high if bottom else None,
            "enough": enough,
            "not_estimable": "" if bottom else why_undefined(name, counts[i]),
        }
        for i, (top, bottom, value, low, high, enough) in enumerate(
            zip(*(column.tolist() for column in columns), strict=True)
        )
    ]


def why_undefined(name: str, counts: Counts) -> str:
    """Return the code that says why a rate with an empty denominator is undefined."""
    if not np.any(counts[_LABELLED]):
        return "no_labels"
    return {
        "true_positive_rate": "no_positives",
        "false_negative_rate": "no_positives",
        "false_positive_rate": "no_negatives",
        "precision": "nobody_selected",
    }.get(name, "no_rows")


def define_below(*compared: str) -> dict[str, Definition]:
    """Define the counts of groups that are too small: for any compared figure, and for each of them."""
    said = (
        "groups with fewer rows than the minimum in the denominator of {0} (listed, not deciding); n: the rows in them"
    )
    named = {"groups_below_minimum": "any compared figure"}
    named |= {f"groups_below_minimum.{name}": name.replace("_", " ") for name in compared}
    return {name: Definition(formula=said.format(what), source="Muster") for name, what in named.items()}


JUDGED = ("selection_rate", "true_positive_rate", "false_positive_rate", "precision", "accuracy")
"""The rates whose gaps are told."""

_GAP = "interval: simultaneous over all pairs of groups with enough rows ({0}), calibrated on a bootstrap of the cells"
_TEXT = "Barocas, Hardt, Narayanan, Fairness and Machine Learning (2023), chapter 3"

DEFINITIONS: dict[str, Definition] = {
    "selection_rate": Definition(formula="selected / n; interval: Wilson", source="29 CFR 1607.16 R"),
    "true_positive_rate": Definition(formula="tp / (tp + fn), labelled rows; interval: Wilson", source=_TEXT),
    "false_positive_rate": Definition(formula="fp / (fp + tn), labelled rows; interval: Wilson", source=_TEXT),
    "false_negative_rate": Definition(formula="fn / (tp + fn), labelled rows; interval: Wilson", source=_TEXT),
    "precision": Definition(formula="tp / (tp + fp), labelled rows; interval: Wilson", source=_TEXT),
    "accuracy": Definition(formula="(tp + tn) / labelled rows; interval: Wilson", source=_TEXT),
    "selection_rate_ratio": Definition(
        formula="lowest / highest selection rate (four-fifths rule: 0.8); " + _GAP.format("of logarithms"),
        source="29 CFR 1607.4 D",
    ),
    "selection_rate_difference": Definition(
        formula="highest - lowest selection rate; " + _GAP.format("of rates"), source=_TEXT
    ),
    "true_positive_rate_difference": Definition(
        formula="highest - lowest true positive rate (equal opportunity); " + _GAP.format("of rates"),
        source="Hardt, Price, Srebro, Equality of Opportunity in Supervised Learning (2016)",
    ),
    "false_positive_rate_difference": Definition(
        formula="highest - lowest false positive rate; " + _GAP.format("of rates"),
        source="Hardt, Price, Srebro, Equality of Opportunity in Supervised Learning (2016)",
    ),
    "equalised_odds_difference": Definition(
        formula="the larger (mode: max) of true and false positive rate difference; " + _GAP.format("of rates"),
        source="Hardt, Price, Srebro, Equality of Opportunity in Supervised Learning (2016)",
    ),
    "equalised_odds_mean_difference": Definition(
        formula="the mean (mode: mean) of true and false positive rate difference; " + _GAP.format("of rates"),
        source="Hardt, Price, Srebro, Equality of Opportunity in Supervised Learning (2016)",
    ),
    "precision_difference": Definition(
        formula="highest - lowest precision (predictive parity); " + _GAP.format("of rates"), source=_TEXT
    ),
    "accuracy_difference": Definition(formula="highest - lowest accuracy; " + _GAP.format("of rates"), source=_TEXT),
    **define_below(*JUDGED),
}
