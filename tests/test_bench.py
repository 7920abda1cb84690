"""The bench beside other tools: no number stands in for one that could not be measured."""

import os
import sys
from pathlib import Path

import pytest

TOOLS = Path(__file__).parents[1] / "tools"
pytestmark = pytest.mark.spec("F1", "F8")


@pytest.fixture
def peers(monkeypatch):
    monkeypatch.syspath_prepend(str(TOOLS))
    from bench import peers

    return peers


def run(seconds, **more):
    return {"seconds": seconds, "cpu": seconds, "peak": 100.0, **more}


def lines(peers, found, monkeypatch, rows=1_000, **bar):
    monkeypatch.setattr(peers, "measure", lambda *_: found)
    bar = peers.Bar(20, rows=1_000, **bar)
    return peers.lines("drift", TOOLS, "other", bar, rows=rows, ours=lambda: run(2.0))


def test_a_tool_that_fails_says_its_error(peers):
    found = peers.ask([sys.executable, "-c", "raise SystemExit('no module named other')"], dict(os.environ))
    assert found == {"not_run": "no module named other"}


def test_a_tool_that_is_killed_says_so(peers):
    found = peers.ask([sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"], dict(os.environ))
    assert found == {"not_run": "ended with status -9"}


def test_what_did_not_run_has_no_ratio(peers, monkeypatch):
    (line,) = lines(peers, {"not_run": "cannot be built"}, monkeypatch)
    assert "not run: cannot be built" in line
    assert "times" not in line


def test_a_tool_is_not_started_where_memory_is_short(peers, monkeypatch):
    (line,) = lines(peers, run(60.0), monkeypatch, memory=1e9)
    assert "memory too little" in line


def test_a_bar_counts_at_its_own_size_only(peers, monkeypatch):
    assert ">= 20x: met" in lines(peers, run(60.0), monkeypatch)[0]
    assert ">= 20x: MISSED" in lines(peers, run(30.0), monkeypatch)[0]
    (smaller,) = lines(peers, run(60.0), monkeypatch, rows=100)
    assert "30.0 times" in smaller
    assert "20x" not in smaller
    assert lines(peers, run(60.0), monkeypatch, rows=10_000) == []


def test_what_a_tool_does_once_its_files_are_read_has_a_line_and_a_bar_of_its_own(peers, monkeypatch):
    whole, alone = lines(peers, run(60.0, alone=10.0, alone_cpu=10.0), monkeypatch, alone=10)
    assert "30.0 times" in whole
    assert "5.0 times" in alone
    assert ">= 10x: MISSED" in alone


def test_a_quick_tool_is_measured_three_times_between_runs_of_ours_and_a_slow_one_once(peers, monkeypatch):
    theirs, ours = iter([6.0, 20.0, 8.0, 60.0]), iter([1.0, 3.0, 1.0, 1.0, 1.0, 2.0])
    monkeypatch.setattr(peers, "measure", lambda *_: run(next(theirs)))
    bar = peers.Bar(5, rows=1_000)
    (quick,) = peers.lines("drift", TOOLS, "other", bar, rows=1_000, ours=lambda: run(next(ours)))
    assert "8.000 s" in quick
    assert "8.0 times (least 3.0;" in quick
    (slow,) = peers.lines("drift", TOOLS, "other", bar, rows=1_000, ours=lambda: run(next(ours)))
    assert "40.0 times (least 40.0;" in slow


def test_the_page_names_every_tool_with_its_bar_and_judges_as_the_bench_does(monkeypatch):
    monkeypatch.syspath_prepend(str(TOOLS))
    from bench.evidence import JOBS

    page = (TOOLS.parent / "docs/reference/bench.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in row.split("|")[1:-1]] for row in page.splitlines() if row.startswith("| ")][2:]
    told = {
        (job, *tool.split(" ", 1)): (float(times), float(bar), word) for job, tool, _, _, _, times, _, bar, word in rows
    }
    assert all(word == ("met" if times >= bar else "missed") for times, bar, word in told.values())
    bars = {(job.name, tool, False): bar.times for job in JOBS for tool, bar in job.peers.items()}
    bars |= {(job.name, tool, True): bar.alone for job in JOBS for tool, bar in job.peers.items() if bar.alone}
    assert {(job, tool, "files" in what): bar for (job, tool, what), (_, bar, _) in told.items()} == bars


def test_the_page_measures_the_versions_that_are_pinned():
    page = (TOOLS.parent / "docs/reference/bench.md").read_text(encoding="utf-8")
    for tool in ("aequitas", "evidently", "fairlearn", "great_expectations", "nannyml", "pandera", "whylogs"):
        pins = (TOOLS / "peers" / f"{tool}.txt").read_text(encoding="utf-8").splitlines()
        (version,) = (pin.partition("==")[2] for pin in pins if pin.startswith(tool.replace("_", "-") + "=="))
        assert f"| {tool} {version}" in page
