"""The sign-off panel: exactly what is signed, beside what the reader may sign it as."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from muster.core.assess import GateAssessment
from muster.core.duty import Actor, may_sign
from muster.core.framework import Framework
from muster.core.process import SignOffRule
from muster.core.reasons import Denied
from muster.core.text import say
from muster.report.sentences import cure_sentence, sentence
from muster.report.words import join, name_role, word
from muster.server.casework.actions.signing import parts
from muster.server.casework.queries import Case
from muster.server.web.language import tag
from muster.server.web.shape.gates import gate_state


@dataclass(frozen=True)
class Option:
    """One signature that the reader may give."""

    value: str
    label: str


@dataclass(frozen=True)
class Signed:
    """One part of the content: its name, and what it says."""

    name: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class SignPanel:
    """What is signed and how; `barred` says why a signature of the reader would not count."""

    gate: str
    subject: str
    parts: str
    content: tuple[Signed, ...]
    options: tuple[Option, ...]
    barred: tuple[str, ...]
    ready: bool
    signed: tuple[str, ...]


def show_signing(case: Case, gate: GateAssessment, actor: Actor, names: Mapping[str, str]) -> SignPanel:
    """Return the panel of a gate for one reader."""
    options, barred = [], []
    for rule in gate.gate.sign_offs:
        allowed = may_sign(case.framework, actor, case.dossier, gate.gate, role=rule.role, meaning=rule.meaning)
        if not isinstance(allowed, Denied):
            if not _already(case, gate, actor, rule):
                options.append(_option(case.framework, rule))
        elif rule.role in actor.roles:
            said = sentence(allowed.reason, case.framework, tag(), names=names)
            barred.append(f"{said} {cure_sentence(allowed.reason, case.framework, tag(), names=names)}")
    mine = [s for s in case.dossier.sign_offs if s.gate == gate.gate.id and s.person == actor.person]
    return SignPanel(
        gate=gate.gate.id,
        subject=gate.subject,
        parts=json.dumps(parts(gate.content), sort_keys=True),
        content=tuple(_content(case, gate)),
        options=tuple(options),
        barred=tuple(dict.fromkeys(barred)),
        ready=gate_state(gate) != "blocked",
        signed=tuple(s.id for s in mine if s.withdrawn_at is None and s.subject == gate.subject),
    )


def _already(case: Case, gate: GateAssessment, actor: Actor, rule: SignOffRule) -> bool:
    return any(
        s.gate == gate.gate.id
        and s.person == actor.person
        and s.meaning == rule.meaning
        and s.subject == gate.subject
        and s.withdrawn_at is None
        for s in case.dossier.sign_offs
    )


def _option(framework: Framework, rule: SignOffRule) -> Option:
    role = name_role(framework, rule.role, tag())
    return Option(f"{rule.role}:{rule.meaning}", word("sign_as", rule.meaning, tag()).format(role=role))


def _content(case: Case, gate: GateAssessment) -> list[Signed]:
    """Show every part of what the digest covers, in words where there are words."""
    content = gate.content
    shown = [
        Signed("purpose", ((case.use_case.name, content["purpose"] or "–"),)),
        Signed("tier", (("", content["tier"]),)),
        Signed("protected", (("", join(content["protected"], tag()) or "–"),)),
        Signed("answers", tuple(_answers(case.framework, content["answers"]))),
    ]
    if content["version"]:
        shown.append(Signed("version", tuple(_version(content["version"]))))
    shown.append(Signed("proof", tuple(_proof(case.framework, content["proof"]))))
    shown.append(Signed("rules", tuple(_rules(case.framework, content["rules"]))))
    return shown


def _answers(framework: Framework, answers: Mapping[str, object]) -> list[tuple[str, str]]:
    rows = []
    for name, value in answers.items():
        question = framework.question_by_id.get(name)
        if question is None:
            continue
        chosen = value if isinstance(value, list) else [value]
        labels = [say(option.label, tag()) for option in question.options if option.value in chosen]
        rows.append((say(question.label, tag()), join(labels, tag())))
    return rows


def _version(version: Mapping[str, object]) -> list[tuple[str, str]]:
    return [
        (name, json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value))
        for name, value in version.items()
        if value not in ("", {}, None)
    ]


def _proof(framework: Framework, proof: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    return [
        (say(framework.measure_by_id[measure].name, tag()), " ".join(s[:19] for s in statements) or "–")
        for measure, statements in proof.items()
    ]


def _rules(framework: Framework, rules: Mapping[str, list[Mapping[str, object]]]) -> list[tuple[str, str]]:
    rows = []
    for measure, demands in rules.items():
        kinds = [
            word("evidence_kind", str(d["kind"]), tag()) + (f" {d['check']}" if d["check"] else "") for d in demands
        ]
        rows.append((say(framework.measure_by_id[measure].name, tag()), join(kinds, tag())))
    return rows
