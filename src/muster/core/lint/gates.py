"""Gates that somebody can pass, that demand something, and that count no review of one's own work."""

from collections.abc import Iterator

from muster.core.framework import Framework
from muster.core.lint.complaint import Complaint
from muster.core.process import Gate, SignOffRule
from muster.core.tree import Path


def unsignable(framework: Framework) -> Iterator[Complaint]:
    """A signature is asked of a role that may not sign."""
    for path, rule in _sign_offs(framework):
        if "sign" not in framework.role_by_id[rule.role].may:
            message = f"the role `{rule.role}` may not sign, so nobody can give this signature"
            yield Complaint("nobody-can-sign", (*path, "role"), message, "give the role `sign`, or ask another")


def own_work(framework: Framework) -> Iterator[Complaint]:
    """Review and approval never count on one's own work: a duty rule must keep the two apart."""
    kept_apart = {activity for duty in framework.duties for activity in duty.activities}
    for path, rule in _sign_offs(framework):
        if rule.meaning in ("review", "approval") and rule.activity not in kept_apart:
            message = f"nothing keeps whoever gives this {rule.meaning} from giving it on their own work"
            hint = f"add a rule under `duties` for `{rule.activity}`, or let it mean authorship or responsibility"
            yield Complaint("own-work", path, message, hint)


def too_many_people(framework: Framework) -> Iterator[Complaint]:
    """A gate asks for more different people than it has signatures, or for none."""
    for number, gate in enumerate(framework.process.gates):
        for tier, people in gate.distinct_people.items():
            path = ("process", "gates", number, "distinct_people", tier)
            signatures = len(_in_tier(gate, tier))
            if people > signatures:
                message = f"in {tier} `{gate.id}` wants {people} people but has {signatures} signatures"
                yield Complaint("too-many-people", path, message, "nobody could pass: lower it, or add a signature")
            elif people < 1 and signatures:
                yield Complaint("too-few-people", path, f"`{gate.id}` wants {people} people", "at least 1")


def demanding_nothing(framework: Framework) -> Iterator[Complaint]:
    """Empty never passes: a gate without signature and measure would."""
    asked = _gates_of_measures(framework)
    for number, gate in enumerate(framework.process.gates):
        empty = [tier for tier in framework.tier_by_id if not _in_tier(gate, tier)]
        if empty and gate.id not in asked:
            message = f"`{gate.id}` demands nothing in {', '.join(empty)}"
            yield Complaint("gate-demands-nothing", ("process", "gates", number), message, "ask for a signature")


def nowhere(framework: Framework) -> Iterator[Complaint]:
    """A gate that ends no step is asked by nobody; environments without any gate let everything through."""
    ending = {step.exit_gate for step in framework.process.steps}
    ending |= {activity.gate for activity in framework.activity_by_path.values()}
    for number, gate in enumerate(framework.process.gates):
        if gate.id not in ending:
            message = f"no step ends at `{gate.id}`"
            yield Complaint("gate-nowhere", ("process", "gates", number), message, "make it an exit gate, or remove it")
    environments = framework.process.environments
    if environments and not any(environment.gates for environment in environments):
        message = "no environment asks for a gate: everything could be released"
        yield Complaint("environment-open", ("process", "environments"), message, "name the gates of production")


def replacing_nothing(framework: Framework) -> Iterator[Complaint]:
    """Signatures of a variant that take the place of those of no gate."""
    for number, variant in enumerate(framework.process.variants):
        if variant.sign_offs and not variant.merge_into:
            message = "these signatures replace those of no gate"
            yield Complaint(
                "merges-into-nothing", ("process", "variants", number, "sign_offs"), message, "say `merge_into`"
            )


def _sign_offs(framework: Framework) -> Iterator[tuple[Path, SignOffRule]]:
    rules = [("gates", n, gate.sign_offs) for n, gate in enumerate(framework.process.gates)]
    rules += [("variants", n, variant.sign_offs) for n, variant in enumerate(framework.process.variants)]
    for kind, n, sign_offs in rules:
        for m, rule in enumerate(sign_offs):
            yield ("process", kind, n, "sign_offs", m), rule


def _in_tier(gate: Gate, tier: str) -> list[SignOffRule]:
    return [rule for rule in gate.sign_offs if not rule.tiers or tier in rule.tiers]


def _gates_of_measures(framework: Framework) -> set[str]:
    """Return the gates at which the light measures of some row are due: those that every use case has."""
    lightest = [measure for measure in framework.measures if measure.level == "light" and measure.applies_if is None]
    paths = {path for measure in lightest for path in measure.placed_in}
    return {
        framework.activity_by_path[path].gate or framework.step_by_id[path.split(".", maxsplit=1)[0]].exit_gate
        for path in paths
    }


RULES = (unsignable, own_work, too_many_people, demanding_nothing, nowhere, replacing_nothing)
