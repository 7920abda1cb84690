"""Progress on standard error, for work that takes longer than two seconds; quick work stays silent."""

import sys
import time
from collections.abc import Callable
from typing import TextIO

_PATIENCE = 2.0  # seconds of silence before the first line
_EVERY = {True: 0.2, False: 10.0}  # seconds between lines: on a terminal, in a log file


def show_progress(what: str, stream: TextIO | None = None) -> Callable[[int, int], None]:
    """Return a function (done, total) that reports `what` once the work has taken two seconds."""
    out = sys.stderr if stream is None else stream
    live = out.isatty()
    start = time.monotonic()
    shown = start + _PATIENCE - _EVERY[live]

    def report(done: int, total: int) -> None:
        nonlocal shown
        now = time.monotonic()
        last = done >= total and shown >= start + _PATIENCE
        if now - shown < _EVERY[live] and not last:
            return
        shown = now
        line = f"{what} {done:,}/{total:,} ({100 * done // max(total, 1)} %)"
        out.write(f"\r{line}" + ("\n" if last else "") if live else f"{line}\n")
        out.flush()

    return report
