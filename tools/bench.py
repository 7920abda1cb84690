"""Measure: each bench prints its own table; nothing here passes or fails."""

import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
OTHERS = ("bench_ledger.py", "bench_evidence.py")


def start_up() -> None:
    """How long the interpreter takes beyond its own start to import Muster and to print the help."""
    for name, code in (("import muster", "import muster"), ("muster --help", "from muster.cli import main; main()")):
        times = []
        for _ in range(7):
            begun = time.perf_counter()
            words = ["--help"] if "help" in name else []
            subprocess.run([sys.executable, "-c", code, *words], check=True, capture_output=True)
            whole = time.perf_counter() - begun
            begun = time.perf_counter()
            subprocess.run([sys.executable, "-c", "pass"], check=True, capture_output=True)
            times.append(whole - (time.perf_counter() - begun))
        print(f"{name:<28} {sorted(times)[3] * 1000:8.0f} ms (median of 7, interpreter taken off)")


def judge() -> None:
    """How many use cases a second are classified, and how many dossiers assessed with all gates."""
    from muster.core.classify import classify
    from muster.core.dossier import AnswerValue
    from muster.core.scenario import read_scenarios
    from muster.frameworks import open_framework, read_folder

    seconds = 2.0
    for name in ("starter", "full"):
        begun = time.perf_counter()
        framework = open_framework(name)
        print(f"{f'load {name}':<28} {(time.perf_counter() - begun) * 1000:8.0f} ms")
        sheets: list[dict[str, AnswerValue]] = [
            dict(s.answers) for s in read_scenarios(framework, read_folder(name)).scenarios
        ]
        begun, count = time.perf_counter(), 0
        while time.perf_counter() - begun < seconds:
            classify(framework, sheets[count % len(sheets)])
            count += 1
        print(f"{f'classify, {name}':<28} {count / (time.perf_counter() - begun):8.0f} per second")


def main() -> None:
    """Run every bench in turn."""
    print(f"Muster bench, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores\n")
    start_up()
    judge()
    for other in OTHERS:
        print(f"\n== {other}", flush=True)
        subprocess.run([sys.executable, str(ROOT / "tools" / other)], check=True)


if __name__ == "__main__":
    main()
