"""Our side of each job: the same folder of a log, through the front door. Returns how many figures it made."""

import json
import os
import tempfile
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from bench import by_hand
from bench.logs import CATEGORIES, NUMBERS, PROTECTED, unlabelled
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
    """21 columns of the second half, against the reference that was registered from the first."""
    one = asked("drift", profile=registered(log))
    return _count(run_check(one.check, str(log / "second.parquet"), now=datetime.now(UTC), **one.parameters))


def registered(log: Path) -> dict[str, Any]:
    """Return the reference of the drift job, registered once and kept beside the log."""
    kept = log / "registered.json"
    if not kept.exists():
        one = asked("drift")
        made = run_check(one.check, str(log / "first.parquet"), now=datetime.now(UTC), **one.parameters)
        kept.write_text(json.dumps(made.statistics["reference"]))
    read: dict[str, Any] = json.loads(kept.read_text())
    return read


def estimate(log: Path) -> int:
    """Ten chunks of the second half, which has no labels yet, calibrated on the first."""
    one = asked("estimate")
    data, reference = str(unlabelled(log)), str(log / "first.parquet")
    return _count(run_check(one.check, data, now=datetime.now(UTC), reference=reference, **one.parameters))


def history(log: Path) -> list[dict[str, Any]]:
    """Return eight past profiles for the anomaly job (this log's own, eight times), kept beside the log."""
    kept = log / "history.json"
    if not kept.exists():
        made = run(asked("profile"), log)
        past = find("anomaly").parameters.model_validate({"history": [json.loads(made.to_json())] * 8})
        kept.write_text(json.dumps(past.model_dump(mode="json")["history"]))
    read: list[dict[str, Any]] = json.loads(kept.read_text())
    return read


def slices(log: Path) -> int:
    """20 features to depth 3."""
    return _count(run(asked("slices"), log))


def five(log: Path) -> list[Asked]:
    """Return five checks that one log gets every week."""
    weekly = [asked(name) for name in ("fairness", "performance", "quality", "profile")]
    return [*weekly, asked("anomaly", history=history(log))]


def together(log: Path) -> int:
    """Five checks on one log, sharing their scans."""
    return sum(map(_count, run_checks(five(log), str(log / "*.parquet"), now=datetime.now(UTC))))


def alone(log: Path) -> int:
    """The same five, one after the other."""
    return sum(_count(run(one, log)) for one in five(log))


def digest(log: Path) -> int:
    """The data digest of the log: what every check does first, remembered by file identity."""
    return len(digest_files(sorted(log.glob("*.parquet"))))


def digest_cold(log: Path) -> int:
    """The same where nothing is remembered."""
    with tempfile.TemporaryDirectory() as empty:
        os.environ["XDG_CACHE_HOME"] = empty
        return digest(log)


def warm(job: str, log: Path) -> None:
    """Import what a job needs and make what it keeps beside the log, so that its time is work.

    Raises:
        NotBuiltError: if one of its checks is not there.
    """
    weekly = ["fairness", "performance", "quality", "profile", "anomaly"] if job in _SHARED else []
    for name in {"bootstrap": ["fairness"], "digest": [], "digest_cold": []}.get(job, weekly or [job]):
        find(name)
    if job in _SHARED:
        history(log)
    if job == "drift":
        registered(log)
    if job == "estimate":
        unlabelled(log)


_SHARED = ("together", "alone")
