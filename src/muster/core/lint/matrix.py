"""Weights, thresholds, the policy matrix, the ethical position, and the review date of the whole."""

import math
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from muster.core.framework import Framework
from muster.core.lint.complaint import Complaint
from muster.core.policy import LEVELS, ToleranceRef
from muster.core.walk import walk

_EXACT_ENOUGH = 1e-9


def weights_add_up(framework: Framework) -> Iterator[Complaint]:
    """The weights of the dimensions add up to one."""
    total = math.fsum(dimension.weight for dimension in framework.dimensions)
    if abs(total - 1) > _EXACT_ENOUGH:
        message = f"the weights of the dimensions add up to {total:g}"
        yield Complaint("weights", ("dimensions",), message, "make them add up to 1")


def thresholds_rise(framework: Framework) -> Iterator[Complaint]:
    """Every tier starts higher than the one before, none above 1 (the loader sees that the first starts at 0)."""
    tiers = framework.tiers
    for number, (lower, upper) in enumerate(pairwise(tiers), start=1):
        if not lower.threshold < upper.threshold <= 1:
            message = f"`{upper.id}` starts at {upper.threshold:g}, `{lower.id}` before it at {lower.threshold:g}"
            yield Complaint("thresholds", ("tiers", number, "threshold"), message, "thresholds rise, up to 1")


def matrix_rises(framework: Framework) -> Iterator[Complaint]:
    """No level falls when the tier rises."""
    for consideration, row in framework.matrix.items():
        for lower, upper in pairwise(framework.tier_by_id):
            if LEVELS.index(row[upper]) < LEVELS.index(row[lower]):
                message = f"`{consideration}` falls from {row[lower]} in {lower} to {row[upper]} in {upper}"
                yield Complaint("matrix-falls", ("matrix", consideration, upper), message, "a graver tier asks no less")


def stances_are_sound(framework: Framework) -> Iterator[Complaint]:
    """A single stance takes one option; a tolerance binds something."""
    for number, stance in enumerate(framework.stances):
        if stance.type == "single" and len(stance.taken) > 1:
            message = f"`{stance.id}` takes one option, not {len(stance.taken)}"
            yield Complaint("stance-taken", ("stances", number, "taken"), message, "choose one")
    used = {value.tolerance for _, value in walk(framework.measures) if isinstance(value, ToleranceRef)}
    for number, tolerance in enumerate(framework.tolerances):
        if tolerance.id not in used:
            message = f"no measure refers to the tolerance `{tolerance.id}`: it binds nothing"
            hint = "refer to it in the criteria of a measure, or remove it"
            yield Complaint("unused-tolerance", ("tolerances", number), message, hint, "warning")


def overdue_review(framework: Framework, today: date) -> Iterator[Complaint]:
    """The framework itself is reviewed in time."""
    if framework.review_by < today:
        message = f"the review of this framework was due on {framework.review_by}"
        yield Complaint("review-overdue", ("review_by",), message, "review it and set the next date", "warning")


RULES = (weights_add_up, thresholds_rise, matrix_rises, stances_are_sound)
