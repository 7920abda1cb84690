"""Which signatures count at a gate, and why the others do not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from muster.core.canonical import Frozen
from muster.core.dossier import Dossier, SignOff
from muster.core.duty import obstacle_to
from muster.core.effective import EffectiveGate
from muster.core.framework import Framework
from muster.core.process import SignOffRule
from muster.core.reasons import Cure, Reason, ReasonCode

_OBSTACLES: Mapping[str, ReasonCode] = {"own_work": "sign_off_own_work", "duty_conflict": "sign_off_conflict"}


class Slot(Frozen):
    """One signature that a gate asks for: the sign-offs that fill it, or the reasons why none does."""

    rule: SignOffRule
    filled_by: tuple[str, ...]
    reasons: tuple[Reason, ...]


class Weighed(Frozen):
    """All signatures of a gate: its slots, the people who stand behind them, and until when that stands."""

    slots: tuple[Slot, ...]
    people: tuple[str, ...]
    reasons: tuple[Reason, ...]
    until: datetime | None


@dataclass(frozen=True)
class Scales:
    """Weighs the signatures at one gate against the digest of what is to be signed."""

    framework: Framework
    dossier: Dossier
    gate: EffectiveGate
    subject: str
    at: datetime

    def weigh(self) -> Weighed:
        """Return which slots are filled, and everything that stands against the gate's signatures."""
        slots = tuple(self._slot(rule) for rule in self.gate.sign_offs)
        counting = {name for slot in slots for name in slot.filled_by}
        valid = [s for s in self.dossier.sign_offs if s.id in counting]
        people = tuple(sorted({s.person for s in valid}))
        reasons = [reason for slot in slots for reason in slot.reasons]
        if not reasons and len(people) < self.gate.distinct_people:
            reasons.append(self._too_few(len(people)))
        ends = [end for s in valid if (end := self._end(s)) is not None]
        return Weighed(slots=slots, people=people, reasons=tuple(reasons), until=min(ends, default=None))

    def _slot(self, rule: SignOffRule) -> Slot:
        latest: dict[str, SignOff] = {}
        for sign_off in sorted(self._here(rule), key=lambda s: (s.at, s.id)):
            latest[sign_off.person] = sign_off
        filled, reasons = [], []
        for sign_off in latest.values():
            against = self._against(rule, sign_off)
            if against is None:
                filled.append(sign_off.id)
            else:
                reasons.append(against)
        vetoes = tuple(reason for reason in reasons if reason.code in ("rejected", "changes_requested"))
        if filled and not vetoes:
            return Slot(rule=rule, filled_by=tuple(sorted(filled)), reasons=())
        return Slot(
            rule=rule, filled_by=(), reasons=vetoes or tuple(reasons) or (self._reason("sign_off_missing", rule),)
        )

    def _here(self, rule: SignOffRule) -> list[SignOff]:
        version = self.dossier.version.id if self.gate.subject == "version" and self.dossier.version else None
        return [
            s
            for s in self.dossier.sign_offs
            if s.gate == self.gate.id
            and s.version == version
            and s.withdrawn_at is None
            and rule.role in s.roles
            and s.meaning == rule.meaning
        ]

    def _against(self, rule: SignOffRule, sign_off: SignOff) -> Reason | None:
        """Return why this sign-off does not count, or None when it does."""
        roles = {person.id: person.roles for person in self.dossier.people}
        end = self._end(sign_off)
        # In this order: a yes ends with the role or with time, a no stands until its signer or the content changes.
        tests: tuple[tuple[ReasonCode, bool], ...] = (
            ("sign_off_outdated", sign_off.subject != self.subject),
            ("rejected", sign_off.outcome == "reject"),
            ("changes_requested", sign_off.outcome == "request_changes"),
            ("sign_off_role_lost", rule.role not in roles.get(sign_off.person, ())),
            ("sign_off_expired", end is not None and self.at >= end),
        )
        for code, applies in tests:
            if applies:
                return self._reason(code, rule, sign_off)
        obstacle = obstacle_to(
            self.framework,
            self.dossier,
            self.gate,
            person=sign_off.person,
            meaning=sign_off.meaning,
            activity=rule.activity,
        )
        if obstacle is not None:
            return self._reason(_OBSTACLES[obstacle[0]], rule, sign_off, **obstacle[1])
        return None

    def _end(self, sign_off: SignOff) -> datetime | None:
        return sign_off.at + timedelta(days=self.gate.valid_days) if self.gate.valid_days else None

    def _reason(
        self, code: ReasonCode, rule: SignOffRule, sign_off: SignOff | None = None, **parameters: str
    ) -> Reason:
        told = {"role": rule.role, "meaning": rule.meaning, "activity_signed": rule.activity, **parameters}
        if sign_off is not None:
            told |= {"person": sign_off.person, "sign_off": sign_off.id, "at": sign_off.at.isoformat()}
        cure = Cure(act="sign", roles=(rule.role,), parameters={"gate": self.gate.id, "meaning": rule.meaning})
        return Reason(code=code, gate=self.gate.id, parameters=told, cure=cure)

    def _too_few(self, have: int) -> Reason:
        roles = tuple(dict.fromkeys(rule.role for rule in self.gate.sign_offs))
        return Reason(
            code="too_few_people",
            gate=self.gate.id,
            parameters={"needed": self.gate.distinct_people, "have": have},
            cure=Cure(act="sign", roles=roles, parameters={"gate": self.gate.id}),
        )
