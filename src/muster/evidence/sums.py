"""Sums by cell of all attributes together: what checks of groups keep where counting is not enough."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import FiniteFloat

from muster.core.canonical import Frozen
from muster.evidence.errors import DataError
from muster.evidence.statistics import Cells, Counts, Floats, roll_up, tabulate


@dataclass(frozen=True)
class Rolled:
    """Groups of some attributes: `names`, `counts` (groups, counted), `sums` (groups, summed)."""

    attributes: tuple[str, ...]
    names: tuple[str, ...]
    counts: Counts
    sums: Floats


class SumCells(Frozen):
    """Each of `cells` is the values of `keys`, then the whole numbers of `counted`, then the sums of `summed`."""

    keys: tuple[str, ...]
    counted: tuple[str, ...]
    summed: tuple[str, ...]
    cells: tuple[tuple[str | int | FiniteFloat, ...], ...]

    @classmethod
    def of(
        cls,
        keys: Sequence[str],
        counted: Sequence[str],
        summed: Sequence[str],
        rows: Sequence[tuple[Sequence[str], Sequence[int], Sequence[float]]],
    ) -> Self:
        """Return the cells of rows; those with the same values are added, and they come in the order of these.

        Raises:
            DataError: if a sum is beyond what a double holds.
        """
        found: dict[tuple[str, ...], tuple[list[int], list[float]]] = {}
        for values, counts, sums in rows:
            held = found.setdefault(tuple(values), ([0] * len(counted), [0.0] * len(summed)))
            held[0][:] = [a + int(b) for a, b in zip(held[0], counts, strict=True)]
            held[1][:] = [a + float(b) for a, b in zip(held[1], sums, strict=True)]
        if not np.isfinite([each for _, sums in found.values() for each in sums]).all():
            raise DataError("sums_too_large", " & ".join(keys))
        cells = tuple((*values, *found[values][0], *found[values][1]) for values in sorted(found))
        return cls(keys=tuple(keys), counted=tuple(counted), summed=tuple(summed), cells=cells)

    def merged(self, other: Self) -> Self:
        """Return the cells of both data together."""
        return self.of(self.keys, self.counted, self.summed, [*self._rows(), *other._rows()])

    def roll(self, attributes: Sequence[str]) -> Rolled:
        """Sum the cells up to the groups of `attributes` (none: one group of everyone)."""
        cells, sums = self._table()
        groups = roll_up(cells, attributes)
        rolled = np.zeros((len(groups.names), len(self.summed)))
        np.add.at(rolled, groups.member, sums)
        return Rolled(tuple(attributes), groups.names, groups.counts, rolled)

    def split(self, attributes: Sequence[str], by: str, values: Sequence[str]) -> tuple[tuple[str, ...], Floats]:
        """Return the names of groups, and (groups, values, counted + summed) cut by one of `values` of the key `by`."""
        cells, sums = self._table()
        groups = roll_up(cells, attributes)
        place = cells.attributes.index(by)
        of_code = np.array([values.index(each) for each in cells.values[place]], dtype=np.int64)
        part: NDArray[np.int64] = of_code[cells.codes[:, place]]
        both = np.concatenate([cells.counts.astype(np.float64), sums], axis=1)
        table = np.zeros((len(groups.names), len(values), both.shape[1]))
        np.add.at(table, (groups.member, part), both)
        return groups.names, table

    def _table(self) -> tuple[Cells, Floats]:
        width, then = len(self.keys), len(self.keys) + len(self.counted)
        keys = [[str(row[i]) for row in self.cells] for i in range(width)]
        counts = np.array([row[width:then] for row in self.cells], dtype=np.int64).reshape(
            len(self.cells), len(self.counted)
        )
        sums = np.array([row[then:] for row in self.cells], dtype=np.float64).reshape(len(self.cells), len(self.summed))
        return tabulate(self.keys, keys, self.counted, counts), sums

    def _rows(self) -> list[tuple[list[str], list[int], list[float]]]:
        width, then = len(self.keys), len(self.keys) + len(self.counted)
        return [
            ([str(v) for v in row[:width]], [int(v) for v in row[width:then]], [float(v) for v in row[then:]])
            for row in self.cells
        ]
