"""Which columns two windows can be compared in, and which are told instead of compared."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from muster.core.canonical import Frozen
from muster.core.figures import Figure
from muster.evidence.errors import DataError, nearest
from muster.evidence.table import NUMBERS, Column, Table

USABLE = NUMBERS | {"text", "boolean"}
TOLD = ("columns_only_in_reference", "columns_only_in_data", "columns_not_comparable")


class Told(Frozen):
    """Columns that were not compared: those of one window only, and those of kinds that are never compared."""

    only_in_reference: tuple[str, ...] = ()
    only_in_data: tuple[str, ...] = ()
    not_comparable: tuple[str, ...] = ()

    def merged(self, other: "Told") -> "Told":
        """Return what either tells."""
        mine, theirs = self.model_dump(), other.model_dump()
        return Told(**{name: tuple(dict.fromkeys((*mine[name], *theirs[name]))) for name in mine})

    def figures(self, n: int) -> tuple[Figure, ...]:
        """Return a count for each kind; the group names the columns."""
        each = (self.only_in_reference, self.only_in_data, self.not_comparable)
        return tuple(
            Figure(name=name, value=float(len(columns)), n=n, group=", ".join(columns))
            for name, columns in zip(TOLD, each, strict=True)
        )


@dataclass(frozen=True)
class Chosen:
    """The columns to compare; `told` is None where the columns were named."""

    names: tuple[str, ...]
    told: Told | None


@dataclass(frozen=True)
class Choice:
    """What was asked for: the columns that were named, those to leave out, the kinds that can be compared."""

    columns: tuple[str, ...]
    leave_out: tuple[str, ...]
    usable: Collection[str] = USABLE
    wanted: str = "a number, a boolean or a text"

    def between(self, reference: Table, data: Table) -> Chosen:
        """Choose the columns that both windows have.

        Raises:
            DataError: for a named column that one of them has not or that cannot be compared, for a column of
                another type in each, for times with a zone in one of them only, and if nothing is left.
        """
        self._refuse_unknown(self.leave_out, reference.columns.keys() | data.columns.keys(), reference)
        for table in (reference, data):
            self._refuse_unknown(self.columns, table.columns.keys(), table)
        both = self._kept(self.columns or (name for name in reference.columns if name in data.columns))
        for name in both:
            _refuse_zones(name, reference.columns[name], data.columns[name])
            self._refuse_types(name, reference.columns[name], data.columns[name])
        only_reference = self._kept(name for name in reference.columns if name not in data.columns)
        only_data = self._kept(name for name in data.columns if name not in reference.columns)
        return self._choose(both, reference, only_reference, only_data)

    def alone(self, table: Table) -> Chosen:
        """Choose the columns of a window that becomes the reference."""
        for named in (self.columns, self.leave_out):
            self._refuse_unknown(named, table.columns.keys(), table)
        return self._choose(self._kept(self.columns or table.columns), table, (), ())

    def among(self, known: Mapping[str, bool], table: Table) -> Chosen:
        """Choose the columns of `table` that a registered reference knows, and of which it says: a number, or not."""
        self._refuse_unknown(self.leave_out, table.columns.keys() | known.keys(), table)
        for name in self.columns:
            if name not in known:
                raise DataError("not_in_profile", name)
            table.require(name)
        both = self._kept(self.columns or (name for name in known if name in table.columns))
        for name in both:
            column = table.columns[name]
            if column.kind not in self.usable or (column.kind in NUMBERS) != known[name]:
                raise DataError("wrong_type", name, found=column.type, wanted="as in the registered reference")
        new = self._kept(name for name in table.columns if name not in known)
        usable = tuple(name for name in new if table.columns[name].kind in self.usable)
        told = Told(
            only_in_reference=self._kept(name for name in known if name not in table.columns),
            only_in_data=usable,
            not_comparable=tuple(name for name in new if name not in usable),
        )
        return self._some(both, told, table)

    def _choose(
        self, both: tuple[str, ...], table: Table, only_reference: tuple[str, ...], only_data: tuple[str, ...]
    ) -> Chosen:
        odd = tuple(name for name in both if table.columns[name].kind not in self.usable)
        if odd and self.columns:
            raise DataError("wrong_type", odd[0], found=table.columns[odd[0]].type, wanted=self.wanted)
        told = Told(only_in_reference=only_reference, only_in_data=only_data, not_comparable=odd)
        return self._some(tuple(name for name in both if name not in odd), told, table)

    def _some(self, names: tuple[str, ...], told: Told, table: Table) -> Chosen:
        if not names:
            raise DataError("nothing_to_compare", table.kind)
        return Chosen(names, None if self.columns else told)

    def _kept(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(name for name in names if name not in self.leave_out)

    def _refuse_types(self, name: str, before: Column, after: Column) -> None:
        numbers = {before.kind, after.kind} <= NUMBERS
        if before.kind != after.kind and not numbers and {before.kind, after.kind} & set(self.usable):
            raise DataError("other_type", name, before=before.type, after=after.type)

    def _refuse_unknown(self, named: Iterable[str], known: Collection[str], table: Table) -> None:
        for name in named:
            if name not in known:
                raise DataError("missing_column", name, of=table.input, nearest=nearest(name, table.columns))


def _refuse_zones(name: str, before: Column, after: Column) -> None:
    if before.kind == after.kind == "timestamp" and before.zoned != after.zoned:
        raise DataError("zone_in_one_window", name, before=before.type, after=after.type)
