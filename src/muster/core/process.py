"""Who does what, in which step, and what a gate asks for."""

from typing import Literal, TypeAlias

from pydantic import model_validator

from muster.core.canonical import Frozen
from muster.core.condition import Condition
from muster.core.text import Text

Meaning: TypeAlias = Literal["authorship", "responsibility", "review", "approval"]
"""What a signature means; review and approval never count on one's own work."""

ORGANISATION_STEP = "organisation"
"""The step of RACI rows that are done for the organisation and not for a use case."""


class SignOffRule(Frozen):
    """A signature that a gate asks for: by whom, meaning what, for which activity of the RACI matrix, in which tiers.

    No `tiers` means every tier.
    """

    role: str
    meaning: Meaning
    activity: str
    tiers: tuple[str, ...] = ()


class Gate(Frozen):
    """A yes or no between steps.

    `subject` says what is signed: the use case as such, or one version of its model. `distinct_people` is the
    smallest number of people who must stand behind the signatures, by tier. A signature counts for `valid_days`.
    `periodic` gates are asked again on a schedule and stand before no environment.
    """

    id: str
    question: Text
    subject: Literal["use_case", "version"]
    sign_offs: tuple[SignOffRule, ...]
    distinct_people: dict[str, int]
    valid_days: int | None = None
    periodic: bool = False


class Activity(Frozen):
    """A piece of work in a step; it is due at `gate`, or at the exit gate of its step."""

    id: str
    name: Text
    gate: str = ""


class Step(Frozen):
    """A step of the process with its activities and the gate that ends it."""

    id: str
    name: Text
    activities: tuple[Activity, ...]
    exit_gate: str


class Variant(Frozen):
    """A style of process for use cases that meet `when` (and, where given, are in one of `tiers`).

    Matching variants unite: a step is there when one of them has it. `merge_into` joins all gates before it into
    that gate, with `sign_offs` in place of its own.
    """

    id: str
    name: Text
    when: Condition
    steps: tuple[str, ...]
    difference: Text
    tiers: tuple[str, ...] = ()
    merge_into: str = ""
    sign_offs: tuple[SignOffRule, ...] = ()
    expires_days: int | None = None


class Environment(Frozen):
    """A place where versions run, and the gates that a promotion to it needs."""

    id: str
    name: Text
    gates: tuple[str, ...] = ()


class Process(Frozen):
    """Steps in order, gates, variants and environments."""

    steps: tuple[Step, ...]
    gates: tuple[Gate, ...]
    variants: tuple[Variant, ...]
    environments: tuple[Environment, ...]


class ResponsibilityLevel(Frozen):
    """Strategic, tactical or operational."""

    id: str
    name: Text


Act: TypeAlias = Literal[
    "see",
    "open_use_case",
    "answer",
    "set_people",
    "attest",
    "register_version",
    "hand_in_evidence",
    "sign",
    "release",
    "revoke_permit",
    "publish_framework",
    "manage_accounts",
    "read_ledger",
    "see_small_cells",
]
"""Everything that a person or token can do; `may()` decides on each."""


class Role(Frozen):
    """A role, the level it sits at, and the acts that its holder may do (nothing else is allowed)."""

    id: str
    name: Text
    home_level: str
    may: tuple[Act, ...]


class RaciRow(Frozen):
    """Who is accountable (exactly one), responsible, consulted and informed for an activity of the matrix.

    `step` is a step of the process or ``organisation``; `covers` names the activities of the process
    (``step.activity``) that this row answers for.
    """

    id: str
    name: Text
    level: str
    step: str
    covers: tuple[str, ...] = ()
    accountable: str
    responsible: tuple[str, ...]
    consulted: tuple[str, ...] = ()
    informed: tuple[str, ...] = ()


class DutyRule(Frozen):
    """Separation of duties: who did one of `conflicts_with` may not do one of `activities`; ``*`` is every other."""

    id: str
    rule: Text
    activities: tuple[str, ...]
    conflicts_with: tuple[str, ...]

    @model_validator(mode="after")
    def _not_with_itself(self) -> "DutyRule":
        if set(self.activities) & set(self.conflicts_with):
            raise ValueError("an activity cannot conflict with itself")
        return self
