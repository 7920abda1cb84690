"""Acting as people of the example: each helper does one act through the same actions as the web and the API."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from django.utils import timezone

from muster.client.capture import artifact_of, code_commit, environment_lock
from muster.core.duty import Actor
from muster.core.process import Meaning
from muster.core.reasons import Denied
from muster.evidence.result import statement
from muster.evidence.run import run_check
from muster.evidence.source import open_table
from muster.example.training import Trained
from muster.server.casework import actions
from muster.server.casework.queries import assessment
from muster.server.home import find_home
from muster.server.identity.models import Account
from muster.server.identity.queries import actor_of_account
from muster.server.outcome import Done, Invalid
from muster.server.registry.models import ModelVersion, UseCase

Row = TypeVar("Row")


class BrokenStoryError(RuntimeError):
    """An act of the example was refused: the example no longer fits the framework or the actions."""


def done(outcome: Done[Row] | Denied | Invalid) -> Row:
    """Return what was done, or stop the story with the reason of the refusal."""
    if isinstance(outcome, Done):
        return outcome.row
    raise BrokenStoryError(str(outcome))


def actor(username: str, use_case: UseCase | None = None) -> Actor:
    """Return that person in a session, with the roles held for `use_case`."""
    account = Account.objects.select_related("person").get(username=username)
    return actor_of_account(account, use_case.id if use_case else "")


@dataclass(frozen=True)
class Case:
    """One use case of the example while it is worked on."""

    use_case: UseCase

    def attest(self, who: str, texts: Mapping[str, str], version: ModelVersion | None = None) -> None:
        """Let `who` give their word for each measure."""
        for measure, text in texts.items():
            done(actions.attest(actor(who, self.use_case), self.use_case, measure, text, version=version))

    def document(self, who: str, measure: str, name: str, text: str, version: ModelVersion | None = None) -> None:
        """Let `who` hand in a document for a measure."""
        done(
            actions.hand_in_document(
                actor(who, self.use_case),
                self.use_case,
                measure,
                name=name,
                content=text.encode(),
                media_type="text/markdown",
                version=version,
            )
        )

    def register(self, who: str, trained: Trained, *, learned: bool = True) -> ModelVersion:
        """Let `who` register the model, with all that can be captured about how it came to be."""
        artifact = artifact_of(trained.model, find_home() / "artifacts")
        with open_table(trained.training) as source:
            data = {"training": source.digest} if learned else {}
        return done(
            actions.register_version(
                actor(who, self.use_case),
                self.use_case,
                artifact=artifact.digest,
                place=artifact.place,
                commit=code_commit(Path(__file__).parent),
                environment_lock=environment_lock(),
                data=data,
                metrics=dict(trained.metrics),
            )
        )

    def check(
        self, who: str, version: ModelVersion, name: str, data: Any, **parameters: Any
    ) -> dict[str, float | None]:
        """Let `who` compute a check and hand in its statement; return its figures by name (the last of each)."""
        result = run_check(name, data, now=timezone.now(), clock=lambda: datetime.now(UTC), **parameters)
        told = statement(result, subjects={"model": version.artifact})
        done(actions.hand_in_evidence(actor(who, self.use_case), self.use_case, told, version=version))
        return {figure.name: figure.value for figure in result.figures}

    def sign(
        self,
        gate: str,
        signatures: Sequence[tuple[str, str, Meaning]],
        version: ModelVersion | None = None,
        comment: str = "",
    ) -> None:
        """Let people sign at a gate: (who, role, meaning) for each, over what the gate then shows."""
        for who, role, meaning in signatures:
            seen = assessment(self.use_case, version).gate(gate)
            if seen is None:
                raise BrokenStoryError(f"{self.use_case.slug} has no gate {gate}")
            done(
                actions.sign(
                    actor(who, self.use_case),
                    self.use_case,
                    gate,
                    version=version if seen.gate.subject == "version" else None,
                    roles=[role],
                    meaning=meaning,
                    outcome="approve",
                    subject_seen=seen.subject,
                    comment=comment,
                )
            )
