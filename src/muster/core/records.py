"""Checks that Muster computes from its own records: no data, no upload, no claim by anybody."""

from collections.abc import Callable, Mapping
from datetime import datetime

from muster.core.calendar import add_months
from muster.core.canonical import Frozen
from muster.core.classify import STOP, Classification
from muster.core.dossier import Dossier
from muster.core.framework import Framework


class RecordResult(Frozen):
    """What a record check found: the names of what is missing (none: it holds), and until when that stands."""

    missing: tuple[str, ...] = ()
    until: datetime | None = None


RecordCheck = Callable[[Framework, Dossier, Classification, datetime], RecordResult]


def _classification_complete(
    framework: Framework, dossier: Dossier, classification: Classification, at: datetime
) -> RecordResult:
    """Every scored question is answered, and the newest answer is within the review interval of the tier."""
    open_questions = [s.question for s in classification.scores if s.basis == "unanswered"]
    if open_questions or not dossier.answers:
        return RecordResult(missing=tuple(open_questions) or ("answers",))
    months = framework.tier_by_id[classification.working_tier].review_months
    due = add_months(max(answer.at for answer in dossier.answers), months)
    return RecordResult(missing=("review",) if at >= due else (), until=due)


def _prohibited_screen_complete(
    framework: Framework, dossier: Dossier, classification: Classification, at: datetime
) -> RecordResult:
    """The screening question is answered and no prohibited practice is suspected."""
    del dossier, at
    screens = [q.id for q in framework.question_by_id.values() if q.dimension == "screen"]
    unanswered = tuple(question for question in screens if question in classification.unanswered)
    return RecordResult(missing=unanswered or (("legal_review",) if classification.tier == STOP else ()))


def _inventory_complete(
    framework: Framework, dossier: Dossier, classification: Classification, at: datetime
) -> RecordResult:
    """The use case says what it is for and who owns it."""
    del framework, classification, at
    missing = [] if dossier.use_case.purpose.strip() else ["purpose"]
    if not dossier.use_case.owner:
        missing.append("owner")
    return RecordResult(missing=tuple(missing))


def _version_binding(
    framework: Framework, dossier: Dossier, classification: Classification, at: datetime
) -> RecordResult:
    """The version names exactly one artifact, code commit, environment lock and set of data."""
    del framework, classification, at
    version = dossier.version
    if version is None:
        return RecordResult(missing=("version",))
    held = {
        "artifact": version.artifact,
        "commit": version.commit,
        "environment": version.environment,
        "data": version.data,
    }
    return RecordResult(missing=tuple(name for name, value in held.items() if not value))


def _owner_named(framework: Framework, dossier: Dossier, classification: Classification, at: datetime) -> RecordResult:
    """The owner is a person who holds a role here."""
    del framework, classification, at
    people = {person.id: person.roles for person in dossier.people}
    return RecordResult(missing=() if people.get(dossier.use_case.owner) else ("owner",))


def _people_named(framework: Framework, dossier: Dossier, classification: Classification, at: datetime) -> RecordResult:
    """Every role whose signature the process asks for in this tier is held by somebody."""
    del at
    tier = classification.working_tier
    held = {role for person in dossier.people for role in person.roles}
    asked = {
        rule.role for gate in framework.process.gates for rule in gate.sign_offs if not rule.tiers or tier in rule.tiers
    }
    return RecordResult(missing=tuple(sorted(asked - held)))


RECORD_CHECKS: Mapping[str, RecordCheck] = {
    "classification_complete": _classification_complete,
    "prohibited_screen_complete": _prohibited_screen_complete,
    "inventory_complete": _inventory_complete,
    "version_binding": _version_binding,
    "owner_named": _owner_named,
    "people_named": _people_named,
}
"""Record checks by name; a measure asks for one with ``computed:<name>``."""
