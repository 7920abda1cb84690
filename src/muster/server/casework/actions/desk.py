"""How every act on a use case begins and ends: locked, seen whole, asked; then counted, worked out anew, recorded."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model as Row

from muster.core.dossier import Dossier
from muster.core.duty import Actor, may
from muster.core.framework import Framework
from muster.core.process import Act
from muster.core.reasons import Allowed, Denied
from muster.server.casework.actions.standing import refresh
from muster.server.casework.queries import dossier
from muster.server.journal.actions import record
from muster.server.journal.models import Entry
from muster.server.outcome import denied
from muster.server.policy.queries import by_digest
from muster.server.registry.models import ModelVersion, UseCase
from muster.server.rows import rows_fact


@dataclass(frozen=True)
class Desk:
    """A use case that is locked until the transaction ends, with all that is known of it and who asks.

    The roles of `actor` are those held at this moment, whatever the caller knew before.
    """

    use_case: UseCase
    version: ModelVersion | None
    framework: Framework
    dossier: Dossier
    actor: Actor

    def may(self, act: Act) -> Allowed | Denied:
        """Ask whether the actor may do `act` here."""
        return may(self.framework, self.actor, act)


def open_desk(actor: Actor | None, use_case: UseCase, version: ModelVersion | None = None) -> Desk | Denied:
    """Lock the use case and return the desk; nobody in particular is refused at once."""
    locked = UseCase.objects.select_for_update().get(pk=use_case.pk)
    if actor is None:
        return denied("not_signed_in", "see")
    snapshot = dossier(locked, version)
    held = next((person.roles for person in snapshot.people if person.id == actor.person), ())
    fresh = actor.model_copy(update={"roles": () if actor.administrator else held})
    return Desk(locked, version, by_digest(locked.framework), snapshot, fresh)


def close_desk(
    use_case: UseCase,
    act: str,
    *,
    by: str,
    rows: tuple[Row, ...] = (),
    about: Mapping[str, str] | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Entry:
    """Count the act, work out where the use case stands now, and record it: last, because the ledger's lock is global.

    `rows` are those written or changed; the leaf holds their digests.
    """
    use_case.revision += 1
    use_case.save()
    refresh([use_case])
    subjects = {"use_case": use_case.id, **(about or {})}
    return record(act, by=by, about=subjects, facts={**(facts or {}), **rows_fact(use_case, *rows)})
