"""What time alone brings about for use cases, and checks that Muster runs itself."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django_tasks import task

_EVERY = 1.0


@task()
def refresh_due() -> int:
    """Work out anew each standing that is outdated or whose time has come; return how many. Harmless if done twice."""
    from muster.server.casework.actions.standing import BATCH, refresh_stale

    made = worked = refresh_stale()
    while worked == BATCH:
        worked = refresh_stale()
        made += worked
    return made


@task()
def compute_check(run: str) -> str:
    """Compute a check that was asked for and hand in what came of it. A run that has ended is left as it is.

    A worker that dies leaves no proof: the job is given to another, which begins anew.
    """
    from muster.evidence.errors import Cancelled, EvidenceError
    from muster.evidence.result import statement
    from muster.evidence.run import run_check
    from muster.server.casework.actions.running import OPEN, note_failure, take_in
    from muster.server.casework.models import CheckRun
    from muster.server.casework.places import find_data
    from muster.server.outcome import Problem

    asked = CheckRun.objects.select_related("version").get(pk=run)
    if asked.state not in OPEN:
        return asked.state
    CheckRun.objects.filter(pk=run).update(state=CheckRun.State.RUNNING, share=None)
    opened: dict[str, Any] = {name: find_data(reference) for name, reference in asked.inputs.items()}
    gone = next((where for where in opened.values() if isinstance(where, Problem)), None)
    if gone is not None:
        note_failure(run, f"refused:{gone.code}")
        return CheckRun.State.FAILED
    watcher = _Watcher(run)
    try:
        result = run_check(
            asked.check_name,
            opened.pop("data"),
            now=datetime.now(UTC),
            clock=lambda: datetime.now(UTC),
            progress=watcher.note,
            cancelled=watcher.is_stopped,
            **opened,
            **asked.parameters,
        )
    except Cancelled:
        note_failure(run, "", cancelled=True)
        return CheckRun.State.CANCELLED
    except EvidenceError as error:
        note_failure(run, f"{error.sentence('en')}\n{error.sentence('zh')}")
        return CheckRun.State.FAILED
    subjects = {"model": asked.version.artifact} if asked.version else None
    take_in(run, statement(result, subjects=subjects))
    return CheckRun.objects.values_list("state", flat=True).get(pk=run)


class _Watcher:
    """Writes how far a run is, and reads whether it is to stop: once a second, over a connection of its own thread."""

    def __init__(self, run: str) -> None:
        self._run = run
        self._told = self._asked = 0.0
        self._stopped = False

    def note(self, share: float | None, _word: str) -> None:
        """Write the share that is done."""
        if time.monotonic() - self._told >= _EVERY:
            self._told = time.monotonic()
            self._with_database(lambda runs: runs.update(share=share))

    def is_stopped(self) -> bool:
        """Read whether somebody asked to stop."""
        if not self._stopped and time.monotonic() - self._asked >= _EVERY:
            self._asked = time.monotonic()
            self._stopped = self._with_database(lambda runs: runs.filter(stop_asked=True).exists())
        return self._stopped

    def _with_database(self, work: Callable[[Any], Any]) -> Any:
        from django.db import connection

        from muster.server.casework.models import CheckRun

        try:
            return work(CheckRun.objects.filter(pk=self._run))
        finally:
            connection.close()
