"""Who holds which role, and what for: the whole organisation, or this use case."""

from dataclasses import dataclass

from muster.core.text import say
from muster.report.words import word
from muster.server.casework.queries import Case
from muster.server.identity.models import RoleGrant
from muster.server.identity.queries import names_of
from muster.server.web.language import tag


@dataclass(frozen=True)
class RoleRow:
    """One role: who holds it everywhere, who here, which gates ask for it, and what its holders may do."""

    id: str
    name: str
    everywhere: tuple[str, ...]
    here: tuple[str, ...]
    here_ids: tuple[str, ...]
    signs: tuple[str, ...]
    may: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """Whether a gate asks for this role and nobody holds it."""
        return bool(self.signs) and not self.everywhere and not self.here


def show_people(case: Case) -> list[RoleRow]:
    """Return a row for every role of the framework, those that must sign first."""
    live = RoleGrant.objects.filter(use_case__in=("", case.use_case.id), ended_at=None)
    grants = [(g.role, g.use_case, g.person_id) for g in live.order_by("granted_at")]
    names = names_of(tuple({person for _, _, person in grants}))
    signs: dict[str, list[str]] = {}
    for gate in case.assessment.gates:
        for rule in gate.gate.sign_offs:
            signs.setdefault(rule.role, []).append(f"{gate.gate.id} {word('meaning', rule.meaning, tag())}")
    rows = []
    for role in case.framework.roles:
        here = [person for r, u, person in grants if r == role.id and u]
        rows.append(
            RoleRow(
                id=role.id,
                name=say(role.name, tag()),
                everywhere=tuple(names[p] for r, u, p in grants if r == role.id and not u),
                here=tuple(names[person] for person in here),
                here_ids=tuple(here),
                signs=tuple(dict.fromkeys(signs.get(role.id, ()))),
                may=tuple(word("permission", act, tag()) for act in role.may),
            )
        )
    return sorted(rows, key=lambda row: not row.signs)
