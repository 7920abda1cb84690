"""What a leaf tells of the rows of this room: ids, roles, scopes and moments, never a name or an address."""

from datetime import UTC, datetime

from muster.server.identity.models import Account, RoleGrant, Token
from muster.server.journal.leaf import Facts


def account_facts(account: Account) -> tuple[dict[str, str], Facts]:
    """Return about and facts of an account."""
    return {"person": account.person_id}, {"administrator": account.is_admin, "active": account.is_active}


def grant_facts(grant: RoleGrant) -> tuple[dict[str, str], Facts]:
    """Return about and facts of a grant."""
    about = {"person": grant.person_id, "grant": grant.id} | _for(grant.use_case)
    facts: Facts = {
        "role": grant.role,
        "granted_at": moment(grant.granted_at),
        "ended_at": moment(grant.ended_at),
    }
    return about, facts


def token_facts(token: Token) -> tuple[dict[str, str], Facts]:
    """Return about and facts of a token; the digest of its key is a fact, so that an exchanged key shows."""
    about = {"person": token.person_id, "token": token.id} | _for(token.use_case)
    facts: Facts = {
        "scopes": list(token.scopes),
        "key": f"sha256:{token.hash}",
        "expires_at": moment(token.expires_at),
        "revoked_at": moment(token.revoked_at),
    }
    return about, facts


def _for(use_case: str) -> dict[str, str]:
    return {"use_case": use_case} if use_case else {}


def moment(at: datetime | None) -> str | None:
    """Return a moment as leaves spell it, in UTC to the microsecond."""
    return None if at is None else at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
