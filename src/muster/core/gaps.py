"""Holes that would keep a pure function from answering: no framework with one of them loads."""

from collections.abc import Iterator

from muster.core.framework import Framework
from muster.core.problem import Mistake


def gaps(framework: Framework) -> Iterator[Mistake]:
    """Yield every hole: a missing cell of the matrix, a score without a tier, a process without an end."""
    yield from _tiers(framework)
    yield from _matrix(framework)
    yield from _process(framework)


def _tiers(framework: Framework) -> Iterator[Mistake]:
    if not framework.tiers:
        yield Mistake(("tiers",), "there are no tiers", "name at least one, with threshold 0")
    elif framework.tiers[0].threshold != 0:
        message = f"the lightest tier `{framework.tiers[0].id}` starts at {framework.tiers[0].threshold:g}"
        yield Mistake(("tiers", 0, "threshold"), message, "start at 0, or low scores have no tier")


def _matrix(framework: Framework) -> Iterator[Mistake]:
    for consideration in framework.consideration_by_id:
        row = framework.matrix.get(consideration, {})
        missing = [tier.id for tier in framework.tiers if tier.id not in row]
        if missing:
            message = f"the row `{consideration}` has no level for {', '.join(missing)}"
            yield Mistake(("matrix", consideration), message, "fill every cell")


def _process(framework: Framework) -> Iterator[Mistake]:
    process = framework.process
    if not process.steps:
        yield Mistake(("process", "steps"), "the process has no steps", "name at least one, with its exit gate")
    steps = framework.step_by_id
    for number, variant in enumerate(process.variants):
        mine = [steps[step] for step in variant.steps if step in steps]
        gates = {step.exit_gate for step in mine} | {a.gate for step in mine for a in step.activities}
        if not variant.steps:
            message = f"the variant `{variant.id}` has no steps, so it would lose every measure"
            yield Mistake(("process", "variants", number, "steps"), message, "name its steps")
        elif variant.merge_into and variant.merge_into not in gates:
            message = f"no step of the variant `{variant.id}` ends at `{variant.merge_into}`"
            yield Mistake(("process", "variants", number, "merge_into"), message, "name a gate of one of its steps")
