"""Nobody signs up by themselves: accounts are given."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth is not typed
    """Closes sign-up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say no."""
        del request
        return False

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """Leave the user name as it was given."""
