"""Who asks, and what of it they may see: everything else is absent, as if it did not exist."""

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from muster.core.duty import Actor, may
from muster.server.casework.queries import Case, case
from muster.server.identity.queries import actor_for_request
from muster.server.policy.queries import current
from muster.server.registry.models import UseCase
from muster.server.registry.queries import latest_versions, use_case, version, visible


def find_use_case(request: HttpRequest, slug: str) -> UseCase:
    """Return the use case of that name.

    Raises:
        Http404: where there is none, or where who asks may not see it.
    """
    found = use_case(slug, visible(actor_for_request(request)))
    if found is None:
        raise Http404(_("There is no such use case, or it is not open to you. Search the portfolio, or ask its owner."))
    return found


def find_case(request: HttpRequest, slug: str, version_name: str = "") -> Case:
    """Return the use case with the named version (default: the newest of its first model), assessed now.

    Raises:
        Http404: where one of them does not exist or may not be seen.
    """
    found = find_use_case(request, slug)
    if not version_name:
        return case(found, latest_versions([found.id]).get(found.id))
    of = version(found, version_name)
    if of is None:
        raise Http404(_("This use case has no such version. Open its list of versions."))
    return case(found, of)


def actor_here(request: HttpRequest, of: UseCase) -> Actor:
    """Return who asks, with the roles held for this use case."""
    actor = actor_for_request(request, of.id)
    assert actor is not None  # every page asks for a sign-in first
    return actor


def may_read_ledger(request: HttpRequest) -> bool:
    """Return whether who asks may read the whole ledger: by a role held for the organisation."""
    return bool(may(current(), actor_for_request(request), "read_ledger"))


def may_open(request: HttpRequest) -> bool:
    """Return whether who asks may open a use case."""
    return bool(may(current(), actor_for_request(request), "open_use_case"))
