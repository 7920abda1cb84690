"""The verdict on a gate as people of Python hold it: true or false, with reasons that read as sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from muster.client.connection import Connection
from muster.contract.gates import PermitOut, VerdictOut
from muster.core.reasons import Blocked, Passed, Reason
from muster.report.sentences import cure_sentence, sentence, verdict_sentence


@dataclass(frozen=True)
class ToldReason:
    """One reason for a no: what stands against it, what to do about it, and the coded reason behind both."""

    sentence: str
    cure: str
    reason: Reason

    def __str__(self) -> str:
        return f"{self.sentence} {self.cure}".strip()


@dataclass(frozen=True)
class Verdict:
    """Passed or blocked. ``bool(verdict)`` is the answer; `reasons` say why not, each with its cure."""

    told: VerdictOut
    reasons: tuple[ToldReason, ...]
    summary: str

    def __bool__(self) -> bool:
        return self.told.passed

    def __str__(self) -> str:
        said = dict.fromkeys(str(reason) for reason in self.reasons)  # several gates may have the same reason
        return "\n".join([self.summary, *(f"- {reason}" for reason in said)])

    def _repr_html_(self) -> str:
        rows = "".join(f"<li>{escape(reason.sentence)} <em>{escape(reason.cure)}</em></li>" for reason in self.reasons)
        return f"<p><strong>{escape(self.summary)}</strong></p><ul>{rows}</ul>"

    @property
    def holds_until(self) -> datetime | None:
        """The first moment at which time alone could change the verdict; None: never."""
        return self.told.holds_until

    @property
    def permit(self) -> PermitOut | None:
        """The release permit, where a release was decided and passed."""
        return self.told.permit


def read_verdict(connection: Connection, told: VerdictOut, language: str) -> Verdict:
    """Put a verdict into words."""
    framework = connection.framework(told.framework)
    environment = framework.environment_by_id.get(told.target)
    target = environment.name.get(language, told.target) if environment else told.target
    names = _names(connection, told)
    kinds: Sequence[ToldReason] = [
        ToldReason(
            sentence=sentence(reason, framework, language, names=names),
            cure=cure_sentence(reason, framework, language, names=names),
            reason=reason,
        )
        for reason in told.reasons
    ]
    frame = {"gate": told.target, "at": told.at, "holds_until": told.holds_until, "subject": told.subject}
    core = Passed(**frame) if told.passed else Blocked(**frame, reasons=told.reasons)
    return Verdict(told=told, reasons=tuple(kinds), summary=verdict_sentence(core, target, language))


def _names(connection: Connection, told: VerdictOut) -> dict[str, str]:
    """The names of the people that the reasons speak of, asked for only where they speak of any."""
    if not any("person" in reason.parameters for reason in told.reasons):
        return {}
    return {person["id"]: person["name"] for person in connection.get(f"/use-cases/{told.use_case}/people")}
