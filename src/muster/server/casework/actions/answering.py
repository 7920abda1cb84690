"""Answer the questionnaire, and say which attributes of people must be looked at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from muster.core.attributes import answer_problems
from muster.core.classify import Classification, classify
from muster.core.dossier import AnswerValue
from muster.core.duty import Actor
from muster.core.reasons import Denied
from muster.server.casework.actions.desk import Desk, close_desk, open_desk
from muster.server.casework.models import AnswerRow
from muster.server.identity.models import new_id
from muster.server.outcome import Done, Invalid, Problem
from muster.server.registry.models import UseCase

_LONGEST_NAME = 100


@dataclass(frozen=True)
class Answered:
    """What answering changed: the questions, and the class before and after (equal when only drafts were repeated)."""

    changed: tuple[str, ...]
    before: Classification
    after: Classification

    @property
    def added(self) -> tuple[str, ...]:
        """Measures that are asked for now and were not before."""
        return tuple(m for m in _measures(self.after) if m not in _measures(self.before))

    @property
    def dropped(self) -> tuple[str, ...]:
        """Measures that were asked for and no longer are."""
        return tuple(m for m in _measures(self.before) if m not in _measures(self.after))


def answer(
    actor: Actor | None, use_case: UseCase, answers: Mapping[str, AnswerValue | None]
) -> Done[Answered] | Denied | Invalid:
    """Give, change or (None) take back answers, all or none; one that repeats what is already said changes nothing."""
    with transaction.atomic():
        desk = open_desk(actor, use_case)
        if isinstance(desk, Denied):
            return desk
        allowed = desk.may("answer")
        if isinstance(allowed, Denied):
            return allowed
        given = {question: value for question, value in answers.items() if value is not None}
        problems = answer_problems(desk.framework, given)
        if problems:
            return Invalid(tuple(Problem(p.question, p.problem, p.value, p.hint) for p in problems))
        held = {item.question: item.value for item in desk.dossier.answers}
        changed = tuple(
            q for q, value in answers.items() if value != held.get(q) or type(value) is not type(held.get(q))
        )
        done = Answered(changed, _classify(desk, held), _classify(desk, _merge(held, answers)))
        if not changed:
            return Done(done, None)
        rows = _store(desk, {question: answers[question] for question in changed})
        facts = {"questions": list(changed), "tier": done.after.tier}
        entry = close_desk(desk.use_case, "answers.given", by=desk.actor.person, rows=tuple(rows), facts=facts)
    return Done(done, entry.index)


def declare_protected(
    actor: Actor | None, use_case: UseCase, attributes: Sequence[str]
) -> Done[UseCase] | Denied | Invalid:
    """Name the attributes of people whose equal treatment must be shown, in place of those named before."""
    with transaction.atomic():
        desk = open_desk(actor, use_case)
        if isinstance(desk, Denied):
            return desk
        allowed = desk.may("answer")
        if isinstance(allowed, Denied):
            return allowed
        named = [attribute.strip() for attribute in attributes]
        if any(not 0 < len(name) <= _LONGEST_NAME for name in named) or len(set(named)) < len(named):
            return Invalid((Problem("protected", "names", hint="SEX, AGE"),))
        desk.use_case.protected = named
        entry = close_desk(desk.use_case, "protected.declared", by=desk.actor.person, facts={"attributes": len(named)})
    return Done(desk.use_case, entry.index)


def _store(desk: Desk, answers: Mapping[str, AnswerValue | None]) -> list[AnswerRow]:
    now = timezone.now()
    in_force = AnswerRow.objects.filter(use_case=desk.use_case, question__in=answers, superseded_at=None)
    followed = list(in_force.order_by("id"))
    for row in followed:
        row.superseded_at = now
        row.save(update_fields=["superseded_at"])
    rows = [
        AnswerRow(
            id=new_id(),
            use_case=desk.use_case,
            question=question,
            value=list(value) if isinstance(value, tuple) else value,
            by=desk.actor.person,
            at=now,
        )
        for question, value in answers.items()
        if value is not None
    ]
    AnswerRow.objects.bulk_create(rows)
    return [*followed, *rows]


def _merge(held: Mapping[str, AnswerValue], answers: Mapping[str, AnswerValue | None]) -> dict[str, AnswerValue]:
    return {question: value for question, value in {**held, **answers}.items() if value is not None}


def _classify(desk: Desk, answers: Mapping[str, AnswerValue]) -> Classification:
    return classify(desk.framework, answers, raised_to=desk.use_case.raised_tier)


def _measures(classification: Classification) -> tuple[str, ...]:
    return (*classification.matrix_measures, *classification.pulled_measures)
