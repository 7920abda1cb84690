"""The gate panel: the verdict in a sentence, what blocks it by who can cure it, who signed and who must."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from muster.core.assess import GateAssessment
from muster.core.duty import Actor
from muster.core.gate import judge_gate
from muster.core.reasons import Reason, Verdict
from muster.core.signoffs import Slot
from muster.core.text import say
from muster.report.sentences import cure_sentence, sentence, verdict_sentence
from muster.report.why import why_required
from muster.report.words import join, name_role
from muster.server.casework.queries import Case
from muster.server.web.language import tag
from muster.server.web.shape.links import Link, Place, cure_link, measure_url

_SHOWN = 2
"""How many reasons of one measure are shown before the rest is folded."""


@dataclass(frozen=True)
class Blocker:
    """One row: what is missing, why it is required, and the link that cures it."""

    title: str
    url: str
    state: str
    said: tuple[str, ...]
    more: tuple[str, ...]
    why: tuple[str, ...]
    cure: str
    link: Link | None


@dataclass(frozen=True)
class Group:
    """The blockers that the same people can cure; `mine` says that the reader is one of them."""

    roles: str
    people: str
    mine: bool
    blockers: tuple[Blocker, ...]


@dataclass(frozen=True)
class Signature:
    """One signature that the gate asks for: in which role, meaning what, and who gave it or why none counts."""

    role: str
    meaning: str
    people: str
    holders: str
    at: datetime | None
    state: str
    said: tuple[str, ...]
    url: str


@dataclass(frozen=True)
class GatePanel:
    """A gate as it stands, ready to be shown."""

    id: str
    question: str
    subject: str
    state: str
    sentence: str
    groups: tuple[Group, ...]
    signatures: tuple[Signature, ...]
    needed: int
    have: int
    short: str
    holds_until: datetime | None
    periodic: bool

    @property
    def open(self) -> int:
        """How many rows stand against it."""
        return sum(len(group.blockers) for group in self.groups)


def gate_state(gate: GateAssessment) -> str:
    """Return ``passed``, ``waiting`` (only signatures are missing) or ``blocked``, by the gate's own demands."""
    if not gate.reasons:
        return "passed"
    return "waiting" if all(reason in gate.signatures.reasons for reason in gate.reasons) else "blocked"


def show_gate(case: Case, gate: GateAssessment, actor: Actor, names: Mapping[str, str]) -> GatePanel:
    """Return the panel of one gate for one reader."""
    desk = _Desk(case, actor, names)
    verdict = judge_gate(case.assessment, gate.gate.id)
    known = case.framework.gate_by_id[gate.gate.id]
    return GatePanel(
        id=gate.gate.id,
        question=say(known.question, tag()),
        subject=gate.gate.subject,
        state=_state(gate, verdict),
        sentence=verdict_sentence(verdict, _title(gate.gate.id), tag()),
        groups=tuple(desk.groups(verdict)),
        signatures=tuple(desk.signature(slot, ready=gate_state(gate) == "waiting") for slot in gate.signatures.slots),
        needed=gate.gate.distinct_people,
        have=len(gate.signatures.people),
        short=desk.too_few(verdict),
        holds_until=verdict.holds_until if verdict.passed else None,
        periodic=gate.gate.periodic,
    )


def _title(gate: str) -> str:
    return f"门禁 {gate}" if tag() != "en" else f"Gate {gate}"


def _state(gate: GateAssessment, verdict: Verdict) -> str:
    if verdict.passed:
        return "passed"
    own = gate_state(gate)
    return "blocked" if own == "passed" else own


@dataclass(frozen=True)
class _Desk:
    case: Case
    actor: Actor
    names: Mapping[str, str]

    @property
    def place(self) -> Place:
        return place_of(self.case)

    def groups(self, verdict: Verdict) -> list[Group]:
        """Put the rows together by who can cure them, the reader's own first."""
        rows: dict[tuple[str, str], list[Reason]] = {}
        for reason in verdict.reasons:
            if reason.cure.act == "sign":
                continue  # shown with the signatures themselves
            rows.setdefault((reason.measure, "" if reason.measure else reason.model_dump_json()), []).append(reason)
        by_roles: dict[tuple[str, ...], list[Blocker]] = {}
        for reasons in rows.values():
            by_roles.setdefault(reasons[0].cure.roles, []).append(self._blocker(reasons))
        groups = [self._group(roles, blockers) for roles, blockers in by_roles.items()]
        return sorted(groups, key=lambda group: not group.mine)

    def _group(self, roles: tuple[str, ...], blockers: list[Blocker]) -> Group:
        return Group(
            roles=join((name_role(self.case.framework, role, tag()) for role in roles), tag(), last="or"),
            people=self._holders(roles),
            mine=bool(set(roles) & set(self.actor.roles)),
            blockers=tuple(blockers),
        )

    def _sign_url(self, slot: Slot) -> str:
        gate = next(g for g in self.case.assessment.gates if slot in g.signatures.slots)
        return self.place.gate(self.case.framework, gate.gate.id) + "#sign"

    def _blocker(self, reasons: list[Reason]) -> Blocker:
        first, framework = reasons[0], self.case.framework
        said = tuple(sentence(reason, framework, tag(), names=self.names) for reason in reasons)
        assessed = self.case.assessment.measure(first.measure) if first.measure else None
        return Blocker(
            title=say(framework.measure_by_id[first.measure].name, tag()) if first.measure else "",
            url=measure_url(self.place, first.measure) if first.measure else "",
            state=assessed.state if assessed else ("waiting" if first.cure.act == "sign" else "blocked"),
            said=said[:_SHOWN],
            more=said[_SHOWN:],
            why=why_required(assessed.required, framework, tag()) if assessed else (),
            cure=cure_sentence(first, framework, tag(), names=self.names),
            link=cure_link(first, framework, self.place),
        )

    def _holders(self, roles: tuple[str, ...]) -> str:
        holders = [p.id for p in self.case.dossier.people if set(p.roles) & set(roles)]
        return join((self.names.get(person, person[:8]) for person in holders[:4]), tag(), last="or")

    def too_few(self, verdict: Verdict) -> str:
        """Return that more different people must sign, where all roles have signed and that is what is missing."""
        said = [r for r in verdict.reasons if r.code == "too_few_people" and r.gate == verdict.gate]
        return sentence(said[0], self.case.framework, tag()) if said else ""

    def signature(self, slot: Slot, *, ready: bool) -> Signature:
        """Show one signature that is asked for; the reader is led to it where only signatures are missing."""
        signed = [s for s in self.case.dossier.sign_offs if s.id in slot.filled_by]
        return Signature(
            role=name_role(self.case.framework, slot.rule.role, tag()),
            meaning=slot.rule.meaning,
            people=join((self.names.get(s.person, s.person[:8]) for s in signed), tag()),
            holders=self._holders((slot.rule.role,)),
            at=max((s.at for s in signed), default=None),
            state="passed" if signed else "waiting",
            said=tuple(
                sentence(reason, self.case.framework, tag(), names=self.names)
                for reason in slot.reasons
                if reason.code != "sign_off_missing"
            ),
            url=self._sign_url(slot) if ready and not signed and slot.rule.role in self.actor.roles else "",
        )


def place_of(case: Case) -> Place:
    """Return the address of what a case is about."""
    protected = tuple(case.use_case.protected)
    if case.version is None:
        return Place(case.use_case.slug, protected=protected)
    model = case.version.model.slug
    name = str(case.version.number) if model == case.use_case.slug else f"{model}@{case.version.number}"
    return Place(case.use_case.slug, name, protected)
