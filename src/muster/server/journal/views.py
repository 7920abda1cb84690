"""The ledger as files (C2SP tlog-tiles), and receipts. Nothing personal is in them."""

import re
from collections.abc import Callable
from functools import wraps
from typing import TypeAlias

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from muster.ledger.errors import ProofError
from muster.ledger.tiles import MAX_LEVEL, TILE_WIDTH, bundle_path, tile_path
from muster.server.journal import queries

View: TypeAlias = Callable[..., HttpResponse]
_PLAIN = "text/plain; charset=utf-8"
_BYTES = "application/octet-stream"
_FOREVER = "max-age=31536000, immutable"
_PATH = re.compile(r"(entries|\d{1,2})/((?:x\d{3}/){0,5}\d{3})(?:\.p/(\d{1,3}))?")


def public_where_chosen(view: View) -> View:
    """Let anybody read where MUSTER_PUBLIC_LEDGER says so; otherwise the address asks for a sign-in."""
    return login_not_required(view) if settings.MUSTER_PUBLIC_LEDGER else view


def missing_is_404(view: View) -> View:
    """Answer 404 for a part that the ledger does not have."""

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except ProofError as error:
            raise Http404(error.message) from error

    return answer


@public_where_chosen
@require_safe
def show_checkpoint(request: HttpRequest) -> HttpResponse:
    """Answer the newest checkpoint, signed now if need be."""
    del request
    return HttpResponse(queries.signed_checkpoint(), content_type=_PLAIN, headers={"Cache-Control": "no-cache"})


@public_where_chosen
@require_safe
@missing_is_404
def show_tile(request: HttpRequest, place: str) -> HttpResponse:
    """Answer a tile of hashes or a bundle of entries; only the one spelling of each path is known."""
    del request
    match = _PATH.fullmatch(place)
    if match is None:
        raise Http404(place)
    kind, number, partial = match[1], int(match[2].replace("x", "").replace("/", "")), match[3]
    width = int(partial) if partial else TILE_WIDTH
    if not 1 <= width <= TILE_WIDTH or (kind != "entries" and int(kind) > MAX_LEVEL):
        raise Http404(place)
    level = None if kind == "entries" else int(kind)
    path = bundle_path(number, width) if level is None else tile_path(level, number, width)
    if path != f"tile/{place}":
        raise Http404(place)
    raw = queries.bundle(number, width) if level is None else queries.tile(level, number, width)
    return HttpResponse(raw, content_type=_BYTES, headers={"Cache-Control": _FOREVER})


@public_where_chosen
@require_safe
@missing_is_404
def show_receipt(request: HttpRequest, index: int) -> HttpResponse:
    """Answer the receipt of an entry as a file."""
    del request
    answer = HttpResponse(queries.receipt(index), content_type=_PLAIN)
    answer["Content-Disposition"] = f'attachment; filename="entry-{index}.tlog-proof"'
    return answer
