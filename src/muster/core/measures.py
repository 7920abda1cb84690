"""The exact list of measures that a use case must meet, each with every reason why."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Literal

from muster.core.canonical import Frozen
from muster.core.classify import Applies, Classification
from muster.core.condition import evaluate
from muster.core.framework import Framework
from muster.core.policy import LEVELS
from muster.core.regulation import Instrument, Requirement

SUSPENDED = ("draft", "superseded", "repealed")


class Because(Frozen):
    """One reason why a measure is required.

    `source` ``matrix``: `id` is the tier whose cell gives the level; ``category`` and ``stance``: the one that raised
    it; ``requirement``: the duty that pulls it in or that it serves.
    """

    source: Literal["matrix", "category", "stance", "requirement"]
    id: str
    level: str = ""


class RequiredMeasure(Frozen):
    """A measure that is required, or will be.

    `planned` ones do not count yet: only requirements that are not yet live ask for them, the earliest from
    `planned_from` (None: no date is set). `open_attributes` are unanswered ones that keep it on the list. `changes`
    are the dates at which time alone changes whether it counts.
    """

    measure: str
    because: tuple[Because, ...]
    serves: tuple[str, ...]
    planned: bool
    planned_from: date | None
    open_attributes: tuple[str, ...]
    changes: tuple[date, ...]


class Span(Frozen):
    """When a requirement binds: from the day `start` (None: always) to the day `until`, both included.

    A `suspended` one (a draft, or a dead law) never binds.
    """

    start: date | None
    until: date | None
    suspended: bool

    def live(self, at: date) -> bool:
        """Return whether the requirement binds at `at`."""
        if self.suspended or (self.until is not None and at > self.until):
            return False
        return self.start is None or at >= self.start


def required_measures(framework: Framework, classification: Classification, at: date) -> tuple[RequiredMeasure, ...]:
    """Return the measures that count at `at` and those planned, in framework order. Pure in all three arguments."""
    matrix = set(classification.matrix_measures)
    pulls = _pulls(framework, classification, matrix)
    served = _served(framework, classification.requirements)
    trails = {trail.consideration: trail for trail in classification.levels}
    required = []
    for measure in framework.measures:
        pulled = pulls.get(measure.id, [])
        if measure.id in matrix:
            level_rank = LEVELS.index(measure.level)
            because = [
                Because(source=r.source, id=r.id, level=r.level)
                for r in trails[measure.consideration].raises
                if LEVELS.index(r.level) >= level_rank
            ]
            item = _required(framework, classification, measure.id, because, served, live=True, coming=())
        elif pulled:
            spans = [
                (requirement, span_of(instrument, requirement, classification)) for instrument, requirement in pulled
            ]
            current = [pair for pair in spans if _counts_or_comes(pair[1], at)]
            if not current:
                continue
            because = [Because(source="requirement", id=requirement.id) for requirement, _ in current]
            live = any(span.live(at) for _, span in current)
            item = _required(
                framework, classification, measure.id, because, served, live=live, coming=[s for _, s in current]
            )
        else:
            continue
        required.append(item)
    return tuple(required)


def span_of(instrument: Instrument, requirement: Requirement, classification: Classification) -> Span:
    """Return when `requirement` binds a use case so classified; with several classes the earliest date counts."""
    start = requirement.applies_from or instrument.applies_from
    by_class = requirement.applies_from_by_class
    if by_class:
        held = classification.facts.values.get("eu_ai_act_class", ())
        dates = [by_class.get(name, start) for name in (held if isinstance(held, tuple) else ())]
        known = [day for day in dates if day is not None]
        start = min(known) if known else start
    ends = [day for day in (requirement.applies_until, instrument.applies_until) if day is not None]
    return Span(start=start, until=min(ends) if ends else None, suspended=instrument.status in SUSPENDED)


def _counts_or_comes(span: Span, at: date) -> bool:
    return span.until is None or at <= span.until


def _pulls(
    framework: Framework, classification: Classification, matrix: set[str]
) -> dict[str, list[tuple[Instrument, Requirement]]]:
    pulls: dict[str, list[tuple[Instrument, Requirement]]] = {}
    for applies in classification.requirements:
        instrument, requirement = framework.requirement_by_id[applies.requirement]
        if requirement.strength == "must" and requirement.suggested_measures:
            primary = requirement.suggested_measures[0]
            if primary not in matrix:
                pulls.setdefault(primary, []).append((instrument, requirement))
    return pulls


def _served(framework: Framework, requirements: tuple[Applies, ...]) -> dict[str, list[str]]:
    served: dict[str, list[str]] = {}
    for applies in requirements:
        for measure in framework.requirement_by_id[applies.requirement][1].suggested_measures:
            served.setdefault(measure, []).append(applies.requirement)
    return served


def _required(
    framework: Framework,
    classification: Classification,
    measure_id: str,
    because: Iterable[Because],
    served: dict[str, list[str]],
    *,
    live: bool,
    coming: Iterable[Span],
) -> RequiredMeasure:
    spans = list(coming)
    starts = [span.start for span in spans if span.start is not None and not span.suspended]
    return RequiredMeasure(
        measure=measure_id,
        because=tuple(because),
        serves=tuple(served.get(measure_id, ())),
        planned=not live,
        planned_from=min(starts) if starts and not live else None,
        open_attributes=_open_attributes(framework, classification, measure_id),
        changes=_changes(spans),
    )


def _open_attributes(framework: Framework, classification: Classification, measure_id: str) -> tuple[str, ...]:
    condition = framework.measure_by_id[measure_id].applies_if
    if condition is None:
        return ()
    outcome = evaluate(condition, classification.facts)
    return outcome.because if outcome.truth is None else ()


def _changes(spans: Iterable[Span]) -> tuple[date, ...]:
    days = set()
    for span in spans:
        if span.suspended:
            continue
        if span.start is not None:
            days.add(span.start)
        if span.until is not None:
            days.add(span.until + timedelta(days=1))
    return tuple(sorted(days))
