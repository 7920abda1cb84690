"""Small cells are hidden from those who may not see them: few people in a group are nearly named by it.

Hidden is a group of fewer than `SMALL` people, and then as many more as it takes that none can be had by subtracting
what is shown from a total; the same for the few positives of a group, and whatever else is a denominator. A figure that
speaks of a hidden group is as good as its counts, and is hidden with it. The statistics behind the figures are left out
as a whole. Source of the method: primary and secondary cell suppression, Hundepool et al., Statistical Disclosure
Control (2012), chapter 4.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import combinations
from typing import Any

SMALL = 10
"""The smallest number of people that is shown to everybody who may see the proof."""
HIDDEN = "suppressed"
SUPPRESSED_TYPE = "urn:passmuster:evidence-suppressed:1"
"""The predicate type of a copy with small cells hidden: nobody can take it for the proof itself."""
_NOT_PEOPLE = {"score", "threshold"}
_LABEL_FREE = {
    *("selection_rate", "mean_prediction", "exposure", "top_share", "group_share"),
    *("representation", "lowest_representation"),
}
"""Rates that say nothing of labels: they stay where few of a group are of one class."""
_WINDOW = "(window)"
_KINDS = ("_mean_difference", "_difference", "_ratio")
_ADJUSTED = ("p_adjusted_",)

_PRIME = 2**61 - 1

Cell = tuple[tuple[str, str], ...]
Equation = tuple[Cell | None, list[Cell]]


def suppress(predicate: Mapping[str, Any], *, small: int = SMALL) -> dict[str, Any]:
    """Return the predicate of a check's statement with small cells hidden; what was hidden says so.

    A hidden group keeps its name and loses its counts and rates. A group with few positives or few negatives keeps its
    size and its selection rate. Figures that rest on fewer than `small` rows lose their value.
    """
    groups: Sequence[Mapping[str, Any]] = predicate.get("groups") or ()
    people = {cell_of(group): group for group in groups if _is_people(group)}
    hidden = hidden_cells({cell: int(group["n"]) for cell, group in people.items()}, small)
    closed = _closed_cells(people, hidden, small)
    shown = dict(predicate)
    shown["groups"] = [
        _hide_group(group) if cell_of(group) in hidden else _hide_classes(group) if cell_of(group) in closed else group
        for group in groups
    ]
    shown["figures"] = _hide_figures(predicate.get("figures") or (), small, people, hidden, closed)
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


def hidden_cells(sizes: Mapping[Cell, int], small: int, also: Iterable[Cell] = ()) -> set[Cell]:
    """Return the cells to hide: the small ones (and `also`), and more until no equation gives one away.

    Each equation says that the cells of one set of attributes add up to one cell of a set with one attribute less (or
    to everyone). A sum that is no cell counts as known, as that of a window is from another attribute's cells. With
    exactly one cell hidden in it, or hidden cells of together fewer than `small` people, the smallest shown part is
    hidden too; then as many more as it takes that all equations together do not give a small cell away.
    """
    hidden = {cell for cell, n in sizes.items() if 0 < n < small} | (set(also) & set(sizes))
    equations = list(_equations(sizes))
    while True:
        more = {cell for whole, parts in equations for cell in _give_away(whole, parts, sizes, hidden, small)}
        if more <= hidden:
            solved = {cell for cell in solved_cells(equations, hidden) if 0 < sizes[cell] < small}
            more = _nearest(equations, solved, sizes, hidden)
        if not more:
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


def _equations(sizes: Mapping[Cell, int]) -> Iterable[Equation]:
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
            yield from ((whole if whole in sizes else None, some) for whole, some in parts.items() if whole)


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


def solved_cells(equations: Iterable[Equation], hidden: AbstractSet[Cell]) -> set[Cell]:
    """Return the hidden cells that follow from all equations together: Gauss and Jordan, modulo a large prime."""
    pivots: dict[Cell, dict[Cell, int]] = {}
    for whole, parts in equations:
        row = dict.fromkeys((cell for cell in parts if cell in hidden), 1)
        if whole is not None and whole in hidden:
            row[whole] = _PRIME - 1
        while row and (pivot := next((cell for cell in row if cell in pivots), None)) is not None:
            _take(row, pivots[pivot], row[pivot])
        if row:
            pivot, inverse = min(row), pow(row[min(row)], -1, _PRIME)
            pivots[pivot] = {cell: value * inverse % _PRIME for cell, value in row.items()}
    for pivot in reversed(pivots):  # a row holds the pivots of later ones only
        row = pivots[pivot]
        for other in [cell for cell in row if cell != pivot and cell in pivots]:
            _take(row, pivots[other], row[other])
    return {pivot for pivot, row in pivots.items() if len(row) == 1}


def _take(row: dict[Cell, int], other: Mapping[Cell, int], times: int) -> None:
    for cell, value in other.items():
        if left := (row.get(cell, 0) - times * value) % _PRIME:
            row[cell] = left
        else:
            row.pop(cell, None)


def _nearest(
    equations: Sequence[Equation], solved: Iterable[Cell], sizes: Mapping[Cell, int], hidden: AbstractSet[Cell]
) -> set[Cell]:
    """Return for each solved cell the smallest shown one in an equation with it, else with a neighbour of it."""
    together = [{*parts, *((whole,) if whole else ())} for whole, parts in equations]
    found = set()
    for cell in solved:
        near, seen = {cell}, 0
        while len(near) > seen and not near - hidden:
            seen = len(near)
            near = near.union(*(cells for cells in together if not cells.isdisjoint(near)))
        if shown := near - hidden:
            found.add(min(shown, key=lambda each: (sizes[each], each)))
    return found


def _is_people(group: Mapping[str, Any]) -> bool:
    return not _NOT_PEOPLE.intersection(group["attributes"])


def _hide_group(group: Mapping[str, Any]) -> dict[str, Any]:
    rates = [_hide_rate(rate) for rate in group["rates"]]
    return {**group, "n": None, "labelled": None, "rates": rates, HIDDEN: True}


def _closed_cells(people: Mapping[Cell, Mapping[str, Any]], hidden: set[Cell], small: int) -> set[Cell]:
    """Return the cells that lose what needs labels: few of one class, or others' few follow from theirs."""
    parts: dict[str, dict[Cell, int]] = defaultdict(dict)
    for cell, group in people.items():
        for rate in group["rates"]:
            parts[rate["name"]][cell] = int(rate["denominator"])
            if rate["name"] == "base_rate":
                parts["positives"][cell] = int(rate["numerator"])
                parts["negatives"][cell] = int(rate["denominator"]) - int(rate["numerator"])
    closed = set(hidden)
    while True:
        more = set().union(*(hidden_cells(sizes, small, closed) for sizes in parts.values()))
        if more <= closed:
            return closed
        closed |= more


