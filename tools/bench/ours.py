"""Our side of each job: the same folder of a log, through the front door. Returns how many figures it made."""

import os
import tempfile
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from bench import by_hand
from bench.logs import CATEGORIES, NUMBERS, PROTECTED
from bench.rules import rules
from muster.evidence import run_check
from muster.evidence.check import Check
from muster.evidence.digests import digest_files
from muster.evidence.result import CheckResult
from muster.evidence.run import Asked, run_checks

FEATURES = (*NUMBERS, *CATEGORIES)


class NotBuiltError(Exception):
    """The check of a job is not in this tree."""


def find(name: str) -> Check:
    """Return a check of this tree by its module, whether it is registered yet or not."""
    try:
        check: Check = import_module(f"muster.evidence.{name}").check
    except ModuleNotFoundError as error:
        raise NotBuiltError(f"muster.evidence.{name} is not there") from error
    return check


def asked(name: str, **more: Any) -> Asked:
    """Return a check with the parameters of its job."""
    outcome = {"label": "label", "prediction": "decision"}
    given: dict[str, dict[str, Any]] = {
        "fairness": {"protected": list(PROTECTED), "replicates": 0} | outcome,
        "quality": {"rules": rules()},
        "estimate": {"label": "label", "score": "score", "prediction": "decision", "chunks": by_hand.CHUNKS},
        "performance": {"label": "label", "score": "score", "prediction": "decision"},
        "slices": {"features": list(FEATURES), "depth": 3} | outcome,
        "drift": {"columns": [*NUMBERS, "score", *CATEGORIES]},
    }
    return Asked(find(name), given.get(name, {}) | more)


def run(one: Asked, log: Path, *, reference: bool = False) -> CheckResult:
    """Run one check on the whole log, or on its second half against the first."""
    data = str(log / ("second.parquet" if reference else "*.parquet"))
    more = {"reference": str(log / "first.parquet")} if reference else {}
    return run_check(one.check, data, now=datetime.now(UTC), **more, **one.parameters)


def _count(result: CheckResult) -> int:
    return len(result.figures) + len(result.groups)


def fairness(log: Path) -> int:
    """Rates of all groups, with intervals, without bootstrap."""
    return _count(run(asked("fairness"), log))


def bootstrap(log: Path) -> int:
    """The same with 1,000 replicates for every gap."""
    return _count(run(asked("fairness", replicates=1000), log))


def quality(log: Path) -> int:
    """37 rules."""
    return _count(run(asked("quality"), log))


def profile(log: Path) -> int:
    """All 33 columns."""
    return _count(run(asked("profile"), log))


def drift(log: Path) -> int:
    """21 columns of the second half, against the edges stored with the first."""
    return _count(run(asked("drift"), log, reference=True))


def estimate(log: Path) -> int:
    """Ten chunks of the second half, calibrated on the first."""
    return _count(run(asked("estimate"), log, reference=True))


def slices(log: Path) -> int:
    """20 features to depth 3."""
    return _count(run(asked("slices"), log))


def five() -> list[Asked]:
    """Return five checks of one log."""
    return [asked(name) for name in ("fairness", "quality", "profile", "performance")] + [
        asked("performance", threshold=0.6)
    ]


def together(log: Path) -> int:
    """Five checks on one log, sharing their scans."""
    return sum(map(_count, run_checks(five(), str(log / "*.parquet"), now=datetime.now(UTC))))


def alone(log: Path) -> int:
    """The same five, one after the other."""
    return sum(_count(run(one, log)) for one in five())


def digest(log: Path) -> int:
    """The data digest of the log: what every check does first, remembered by file identity."""
    return len(digest_files(sorted(log.glob("*.parquet"))))


def digest_cold(log: Path) -> int:
    """The same where nothing is remembered."""
    with tempfile.TemporaryDirectory() as empty:
        os.environ["XDG_CACHE_HOME"] = empty
        return digest(log)


def warm(job: str) -> None:
    """Import what a job needs, so that its time is work.

    Raises:
        NotBuiltError: if one of its checks is not there.
    """
    together = [each.check.name for each in five() if not isinstance(each.check, str)] if job in _SHARED else []
    names = {"bootstrap": ["fairness"], "digest": [], "digest_cold": []}.get(job, together or [job])
    for name in names:
        find(name)


_SHARED = ("together", "alone")
