"""Does a piece of computed evidence keep what a demand asks: settings, coverage, and limits on figures."""

from collections.abc import Iterator, Mapping
from typing import Any

from muster.core.canonical import Frozen
from muster.core.dossier import Evidence
from muster.core.figures import Figure
from muster.core.framework import Framework
from muster.core.policy import Criterion, Demand, Limit, ToleranceRef
from muster.core.reasons import ReasonCode


class Shortfall(Frozen):
    """One way in which evidence falls short: the code and the parameters of its reason."""

    code: ReasonCode
    parameters: Mapping[str, Any]


def shortfalls(
    framework: Framework, demand: Demand, evidence: Evidence, protected: tuple[str, ...]
) -> Iterator[Shortfall]:
    """Yield every way in which `evidence` does not keep `demand`; `protected` are the declared attributes."""
    for name, asked in demand.settings.items():
        if (found := evidence.parameters.get(name)) != asked:
            yield Shortfall(
                code="evidence_settings_differ", parameters={"setting": name, "asked": asked, "found": found}
            )
    if demand.covers_protected:
        if not protected:
            yield Shortfall(code="protected_not_declared", parameters={})
        told = evidence.parameters.get("protected")
        examined = told if isinstance(told, list | tuple) else ()  # a string would hold every part of itself
        if left_out := [name for name in protected if name not in examined]:
            yield Shortfall(code="evidence_omits_protected", parameters={"left_out": left_out})
    for criterion in demand.criteria:
        yield from _against(framework, criterion, evidence.figures)


def resolve(framework: Framework, limit: Limit) -> float:
    """Return the number that a limit stands for; a tolerance is looked up in the ethical position."""
    return framework.tolerance_by_id[limit.tolerance].value if isinstance(limit, ToleranceRef) else limit


def _against(framework: Framework, criterion: Criterion, figures: tuple[Figure, ...]) -> Iterator[Shortfall]:
    named = [figure for figure in figures if figure.name == criterion.figure]
    if not named:
        yield Shortfall(code="evidence_lacks_figure", parameters={"figure": criterion.figure})
    for figure in named:
        if (shortfall := _bound(framework, criterion, figure)) is not None:
            yield shortfall


def _bound(framework: Framework, criterion: Criterion, figure: Figure) -> Shortfall | None:
    """A figure without a value (or without the interval end that counts) keeps no bound."""
    value: float | None = getattr(figure, criterion.use)
    shown = {"figure": figure.name, **figure.model_dump(mode="json", exclude={"name"}, exclude_defaults=True)}
    if value is None:
        why = figure.not_estimable or f"no_{criterion.use}"
        return Shortfall(code="evidence_not_estimable", parameters={**shown, "not_estimable": why})
    low, high = criterion.at_least, criterion.at_most
    if low is not None and value < resolve(framework, low):
        return Shortfall(code="evidence_below_limit", parameters=shown | _limit(framework, criterion, low))
    if high is not None and value > resolve(framework, high):
        return Shortfall(code="evidence_above_limit", parameters=shown | _limit(framework, criterion, high))
    return None


def _limit(framework: Framework, criterion: Criterion, limit: Limit) -> dict[str, float | str]:
    named = {"tolerance": limit.tolerance} if isinstance(limit, ToleranceRef) else {}
    return {"limit": resolve(framework, limit), "use": criterion.use, **named}
