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
OURS = 3

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
    """Measure a tool at one size and return what to print: nothing above the size of its bar."""
    if rows > bar.rows:
        return []
    short = bar.memory * rows / bar.rows - free()
    if short > 0:
        return [f"  {peer:<34} not run: {short:.1f} GB of memory too little"]
    before = ours()
    run = measure(peer, job, place)
    if "not_run" in run:
        return [f"  {peer:<34} not run: {run['not_run']}"]
    mine = [before, *(ours() for _ in range(OURS - 1))]
    told = [_line(peer, run, mine, bar.times if rows == bar.rows else None)]
    if "alone" in run:
        parts = {"seconds": run["alone"], "cpu": run["alone_cpu"], "peak": run["peak"]}
        told.append(_line(f"{peer}, files already read", parts, mine, bar.alone if rows == bar.rows else None))
    return told


def _line(name: str, run: Run, mine: list[Run], bar: float | None) -> str:
    seconds, cpu = (statistics.median(each[what] for each in mine) for what in ("seconds", "cpu"))
    times = run["seconds"] / seconds
    worst = run["seconds"] / max(each["seconds"] for each in mine)
    told = "" if bar is None else f"  >= {bar:g}x: {'met' if times >= bar else 'MISSED'}"
    return (
        f"  {name:<34} {run['seconds']:8.3f} s, {run['peak']:6.0f} MB; ours {seconds:.3f} s: "
        f"{times:.1f} times (least {worst:.1f}; of CPU {run['cpu'] / cpu:.1f}){told}"
    )


def free() -> float:
    """Return the memory that is free, in GB; without end where the system does not tell."""
    told = Path("/proc/meminfo")
    if not told.exists():
        return float("inf")
    words = next(line for line in told.read_text(encoding="ascii").splitlines() if line.startswith("MemAvailable"))
    return int(words.split()[1]) * 1024 / 1e9
