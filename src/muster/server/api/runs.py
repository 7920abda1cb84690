"""Checks that Muster runs itself: ask, look, stop."""

from django.http import HttpRequest
from ninja import Router, Status

from muster.contract.versions import CheckRunIn, CheckRunOut
from muster.server.api.access import find, find_version, read
from muster.server.api.errors import NotThere, done
from muster.server.casework import actions
from muster.server.casework.actions.running import state_of
from muster.server.casework.models import CheckRun
from muster.server.casework.queries import run_of, runs_of
from muster.server.registry.models import UseCase

router = Router(tags=["checks run by Muster"])


@router.post("/use-cases/{name}/check-runs", response={201: CheckRunOut})
def ask_for_run(request: HttpRequest, name: str, body: CheckRunIn) -> Status[CheckRunOut]:
    """Ask Muster to run a check; it answers at once, the proof comes when a worker has computed it."""
    actor, use_case = find(request, name)
    asked = done(
        actions.ask_for_run(
            actor,
            use_case,
            check=body.check,
            inputs=body.inputs,
            parameters=body.parameters,
            version=find_version(use_case, body.version),
        )
    )
    return Status(201, show_run(asked.row, receipt=asked.receipt))


@router.get("/use-cases/{name}/check-runs", response=list[CheckRunOut])
def list_runs(request: HttpRequest, name: str) -> list[CheckRunOut]:
    """List the newest runs (at most 100) of the use case."""
    _, use_case = read(request, name)
    return [show_run(run) for run in runs_of(use_case)]


@router.get("/use-cases/{name}/check-runs/{run}", response=CheckRunOut)
def get_run(request: HttpRequest, name: str, run: str) -> CheckRunOut:
    """Show how far a run is."""
    _, use_case = read(request, name)
    return show_run(_find(use_case, run))


@router.post("/use-cases/{name}/check-runs/{run}/stop", response=CheckRunOut)
def stop_run(request: HttpRequest, name: str, run: str) -> CheckRunOut:
    """Stop a run that has not ended; there will be no proof of it."""
    actor, use_case = find(request, name)
    stopped = done(actions.stop_run(actor, _find(use_case, run)))
    return show_run(stopped.row, receipt=stopped.receipt)


def _find(use_case: UseCase, run: str) -> CheckRun:
    found = run_of(use_case, run)
    if found is None:
        raise NotThere
    return found


def show_run(run: CheckRun, *, receipt: int | None = None) -> CheckRunOut:
    """Return a run as it travels."""
    return CheckRunOut.model_validate(
        {
            "id": run.id,
            "check": run.check_name,
            "version": run.version_id,
            "inputs": run.inputs,
            "parameters": run.parameters,
            "state": state_of(run),
            "share": run.share,
            "failure": run.failure,
            "evidence": run.evidence_id,
            "by": run.by,
            "at": run.at,
            "ended_at": run.ended_at,
            "receipt": receipt,
        }
    )
