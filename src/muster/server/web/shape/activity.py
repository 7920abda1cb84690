"""Entries of the ledger as people read them: who, did what, when, about what."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from muster.core.framework import Framework
from muster.core.text import say
from muster.ledger.errors import LedgerError
from muster.report.words import CHINESE, name_measure, name_role, word
from muster.server.identity.queries import names_of
from muster.server.journal.leaf import SYSTEM, read_leaf
from muster.server.journal.models import Entry
from muster.server.registry.models import UseCase
from muster.server.web.language import tag


@dataclass(frozen=True)
class Act:
    """One entry: `details` are the parts of its facts that people read."""

    index: int
    who: str
    act: str
    said: str
    details: str
    at: datetime
    use_case: UseCase | None
    refused: bool = False


def show_acts(entries: Iterable[Entry], framework: Framework | None, seen: QuerySet[UseCase]) -> list[Act]:
    """Return the entries in words, with two queries for all names; only use cases among `seen` are named."""
    rows = list(entries)
    names = names_of(tuple({row.by for row in rows}))
    named = {u.id: u for u in seen.filter(pk__in={row.use_case for row in rows if row.use_case})}
    return [
        Act(
            index=row.index,
            who="" if row.by == SYSTEM else names[row.by],
            act=row.act,
            said=word("acts", row.act, tag()),
            details=_details(facts, framework),
            at=row.at,
            use_case=named.get(row.use_case),
            refused=facts.get("passed") is False or facts.get("outcome") == "reject",
        )
        for row in rows
        for facts in (_facts(row),)
    ]


def _facts(row: Entry) -> Mapping[str, Any]:
    """Return what the entry tells; nothing where it was damaged: its own page and the verification say so."""
    try:
        facts = read_leaf(bytes(row.leaf))["facts"]
    except (LedgerError, KeyError):
        return {}
    return facts if isinstance(facts, Mapping) else {}


_NAMED = ("gate", "target", "check", "environment", "tier")


def _name(value: str, framework: Framework | None) -> str:
    """Return an environment or a check by its name; gates and tiers are known by their ids."""
    if framework is not None and value in framework.environment_by_id:
        return say(framework.environment_by_id[value].name, tag())
    return word("check", value, tag())


def _details(facts: Mapping[str, Any], framework: Framework | None) -> str:
    named = [_name(str(facts[name]), framework) for name in _NAMED if facts.get(name)]
    parts = [name for name in named if not name.startswith("sha256:")]
    if isinstance(facts.get("number"), int):
        parts.append(f"№ {facts['number']}")
    if facts.get("measure"):
        parts.append(name_measure(framework, str(facts["measure"]), tag()))
    if facts.get("meaning"):
        parts.append(word("meaning", str(facts["meaning"]), tag()))
    if facts.get("outcome"):
        parts.append(word("outcome", str(facts["outcome"]), tag()))
    if "passed" in facts:
        parts.append(word("gate_state", "passed" if facts["passed"] else "blocked", tag()))
    if facts.get("role"):
        parts.append(name_role(framework, str(facts["role"]), tag()))
    if isinstance(facts.get("questions"), list):
        asked = len(facts["questions"])
        parts.append(f"{asked} 个问题" if tag() == CHINESE else f"{asked} question{'s' if asked != 1 else ''}")
    return " · ".join(parts)
