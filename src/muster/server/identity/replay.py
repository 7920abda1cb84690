"""How replay reads the rows of this room."""

from collections.abc import Iterator

from muster.server.identity.facts import account_facts, grant_facts, token_facts
from muster.server.identity.models import Account, RoleGrant, Token
from muster.server.journal.replay import Row, register_rows

_ACCOUNT_ACTS = ("account.created", "account.password_changed", "account.closed", "account.opened")


def _accounts() -> Iterator[Row]:
    for account in Account.objects.iterator():
        yield account_facts(account)


def _grants() -> Iterator[Row]:
    for grant in RoleGrant.objects.iterator():
        yield grant_facts(grant)


def _tokens() -> Iterator[Row]:
    for token in Token.objects.iterator():
        yield token_facts(token)


def register() -> None:
    """Register the three kinds of rows."""
    register_rows("person", _ACCOUNT_ACTS, _accounts)
    register_rows("grant", ("role.granted", "role.ended"), _grants)
    register_rows("token", ("token.issued", "token.revoked"), _tokens)
