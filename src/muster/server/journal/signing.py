"""Sign checkpoints of the log on the database, with a memory that lies outside the database."""

import fcntl
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import transaction

from muster.ledger.checkpoint import Checkpoint, open_checkpoint
from muster.ledger.errors import RollbackError
from muster.ledger.frontier import Frontier
from muster.ledger.merkle import consistency_proof
from muster.ledger.signer import CheckpointSigner
from muster.ledger.tiles import tile_node_reader
from muster.server.home import write_atomically
from muster.server.journal.keys import ledger_key
from muster.server.journal.models import Log, SignedCheckpoint
from muster.server.journal.tiles import read_tile


class FileStore:
    """The last signed checkpoint, in a file of MUSTER_HOME: a database restored from before cannot take it back."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> bytes | None:
        """Return the last signed checkpoint, or None when there never was one."""
        try:
            text = self._path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        try:
            return str(json.loads(text)["checkpoint"]).encode()
        except (ValueError, KeyError, TypeError) as error:
            raise RollbackError(f"{self._path} is not the memory of a signer") from error

    def save(self, signed: bytes, *, replaces: bytes | None) -> None:
        """Store `signed` durably, if the stored one is still `replaces`."""
        if self.load() != replaces:
            raise RollbackError("another signer was quicker")
        write_atomically(self._path, json.dumps({"checkpoint": signed.decode()}).encode())


def memory_path() -> Path:
    """Return where the signer keeps its memory."""
    return Path(settings.MUSTER_HOME) / "ledger-signer.json"


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """One signer at a time, among all processes of this home; the lock ends with the process."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.with_suffix(".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def sign_checkpoint() -> Checkpoint:
    """Sign the log as it is committed now, remember and publish it; the same log again gives the same bytes.

    Raises:
        RollbackError: when the log does not extend the last one signed: the database went back, or was changed.
    """
    with _alone(memory_path()):
        with transaction.atomic(durable=True):  # refuses to run inside an act: what may roll back is never signed
            log = Log.objects.filter(pk=Log.ONLY).first()
        tree = log.tree if log else Frontier()
        signer = CheckpointSigner(ledger_key(), FileStore(memory_path()))
        note = signer.sign(tree.size, tree.root(), _prove)
        with transaction.atomic():
            SignedCheckpoint.objects.get_or_create(size=tree.size, defaults={"note": note})
        return open_checkpoint(note, [ledger_key().verifier])


def _prove(old: int, new: int) -> Sequence[bytes]:
    return consistency_proof(tile_node_reader(read_tile, new), old, new)
