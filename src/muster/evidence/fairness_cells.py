"""What all tasks of the check `fairness` share: limits of cells and groups, and how a gap is written."""

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Protocol, TypeVar

from muster.core.figures import Figure
from muster.evidence.errors import DataError
from muster.evidence.fairness_parameters import FairnessParameters
from muster.evidence.groups import name_values
from muster.evidence.plan import RELATION, Columns, Plan, quote, whole
from muster.evidence.spreads import BEST, REST, Gap

CELL_LIMIT = 20_000
GROUP_LIMIT = 50_000
VALUE_LIMIT = 5_000
FIRST_ROWS = 20_000


class _Named(Protocol):
    @property
    def names(self) -> tuple[str, ...]: ...


Rolled = TypeVar("Rolled", bound=_Named)


def first_rows(parameters: FairnessParameters) -> Plan:
    """Ask how many values each attribute has among the first rows: an id is found out before it fills the memory."""
    columns = [quote(name) for name in parameters.protected]
    over = f"select {', '.join(columns)} from {RELATION} limit {FIRST_ROWS}"  # noqa: S608
    return Plan({f"d{i}": f"count(distinct {column})" for i, column in enumerate(columns)}, over=over)


def refuse_identifiers(parameters: FairnessParameters, first: Columns) -> None:
    """Raise `DataError` for an attribute of very many values."""
    for i, name in enumerate(parameters.protected):
        values = whole(first, f"d{i}")
        if values > VALUE_LIMIT:
            raise DataError("too_many_values_in_attribute", name, count=values, rows=FIRST_ROWS, limit=VALUE_LIMIT)


def refuse_cells(protected: Sequence[str], asked: Columns, limit: int | None = None) -> None:
    """Raise `DataError` where there are too many cells, saying how many values each attribute has."""
    limit = limit or CELL_LIMIT
    if len(asked["n"]) <= limit:
        return
    sizes = {name: len(set(name_values(asked[f"a{i}"]))) for i, name in enumerate(protected)}
    values = ", ".join(f"{name}: {size}" for name, size in sorted(sizes.items(), key=lambda each: -each[1]))
    raise DataError("too_many_groups", " & ".join(protected), limit=limit, values=values)


def limited_subsets(roll: Callable[[Sequence[str]], Rolled], parameters: FairnessParameters) -> Iterator[Rolled]:
    """Yield the groups of each set of attributes.

    Raises:
        DataError: if these are too many together.
    """
    count = 0
    for subset in parameters.subsets:
        rolled = roll(subset)
        count += len(rolled.names)
        if count > GROUP_LIMIT:
            raise DataError("too_deep", " & ".join(parameters.protected), limit=GROUP_LIMIT, depth=parameters.depth)
        yield rolled


def require_reference(parameters: FairnessParameters, known: AbstractSet[str]) -> None:
    """Raise `DataError` if groups are to be compared with one that there is not."""
    if known and parameters.reference not in {BEST, REST, *known}:
        seen = ", ".join(sorted(name for name in known if " & " not in name)[:10])
        raise DataError("no_such_group", parameters.reference, groups=seen)


def gap_figure(gap: Gap, parameters: FairnessParameters) -> Figure:
    """Write a gap as a figure; that of an intersection carries the suffix ``.intersection``."""
    suffix = ".intersection" if len(gap.attributes) > 1 else ""
    reason = gap.not_estimable
    if reason and parameters.label is None and gap.needs_label:
        reason = "no_label"
    ends = gap.interval or (None, None)
    return Figure(
        name=gap.name + suffix,
        value=None if reason else gap.value,
        n=gap.n,
        group=gap.group or " & ".join(gap.attributes),
        reference=gap.reference,
        low=ends[0],
        high=ends[1],
        level=parameters.level if gap.interval else None,
        interval=gap.method if gap.interval else "",
        not_estimable=reason,
    )
