"""Run every bench in turn: ``make bench``."""

import os
from datetime import UTC, datetime

from bench import evidence, house, ledger


def main() -> None:
    """Print each bench's table; nothing here passes or fails."""
    print(f"Muster bench, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores\n", flush=True)
    house.main()
    print("\n== ledger", flush=True)
    ledger.main()
    print("\n== evidence", flush=True)
    evidence.main()


if __name__ == "__main__":
    main()
