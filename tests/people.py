"""The cast: Ana owns, Li builds, Mei validates, Wei manages risk, Tom runs it, Ada audits, Root administers.

They hold the organisation-wide roles in ROLES of `framework`, the tiny one with three more offices.
"""

from dataclasses import dataclass

import pytest

from core.tiny import tiny_framework
from muster.core.framework import Framework

ROLES = {
    "ana": "owner",
    "li": "scientist",
    "mei": "validator",
    "wei": "risk_manager",
    "tom": "ml_engineer",
    "ada": "auditor",
}
OFFICES = {
    "risk_manager": ["see", "publish_framework", "revoke_permit"],
    "ml_engineer": ["see", "register_version", "hand_in_evidence", "release", "open_use_case"],
    "auditor": ["see", "read_ledger"],
}
"""Roles that the tiny framework lacks, and what they may do."""
PASSWORD = "correct horse battery staple"


@dataclass(frozen=True)
class Cast:
    """The people by name; `actor(name)` is that person in a session, with their organisation-wide roles."""

    accounts: dict

    def __getattr__(self, name):
        if name.startswith("_") or name not in self.accounts:
            raise AttributeError(name)
        return self.accounts[name].person_id

    def actor(self, name, use_case=""):
        from muster.server.identity.queries import actor_of_account

        return actor_of_account(self.accounts[name], getattr(use_case, "id", use_case))


@pytest.fixture
def cast(db):
    """Everybody has an account and, except Root, an organisation-wide role."""
    from muster.server.identity.actions import OPERATOR, create_account, grant_role

    accounts = {
        name: create_account(
            OPERATOR,
            username=name,
            email=f"{name}@example.org",
            name=name.capitalize(),
            password=PASSWORD,
            is_admin=name == "root",
        )
        for name in ("ana", "li", "mei", "wei", "tom", "ada", "root")
    }
    for name, role in ROLES.items():
        grant_role(OPERATOR, person=accounts[name].person_id, role=role)
    return Cast(accounts)


def governed(**changes):
    """Return the tiny framework with the offices of the cast."""
    tiny = tiny_framework().model_dump(mode="json", by_alias=True)
    offices = [
        {"id": role, "name": {"en": role, "zh-Hans": role}, "home_level": "tactical", "may": acts}
        for role, acts in OFFICES.items()
    ]
    return Framework.model_validate({**tiny, "roles": [*tiny["roles"], *offices], **changes})


@pytest.fixture
def framework(cast):
    """The framework of the cast, published by Root."""
    from muster.server.policy.actions import publish

    rules = governed()
    assert publish(cast.actor("root"), rules)
    return rules


@pytest.fixture
def use_case(cast, framework):
    """Job support, opened by Ana, who owns it."""
    from muster.server.casework.actions import open_use_case

    return open_use_case(cast.actor("ana"), name="Job support", purpose="Decide who is offered help").row
