import io

import pytest

from muster.cli import progress


class Screen(io.StringIO):
    def __init__(self, live):
        super().__init__()
        self.live = live

    def isatty(self):
        return self.live


@pytest.fixture
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def test_quick_work_stays_silent(clock):
    out = Screen(live=True)
    report = progress.show_progress("verifying", out)
    for step in range(10):
        clock[0] += 0.19
        report(step + 1, 10)
    assert out.getvalue() == ""


def test_a_terminal_gets_one_line_that_changes_and_ends(clock):
    out = Screen(live=True)
    report = progress.show_progress("verifying", out)
    clock[0] += 2.1
    report(1_000, 4_000)
    report(1_001, 4_000)
    clock[0] += 1
    report(4_000, 4_000)
    assert out.getvalue() == "\rverifying 1,000/4,000 (25 %)\rverifying 4,000/4,000 (100 %)\n"


def test_a_log_file_gets_a_line_every_ten_seconds(clock):
    out = Screen(live=False)
    report = progress.show_progress("verifying", out)
    for step in range(1, 31):
        clock[0] += 1
        report(step, 60)
    assert [line.split()[1] for line in out.getvalue().splitlines()] == ["2/60", "12/60", "22/60"]
