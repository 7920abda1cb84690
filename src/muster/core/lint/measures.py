"""Measures that can be carried out, by somebody, somewhere, and are asked for at all."""

from collections.abc import Collection, Iterator

from muster.core.assurance import reviewers
from muster.core.classify import Classification, classify
from muster.core.condition import AttributeTest, Condition
from muster.core.effective import effective_process
from muster.core.framework import Framework
from muster.core.lint.complaint import Complaint
from muster.core.policy import LEVELS, Demand
from muster.core.problem import did_you_mean
from muster.core.process import Variant
from muster.core.records import RECORD_CHECKS
from muster.core.tree import Path

_ALWAYS: Condition = AttributeTest(attr="", op="exists", value=False)


def unplaced(framework: Framework) -> Iterator[Complaint]:
    """A measure without a step, or that asks for nothing."""
    for number, measure in enumerate(framework.measures):
        path: Path = ("measures", number)
        if not measure.placed_in:
            message = f"the measure `{measure.id}` has no step"
            yield Complaint("measure-without-step", (*path, "placed_in"), message, "name an activity: step.activity")
        if not measure.evidence:
            message = f"the measure `{measure.id}` asks for no evidence, so it would always be met"
            yield Complaint("measure-without-evidence", (*path, "evidence"), message, "say what proves it")


def never_required(framework: Framework) -> Iterator[Complaint]:
    """A measure of a level that nothing reaches and that no binding requirement pulls in: no gate ever asks for it."""
    reached = _highest_levels(framework)
    pulled = {
        r.suggested_measures[0]
        for instrument in framework.instruments
        for r in instrument.requirements
        if r.strength == "must" and r.suggested_measures
    }
    for number, measure in enumerate(framework.measures):
        if LEVELS.index(measure.level) > reached.get(measure.consideration, -1) and measure.id not in pulled:
            message = f"no tier, category or stance brings `{measure.consideration}` to {measure.level}"
            hint = f"raise a cell of the matrix, or nobody will ever be asked for `{measure.id}`"
            yield Complaint("measure-never-required", ("measures", number, "level"), message, hint)


def unreachable_assurance(framework: Framework) -> Iterator[Complaint]:
    """Proof is demanded of Muster or of a validator where it cannot come from them: then the gate never opens."""
    able = {role for role in reviewers(framework) if "hand_in_evidence" in framework.role_by_id[role].may}
    for path, demand in _computed(framework):
        if demand.assurance == "builder":
            continue
        where = (*path, "assurance")
        if demand.check in RECORD_CHECKS:
            message = f"`{demand.check}` is read from Muster's own records, so nobody runs it"
            yield Complaint("assurance-unreachable", where, message, "leave `assurance` out")
        elif demand.assurance == "validator" and not able:
            message = f"no role that signs a review may hand in proof, so no validator can run `{demand.check}` again"
            hint = "give such a role `hand_in_evidence`, or ask for less"
            yield Complaint("assurance-unreachable", where, message, hint)


def empty_considerations(framework: Framework) -> Iterator[Complaint]:
    """A row of the matrix without any measure asks for nothing."""
    filled = {measure.consideration for measure in framework.measures}
    for number, consideration in enumerate(framework.considerations):
        if consideration.id not in filled:
            message = f"no measure belongs to the consideration `{consideration.id}`"
            yield Complaint("empty-consideration", ("considerations", number), message, "add one, or remove the row")


def unknown_checks(framework: Framework) -> Iterator[Complaint]:
    """Computed evidence names a check that the framework describes."""
    known = [check.id for check in framework.checks]
    for path, demand in _computed(framework):
        if demand.check not in known:
            message, hint = f"unknown check `{demand.check}`", did_you_mean(demand.check, known)
            yield Complaint("unknown-check", path, message, hint or "describe it under `checks`")


def uninstalled_checks(framework: Framework, installed: Collection[str]) -> Iterator[Complaint]:
    """A measure asks for a check that this installation can neither compute nor answer from its records."""
    able = {*installed, *RECORD_CHECKS}
    for path, demand in _computed(framework):
        if path[0] == "measures" and demand.check not in able:
            message = f"the check `{demand.check}` is not installed, so nobody could meet this measure"
            hint = did_you_mean(demand.check, able, shown=0) or "install it, or ask for other evidence"
            yield Complaint("check-not-installed", path, message, hint)


def lost_in_variants(framework: Framework) -> Iterator[Complaint]:
    """A variant may merge gates and leave out steps, but a measure must stay due at some gate in every tier."""
    anybody = classify(framework, {})
    for number, variant in enumerate(framework.process.variants):
        for tier in variant.tiers or tuple(framework.tier_by_id):
            lost = _lost(framework, variant, anybody.model_copy(update={"working_tier": tier}))
            if lost:
                message = f"in tier {tier} the variant `{variant.id}` loses {', '.join(lost)}"
                hint = "place them in a step that the variant has"
                yield Complaint("measure-lost", ("process", "variants", number, "steps"), message, hint)


def _lost(framework: Framework, variant: Variant, classification: Classification) -> list[str]:
    """Return the measures that no gate asks for when `variant` alone holds."""
    alone = framework.process.model_copy(update={"variants": (variant.model_copy(update={"when": _ALWAYS}),)})
    process = effective_process(framework.model_copy(update={"process": alone}), classification)
    return [measure.id for measure in framework.measures if measure.placed_in and not process.due[measure.id]]


def _highest_levels(framework: Framework) -> dict[str, int]:
    rows = [(c, level) for c, cells in framework.matrix.items() for level in cells.values()]
    rows += [(c, level) for category in framework.categories for c, level in category.raises.items()]
    rows += [(c, v) for stance in framework.stances for option in stance.options for c, v in option.raises.items()]
    highest: dict[str, int] = {}
    for consideration, level in rows:
        highest[consideration] = max(highest.get(consideration, -1), LEVELS.index(level))
    return highest


def _computed(framework: Framework) -> Iterator[tuple[Path, Demand]]:
    for n, measure in enumerate(framework.measures):
        for m, demand in enumerate(measure.evidence):
            if demand.kind == "computed":
                yield ("measures", n, "evidence", m), demand
    for n, instrument in enumerate(framework.instruments):
        for m, requirement in enumerate(instrument.requirements):
            for k, demand in enumerate(requirement.evidence):
                if demand.kind == "computed":
                    yield ("instruments", n, "requirements", m, "evidence", k), demand


RULES = (unplaced, never_required, empty_considerations, unknown_checks, unreachable_assurance, lost_in_variants)
