"""Environments of a version: the verdict on each, the permit in force, and how to verify it elsewhere."""

from dataclasses import dataclass

from muster.core.gate import judge_gate
from muster.core.text import say
from muster.report.sentences import verdict_sentence
from muster.server.casework.queries import Case
from muster.server.operations.models import Deployment, Permit
from muster.server.operations.queries import permit_in_force
from muster.server.registry.models import ModelVersion
from muster.server.web.language import tag


@dataclass(frozen=True)
class Release:
    """One environment as it stands for one version."""

    id: str
    name: str
    passed: bool
    sentence: str
    gates: tuple[str, ...]
    permit: Permit | None
    live: bool
    file: str
    command: str


def show_releases(case: Case, version: ModelVersion) -> list[Release]:
    """Return every environment that gates stand before."""
    running = set(Deployment.objects.filter(version=version, ended_at=None).values_list("environment", flat=True))
    rows = []
    for environment in case.framework.process.environments:
        gates = case.assessment.process.environments[environment.id]
        if not environment.gates:
            continue
        name = say(environment.name, tag())
        verdict = judge_gate(case.assessment, environment.id)
        permit = permit_in_force(version, environment.id)
        file = f"{version.model.slug}-{version.number}-{environment.id}.permit"
        rows.append(
            Release(
                id=environment.id,
                name=name,
                passed=verdict.passed,
                sentence=verdict_sentence(verdict, name, tag()),
                gates=gates,
                permit=permit,
                live=environment.id in running,
                file=file,
                command=f"muster permit verify {file} --key ledger.key",
            )
        )
    return rows
