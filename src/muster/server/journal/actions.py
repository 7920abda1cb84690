"""Append to the ledger: the one way in which an act is recorded."""

from collections.abc import Mapping
from datetime import datetime

from django.db import connection
from django.utils import timezone

from muster.ledger.entry import sign_statement
from muster.ledger.frontier import Frontier
from muster.ledger.merkle import leaf_hash
from muster.server.journal.keys import ledger_key
from muster.server.journal.leaf import Facts, make_leaf
from muster.server.journal.models import Entry, Log
from muster.server.journal.tasks import sign_latest
from muster.server.journal.tiles import store_full_tiles


def record(act: str, *, by: str, about: Mapping[str, str], facts: Facts | None = None) -> Entry:
    """Append an act to the ledger, inside the transaction that does it, and return the entry.

    `by` is a person's id, or ``leaf.SYSTEM``; `about` maps a kind (``use_case``, ``version``, …) to an id or a
    digest; `facts` is what the rows say, as JSON, never anything personal. The index is assigned under a lock that
    is held until the transaction ends: record last, after all other rows are locked.

    Raises:
        RuntimeError: outside a transaction (a mistake of the programmer), or with the key of another ledger.
        ValueError: for a leaf that could hold personal data.
        muster.ledger.errors.FormatError: for facts without an exact JSON form.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"{act}: record an act inside the transaction that does it")
    log = _lock_log()
    now = _next_moment(log)
    leaf = sign_statement(make_leaf(act, by=by, at=now, about=about, facts=facts or {}), [ledger_key()])
    row = Entry(
        index=log.size,
        leaf=leaf,
        leaf_hash=leaf_hash(leaf),
        act=act,
        by=by,
        at=now,
        use_case=about.get("use_case", ""),
    )
    row.save(force_insert=True)
    _advance(log, row)
    return row


def _lock_log() -> Log:
    key = ledger_key()
    first = {"origin": key.name, "frontier": Frontier().to_bytes()}
    log, _ = Log.objects.select_for_update().get_or_create(pk=Log.ONLY, defaults=first)
    if log.origin != key.name:
        raise RuntimeError(
            f"this database holds the ledger {log.origin}, and the key in MUSTER_HOME/keys is for {key.name}: "
            "restore the key that belongs to it"
        )
    return log


def _next_moment(log: Log) -> datetime:
    now = timezone.now()
    return max(now, log.last_at) if log.last_at else now


def _advance(log: Log, row: Entry) -> None:
    tree = log.tree.append(bytes(row.leaf_hash))
    log.size, log.frontier, log.last_at = tree.size, tree.to_bytes(), row.at
    if not log.signing_due:
        log.signing_due = True
        sign_latest.enqueue()
    log.save()
    store_full_tiles(tree.size)
