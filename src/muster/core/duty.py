"""May this person do this? The one place that decides: deny by default, and say why."""

from collections.abc import Mapping
from typing import Literal

from muster.core.canonical import Frozen
from muster.core.dossier import Dossier, Evidence, PersonId
from muster.core.effective import EffectiveGate
from muster.core.framework import Framework
from muster.core.process import Act, Meaning
from muster.core.reasons import Allowed, Cure, Denied, Reason, ReasonCode

ANSWERING = "classify"
"""The RACI activity that answering the questionnaire counts as."""
BUILDING = "model_development"
"""The RACI activity that building or registering a version counts as."""
NEVER_BY_TOKEN: tuple[Act, ...] = ("sign", "publish_framework", "manage_accounts", "set_people")
INDEPENDENT: tuple[Meaning, ...] = ("review", "approval")
"""Meanings that never count on one's own work."""


class Actor(Frozen):
    """Who asks: a person with the roles held here and now, in a session or by a token with scopes.

    `administrator` manages accounts and performs the founding act; it never stands in for a role.
    """

    person: PersonId
    roles: tuple[str, ...] = ()
    via: Literal["session", "token"] = "session"
    scopes: tuple[Act, ...] = ()
    active: bool = True
    administrator: bool = False


def may(framework: Framework | None, actor: Actor | None, act: Act) -> Allowed | Denied:
    """Decide whether `actor` may do `act` at all; `may_sign` decides on a signature.

    `framework` is None before the first one is published: then only an administrator can act, to publish it.
    """
    if actor is None:
        return _denied("not_signed_in", act)
    if not actor.active:
        return _denied("account_inactive", act)
    if actor.via == "token" and (act in NEVER_BY_TOKEN or act not in actor.scopes):
        return _denied("token_cannot", act)
    if actor.administrator and (act == "manage_accounts" or (act == "publish_framework" and framework is None)):
        return Allowed()
    roles = framework.role_by_id if framework is not None else {}
    if any(act in roles[role].may for role in actor.roles if role in roles):
        return Allowed()
    able = tuple(role for role in roles if act in roles[role].may)
    return _denied("role_lacks_act", act, roles=able)


def may_sign(
    framework: Framework,
    actor: Actor | None,
    dossier: Dossier,
    gate: EffectiveGate,
    *,
    role: str,
    meaning: Meaning,
) -> Allowed | Denied:
    """Decide whether `actor` may sign at `gate` in `role`, meaning `meaning`."""
    allowed = may(framework, actor, "sign")
    if actor is None or not allowed:
        return allowed
    rules = [rule for rule in gate.sign_offs if rule.role == role and rule.meaning == meaning]
    asked = tuple(dict.fromkeys(rule.role for rule in gate.sign_offs))
    if not rules or role not in actor.roles:
        return _denied("role_not_asked", "sign", roles=asked, gate=gate.id, role=role)
    obstacle = obstacle_to(framework, dossier, gate, person=actor.person, meaning=meaning, activity=rules[0].activity)
    if obstacle is not None:
        code, parameters = obstacle
        return _denied(code, "sign", roles=(role,), gate=gate.id, **parameters)
    return Allowed()


def obstacle_to(
    framework: Framework, dossier: Dossier, gate: EffectiveGate, *, person: PersonId, meaning: Meaning, activity: str
) -> tuple[Literal["own_work", "duty_conflict"], dict[str, str]] | None:
    """Return what keeps `person` from signing with this meaning for this activity, or None."""
    if meaning in INDEPENDENT and person in own_work(dossier, gate):
        return "own_work", {}
    done = contributions(framework, dossier).get(person, frozenset())
    for rule in framework.duties:
        if activity not in rule.activities:
            continue
        clash = done - {activity} if "*" in rule.conflicts_with else done & set(rule.conflicts_with)
        if clash:
            return "duty_conflict", {"rule": rule.id, "activity": min(clash)}
    return None


def own_work(dossier: Dossier, gate: EffectiveGate) -> frozenset[PersonId]:
    """Return whose work `gate` looks at: who answered, or who built the version and computed its proof."""
    if gate.subject == "use_case":
        return frozenset(answer.by for answer in dossier.answers)
    if dossier.version is None:
        return frozenset()
    computed = (e.by for e in dossier.evidence if _is_built(e) and e.version == dossier.version.id)
    return frozenset((*dossier.version.authors, *computed))


def _is_built(evidence: Evidence) -> bool:
    """Running proof again, or having Muster run it, is not building."""
    return evidence.kind == "computed" and evidence.assurance == "builder"


def contributions(framework: Framework, dossier: Dossier) -> Mapping[PersonId, frozenset[str]]:
    """Return the RACI activities that each person has had a hand in, by what the records show."""
    done: dict[PersonId, set[str]] = {}
    for answer in dossier.answers:
        done.setdefault(answer.by, set()).add(ANSWERING)
    for author in dossier.version.authors if dossier.version is not None else ():
        done.setdefault(author, set()).add(BUILDING)
    for evidence in dossier.evidence:
        if evidence.assurance != "builder":
            continue
        for proof in (("measure", evidence.measure), ("check", evidence.check)):
            done.setdefault(evidence.by, set()).update(framework.activities_by_proof.get(proof, ()))
    return {person: frozenset(activities) for person, activities in done.items()}


def _denied(code: ReasonCode, act: Act, *, roles: tuple[str, ...] = (), gate: str = "", **parameters: str) -> Denied:
    cure = Cure(act="ask", roles=roles)
    return Denied(reason=Reason(code=code, gate=gate, parameters={"act": act, **parameters}, cure=cure))
