"""Watching over work that takes long: how far it is, and whether somebody wants it to stop."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeAlias

from muster.evidence.errors import Cancelled
from muster.evidence.table import Table

Progress: TypeAlias = Callable[[float | None, str], None]
_EVERY = 0.2


@contextmanager
def watch(
    tables: Mapping[str, Table], progress: Progress | None, cancelled: Callable[[], bool] | None
) -> Iterator[None]:
    """Report `progress` and obey `cancelled`, several times a second, while the body works.

    Raises:
        Cancelled: when `cancelled` said so; the engines are interrupted and no result comes about.
    """
    if progress is None and cancelled is None:
        yield
        return
    watcher = _Watcher(tables, progress, cancelled)
    watcher.start()
    try:
        yield
    except Exception as error:
        if watcher.stopped:
            raise Cancelled("cancelled", "data") from error
        raise
    finally:
        watcher.leave()
    if watcher.stopped:
        raise Cancelled("cancelled", "data")


class _Watcher(threading.Thread):
    def __init__(
        self, tables: Mapping[str, Table], progress: Progress | None, cancelled: Callable[[], bool] | None
    ) -> None:
        super().__init__(daemon=True, name="muster-watch")
        self.stopped = False
        self._tables = tables
        self._progress = progress
        self._cancelled = cancelled
        self._left = threading.Event()

    def run(self) -> None:
        while not self._left.wait(_EVERY):
            if self._cancelled is not None and self._cancelled():
                self.stopped = True
                for table in self._tables.values():
                    table.interrupt()
            elif self._progress is not None:
                shares = [share for share in (table.share_done() for table in self._tables.values()) if share]
                self._progress(max(shares, default=None), "scan")

    def leave(self) -> None:
        """End the watch and wait for it, so that nothing is reported after the work."""
        self._left.set()
        self.join()
