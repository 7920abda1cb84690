"""Ask Muster to run a check itself, stop it, and take in what came of it."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from muster.core.canonical import digest
from muster.core.duty import Actor
from muster.core.reasons import Denied
from muster.evidence.errors import EvidenceError
from muster.evidence.registry import installed, load
from muster.evidence.run import validate
from muster.server.casework.actions.desk import close_desk, open_desk
from muster.server.casework.actions.proof import hand_in_evidence
from muster.server.casework.models import CheckRun, EvidenceRow
from muster.server.casework.naming import nearest
from muster.server.casework.places import find_data
from muster.server.casework.tasks import compute_check
from muster.server.identity.models import new_id
from muster.server.identity.queries import actor_of_person
from muster.server.jobs.actions import enqueue
from muster.server.outcome import Done, Invalid, Problem, invalid
from muster.server.registry.models import ModelVersion, UseCase

OPEN = (CheckRun.State.WAITING, CheckRun.State.RUNNING)


def ask_for_run(
    actor: Actor | None,
    use_case: UseCase,
    *,
    check: str,
    inputs: Mapping[str, str],
    parameters: Mapping[str, Any],
    version: ModelVersion | None = None,
) -> Done[CheckRun] | Denied | Invalid:
    """Ask Muster to compute `check` on data that it can reach; `inputs` maps ``data`` (and others) to references.

    What can be known at once is refused at once: the check, its parameters, the data. The same run is not queued twice.
    """
    with transaction.atomic():
        desk = open_desk(actor, use_case, version)
        if isinstance(desk, Denied):
            return desk
        allowed = desk.may("hand_in_evidence")
        if isinstance(allowed, Denied):
            return allowed
        unfit = _problems(check, inputs, parameters)
        if unfit:
            return Invalid(tuple(unfit))
        told = {"check": check, "inputs": dict(inputs), "parameters": dict(parameters)}
        asked = digest({**told, "use_case": use_case.id, "version": version.id if version else None})
        under_way = CheckRun.objects.filter(asked=asked, state__in=OPEN).first()
        if under_way is not None and not is_lost(under_way):
            return invalid("check", "already_running", value=check, hint=under_way.id)
        if under_way is not None:
            _end(under_way, CheckRun.State.FAILED, failure="interrupted")
        run = CheckRun(
            id=new_id(),
            use_case=desk.use_case,
            version=version,
            check_name=check,
            inputs=dict(inputs),
            parameters=dict(parameters),
            asked=asked,
            by=desk.actor.person,
            at=timezone.now(),
        )
        run.job = enqueue(compute_check, run=run.id)
        run.save(force_insert=True)
        about = {"run": run.id, **({"version": version.id} if version else {})}
        entry = close_desk(desk.use_case, "check.asked", by=run.by, about=about, facts={"check": check, "asked": asked})
        return Done(run, entry.index)


def stop_run(actor: Actor | None, run: CheckRun) -> Done[CheckRun] | Denied | Invalid:
    """Stop a run that has not ended: who asked for it, or whoever may hand in proof here."""
    with transaction.atomic():
        desk = open_desk(actor, run.use_case, run.version)
        if isinstance(desk, Denied):
            return desk
        allowed = desk.may("hand_in_evidence")
        if isinstance(allowed, Denied):
            return allowed
        locked = CheckRun.objects.select_for_update().get(pk=run.pk)
        if locked.state not in OPEN:
            return invalid("run", "already_ended", value=locked.state)
        locked.stop_asked = True
        locked.save(update_fields=["stop_asked"])
        if locked.state == CheckRun.State.WAITING or is_lost(locked):
            _end(locked, CheckRun.State.CANCELLED)
        entry = close_desk(desk.use_case, "check.stopped", by=desk.actor.person, about={"run": run.id})
        return Done(locked, entry.index)


def take_in(run_id: str, statement: Mapping[str, Any]) -> None:
    """Hand in what a run computed, in the name of who asked, who must still be allowed to; once, whatever happens."""
    with transaction.atomic():
        # The use case before the run, as every desk does: who stops the run at this instant waits, and not for ever.
        UseCase.objects.select_for_update().get(pk=CheckRun.objects.values_list("use_case").get(pk=run_id)[0])
        run = CheckRun.objects.select_for_update(of=("self",)).select_related("use_case", "version").get(pk=run_id)
        if run.state not in OPEN:
            return
        if run.stop_asked:
            _end(run, CheckRun.State.CANCELLED)
            return
        asking = actor_of_person(run.by, run.use_case.id)
        handed = hand_in_evidence(asking, run.use_case, statement, version=run.version, run=run.id)
        if isinstance(handed, Done):
            _end(run, CheckRun.State.DONE, evidence=handed.row)
        else:
            why = handed.reason.code if isinstance(handed, Denied) else handed.problems[0].code
            _end(run, CheckRun.State.FAILED, failure=f"refused:{why}")


def note_failure(run_id: str, failure: str, *, cancelled: bool = False) -> None:
    """Note that a run came to nothing: there is no proof, and the page says why."""
    with transaction.atomic():
        run = CheckRun.objects.select_for_update().get(pk=run_id)
        if run.state in OPEN:
            state = CheckRun.State.CANCELLED if cancelled else CheckRun.State.FAILED
            _end(run, state, failure="" if cancelled else failure)


def is_lost(run: CheckRun) -> bool:
    """Return whether the job of an open run is no more: it was set aside after taking down several workers."""
    from django_tasks import TaskResultStatus
    from django_tasks_db.models import DBTaskResult

    if run.state not in OPEN:
        return False
    job = DBTaskResult.objects.filter(pk=run.job).first()
    return job is None or job.status in (TaskResultStatus.FAILED, TaskResultStatus.SUCCESSFUL)


def state_of(run: CheckRun) -> str:
    """Return the state of a run as people should see it: one whose worker died too often is lost, not running."""
    return "lost" if is_lost(run) else str(run.state)


def _end(run: CheckRun, state: str, *, failure: str = "", evidence: EvidenceRow | None = None) -> None:
    run.state, run.failure, run.evidence, run.ended_at = state, failure, evidence, timezone.now()
    run.save(update_fields=["state", "failure", "evidence", "ended_at"])


def _problems(check: str, inputs: Mapping[str, str], parameters: Mapping[str, Any]) -> list[Problem]:
    if check not in installed():
        return [Problem("check", "unknown_check", check, nearest(check, installed()))]
    loaded = load(check)
    found = [
        Problem("data", "missing_input", name)
        for name, needed in loaded.inputs.items()
        if needed and not inputs.get(name)
    ]
    for name, reference in inputs.items():
        where = find_data(reference) if name in loaded.inputs else Problem("data", "unknown_input", name)
        if isinstance(where, Problem):
            found.append(dataclasses.replace(where, where=name))
    try:
        validate(loaded, parameters)
    except EvidenceError as error:
        found.append(Problem(f"parameters.{error.where}", "form", hint=error.what))
    return found
