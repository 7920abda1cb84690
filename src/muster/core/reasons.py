"""Reasons are codes with parameters and a cure; the sentence is made at the edge, in the reader's language."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, TypeAlias

from pydantic import Field

from muster.core.canonical import Frozen

ReasonCode: TypeAlias = Literal[
    # of a gate
    "answers_missing",
    "prohibited_practice",
    "evidence_missing",
    "evidence_expired",
    "evidence_failed",
    "evidence_below_limit",
    "evidence_above_limit",
    "evidence_not_estimable",
    "evidence_lacks_figure",
    "evidence_settings_differ",
    "evidence_omits_protected",
    "evidence_assurance_low",
    "protected_not_declared",
    "record_incomplete",
    "version_missing",
    "sign_off_missing",
    "sign_off_outdated",
    "sign_off_expired",
    "sign_off_own_work",
    "sign_off_conflict",
    "sign_off_role_lost",
    "changes_requested",
    "rejected",
    "too_few_people",
    "gate_before_not_passed",
    "nothing_required",
    "result_expired",
    "unknown_gate",
    # of a refusal by may()
    "not_signed_in",
    "role_lacks_act",
    "token_cannot",
    "own_work",
    "duty_conflict",
    "role_not_asked",
    "already_signed",
    "subject_changed",
    "account_inactive",
    "administrator_has_no_role",
]


class Cure(Frozen):
    """What would remove the reason: who can do it (roles), what, and with which parameters."""

    act: Literal[
        "answer",
        "hand_in_evidence",
        "attest",
        "sign",
        "register_version",
        "complete_record",
        "legal_review",
        "ask",
        "none",
    ]
    roles: tuple[str, ...] = ()
    parameters: Mapping[str, Any] = Field(default_factory=dict)


class Reason(Frozen):
    """One reason for a no: a code, the parameters of its sentence, why that is asked for, and the cure.

    `measure` and `gate` say where it belongs.
    """

    code: ReasonCode
    gate: str = ""
    measure: str = ""
    parameters: Mapping[str, Any] = Field(default_factory=dict)
    cure: Cure = Cure(act="none")


class Passed(Frozen):
    """Yes. `holds_until` is the first moment at which time alone could change it (None: never)."""

    gate: str
    at: datetime
    holds_until: datetime | None
    subject: str
    passed: Literal[True] = True

    def __bool__(self) -> bool:
        return True

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """No reasons: it passed."""
        return ()


class Blocked(Frozen):
    """No, and every reason why, each with its cure."""

    gate: str
    at: datetime
    holds_until: datetime | None
    subject: str
    reasons: tuple[Reason, ...] = Field(min_length=1)
    passed: Literal[False] = False

    def __bool__(self) -> bool:
        return False


Verdict: TypeAlias = Passed | Blocked


class Allowed(Frozen):
    """The act may be done."""

    def __bool__(self) -> bool:
        return True


class Denied(Frozen):
    """The act may not be done, and why."""

    reason: Reason

    def __bool__(self) -> bool:
        return False
