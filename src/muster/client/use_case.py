"""A use case as people of Python hold it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from muster.client.capture import artifact_of, code_commit, environment_lock
from muster.client.connection import Connection
from muster.client.verdict import Verdict, read_verdict
from muster.client.version import About, Version, hand_in_check
from muster.contract.gates import VerdictOut
from muster.contract.use_cases import AnswersOut, UseCaseOut
from muster.contract.versions import EvidenceOut, VersionIn, VersionOut
from muster.core.dossier import AnswerValue


class UseCase:
    """One use case: answer its questions, register versions of its model, ask its gates."""

    def __init__(self, connection: Connection, record: UseCaseOut, *, artifacts: Path, language: str = "en") -> None:
        self._connection = connection
        self._artifacts = artifacts
        self._language = language
        self.record = record

    def __repr__(self) -> str:
        return f"<UseCase UC-{self.record.number} {self.slug} {self.tier}>"

    @property
    def slug(self) -> str:
        """The short name that addresses it."""
        return self.record.slug

    @property
    def tier(self) -> str:
        """The risk tier, as of the last answer of the server."""
        return self.record.tier

    def answer(self, answers: Mapping[str, AnswerValue]) -> AnswersOut:
        """Answer questions (question → value); all are taken, or none."""
        body = {"answers": {q: list(v) if isinstance(v, tuple) else v for q, v in answers.items()}}
        told = AnswersOut.model_validate(self._connection.send("PUT", f"/use-cases/{self.slug}/answers", body))
        self.record = self.record.model_copy(update={"tier": told.tier, "unanswered": told.unanswered})
        return told

    def register(
        self,
        model: Any,
        *,
        training_data: object | Mapping[str, object] = None,
        metrics: Mapping[str, float] | None = None,
        commit: str | None = None,
        name: str = "",
    ) -> Version:
        """Register a version of the model: its artifact, code commit, environment and data are captured here.

        `model`: a file or folder, or any object that can be pickled (it is kept beside the instance under its digest;
        the server never opens it). `training_data`: a table or path, or several by name. `commit`: where the code is
        not the git checkout of the working folder. `name`: which model, where the use case has several.
        """
        named = training_data if isinstance(training_data, Mapping) else {"training": training_data}
        artifact = artifact_of(model, self._artifacts)
        body = VersionIn(
            artifact=artifact.digest,
            model=name,
            place=artifact.place,
            commit=code_commit(Path.cwd()) if commit is None else commit,
            environment_lock=environment_lock(),
            data={key: _digest_of(value) for key, value in named.items() if value is not None},
            metrics=dict(metrics or {}),
        )
        told = self._connection.send("POST", f"/use-cases/{self.slug}/versions", body.model_dump(mode="json"))
        return Version(self._connection, VersionOut.model_validate(told), self._language)

    def version(self, number: int | str = "latest") -> Version:
        """Return a registered version: by number, ``challenger@2``, or the newest."""
        told = self._connection.get(f"/use-cases/{self.slug}/versions/{number}")
        return Version(self._connection, VersionOut.model_validate(told), self._language)

    def check(self, name: str, data: object, **parameters: Any) -> EvidenceOut:
        """Compute a check about the use case as such (its data, before there is a model) and hand it in."""
        return hand_in_check(self._connection, About(self.slug), name, data, parameters)

    def attest(self, measure: str, text: str) -> EvidenceOut:
        """Give one's word that a measure was carried out."""
        body = {"measure": measure, "text": text}
        return EvidenceOut.model_validate(self._connection.send("POST", f"/use-cases/{self.slug}/attestations", body))

    def gate(self, target: str) -> Verdict:
        """Ask a gate about the use case with its newest version, or about the use case as such where there is none."""
        newest = "latest" if self._connection.get(f"/use-cases/{self.slug}/versions") else ""
        told = self._connection.get(f"/use-cases/{self.slug}/gates/{target}", version=newest)
        return read_verdict(self._connection, VerdictOut.model_validate(told), self._language)


def _digest_of(data: object) -> str:
    from muster.evidence.source import open_table

    with open_table(data) as source:
        return source.digest
