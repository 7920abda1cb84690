"""Where the bench keeps what it makes: logs and the peers' environments, never inside the repository."""

import os
from pathlib import Path


def folder() -> Path:
    """Return the folder of the bench: $MUSTER_BENCH_DATA, or one in the user's cache."""
    chosen = os.environ.get("MUSTER_BENCH_DATA")
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(chosen).expanduser() if chosen else Path(base).expanduser() / "muster-bench"
