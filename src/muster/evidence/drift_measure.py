"""Measuring one window of drift: numbers by cells, texts and booleans by value, free text by its length and signs."""

from collections.abc import Generator, Mapping, Sequence
from typing import Any, NamedTuple

from muster.evidence.check import Steps
from muster.evidence.drift_counts import PROBABILITIES, Counted, choose_breaks, key, read_categories, read_numbers
from muster.evidence.drift_text import ask_signs, read_signs, text_length
from muster.evidence.groups import name_value
from muster.evidence.plan import (
    GREATEST,
    Columns,
    Plan,
    Quantiles,
    count_if,
    double,
    finite,
    literal,
    nan,
    number,
    quote,
    whole,
)
from muster.evidence.table import Table

MOST_VALUES = 20_000


class Span(NamedTuple):
    """The expression of a double, and the cells it is counted in."""

    value: str
    breaks: tuple[float, ...]
    cells: int

    @property
    def inside(self) -> str:
        """Return the expression of its finite values."""
        return f"case when {finite(self.value)} then {self.value} end"


def measure_window(
    table: Table, source: str, names: Sequence[str], limit: int, reference: Mapping[str, Counted] | None
) -> Steps:
    """Count the columns `names` in the cells of `reference`; without one, choose the cells.

    A text with more than `MOST_VALUES` different values has no distribution of values: its length and its signs
    are counted. `limit`: how many values of other texts are kept.
    """
    known = reference or {}
    numbers = {name: double(quote(name)) for name in names if table.is_number(name)}
    texts = [name for name in names if name in known and known[name].signs is not None]
    others = [name for name in names if name not in numbers and name not in texts]
    expressions = numbers | {name: text_length(table, name) for name in texts}
    asked = [Plan({"n": "count(*)"}, {"value": quote(n)}, table=source, limit=MOST_VALUES + 1) for n in others]
    found, answers = yield from _count_numbers(expressions, source, reference, asked)
    by_name = dict(zip(others, answers, strict=True))
    long = [name for name, answer in by_name.items() if len(answer["value"]) > MOST_VALUES]
    found |= {name: _read_values(by_name[name], limit, known.get(name)) for name in others if name not in long}
    if long and reference is None:
        lengths, _ = yield from _count_numbers({name: text_length(table, name) for name in long}, source, None, [])
        found, texts = found | lengths, long
    elif long:
        answers = yield tuple(_ask_known(name, known[name], source) for name in long)
        found |= {name: _read_known(answer, known[name]) for name, answer in zip(long, answers, strict=True)}
    if texts:
        answers = yield tuple(ask_signs(table, name, source) for name in texts)
        for name, answer in zip(texts, answers, strict=True):
            found[name] = found[name].model_copy(update={"signs": read_signs(answer)})
    return {name: found[name] for name in names}


def _count_numbers(
    expressions: Mapping[str, str], source: str, reference: Mapping[str, Counted] | None, more: Sequence[Plan]
) -> Generator[Any, Any, tuple[dict[str, Counted], list[Columns]]]:
    """Count doubles in cells; return them, and the answers to `more`, asked in the same step."""
    spans: dict[str, Span] = {}
    for name, value in expressions.items():
        if reference is not None:
            spans[name] = Span(value, reference[name].breaks, reference[name].cells)
            continue
        # One column at a time: exact quantiles hold a whole column in memory.
        asked = yield Quantiles({"q": f"case when {finite(value)} then {value} end"}, PROBABILITIES, table=source)
        spans[name] = Span(value, *choose_breaks(asked["q"]))
    tallies = [
        Plan({"n": "count(*)", "total": f"sum({span.value})"}, {"cell": key(*span)}, table=source)
        for span in spans.values()
    ]
    ends, *answers = yield (_ends(spans, reference or {}, source), *tallies, *more)
    infinite = {n: span for n, span in spans.items() if whole(ends, f"{n} below") + whole(ends, f"{n} above")}
    if infinite:
        ends = ends | (yield _finite_sums(infinite, source))
    found = {
        name: read_numbers(name, answer, ends, span.breaks, span.cells)
        for (name, span), answer in zip(spans.items(), answers, strict=False)
    }
    return found, answers[len(spans) :]


def _ends(spans: Mapping[str, Span], reference: Mapping[str, Counted], source: str) -> Plan:
    """Ask for what needs no cells: rows, ends, infinite values, values beyond the reference."""
    aggregates = {"rows": "count(*)"}
    for name, span in spans.items():
        value = span.value
        aggregates[f"{name} least"] = f"min({span.inside})"
        aggregates[f"{name} greatest"] = f"max({span.inside})"
        aggregates[f"{name} below"] = count_if(f"{value} < {number(-GREATEST)}")
        aggregates[f"{name} above"] = count_if(f"{value} > {number(GREATEST)} and not ({nan(value)})")
        before = reference.get(name)
        if before is not None and before.least is not None and before.greatest is not None:
            beyond = f"({value} < {number(before.least)} or {value} > {number(before.greatest)})"
            aggregates[f"{name} outside"] = count_if(f"{finite(value)} and {beyond}")
    return Plan(aggregates, table=source)


def _finite_sums(spans: Mapping[str, Span], source: str) -> Plan:
    """Ask again for the sums of the outermost cells, without the infinite values that lie there."""
    aggregates = {}
    for name, span in spans.items():
        if span.breaks:
            first, last = number(span.breaks[0]), number(span.breaks[-1])
            aggregates[f"{name} first"] = f"sum(case when {span.value} < {first} then {span.inside} end)"
            aggregates[f"{name} last"] = f"sum(case when {span.value} >= {last} then {span.inside} end)"
    return Plan(aggregates or {"rows": "count(*)"}, table=source)


def _read_values(answer: Columns, limit: int, reference: Counted | None) -> Counted:
    found: dict[str | None, int] = {}
    for value, rows in zip(answer["value"].tolist(), answer["n"].tolist(), strict=True):
        named = None if value is None else name_value(value)
        found[named] = found.get(named, 0) + int(rows)
    return read_categories(found, limit, reference)


def _ask_known(name: str, reference: Counted, source: str) -> Plan:
    """Ask for the values of the reference alone, where there are too many others to list."""
    column = quote(name)
    listed = ", ".join(map(literal, reference.categories)) or "null"
    value = f"case when {column} in ({listed}) then {column} end"
    return Plan({"n": "count(*)", "present": f"count({column})"}, {"value": value}, table=source)


def _read_known(answer: Columns, reference: Counted) -> Counted:
    found: dict[str | None, int] = {}
    rest = 0
    for value, rows, present in zip(
        answer["value"].tolist(), answer["n"].tolist(), answer["present"].tolist(), strict=True
    ):
        found[value] = int(rows - present) if value is None else int(rows)
        rest += int(present) if value is None else 0
    counted = read_categories(found, len(reference.categories), reference)
    counts = list(counted.counts)
    counts[-2 if reference.pooled else -1] += rest
    return counted.model_copy(update={"n": counted.n + rest, "counts": tuple(counts)})
