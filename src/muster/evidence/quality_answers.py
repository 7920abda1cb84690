"""What data answered to rules: counts that are stored with the proof, and add up."""

from typing import Self

from pydantic import FiniteFloat

from muster.core.canonical import Frozen
from muster.evidence.check import Statistics
from muster.evidence.errors import NotMergeable

# What repeats, or falls, between two parts of the data is seen in neither of them.
_ACROSS = frozenset({"unique", "monotone"})


class Answered(Frozen):
    """What the data answered to one rule: violations of `n`, or the newest time as seconds since 1970.

    `first`: the first row that breaks it, where rows have an order. `repeated`: values that occur more than once,
    `most`: how often the most frequent does. `apart`: counted in parts that may break the rule between them.
    """

    rule: str
    n: int
    violations: int | None = None
    newest: FiniteFloat | None = None
    first: int | None = None
    repeated: int | None = None
    most: int | None = None
    apart: bool = False
    details: tuple[str, ...] = ()

    def merged(self, other: "Answered") -> "Answered":
        """Return the answer over both data: counts add up; what only one table can tell is left out."""
        if self.rule == "schema":
            lines = tuple(dict.fromkeys((*self.details, *other.details)))
            return Answered(rule=self.rule, n=max(self.n, other.n), violations=len(lines), details=lines)
        if self.rule == "freshness":
            return max((self, other), key=lambda each: (each.newest is not None, each.newest or 0.0))
        return Answered(
            rule=self.rule,
            n=self.n + other.n,
            violations=(self.violations or 0) + (other.violations or 0),
            apart=self.rule in _ACROSS,
        )


class QualityStatistics(Statistics):
    """One answer for each rule, in the order of the rules."""

    rules: tuple[Answered, ...]

    def merged(self, other: Self) -> Self:
        if [each.rule for each in self.rules] != [each.rule for each in other.rules]:
            raise NotMergeable("other_parameters", "quality")
        pairs = zip(self.rules, other.rules, strict=True)
        return self.model_copy(update={"rules": tuple(one.merged(two) for one, two in pairs)})
