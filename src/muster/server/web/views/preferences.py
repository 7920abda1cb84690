"""Language and theme: kept in cookies, chosen without a sign-in."""

from typing import Literal, get_args

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

Theme = Literal["auto", "light", "dark"]
THEMES: tuple[Theme, ...] = get_args(Theme)
_COOKIE = "muster_theme"
_YEAR = 365 * 86_400


def theme_of(request: HttpRequest) -> Theme:
    """Return the theme that was chosen; ``auto`` follows the device."""
    chosen = request.COOKIES.get(_COOKIE, "auto")
    return next((theme for theme in THEMES if theme == chosen), "auto")


@login_not_required
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Remember the theme, and go back to the page."""
    back = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    answer = HttpResponseRedirect(back if safe else "/")
    chosen = request.POST.get("theme", "auto")
    if chosen in THEMES:
        secure = settings.SESSION_COOKIE_SECURE
        answer.set_cookie(_COOKIE, chosen, max_age=_YEAR, samesite="Lax", secure=secure, httponly=True)
    return answer


set_page_language = login_not_required(set_language)
"""Django's own view: remembers the language, and goes back to the page."""
