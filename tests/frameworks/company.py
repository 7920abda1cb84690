"""A company that does everything a framework asks of a use case, and signs it: can its gates be passed at all?"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from muster.core.assess import Assessment, assess
from muster.core.classify import classify
from muster.core.criteria import resolve
from muster.core.dossier import Answer, Dossier, Evidence, Person, SignOff, UseCase, Version
from muster.core.effective import EffectiveProcess, effective_process
from muster.core.figures import Figure
from muster.core.framework import Framework
from muster.core.gate import judge_gate
from muster.core.policy import Demand, Measure
from muster.core.reasons import Verdict

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
NOW = START + timedelta(days=7)
PROTECTED = ("sex", "origin")
OWNER, BUILDER, VALIDATOR = "owner", "builder", "validator"


@dataclass(frozen=True)
class Company:
    """Who holds which role, and what was answered about the use case.

    Builders answer nothing and validators build nothing: statements come from whoever the measure makes responsible,
    figures from the builder.
    """

    framework: Framework
    answers: dict
    roles: dict
    raised_to: str | None = None

    @property
    def process(self) -> EffectiveProcess:
        return effective_process(self.framework, classify(self.framework, self.answers, raised_to=self.raised_to))

    def dossier(self, *, without: str = "") -> Dossier:
        """Return everything done and nothing signed; `without` names a measure whose proof is missing."""
        evidence = [e for m in self.framework.measures if m.id != without for e in self._proof(m)]
        missing = {d.check for m in self.framework.measures if m.id == without for d in m.evidence if d.check}
        return Dossier(
            use_case=UseCase(
                id="u1",
                slug="case",
                owner=self.roles["business_owner"],
                opened_by=self.roles["business_owner"],
                opened_at=START,
                purpose="to see whether it can be done",
                protected=PROTECTED,
                raised_tier=self.raised_to,
            ),
            framework=self.framework.digest,
            answers=tuple(
                Answer(question=q, value=v, by=self.roles["business_owner"], at=START)
                for q, v in sorted(self.answers.items())
            ),
            version=Version(
                id="v1",
                model="m1",
                number=1,
                artifact="sha256:a",
                authors=(self.roles["data_scientist"],),
                registered_at=START,
                commit="c0ffee",
                environment="sha256:e",
                data={"training": "sha256:d"},
            ),
            evidence=tuple(sorted((e for e in evidence if e.check not in missing or not e.check), key=lambda e: e.id)),
            people=tuple(
                Person(id=person, roles=tuple(role for role, holder in self.roles.items() if holder == person))
                for person in sorted(set(self.roles.values()))
            ),
        )

    def sign(self, dossier: Dossier) -> Dossier:
        """Return the dossier with every signature that its gates ask for, given by whoever holds the role."""
        signed = []
        for gate in assess(self.framework, dossier, NOW).gates:
            for number, rule in enumerate(gate.gate.sign_offs):
                signed.append(
                    SignOff(
                        id=f"{gate.gate.id}-{number}",
                        gate=gate.gate.id,
                        person=self.roles[rule.role],
                        roles=(rule.role,),
                        meaning=rule.meaning,
                        outcome="approve",
                        subject=gate.subject,
                        at=NOW,
                        version="v1" if gate.gate.subject == "version" else None,
                    )
                )
        return dossier.model_copy(update={"sign_offs": tuple(signed)})

    def assess(self, dossier: Dossier | None = None) -> Assessment:
        """Assess the given dossier, or one with everything done and signed."""
        return assess(self.framework, dossier or self.sign(self.dossier()), NOW)

    def judge(self, target: str) -> Verdict:
        """Judge `target` with everything done and signed."""
        return judge_gate(self.assess(), target)

    def _proof(self, measure: Measure) -> list[Evidence]:
        versions = (None, "v1") if measure.scope in ("use_case", "organisation") else ("v1",)
        return [
            self._evidence(measure, demand, number, version)
            for number, demand in enumerate(measure.evidence)
            if demand.kind != "signoff"
            for version in versions
        ]

    def _evidence(self, measure: Measure, demand: Demand, number: int, version: str | None) -> Evidence:
        by = self.roles["data_scientist"] if demand.kind == "computed" else self.roles[measure.responsible]
        common = {"at": START, "statement": "sha256:s", "version": version, "by": by, "kind": demand.kind}
        name = f"{measure.id}-{number}-{version}"
        if demand.kind != "computed":
            return Evidence(id=name, measure=measure.id, **common)
        return Evidence(
            id=f"{demand.check}-{name}",
            check=demand.check,
            parameters={**self._settings(demand.check), "protected": list(PROTECTED)},
            figures=tuple(self._figures(demand.check)),
            **common,
        )

    def _settings(self, check: str) -> dict:
        return {k: v for d in self._demands(check) for k, v in d.settings.items()}

    def _figures(self, check: str) -> list[Figure]:
        """Figures that just keep every limit that any measure sets on this check."""
        figures = {}
        for criterion in (c for d in self._demands(check) for c in d.criteria):
            limit = criterion.at_least if criterion.at_least is not None else criterion.at_most
            value = resolve(self.framework, limit)
            figures[criterion.figure] = Figure(name=criterion.figure, value=value, low=value, high=value, n=900)
        return list(figures.values())

    def _demands(self, check: str) -> list[Demand]:
        return [d for m in self.framework.measures for d in m.evidence if d.check == check]
