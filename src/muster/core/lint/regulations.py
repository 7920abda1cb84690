"""Regulation packs: every requirement has an answer, and no dead law is treated as live."""

from collections.abc import Iterator
from datetime import date

from muster.core.condition import AllOf, AttributeTest, Condition
from muster.core.framework import Framework
from muster.core.lint.assignments import Cases
from muster.core.lint.complaint import Complaint
from muster.core.regulation import Instrument, Requirement
from muster.core.tree import Path

_DEAD = ("superseded", "repealed")
_HISTORY = AttributeTest(attr="include_superseded", op="eq", value=True)
_NO_THIRD_PARTY = AttributeTest(attr="third_party_model", op="eq", value=False)


def unanswered(framework: Framework) -> Iterator[Complaint]:
    """A requirement that no measure answers."""
    for path, _, requirement in _requirements(framework):
        if not requirement.suggested_measures:
            message = f"no measure answers `{requirement.id}`"
            hint = "name the primary measure first under `suggested_measures`"
            yield Complaint("requirement-without-measure", (*path, "suggested_measures"), message, hint)


def dead_but_live(framework: Framework) -> Iterator[Complaint]:
    """A superseded or repealed instrument applies only where history is asked for."""
    for number, instrument in enumerate(framework.instruments):
        if instrument.status in _DEAD and not _asks_for_history(instrument.applies_when):
            message = f"`{instrument.id}` is {instrument.status} but applies as if it were live"
            hint = "add to `all` of applies_when: {attr: include_superseded, op: eq, value: true}"
            yield Complaint("dead-law", ("instruments", number, "applies_when"), message, hint)


def broken_chains(framework: Framework) -> Iterator[Complaint]:
    """`supersedes` and `superseded_by` name each other, and what is superseded says so."""
    by_id = {instrument.id: instrument for instrument in framework.instruments}
    for n, instrument in enumerate(framework.instruments):
        for field, back in (("supersedes", "superseded_by"), ("superseded_by", "supersedes")):
            for m, other in enumerate(getattr(instrument, field)):
                if instrument.id not in getattr(by_id[other], back):
                    message = f"`{other}` does not name `{instrument.id}` under `{back}`"
                    yield Complaint("broken-chain", ("instruments", n, field, m), message, "write both ends")
        if instrument.status == "superseded" and not instrument.superseded_by:
            message = f"`{instrument.id}` is superseded, by nobody knows what"
            yield Complaint("broken-chain", ("instruments", n), message, "say `superseded_by`", "warning")


def needless_third_party(framework: Framework) -> Iterator[Complaint]:
    """A binding requirement that applies without a vendor must not pull in a measure that only a vendor can meet."""
    if _NO_THIRD_PARTY.attr not in {attribute.id for attribute in framework.attributes}:
        return
    cases = Cases(framework)
    for path, instrument, requirement in _requirements(framework):
        if requirement.strength != "must" or not requirement.suggested_measures:
            continue
        measure = framework.measure_by_id[requirement.suggested_measures[0]]
        if measure.applies_if is None or cases.can_hold(measure.applies_if, _NO_THIRD_PARTY) is not False:
            continue
        applies = [instrument.applies_when, *([requirement.applies_if] if requirement.applies_if else [])]
        if cases.can_hold(*applies, _NO_THIRD_PARTY):
            message = f"`{requirement.id}` binds without a third party too, but `{measure.id}` needs one"
            hint = "put a measure first that can be met without one"
            yield Complaint("needs-third-party", (*path, "suggested_measures", 0), message, hint)


def impossible_dates(framework: Framework) -> Iterator[Complaint]:
    """What ends before it begins never applies."""
    for n, instrument in enumerate(framework.instruments):
        if _ends_before_it_begins(instrument.applies_from, instrument.applies_until):
            message = f"`{instrument.id}` ends before it begins"
            yield Complaint("impossible-dates", ("instruments", n, "applies_until"), message, "correct a date")
    for path, instrument, requirement in _requirements(framework):
        begins = requirement.applies_from or instrument.applies_from
        if _ends_before_it_begins(begins, requirement.applies_until):
            message = f"`{requirement.id}` ends before it begins"
            yield Complaint("impossible-dates", (*path, "applies_until"), message, "correct a date")


def past_laws(framework: Framework, today: date) -> Iterator[Complaint]:
    """An instrument that has run out but is called in force."""
    for n, instrument in enumerate(framework.instruments):
        until = instrument.applies_until
        if until is not None and until < today and instrument.status not in _DEAD:
            message = f"`{instrument.id}` ended on {until} but its status is {instrument.status}"
            hint = "set the status to repealed or superseded"
            yield Complaint("past-law", ("instruments", n, "applies_until"), message, hint, "warning")


def _requirements(framework: Framework) -> Iterator[tuple[Path, Instrument, Requirement]]:
    for n, instrument in enumerate(framework.instruments):
        for m, requirement in enumerate(instrument.requirements):
            yield ("instruments", n, "requirements", m), instrument, requirement


def _asks_for_history(condition: Condition) -> bool:
    return condition == _HISTORY or (isinstance(condition, AllOf) and any(map(_asks_for_history, condition.all)))


def _ends_before_it_begins(begins: date | None, ends: date | None) -> bool:
    return begins is not None and ends is not None and ends < begins


RULES = (unanswered, dead_but_live, broken_chains, needless_third_party, impossible_dates)
