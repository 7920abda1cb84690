"""Other tools beside our side of a job: each in an environment of its own, measured between two runs of ours.

A tool that cannot be built or run here says so with its error; no number ever stands in for one.
"""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.rules import rules

PEERS = Path(__file__).parents[1] / "peers"
PATIENCE = 3_600
QUICK, ROUNDS = 30, 3

Run = dict[str, Any]


@dataclass(frozen=True)
class Bar:
    """How many times quicker than a tool we must be, at how many rows; there is no run with more rows than that.

    `alone` is held against what the tool times without reading its files, our side still reading them. `memory` (GB) is
    what must be free before it is tried.
    """

    times: float
    rows: int = 1_000_000
    alone: float | None = None
    memory: float = 4


def ask(words: list[str], environment: dict[str, str]) -> Run:
    """Run a worker and return its line of JSON, or why there is none."""
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False, env=environment, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return {"not_run": f"stopped after {PATIENCE:,} s"}
    if done.returncode:
        return {"not_run": (done.stderr.strip().splitlines() or [f"ended with status {done.returncode}"])[-1][:160]}
    answer: Run = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


def measure(peer: str, job: str, place: Path) -> Run:
    """Run a tool's side of a job in its own environment, which is built where it is missing."""
    sys.path.insert(0, str(PEERS))
    from environments import QUIET, python_of

    try:
        python = python_of(peer)
    except (RuntimeError, OSError) as error:
        return {"not_run": f"cannot be built: {error}"[:160]}
    (place / "rules.json").write_text(json.dumps(rules()), encoding="utf-8")
    return ask([str(python), str(PEERS / f"with_{peer}.py"), job, str(place)], os.environ | QUIET)


def lines(job: str, place: Path, peer: str, bar: Bar, *, rows: int, ours: Callable[[], Run]) -> list[str]:
    """Measure a tool at one size and return what to print: nothing above the size of its bar.

    A tool that answers within half a minute is measured three times, any other once; ours before and after each time.
    """
    if rows > bar.rows:
        return []
    short = bar.memory * rows / bar.rows - free()
    if short > 0:
        return [f"  {peer:<34} not run: {short:.1f} GB of memory too little"]
    theirs, mine = [], [ours()]
    while len(theirs) < ROUNDS:
        run = measure(peer, job, place)
        if "not_run" in run:
            return [f"  {peer:<34} not run: {run['not_run']}"]
        theirs.append(run)
        mine.append(ours())
        if run["seconds"] > QUICK:
            break
    counts = rows == bar.rows
    told = [_line(peer, theirs, mine, bar.times if counts else None)]
    if "alone" in theirs[0]:
        parts = [run | {"seconds": run["alone"], "cpu": run["alone_cpu"]} for run in theirs]
        told.append(_line(f"{peer}, files already read", parts, mine, bar.alone if counts else None))
    return told


def _line(name: str, theirs: list[Run], mine: list[Run], bar: float | None) -> str:
    times, cpu = _ratios(theirs, mine, "seconds"), _ratios(theirs, mine, "cpu")
    peak = max(run["peak"] for run in theirs)
    told = "" if bar is None else f"  >= {bar:g}x: {'met' if statistics.median(times) >= bar else 'MISSED'}"
    return (
        f"  {name:<34} {_middle(theirs):8.3f} s, {peak:6.0f} MB; ours {_middle(mine):.3f} s: "
        f"{statistics.median(times):.1f} times (least {min(times):.1f}; of CPU {statistics.median(cpu):.1f}){told}"
    )


def _ratios(theirs: list[Run], mine: list[Run], what: str) -> list[float]:
    """Return how many times ours each run took, ours being the mean of the runs before and after it."""
    return [2 * run[what] / (a[what] + b[what]) for run, a, b in zip(theirs, mine, mine[1:], strict=False)]


def _middle(runs: list[Run]) -> float:
    return statistics.median(run["seconds"] for run in runs)


def free() -> float:
    """Return the memory that is free, in GB; without end where the system does not tell."""
    told = Path("/proc/meminfo")
    if not told.exists():
        return float("inf")
    words = next(line for line in told.read_text(encoding="ascii").splitlines() if line.startswith("MemAvailable"))
    return int(words.split()[1]) * 1024 / 1e9
