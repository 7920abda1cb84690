"""Rules about a table as a whole: schema, freshness, uniqueness, keys into another table, order."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, FiniteFloat, model_validator

from muster.core.canonical import Frozen
from muster.evidence.columns import refuse_unlike
from muster.evidence.errors import DataError
from muster.evidence.plan import RELATION, Plan, count_if, quote
from muster.evidence.rules_rows import Counted, Counts
from muster.evidence.table import NUMBERS, Column, Table

KINDS = frozenset({"number", "integer", "text", "boolean", "date", "timestamp"})
PARENT = "parent"


class Unique(Counted):
    """No two rows share the values of `column` or of all `columns`; rows with a missing value are not looked at.

    Violations are the rows that repeat another: rows minus distinct values.
    """

    rule: Literal["unique"]
    column: str | None = None
    columns: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _named(self) -> "Unique":
        if (self.column is None) == (not self.columns):
            raise ValueError("a unique rule names either column or columns")
        return self

    def counts(self, table: Table) -> Counts:
        value = self._value(table)
        return Counts(f"count({value})", f"count({value}) - count(distinct {value})")

    def repeats(self, table: Table) -> Plan:
        """Return the plan of how many values occur more than once (`repeated`), and how often at `most`."""
        value = self._value(table)
        groups = (
            f"select count(*) as muster_n from {RELATION} where {value} is not null"  # noqa: S608
            f" group by {', '.join(quote(name) for name in self._names())}"
        )
        return Plan({"repeated": count_if("muster_n > 1"), "most": "max(muster_n)"}, over=groups)

    def _names(self) -> tuple[str, ...]:
        return self.columns or (str(self.column),)

    def _value(self, table: Table) -> str:
        names = self._names()
        if len(names) == 1:
            return table.present(names[0])
        whole = " and ".join(f"{table.present(name)} is not null" for name in names)
        return f"case when {whole} then ({', '.join(quote(name) for name in names)}) end"


class ForeignKey(Counted):
    """Every value of `column` (or of `columns` together) occurs in the input ``parent``, in `references`.

    Rows with a missing value are not looked at. `references` are the columns there, by default of the same names.
    """

    rule: Literal["foreign_key"]
    column: str | None = None
    columns: tuple[str, ...] = ()
    references: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _named(self) -> "ForeignKey":
        if (self.column is None) == (not self.columns):
            raise ValueError("a foreign_key rule names either column or columns")
        if self.references and len(self.references) != len(self.columns or (self.column,)):
            raise ValueError("references names as many columns as the rule")
        return self

    def plans(self, tables: Mapping[str, Table]) -> tuple[Plan, Plan]:
        """Return the plans that count the rows looked at and those without a counterpart, both as `n`."""
        if PARENT not in tables:
            raise DataError("missing_input", PARENT, check="quality")
        table, parent = tables["data"], tables[PARENT]
        if type(table) is not type(parent):
            raise DataError("other_engine", PARENT)
        names = self.columns or (str(self.column),)
        pairs = list(zip(names, self.references or names, strict=True))
        for name, reference in pairs:
            refuse_unlike(name, table.require(name), reference, parent.require(reference))
        looked = " and ".join(f"{table.present(name)} is not null" for name in names)
        same = " and ".join(f"muster_key.{quote(there)} = {table.relation}.{quote(here)}" for here, there in pairs)
        alone = f"not exists (select 1 from {parent.relation} as muster_key where {same})"  # noqa: S608
        return Plan({"n": count_if(looked)}), Plan({"n": "count(*)"}, where=f"{looked} and {alone}")


class Monotone(Counted):
    """Along the order of the column `along`, values never fall (or, with `direction: falling`, never rise).

    Within each value of the columns `by`, if given. Rows that share a place in the order are put in the order that
    breaks the rule least; rows that miss a value are not looked at. What is counted are steps from row to row.
    """

    rule: Literal["monotone"]
    column: str
    along: str
    by: tuple[str, ...] = ()
    direction: Literal["rising", "falling"] = "rising"

    def plan(self, table: Table) -> Plan:
        """Return the plan that counts steps (`n`) and those in the wrong direction (`violations`)."""
        value, along = table.present(self.column), table.present(self.along)
        for name in self.by:
            table.require(name)
        falling = self.direction == "falling"
        parts = f"partition by {', '.join(quote(name) for name in self.by)} " if self.by else ""
        window = f"{parts}order by {along}, {value}{' desc' if falling else ''}"
        steps = (
            f"select {value} as muster_value, lag({value}) over ({window}) as muster_before"  # noqa: S608
            f" from {RELATION} where {value} is not null and {along} is not null"
        )
        wrong = f"muster_value {'>' if falling else '<'} muster_before"
        return Plan({"n": "count(muster_before)", "violations": count_if(wrong)}, over=steps)


class Schema(Frozen):
    """The columns named are there, with their types; with `extra: false` there are no others.

    A type is number, integer, text, boolean, date, timestamp, or the engine's own name (``BIGINT``).
    """

    rule: Literal["schema"]
    name: str = ""
    columns: dict[str, str] = Field(min_length=1)
    extra: bool = True

    def differences(self, found: Mapping[str, Column]) -> list[str]:
        """Return one line for each column that is missing, of another type, or not expected."""
        lines = [f"{name}: missing" for name in self.columns if name not in found]
        lines += [
            f"{name}: {found[name].type} instead of {kind}"
            for name, kind in self.columns.items()
            if name in found and not _matches(found[name], kind)
        ]
        return lines + ([] if self.extra else [f"{name}: not expected" for name in found if name not in self.columns])


class Freshness(Frozen):
    """The newest value of a date or time column is at most `max_age_days` old; times without zone are UTC."""

    rule: Literal["freshness"]
    name: str = ""
    column: str
    max_age_days: FiniteFloat = Field(gt=0)

    def newest(self, table: Table) -> str:
        column = table.require(self.column)
        if column.kind not in {"date", "timestamp"}:
            raise DataError("wrong_type", self.column, found=column.type, wanted="a date or a time")
        return f"max({quote(self.column)})"


def _matches(found: Column, wanted: str) -> bool:
    kind = wanted.casefold()
    if kind == "number":
        return found.kind in NUMBERS
    return found.kind == kind if kind in KINDS else found.type.casefold() == kind
