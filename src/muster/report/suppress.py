"""Small cells are hidden from those who may not see them: few people in a group are nearly named by it.

Hidden is a group of fewer than `SMALL` people, and then as many more as it takes that none can be had by subtracting
what is shown from a total. The statistics behind the figures are left out as a whole. Source of the method: primary and
secondary cell suppression, Hundepool et al., Statistical Disclosure Control (2012), chapter 4.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any

SMALL = 10
"""The smallest number of people that is shown to everybody who may see the proof."""
HIDDEN = "suppressed"
SUPPRESSED_TYPE = "urn:passmuster:evidence-suppressed:1"
"""The predicate type of a copy with small cells hidden: nobody can take it for the proof itself."""
_NOT_PEOPLE = {"score", "threshold"}
RATES_TESTED = ("selection_rate", "true_positive_rate", "false_positive_rate")
"""Rates of one group that figures speak of by name, as in ``p_value.selection_rate``."""
_OF_A_SHARE = ("representation_", "lowest_representation_")

Cell = tuple[tuple[str, str], ...]


def suppress(predicate: Mapping[str, Any], *, small: int = SMALL) -> dict[str, Any]:
    """Return the predicate of a check's statement with small cells hidden; what was hidden says so.

    A hidden group keeps its name and loses its counts and rates. A group with few positives or few negatives keeps its
    size and its selection rate. Figures that rest on fewer than `small` rows lose their value.
    """
    groups: Sequence[Mapping[str, Any]] = predicate.get("groups") or ()
    hidden = hidden_cells({cell_of(group): int(group["n"]) for group in groups if _is_people(group)}, small)
    shown = dict(predicate)
    shown["groups"] = [
        _hide_group(group) if cell_of(group) in hidden else _hide_classes(group, small) for group in groups
    ]
    told = {group["group"]: _shown_rates(group) for group in shown["groups"] if _is_people(group)}
    shown["figures"] = [_hide_figure(figure, small, told) for figure in predicate.get("figures") or ()]
    shown["statistics"] = {}
    shown["suppressed_below"] = small
    return shown


def suppress_statement(statement: Mapping[str, Any], original: str) -> dict[str, Any]:
    """Return a copy of a statement with small cells hidden; it names the digest of the `original`."""
    predicate = {**suppress(statement["predicate"]), "original": original}
    return {**statement, "predicateType": SUPPRESSED_TYPE, "predicate": predicate}


def hides_anything(predicate: Mapping[str, Any], shown: Mapping[str, Any]) -> bool:
    """Return whether `suppress` took anything out besides the statistics."""
    return any(list(predicate.get(part) or ()) != list(shown.get(part) or ()) for part in ("groups", "figures"))


def hidden_cells(sizes: Mapping[Cell, int], small: int) -> set[Cell]:
    """Return the cells to hide: the small ones, and more until no equation between shown cells gives one away.

    Each equation says that the cells of one set of attributes add up to one cell of a set with one attribute less (or
    to everyone). With exactly one cell hidden in it, or hidden cells of together fewer than `small` people, the
    smallest shown part is hidden too.
    """
    hidden = {cell for cell, n in sizes.items() if 0 < n < small}
    equations = list(_equations(sizes))
    while True:
        more = {cell for whole, parts in equations for cell in _give_away(whole, parts, sizes, hidden, small)}
        if more <= hidden:
            return hidden
        hidden |= more


def cell_of(group: Mapping[str, Any]) -> Cell:
    """Return a group's cell: (attribute, value) for each of its attributes, read off its name."""
    rest, cell = str(group["group"]), []
    attributes = list(group["attributes"])
    for place, attribute in enumerate(attributes):
        rest = rest.removeprefix(f"{attribute}=")
        following = f" & {attributes[place + 1]}=" if place + 1 < len(attributes) else ""
        value, _mark, tail = rest.partition(following) if following else (rest, "", "")
        cell.append((attribute, value))
        rest = f"{attributes[place + 1]}={tail}" if following else ""
    return tuple(cell)


def _equations(sizes: Mapping[Cell, int]) -> Iterable[tuple[Cell | None, list[Cell]]]:
    """Yield each whole (None: everyone) with its parts."""
    by_set: dict[tuple[str, ...], list[Cell]] = defaultdict(list)
    for cell in sizes:
        by_set[tuple(attribute for attribute, _value in cell)].append(cell)
    for attributes, cells in by_set.items():
        if len(attributes) == 1:
            yield None, cells
        for kept in combinations(attributes, len(attributes) - 1):
            parts: dict[Cell, list[Cell]] = defaultdict(list)
            for cell in cells:
                parts[tuple(pair for pair in cell if pair[0] in kept)].append(cell)
            yield from ((whole, some) for whole, some in parts.items() if whole in sizes)


def _give_away(
    whole: Cell | None, parts: Sequence[Cell], sizes: Mapping[Cell, int], hidden: set[Cell], small: int
) -> set[Cell]:
    """Return the cell to hide as well, where those hidden in this equation could be worked out."""
    unknown = [cell for cell in parts if cell in hidden]
    whole_hidden = whole is not None and whole in hidden
    if not unknown and not whole_hidden:
        return set()
    told = whole_hidden and not unknown
    alone = not whole_hidden and (len(unknown) == 1 or sum(sizes[cell] for cell in unknown) < small)
    shown = sorted((cell for cell in parts if cell not in hidden), key=lambda cell: (sizes[cell], cell))
    if (told or alone) and shown:
        return {shown[0]}
    return set()


def _is_people(group: Mapping[str, Any]) -> bool:
    return not _NOT_PEOPLE.intersection(group["attributes"])


def _hide_group(group: Mapping[str, Any]) -> dict[str, Any]:
    rates = [_hide_rate(rate) for rate in group["rates"]]
    return {**group, "n": None, "labelled": None, "rates": rates, HIDDEN: True}


def _hide_classes(group: Mapping[str, Any], small: int) -> dict[str, Any]:
    """Hide what needs labels in a group where few are of one class: the size of that class follows from the others."""
    if not _is_people(group) or not any(0 < int(rate["denominator"]) < small for rate in group["rates"]):
        return dict(group)
    rates = [rate if rate["denominator"] == group["n"] else _hide_rate(rate) for rate in group["rates"]]
    return {**group, "labelled": None, "rates": rates}


def _hide_rate(rate: Mapping[str, Any]) -> dict[str, Any]:
    gone = dict.fromkeys(("numerator", "denominator", "value", "low", "high"))
    return {**rate, **gone, "enough": False, "not_estimable": HIDDEN}


def _shown_rates(group: Mapping[str, Any]) -> set[str]:
    """Return the names of a group's rates that are not hidden."""
    return {rate["name"] for rate in group["rates"] if rate.get("not_estimable") != HIDDEN}


def _hide_figure(figure: Mapping[str, Any], small: int, told: Mapping[str, set[str]]) -> dict[str, Any]:
    group, rate = figure.get("group") or "", str(figure["name"]).partition(".")[2].removesuffix(".intersection")
    # A p-value of a rate of one group, or its share, is as good as the counts, where those of all others are shown.
    betrays = rate in RATES_TESTED and group in told and rate not in told[group]
    alone = str(figure["name"]).startswith(_OF_A_SHARE) and group in told and not told[group]
    few = 0 < int(figure["n"]) < small and bool(group)
    if not (few or betrays or alone):
        return dict(figure)
    return {**figure, "value": None, "low": None, "high": None, "n": 0, "not_estimable": HIDDEN}
