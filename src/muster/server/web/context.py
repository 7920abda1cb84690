"""What every page shows around its content."""

from typing import Any

from django.http import HttpRequest

from muster.server.identity.models import Account
from muster.server.identity.queries import name_of
from muster.server.web.access import may_read_ledger
from muster.server.web.language import tag
from muster.server.web.views.preferences import theme_of


def page(request: HttpRequest) -> dict[str, Any]:
    """Return language, theme, who is signed in, and what they may open."""
    user = request.user
    signed_in = isinstance(user, Account)
    return {
        "language": tag(),
        "theme": theme_of(request),
        "my_name": name_of(user.person_id) if isinstance(user, Account) else "",
        "reads_ledger": signed_in and may_read_ledger(request),
    }
