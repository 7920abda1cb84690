"""Who asks, and what they can see: a token alone, or a session with its CSRF token; never a mixture."""

from typing import Any

from django.http import HttpRequest
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from muster.core.duty import Actor
from muster.server.api.errors import NotThere, Refused
from muster.server.identity.models import Person
from muster.server.identity.queries import actor_for_request, person_by_login
from muster.server.outcome import denied, invalid
from muster.server.registry import queries
from muster.server.registry.models import ModelVersion, UseCase


class TokenOrSession(AuthBase):
    """A request with an Authorization header stands or falls with its token; without one, a session needs CSRF."""

    openapi_type = "http"
    openapi_scheme = "bearer"
    openapi_description = "A token of Muster; in a browser, the session with its CSRF token."

    def __call__(self, request: HttpRequest) -> Any:
        """Return the actor, or None: nobody."""
        actor = actor_for_request(request)
        if actor is None or not actor.active:
            return None
        if actor.via == "session" and check_csrf(request) is not None:
            raise Refused(invalid("request", "cross_site"))
        return actor


def asking(request: HttpRequest, use_case: UseCase | None = None) -> Actor | None:
    """Return who asks, with the roles held for the use case."""
    return actor_for_request(request, use_case.id if use_case else "")


def find(request: HttpRequest, name: str) -> tuple[Actor, UseCase]:
    """Return who asks and the use case they name; what they may not see is not there.

    Raises:
        NotThere: for both.
    """
    row = queries.use_case(name)
    actor = asking(request, row)
    if row is None or actor is None or not queries.sees(actor, row):
        raise NotThere
    return actor, row


def read(request: HttpRequest, name: str) -> tuple[Actor, UseCase]:
    """Return the same for an answer that only reads: a token then needs the scope ``see``."""
    actor, row = find(request, name)
    return seeing(actor), row


def seeing(actor: Actor | None) -> Actor:
    """Return the actor if it may read at all.

    Raises:
        Refused: for nobody, and for a token without the scope.
    """
    if actor is None:
        raise Refused(denied("not_signed_in", "see"))
    if actor.via == "token" and "see" not in actor.scopes:
        raise Refused(denied("token_cannot", "see"))
    return actor


def find_version(use_case: UseCase, name: str) -> ModelVersion | None:
    """Return the version of that name; an empty name means none.

    Raises:
        Refused: when there is none of that name.
    """
    if not name:
        return None
    found = queries.version(use_case, name)
    if found is None:
        raise Refused(invalid("version", "unknown_version", value=name))
    return found


def person_id(name: str) -> str:
    """Return the id of a person given by id, user name or address.

    Raises:
        Refused: when there is nobody of that name.
    """
    found = person_by_login(name) or Person.objects.filter(pk=name).values_list("pk", flat=True).first()
    if found is None:
        raise Refused(invalid("person", "unknown_person", value=name))
    return found
