"""Nobody signs up by themselves: accounts are given."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from muster.server.identity.actions import change_password
from muster.server.identity.models import Account


class ClosedAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth is not typed
    """Closes sign-up, and records a changed password."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say no."""
        del request
        return False

    def set_password(self, user: Account, password: str) -> None:
        """Change one's own password, as an act like any other."""
        change_password(user, password)

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """Leave the user name as it was given."""
