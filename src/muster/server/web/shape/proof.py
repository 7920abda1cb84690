"""Evidence as a page: the answer in its first line, then the figures, the groups, and how it came about."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from muster.core.criteria import shortfalls
from muster.core.dossier import Evidence
from muster.core.figures import Figure
from muster.core.policy import Criterion, Demand, Limit, ToleranceRef
from muster.core.reasons import Reason
from muster.core.text import say
from muster.report import numbers
from muster.report.headline import headline
from muster.report.sentences import sentence
from muster.report.suppress import HIDDEN, suppress
from muster.report.words import CHINESE, figure_name, why_not, word
from muster.server.casework.models import EvidenceRow
from muster.server.casework.queries import Case
from muster.server.web.language import tag


@dataclass(frozen=True)
class Held:
    """One figure held against one line: where the line comes from, and whether it is kept."""

    figure: Figure
    name: str
    value: str
    line: str
    origin: str
    measure: str
    kept: bool
    distance: float
    said: str


@dataclass(frozen=True)
class Answer:
    """The answer of a piece of evidence: yes, no or nothing judged it, in one sentence, with all lines behind it."""

    state: str
    sentence: str
    held: tuple[Held, ...]


def read_statement(row: EvidenceRow) -> Mapping[str, Any]:
    """Return the predicate of the statement as it was handed in."""
    predicate: Mapping[str, Any] = json.loads(row.statement_text)["predicate"]
    return predicate


def answer_of(case: Case, row: EvidenceRow, *, sees_all: bool) -> Answer:
    """Hold the figures of computed evidence against every demand of a required measure that reads this check.

    Unless the reader `sees_all`, a figure that tells of a few people is judged, and not told.
    """
    figures = tuple(Figure.model_validate(figure) for figure in row.figures)
    shown = figures if sees_all else _shown(row)
    held = [line for measure, demand in demands_on(case, row) for line in _lines(case, measure, demand, figures)]
    told = {id(figure): other for figure, other in zip(figures, shown, strict=True) if figure != other}
    held = [_untold(line, told[id(line.figure)]) if id(line.figure) in told else line for line in held]
    held.sort(key=lambda line: (line.kept, -line.distance if not line.kept else line.distance))
    if row.failure:
        failed = Reason(code="evidence_failed", parameters={"kind": row.kind, "failure": row.failure})
        return Answer("could_not_run", row.failure or sentence(failed, case.framework, tag()), ())
    if not held:
        return Answer("unjudged", _unjudged(row, shown), ())
    return Answer("passed" if held[0].kept else "failed", _said(held[0]), tuple(held))


def _shown(row: EvidenceRow) -> tuple[Figure, ...]:
    """Return the figures as they are shown to those who may not see small cells."""
    groups = read_statement(row).get("groups")
    hidden = suppress({"figures": row.figures, "groups": groups})["figures"]
    return tuple(Figure.model_validate(figure) for figure in hidden)


def _untold(line: Held, figure: Figure) -> Held:
    """Return a line whose figure tells of a few people: whether it is kept, and no number."""
    why = why_not(HIDDEN, tag())
    said = f"{line.name}：{why}。" if tag() == CHINESE else f"{line.name}: {why}."
    return replace(line, figure=figure, value="–", distance=0.0, said=said)


def _unjudged(row: EvidenceRow, figures: tuple[Figure, ...]) -> str:
    """Say what the proof found, and that no measure judges it; what needs the whole data is told by the figures."""
    chinese = tag() == CHINESE
    rows = int((read_statement(row).get("data") or {}).get("rows") or 0)
    found = headline(row.check_name, figures, rows, "zh" if chinese else "en") if figures else ""
    none = "没有措施对这份证据设定要求。" if chinese else " No required measure sets a line for this proof."
    return f"{found}{none}".strip()


def _said(first: Held) -> str:
    """The line that is missed most plainly, or the one kept most narrowly."""
    if not first.kept:
        return f"未达标：{first.said}" if tag() == CHINESE else f"No: {first.said}"
    return f"达标：{first.said}" if tag() == CHINESE else f"Yes: {first.said}"


def demands_on(case: Case, row: EvidenceRow) -> Iterable[tuple[str, Demand]]:
    """Yield what required measures demand of computed evidence of this check, each with its measure."""
    for item in case.assessment.measures:
        for demand in case.framework.measure_by_id[item.required.measure].evidence:
            if demand.kind == "computed" and demand.check == row.check_name:
                yield item.required.measure, demand


def _lines(case: Case, measure: str, demand: Demand, figures: tuple[Figure, ...]) -> Iterable[Held]:
    for criterion in demand.criteria:
        for figure in (f for f in figures if f.name == criterion.figure):
            for limit, sign in ((criterion.at_least, "≥"), (criterion.at_most, "≤")):
                if limit is not None:
                    yield _line(case, demand, criterion, figure, measure=measure, limit=limit, sign=sign)


def _line(
    case: Case, demand: Demand, criterion: Criterion, figure: Figure, *, measure: str, limit: Limit, sign: str
) -> Held:
    line = _number(case, limit)
    judged: float | None = getattr(figure, criterion.use)
    kept = judged is not None and (judged >= line if sign == "≥" else judged <= line)
    shown = f"{sign} {numbers.limit(figure.name, line)}"
    return Held(
        figure=figure,
        name=figure_name(figure.name, tag()),
        value=numbers.figure_value(figure) or "–",
        line=shown,
        origin=_origin(case, limit),
        measure=measure,
        kept=kept,
        distance=float("inf") if judged is None else abs(judged - line) / (abs(line) or 1.0),
        said=_against(case, demand, criterion, figure, shown, kept=kept),
    )


def _number(case: Case, limit: Limit) -> float:
    return case.framework.tolerance_by_id[limit.tolerance].value if isinstance(limit, ToleranceRef) else limit


def _origin(case: Case, limit: Limit) -> str:
    if isinstance(limit, ToleranceRef):
        name = say(case.framework.tolerance_by_id[limit.tolerance].name, tag())
        return f"伦理立场：{name}" if tag() == CHINESE else f"ethical position: {name}"
    return "措施本身" if tag() == CHINESE else "the measure itself"


def _against(case: Case, demand: Demand, criterion: Criterion, figure: Figure, line: str, *, kept: bool) -> str:
    """Say the figure and the line; where it is missed, in the very words of the gate."""
    if not kept:
        alone = demand.model_copy(update={"criteria": (criterion,), "settings": {}, "covers_protected": False})
        bare = Evidence.model_validate(
            {"id": "", "kind": "computed", "by": "", "at": case.assessment.at, "statement": "", "figures": (figure,)}
        )
        for short in shortfalls(case.framework, alone, bare, ()):
            return sentence(Reason(code=short.code, parameters=short.parameters), case.framework, tag())
    name, value, n = figure_name(figure.name, tag()), numbers.figure_value(figure), numbers.count(figure.n)
    whom = " · ".join(part for part in (figure.group, f"n = {n}") if part)
    if tag() == CHINESE:
        return f"{name}为 {value}（{whom}）；要求 {line}。"
    return f"{name} is {value} ({whom}); the line is {line}."


def kind_word(row: EvidenceRow) -> str:
    """Return the question that a check answers, or what kind of proof this is."""
    return word("check", row.check_name, tag()) if row.check_name else word("evidence_kind", row.kind, tag())
