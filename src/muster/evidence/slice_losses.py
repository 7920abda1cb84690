"""The loss of a row, by which a slice is served well or badly: an expression, its total, and which rows have one."""

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from muster.evidence.binary import MISSING, as_decision, binary, thresholded
from muster.evidence.check import Steps
from muster.evidence.columns import broken, count_faults, number_faults, plain, refuse, refuse_faults, require_numbers
from muster.evidence.errors import DataError
from muster.evidence.plan import Plan, count_if, quote, whole
from muster.evidence.table import Table

LossName = Literal["error", "false_negative", "false_positive", "rejection", "log_loss", "squared", "absolute"]
TWO_VALUED = ("error", "false_negative", "false_positive", "rejection")


class LossOf(Protocol):
    """The parameters that say what the loss is."""

    @property
    def loss(self) -> LossName: ...
    @property
    def label(self) -> str | None: ...
    @property
    def prediction(self) -> str | None: ...
    @property
    def score(self) -> str | None: ...
    @property
    def threshold(self) -> float: ...
    @property
    def positive(self) -> str: ...


@dataclass(frozen=True)
class Loss:
    """`sql` is the loss of a row that `where` keeps; the other `left_out` rows have none."""

    sql: str
    where: str
    two_valued: bool
    left_out: int


def read_loss(table: Table, given: LossOf) -> Steps:
    """Ask whether the columns are fit for the loss, refuse what is not, and return the `Loss`."""
    if given.loss in TWO_VALUED:
        return (yield from _two_valued(table, given))
    return (yield from _numeric(table, given))


def _two_valued(table: Table, given: LossOf) -> Steps:
    label = binary(table, "y", given.label, given.positive) if given.label else None
    if given.score is not None:
        decision = thresholded(table, "p", given.score, given.threshold)
    else:
        assert given.prediction is not None
        decision = as_decision(table, "p", given.prediction, given.positive, label=given.label)
    aggregates = {"n": "count(*)", **decision.aggregates(), **(label.aggregates() if label else {})}
    asked = yield Plan(aggregates, {"p": decision.code, **({"y": label.code} if label else {})})
    decision.refuse_gaps(table, asked)
    for column in (decision, label):
        if column:
            column.refuse_third_value(table, asked)
    if given.loss == "rejection":
        return Loss(f"case when {decision.code} = 0 then 1 else 0 end", "", two_valued=True, left_out=0)
    assert label is not None
    kept = {"error": (0, 1), "false_negative": (1,), "false_positive": (0,)}[given.loss]
    where = f"{label.code} in ({', '.join(map(str, kept))})"
    out = int(asked["n"][~np.isin(np.asarray(asked["y"]), kept)].sum())
    return Loss(f"case when {decision.code} <> {label.code} then 1 else 0 end", where, two_valued=True, left_out=out)


def _numeric(table: Table, given: LossOf) -> Steps:
    assert given.label is not None
    if given.score is None:
        assert given.prediction is not None
        yield from require_numbers(table, given.label, given.prediction)
        return (yield from _difference(table, given.label, given.prediction, squared=given.loss == "squared"))
    yield from require_numbers(table, given.score)
    label, score = binary(table, "y", given.label, given.positive), plain(given.score)
    outside = f"({score} < 0 or {score} > 1)"
    sure = f"case when {label.code} = 1 then {score} else 1 - {score} end"
    known = f"{label.code} in (0, 1)"
    asked = yield Plan(
        {
            "n": "count(*)",
            "outside": count_if(outside),
            "missing": count_if(f"{quote(given.score)} is null"),
            "certain": count_if(f"{known} and {sure} = 0"),
            **label.aggregates(),
        },
        {"y": label.code},
    )
    label.refuse_third_value(table, asked)
    refuse(table, "score_outside", given.score, int(asked["outside"].sum()), outside)
    refuse(table, "missing_values", given.score, int(asked["missing"].sum()), f"{quote(given.score)} is null")
    out = int(asked["n"][np.asarray(asked["y"]) == MISSING].sum())
    if given.loss == "log_loss":
        if asked["certain"].sum():
            raise DataError("loss_infinite", given.score, count=int(asked["certain"].sum()))
        return Loss(f"-ln({sure})", known, two_valued=False, left_out=out)
    return Loss(f"(1 - ({sure})) * (1 - ({sure}))", known, two_valued=False, left_out=out)


def _difference(table: Table, label: str, prediction: str, *, squared: bool) -> Steps:
    y, p = table.value(label), plain(prediction)
    faults = [(label, "not_finite", broken(y)), *number_faults(prediction)]
    asked = yield Plan({"out": count_if(f"{y} is null"), **count_faults(faults)})
    refuse_faults(table, faults, asked)
    error = f"({p} - {y})"
    sql = f"{error} * {error}" if squared else f"abs({error})"
    return Loss(sql, f"{y} is not null", two_valued=False, left_out=whole(asked, "out"))
