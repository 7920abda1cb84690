"""The evidence room beside its limits and its peers: every run in a fresh process, sides interleaved round by round.

    PYTHONPATH=tools:src [ROWS=1000000] [PEERS=1] [JOBS=fairness,drift] [ROUNDS=3] python -m bench.evidence

A ratio is taken within a round and its median shown: a busy machine slows both sides. Bars count at 10 million rows
unless a job says otherwise; nothing here fails, a missed bar says so.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.cache import folder
from bench.logs import log
from bench.peers import Bar, ask, lines

TOOLS = Path(__file__).parents[1]
HELP_SECONDS, EXTRA_MB = 0.4, 250

Run = dict[str, Any]


@dataclass(frozen=True)
class Job:
    """A job: how often slower than its limit it may be, with how much memory, and how often quicker than each peer."""

    name: str
    times: float | None = None
    memory: float | None = None
    against: str = "by_hand"
    seconds: float | None = None
    extra: float | None = None
    peers: dict[str, Bar] = field(default_factory=dict)
    at: tuple[int, ...] = ()


JOBS = (
    Job("fairness", 1.5, 200, peers={"fairlearn": Bar(300), "aequitas": Bar(60, 10_000_000, memory=14)}),
    Job("bootstrap", None, 300, against="ours.fairness", extra=1.5),
    Job("drift", 1.3, 400, peers={"evidently": Bar(20), "nannyml": Bar(20)}),
    Job("quality", 1.2, 500, peers={"great_expectations": Bar(10), "pandera": Bar(1)}),
    Job("profile", 1.3, 600, peers={"evidently": Bar(15), "whylogs": Bar(15)}),
    Job("estimate", 1.3, 700, peers={"nannyml": Bar(3, alone=20)}),
    Job("slices", None, 1000, against="", seconds=10, at=(1_000_000,)),
    Job("together", 0.8, None, against="ours.alone"),
    Job("digest", against="ours.digest_cold"),
)


def measure(side: str, job: str, place: Path) -> Run:
    """Run one side of a job once, in a process of its own."""
    path = os.pathsep.join((str(TOOLS), str(TOOLS.parent / "src")))
    words = [sys.executable, "-m", "bench.worker", side, job, str(place)]
    return ask(words, os.environ | {"PYTHONPATH": path})


def show(job: Job, rows: int, rounds: int, *, peers: bool) -> None:
    """Measure a job at one size and print its lines."""
    place = log(rows)
    if job.name == "drift":
        measure("by_hand", "drift", place)  # stored edges are made once, before anything is timed
    side, _, other = job.against.partition(".")
    pairs: list[tuple[Run, Run]] = []
    for _ in range(rounds):
        held = measure(side, other or job.name, place) if side else {}
        pairs.append((measure("ours", job.name, place), held))
    mine, held = pairs[0]
    if "not_run" in mine or "not_run" in held:
        why = mine.get("not_run") or f"limit: {held['not_run']}"
        print(f"{job.name:<10} {rows:>11,}  not run: {why}", flush=True)
        return
    print(_line(job, rows, pairs), flush=True)
    for peer, bar in job.peers.items() if peers else ():
        told = lines(job.name, place, peer, bar, rows=rows, ours=lambda: measure("ours", job.name, place))
        print(*told, sep="\n", end="\n" if told else "", flush=True)


def _line(job: Job, rows: int, pairs: list[tuple[Run, Run]]) -> str:
    seconds = statistics.median(run["seconds"] for run, _ in pairs)
    peak = max(run["peak"] for run, _ in pairs)
    verdicts, ratio = [], ""
    if job.against:
        ratios = [run["seconds"] / held["seconds"] for run, held in pairs]
        work = statistics.median(run["cpu"] / held["cpu"] for run, held in pairs)
        ratio = f"{statistics.median(ratios):.2f} (min {min(ratios):.2f}) {work:.2f}"
        verdicts += [_verdict(f"<= {job.times}x", ok=statistics.median(ratios) <= job.times)] if job.times else []
    if job.extra is not None:
        extra = statistics.median(run["seconds"] - held["seconds"] for run, held in pairs)
        verdicts.append(_verdict(f"+{extra:.2f} s <= {job.extra} s", ok=extra <= job.extra))
    if job.seconds is not None:
        verdicts.append(_verdict(f"<= {job.seconds} s", ok=seconds <= job.seconds))
    if job.memory is not None:
        verdicts.append(_verdict(f"< {job.memory:.0f} MB", ok=peak < job.memory))
    held_s = statistics.median(held["seconds"] for _, held in pairs) if job.against else float("nan")
    cpu = statistics.median(run["cpu"] for run, _ in pairs)
    return (
        f"{job.name:<10} {rows:>11,} {seconds:9.3f} {cpu:8.2f} {held_s:9.3f}  {ratio:<23} {peak:6.0f}  "
        f"{'; '.join(verdicts)}"
    )


def _verdict(bar: str, *, ok: bool) -> str:
    return f"{bar}: {'met' if ok else 'MISSED'}"


def main() -> None:
    """Measure every job at every size."""
    sizes = [int(each) for each in os.environ.get("ROWS", "1000000,10000000").replace("_", "").split(",")]
    chosen = os.environ.get("JOBS", "")
    rounds = int(os.environ.get("ROUNDS", "3"))
    if not chosen:
        show_start()
        show_size()
    print(f"logs and environments: {folder()}")
    print("job               rows    work s    CPU s   limit s  ratio (least)  of CPU    peak MB  bars")
    for job in JOBS:
        for rows in sizes:
            # the cached digest of every log is there before anything is timed
            if (not chosen or job.name in chosen.split(",")) and (not job.at or rows in job.at):
                measure("ours", "digest", log(rows))
                show(job, rows, rounds, peers=os.environ.get("PEERS") == "1")


def show_start() -> None:
    """Print what one waits for help, and what the extra weighs when it is installed."""
    code = "from muster.cli import main; main()"
    environment = os.environ | {"PYTHONPATH": str(TOOLS.parent / "src")}
    times = []
    for _ in range(5):
        begun = time.perf_counter()
        words = [sys.executable, "-c", code, "check", "fairness", "--help"]
        subprocess.run(words, check=True, capture_output=True, env=environment)
        times.append(time.perf_counter() - begun)
    took = statistics.median(times)
    print(f"help of a check: {took:.2f} s  {_verdict('< 0.4 s', ok=took < HELP_SECONDS)}", flush=True)


def show_size() -> None:
    """Print what the evidence extra weighs, installed in an environment that is thrown away."""
    uv = Path(sys.executable).parent / "uv"
    with tempfile.TemporaryDirectory() as place:
        for words in (
            ("venv", "--quiet", f"{place}/venv"),
            ("pip", "install", "--quiet", "--python", f"{place}/venv/bin/python", f"{TOOLS.parent}[evidence]"),
        ):
            done = subprocess.run([str(uv), *words], capture_output=True, text=True, check=False)
            if done.returncode:
                print(f"evidence extra installed: not run: {done.stderr.strip()[-120:]}", flush=True)
                return
        sizes = [f.lstat().st_size for f in Path(f"{place}/venv").rglob("*") if f.is_file() and not f.is_symlink()]
    size = sum(sizes) / 1e6
    print(f"evidence extra installed: {size:.0f} MB  {_verdict('< 250 MB', ok=size < EXTRA_MB)}", flush=True)


if __name__ == "__main__":
    main()
