"""A registered version of a model: hand in its proof, ask its gates."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from muster.client.connection import Connection
from muster.client.verdict import Verdict, read_verdict
from muster.contract.gates import VerdictOut
from muster.contract.versions import CheckRunOut, EvidenceOut, VersionOut

_UNDER_WAY = ("waiting", "running")


class Version:
    """One version of a model, frozen when it was registered."""

    def __init__(self, connection: Connection, record: VersionOut, language: str) -> None:
        self._connection = connection
        self._language = language
        self.record = record

    def __repr__(self) -> str:
        return f"<Version {self.name} {self.record.artifact[:19]}>"

    @property
    def name(self) -> str:
        """The name that people use: ``job-support@2``."""
        model = self.record.model
        return f"{self.record.use_case}@{self.number}" if model == self.record.use_case else f"{model}@{self.number}"

    @property
    def number(self) -> int:
        """The number of the version, counted from 1."""
        return self.record.number

    def check(self, name: str, data: object, **parameters: Any) -> EvidenceOut:
        """Compute the check `name` on `data` here, and hand in its statement as proof for this version.

        `data`: a path or pattern of Parquet or CSV files, a pandas DataFrame or an Arrow table. Parameters are those
        of the check (docs/reference/checks.md).

        Raises:
            muster.evidence.EvidenceError: the check could not run; nothing was handed in.
            RefusedError: Muster did not take the proof.
        """
        about = About(self.record.use_case, self._spec, self.record.artifact)
        return hand_in_check(self._connection, about, name, data, parameters)

    def run_on_muster(self, check: str, data: str, *, wait: float = 0.0, **given: Any) -> CheckRunOut:
        """Ask Muster to compute `check` itself on data that it can reach (``credit/2026-10.parquet``).

        `given` holds the check's parameters; ``inputs={"reference": "credit/2026-09.parquet"}`` further data.
        `wait`: seconds to wait for the end; the answer says how far it is. `stop_run` stops it.

        Raises:
            RefusedError: Muster did not take it: an unknown check, data that are not there, parameters that do not fit.
        """
        inputs = {"data": data, **given.pop("inputs", {})}
        body = {"check": check, "inputs": inputs, "parameters": given, "version": self._spec}
        told = self._connection.send("POST", self._runs, body)
        run = CheckRunOut.model_validate(told)
        until = time.monotonic() + wait
        while run.state in _UNDER_WAY and time.monotonic() < until:
            time.sleep(min(0.5, max(0.0, until - time.monotonic())))
            run = self.run_of(run.id)
        return run

    def run_of(self, run: str) -> CheckRunOut:
        """Return how far a run is."""
        return CheckRunOut.model_validate(self._connection.get(f"{self._runs}/{run}"))

    def stop_run(self, run: str) -> CheckRunOut:
        """Stop a run; there will be no proof of it."""
        return CheckRunOut.model_validate(self._connection.send("POST", f"{self._runs}/{run}/stop", {}))

    def attest(self, measure: str, text: str) -> EvidenceOut:
        """Give one's word that a measure was carried out for this version."""
        body = {"measure": measure, "text": text, "version": self._spec}
        return EvidenceOut.model_validate(
            self._connection.send("POST", f"/use-cases/{self.record.use_case}/attestations", body)
        )

    def gate(self, target: str) -> Verdict:
        """Ask whether this version may go to `target` (an environment or a gate). Asking changes nothing."""
        told = self._connection.get(f"/use-cases/{self.record.use_case}/gates/{target}", version=self._spec)
        return read_verdict(self._connection, VerdictOut.model_validate(told), self._language)

    def release(self, environment: str) -> Verdict:
        """Decide the release: the verdict is recorded, and where it passed a permit is issued."""
        body = {"version": self._spec}
        told = self._connection.send("POST", f"/use-cases/{self.record.use_case}/gates/{environment}", body)
        return read_verdict(self._connection, VerdictOut.model_validate(told), self._language)

    @property
    def _runs(self) -> str:
        return f"/use-cases/{self.record.use_case}/check-runs"

    @property
    def _spec(self) -> str:
        return f"{self.record.model}@{self.number}"


@dataclass(frozen=True)
class About:
    """What proof is about: a use case, or (with its artifact) one version of a model."""

    use_case: str
    version: str = ""
    artifact: str = ""


def hand_in_check(
    connection: Connection, about: About, check: str, data: object, parameters: dict[str, Any]
) -> EvidenceOut:
    """Compute a check here and hand in its statement."""
    from muster.evidence import run_check, statement

    result = run_check(check, data, now=datetime.now(UTC), clock=lambda: datetime.now(UTC), **parameters)
    subjects = {"model": about.artifact} if about.artifact else None
    body = {"statement": statement(result, subjects=subjects), "version": about.version}
    return EvidenceOut.model_validate(connection.send("POST", f"/use-cases/{about.use_case}/evidence", body))
