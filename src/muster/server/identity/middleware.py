"""Deny by default: a page is for people who are signed in unless its view says ``login_not_required``."""

from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase

from muster.core.duty import Actor
from muster.server.identity.queries import actor_for_request

_FOR_PROGRAMS = ("/api/", "/ledger/")
"""Where a token is taken in place of a session; pages for people are never opened by a token."""


class SignInRequired(LoginRequiredMiddleware):
    """Asks for a sign-in: people are led to the page, programs get 401 as problem+json."""

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        if not getattr(view_func, "login_required", True):
            return None
        if not request.path.startswith(_FOR_PROGRAMS):
            return super().process_view(request, view_func, view_args, view_kwargs)
        actor: Actor | None = actor_for_request(request)
        return None if actor is not None and actor.active else _ask_for_token()


def _ask_for_token() -> HttpResponse:
    problem = {
        "type": "about:blank",
        "title": "Sign in first",
        "status": 401,
        "detail": "Send a live token as 'Authorization: Bearer mst_…' (muster token issue), or sign in.",
        "code": "not_signed_in",
    }
    answer = JsonResponse(problem, status=401, content_type="application/problem+json")
    answer["WWW-Authenticate"] = 'Bearer realm="muster"'
    return answer
