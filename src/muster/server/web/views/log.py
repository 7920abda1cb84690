"""The ledger as people read it: entries, receipts, the checkpoint, and a verification that is real."""

import json
from dataclasses import dataclass

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from muster.ledger.entry import verify_entry
from muster.ledger.errors import LedgerError
from muster.ledger.keys import VerifierKey
from muster.ledger.proof import parse_receipt
from muster.report.words import load_texts, word
from muster.server.identity.queries import actor_for_request
from muster.server.journal import queries as journal
from muster.server.journal.audit import replay
from muster.server.journal.leaf import read_leaf
from muster.server.journal.models import Entry
from muster.server.journal.replay import Difference
from muster.server.journal.views import public_where_chosen, show_tile
from muster.server.policy.queries import current
from muster.server.registry.queries import visible
from muster.server.web.access import may_read_ledger
from muster.server.web.language import tag
from muster.server.web.shape.activity import show_acts

_PER_PAGE = 50
_MOST_AT_ONCE = 20_000
"""Entries that are verified while a person waits; longer ledgers are verified from the command line."""


@dataclass(frozen=True)
class Verified:
    """What a verification came to."""

    good: bool
    sentence: str


def show_log(request: HttpRequest) -> HttpResponse:
    """Show the entries, newest first, with the checkpoint that covers them."""
    _demand(request)
    return _render(request)


@public_where_chosen
def show_bundle(request: HttpRequest, place: str) -> HttpResponse:
    """Answer a bundle of entries to whoever may read the ledger, or to everybody where it is public."""
    if not settings.MUSTER_PUBLIC_LEDGER:
        _demand(request)
    return show_tile(request, f"entries/{place}")


@require_POST
def verify_log(request: HttpRequest) -> HttpResponse:
    """Walk the whole ledger now: every signature, the tree, the checkpoints, and the rows beside it."""
    _demand(request)
    if journal.size() > _MOST_AT_ONCE:
        said = _("This ledger is too long to verify while you wait. Run on the server: muster ledger replay")
        return _render(request, verified=Verified(good=False, sentence=said))
    begun = timezone.now()
    found = replay()
    seconds = (timezone.now() - begun).total_seconds()
    told = {"entries": f"{found.entries:,}", "rows": f"{found.rows:,}", "seconds": f"{seconds:.1f}"}
    if not found.differences:
        said = _("Sound: %(entries)s entries and %(rows)s rows agree. It took %(seconds)s s.") % told
        return _render(request, verified=Verified(good=True, sentence=said))
    said = _(
        "Not sound: the ledger and the database differ at the places below. Keep both as they are and ask an auditor."
    )
    return _render(
        request, verified=Verified(good=False, sentence=said), differences=[_place(d) for d in found.differences[:50]]
    )


def _place(difference: Difference) -> str:
    """Return where something differs, and what both sides say."""
    entry = "" if difference.entry is None else f"#{difference.entry}"
    parts = [word("difference", difference.kind, tag()), entry, difference.row, difference.field]
    said = " · ".join(part for part in parts if part)
    if difference.told is None and difference.found is None:
        return said
    return f"{said}: {difference.told} ≠ {difference.found}"


def show_entry(request: HttpRequest, index: int) -> HttpResponse:
    """Show one entry as it was signed, and verify it now."""
    row = get_object_or_404(Entry, pk=index)
    _demand(request, row)
    leaf = bytes(row.leaf)
    key = VerifierKey.from_text(journal.verifier_key())
    context = {
        "section": "log",
        "act": show_acts([row], current(), visible(actor_for_request(request)))[0],
        "row": row,
        "size": journal.size(),
        "leaf_hash": f"sha256:{bytes(row.leaf_hash).hex()}",
        "told": _told(leaf),
        "verified": _verify(leaf, index, key),
        "key": journal.verifier_key(),
    }
    return render(request, "pages/entry.html", context)


def _told(leaf: bytes) -> str:
    """Return what the entry says, indented; the bare bytes where they are no entry any more."""
    try:
        return json.dumps(read_leaf(leaf), ensure_ascii=False, indent=2)
    except LedgerError:
        return leaf.decode(errors="replace")


def _verify(leaf: bytes, index: int, key: VerifierKey) -> Verified:
    """Check the signature of the entry and its place in the newest checkpoint, as anybody can with the receipt."""
    try:
        verify_entry(leaf, [key])
        covered = parse_receipt(journal.receipt(index)).verify(leaf, [key])
    except LedgerError as error:
        return Verified(good=False, sentence=error.message)
    told = {"index": index, "size": covered.size}
    return Verified(
        good=True, sentence=_("Verified: signed, and entry %(index)s of the checkpoint of %(size)s.") % told
    )


def _demand(request: HttpRequest, row: Entry | None = None) -> None:
    """Let in who reads the whole ledger; one entry also to whoever sees the use case that it is about."""
    if may_read_ledger(request):
        return
    if row is not None and row.use_case and visible(actor_for_request(request)).filter(pk=row.use_case).exists():
        return
    raise Http404(_("The ledger is for people who hold a role that may read it. Ask whoever manages the roles."))


def _render(request: HttpRequest, **more: object) -> HttpResponse:
    act, use_case = request.GET.get("act", ""), request.GET.get("use_case", "")
    seen = visible(actor_for_request(request))
    found = seen.filter(slug=use_case).first() if use_case else None
    entries = journal.entries(act=act, use_case=found.id if found else "")
    if use_case and found is None:
        entries = entries.none()
    page = Paginator(entries, _PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "log",
        "page": page,
        "acts": show_acts(page.object_list, current(), seen),
        "kinds": [(name, word("acts", name, tag())) for name in sorted(load_texts("words.yaml")["acts"])],
        "filters": {"act": act, "use_case": use_case},
        "checkpoint": journal.checkpoint(),
        "key": journal.verifier_key(),
        **more,
    }
    return render(request, "pages/log.html", context)
