"""Where use cases stand, and what waits for whom."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, TypeAlias

from pydantic import Field

from muster.core.canonical import Frozen

State: TypeAlias = Literal["stopped", "failed", "working", "waiting", "passed"]
"""Stopped: a prohibited practice is suspected. Failed: proof was shown and is not good enough. Working: something is
still to be done. Waiting: only signatures are missing. Passed: every gate is open."""

DutyAct: TypeAlias = Literal[
    "answer", "hand_in_evidence", "attest", "sign", "register_version", "complete_record", "legal_review", "renew"
]


class DutyOut(Frozen):
    """One thing that has to be done next: by holders of one of `roles`, except the people in `not_for`.

    `parameters` holds what a sentence needs: ``reasons`` (of the gate), ``check``, ``questions``, ``meaning``.
    """

    act: DutyAct
    roles: tuple[str, ...]
    gate: str = ""
    measure: str = ""
    parameters: Mapping[str, Any] = Field(default_factory=dict)
    not_for: tuple[str, ...] = ()
    until: datetime | None = None


class PortfolioRow(Frozen):
    """One use case in the list of all."""

    id: str
    number: int
    slug: str
    name: str
    tier: str
    step: str
    gate: str
    state: State
    version: int | None
    owner: str
    owner_name: str
    framework: str
    next_duty: DutyOut | None
    opened_at: datetime


class PortfolioPage(Frozen):
    """A page of the portfolio; `total` counts all that match, `stale` says that some rows are being worked out anew."""

    items: tuple[PortfolioRow, ...]
    total: int
    page: int
    per_page: int


class WorkItem(Frozen):
    """One thing that waits for a person: what, why, since and until when."""

    use_case: str
    slug: str
    number: int
    name: str
    tier: str
    version: int | None
    duty: DutyOut
    since: datetime