def _hide_classes(group: Mapping[str, Any]) -> dict[str, Any]:
    """Hide what needs labels in a group where few are of one class: the size of that class follows from the others."""
    rates = [rate if rate["name"] in _LABEL_FREE else _hide_rate(rate) for rate in group["rates"]]
    return {**group, "labelled": None, "rates": rates}


def _hide_rate(rate: Mapping[str, Any]) -> dict[str, Any]:
    gone = dict.fromkeys(("numerator", "denominator", "value", "low", "high"))
    return {**rate, **gone, "enough": False, "not_estimable": HIDDEN}


def _hide_figures(
    figures: Sequence[Mapping[str, Any]],
    small: int,
    people: Mapping[Cell, Mapping[str, Any]],
    hidden: set[Cell],
    closed: set[Cell],
) -> list[dict[str, Any]]:
    """Hide figures on few rows, those that speak of a hidden group, and those of attributes that have one."""
    gone = {str(people[cell]["group"]) for cell in hidden}
    silent = {str(people[cell]["group"]) for cell in closed}
    attributes = {" & ".join(name for name, _value in cell if name != _WINDOW) for cell in hidden}

    def betrays(figure: Mapping[str, Any]) -> bool:
        named = {str(figure.get(side) or "").removeprefix("not ") for side in ("group", "reference")} - {""}
        few = 0 < int(figure["n"]) < small and bool(figure.get("group"))
        told = named & (gone if _rate_of(str(figure["name"])) in _LABEL_FREE else silent)
        return few or bool(told) or figure.get("group") in attributes

    found = [betrays(figure) for figure in figures]
    # An adjusted p-value may be that of a hidden group, which was carried over to the next.
    tested = any(bad and str(figure["name"]).startswith("p_value.") for bad, figure in zip(found, figures, strict=True))
    return [
        _hide_figure(figure) if bad or (tested and str(figure["name"]).startswith(_ADJUSTED)) else dict(figure)
        for bad, figure in zip(found, figures, strict=True)
    ]


def _rate_of(name: str) -> str:
    """Return the rate that a figure is made of: ``p_value.selection_rate`` and ``exposure_ratio`` name theirs."""
    first, _dot, rest = name.removesuffix(".intersection").partition(".")
    rate = rest if first.startswith("p_") else first
    for kind in _KINDS:
        rate = rate.removesuffix(kind)
    return rate


def _hide_figure(figure: Mapping[str, Any]) -> dict[str, Any]:
    return {**figure, "value": None, "low": None, "high": None, "n": 0, "not_estimable": HIDDEN}
