"""What drift keeps of one column in one window: counts in the cells of the reference, and sums for distances."""

from typing import Literal, Self

import numpy as np
from pydantic import Field, FiniteFloat, model_validator

from muster.core.canonical import Frozen
from muster.evidence.drift_text import Signs
from muster.evidence.errors import NotMergeable
from muster.evidence.plan import Bins, Columns, Key, Segments, as_float, scalar, whole
from muster.evidence.statistics import Floats

OTHER = "(other)"
NEW = "(new)"
DISCRETE = 64
CELLS = 32
BREAKS = (0.0, 0.0001, 0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 0.9999, 1.0)
PROBABILITIES = tuple(sorted({*BREAKS, *(i / 200 for i in range(201))}))


class Counted(Frozen):
    """One column of one window.

    Numbers: `counts` and `sums` of the cells that `breaks` make (bin 0 below the first, the last from the last on;
    with `cells` above 0 each span between two breaks is cut into that many of equal width), and infinite values apart.
    `outside` are the finite values beyond the least and the greatest of the reference.
    Categories: `counts` of `categories` (of the reference), then of the pooled rest and of unseen values.
    Free text is counted by its length, as numbers are, and has `signs`.
    `n` is all rows, `missing` those without a value (NaN is none).
    """

    kind: Literal["numeric", "categorical"]
    n: int = Field(ge=0)
    missing: int = Field(ge=0)
    breaks: tuple[FiniteFloat, ...] = ()
    cells: int = Field(default=0, ge=0, le=1000)
    counts: tuple[int, ...]
    sums: tuple[FiniteFloat, ...] = ()
    least: FiniteFloat | None = None
    greatest: FiniteFloat | None = None
    below: int = 0
    above: int = 0
    outside: int = 0
    categories: tuple[str, ...] = ()
    pooled: bool = False
    signs: Signs | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        size = len(self.categories) + 2 if self.kind == "categorical" else len(self.edges) + 1
        if len(self.counts) != size or min(self.counts, default=0) < 0:
            raise ValueError("as many counts as cells are needed, none of them negative")
        if self.kind == "numeric" and len(self.sums) != size:
            raise ValueError("as many sums as cells are needed")
        if sum(self.counts) + self.missing + self.below + self.above != self.n:
            raise ValueError("the counts do not add up to n")
        if list(self.breaks) != sorted(set(self.breaks)):
            raise ValueError("breaks must rise")
        return self

    @property
    def edges(self) -> Floats:
        """Return the edges of all cells, rising."""
        return edges(self.breaks, self.cells)

    @property
    def is_number(self) -> bool:
        """Say whether the column holds numbers: a text that is counted by its length does not."""
        return self.kind == "numeric" and self.signs is None

    def without_sums(self) -> "Counted":
        """Return what was counted, without what was added up."""
        return self.model_copy(update={"sums": (), "signs": None})

    def same_cells(self, other: "Counted") -> bool:
        """Say whether both were counted in the same cells."""
        mine, theirs = (
            (each.kind, each.breaks, each.cells, each.categories, each.pooled, each.signs is None)
            for each in (self, other)
        )
        return mine == theirs

    def merged(self, other: "Counted") -> "Counted":
        """Return the counts of both windows together.

        Raises:
            NotMergeable: if they were counted in different cells.
        """
        if not self.same_cells(other):
            raise NotMergeable("other_cells", "drift")
        ends = [value for value in (self.least, other.least) if value is not None]
        tops = [value for value in (self.greatest, other.greatest) if value is not None]
        return self.model_copy(
            update={
                "n": self.n + other.n,
                "missing": self.missing + other.missing,
                "below": self.below + other.below,
                "above": self.above + other.above,
                "outside": self.outside + other.outside,
                "counts": tuple(a + b for a, b in zip(self.counts, other.counts, strict=True)),
                "sums": tuple(a + b for a, b in zip(self.sums, other.sums, strict=True)),
                "least": min(ends, default=None),
                "greatest": max(tops, default=None),
                "signs": self.signs.merged(other.signs) if self.signs and other.signs else None,
            }
        )


def edges(breaks: tuple[float, ...], cells: int) -> Floats:
    """Return the edges that breaks make, each span cut into `cells` of equal width (0: not cut)."""
    if not cells or not breaks:
        return np.array(breaks, dtype=np.float64)
    starts, widths = np.array(breaks[:-1]), np.diff(breaks)
    inner = starts[:, None] + widths[:, None] * np.arange(cells) / cells
    return np.append(inner.ravel(), breaks[-1])


def choose_breaks(quantiles: Floats) -> tuple[tuple[float, ...], int]:
    """Choose cells from the exact quantiles at `PROBABILITIES`: few values each get one of their own."""
    known = np.unique(quantiles[~np.isnan(quantiles)])
    if len(known) <= DISCRETE:
        return tuple(known.tolist()), 0
    at = [PROBABILITIES.index(p) for p in BREAKS]
    return tuple(np.unique(quantiles[at]).tolist()), CELLS


def key(expression: str, breaks: tuple[float, ...], cells: int) -> Key:
    """Return the key that numbers the cells."""
    return Segments(expression, breaks, cells) if cells else Bins(expression, breaks)


def read_numbers(name: str, tally: Columns, ends: Columns, breaks: tuple[float, ...], cells: int) -> Counted:
    """Read a tally (``cell``, ``n``, ``total``) and the aggregates ``<name> least``, ``below``, ... of `ends`."""
    size = len(edges(breaks, cells)) + 1
    counts, sums, missing = np.zeros(size, dtype=np.int64), np.zeros(size), 0
    totals = as_float(tally["total"])
    for place, rows, total in zip(np.ma.asarray(tally["cell"]).tolist(), tally["n"].tolist(), totals, strict=True):
        if place is None:
            missing += int(rows)
        else:
            counts[int(place)] += int(rows)
            sums[int(place)] += total
    below, above = whole(ends, f"{name} below"), whole(ends, f"{name} above")
    if below + above:
        counts[0] -= below
        counts[-1] -= above
        sums[0] = (scalar(ends, f"{name} first") or 0.0) if breaks else 0.0
        sums[-1] = (scalar(ends, f"{name} last") or 0.0) if breaks else 0.0
    return Counted(
        kind="numeric",
        n=whole(ends, "rows"),
        missing=missing,
        breaks=breaks,
        cells=cells,
        counts=tuple(counts.tolist()),
        sums=tuple(sums.tolist()),
        least=scalar(ends, f"{name} least"),
        greatest=scalar(ends, f"{name} greatest"),
        below=below,
        above=above,
        outside=whole(ends, f"{name} outside") if f"{name} outside" in ends else 0,
    )


def read_categories(found: dict[str | None, int], limit: int, reference: Counted | None) -> Counted:
    """Read counts by value (None: missing) into the categories of `reference`, or choose these (at most `limit`)."""
    values = {value: rows for value, rows in found.items() if value is not None}
    if reference is None:
        ranked = sorted(values, key=lambda value: (-values[value], value))
        names, pooled = tuple(sorted(ranked[:limit])), len(ranked) > limit
    else:
        names, pooled = reference.categories, reference.pooled
    known = set(names)
    rest = sum(rows for value, rows in values.items() if value not in known)
    tail = (rest, 0) if pooled else (0, rest)
    return Counted(
        kind="categorical",
        n=sum(found.values()),
        missing=found.get(None, 0),
        counts=(*(values.get(name, 0) for name in names), *tail),
        categories=names,
        pooled=pooled,
    )
