"""Rules of data quality: what a file of rules may say, and how each becomes a part of one query."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import Field, FiniteFloat, TypeAdapter, ValidationError, model_validator

from muster.core.canonical import Frozen
from muster.evidence.errors import DataError, ParameterError
from muster.evidence.plan import count_if, double, literal, nan, number, quote
from muster.evidence.table import NUMBERS, Column, Table

Share = Annotated[float, Field(ge=0, le=1)]
KINDS = frozenset({"number", "integer", "text", "boolean", "date", "timestamp"})


class Missing(Frozen):
    """At most `max_share` of the rows have no value (NaN counts as none)."""

    rule: Literal["missing"]
    column: str
    max_share: Share = 0.0

    def violations(self, table: Table) -> str:
        return count_if(f"{table.present(self.column)} is null")


class Range(Frozen):
    """Values lie between `min` and `max`, ends included; missing values are not counted, NaN is."""

    rule: Literal["range"]
    column: str
    min: FiniteFloat | None = None
    max: FiniteFloat | None = None
    max_share: Share = 0.0

    @model_validator(mode="after")
    def _bounded(self) -> "Range":
        if self.min is None and self.max is None:
            raise ValueError("a range rule needs min, max or both")
        return self

    def violations(self, table: Table) -> str:
        table.require_number(self.column)
        value = double(quote(self.column))
        outside = [nan(value)] if table.columns[self.column].floating else []
        outside += [f"{value} < {number(self.min)}"] if self.min is not None else []
        outside += [f"{value} > {number(self.max)}"] if self.max is not None else []
        return count_if(" or ".join(outside))


class OneOf(Frozen):
    """Values, read as text, are among `values`; missing values are not counted."""

    rule: Literal["set"]
    column: str
    values: tuple[str | int | FiniteFloat | bool, ...] = Field(min_length=1)
    max_share: Share = 0.0

    def violations(self, table: Table) -> str:
        table.require(self.column)
        known = ", ".join(literal(str(v).lower() if isinstance(v, bool) else v) for v in self.values)
        value = f"cast({quote(self.column)} as varchar)"
        return count_if(f"{value} is not null and {value} not in ({known})")


class Unique(Frozen):
    """No two rows share the values of `column` or of all `columns`; rows with a missing value are left out.

    Violations are the rows that repeat another: rows minus distinct values.
    """

    rule: Literal["unique"]
    column: str | None = None
    columns: tuple[str, ...] = ()
    max_share: Share = 0.0

    @model_validator(mode="after")
    def _named(self) -> "Unique":
        if (self.column is None) == (not self.columns):
            raise ValueError("a unique rule names either column or columns")
        return self

    def violations(self, table: Table) -> str:
        names = self.columns or (str(self.column),)
        for name in names:
            table.require(name)
        whole = " and ".join(f"{quote(name)} is not null" for name in names)
        value = f"({', '.join(quote(name) for name in names)})"
        return f"{count_if(whole)} - count(distinct case when {whole} then {value} end)"


class Schema(Frozen):
    """The columns named are there, with their types; with `extra: false` there are no others.

    A type is number, integer, text, boolean, date, timestamp, or the engine's own name (``BIGINT``).
    """

    rule: Literal["schema"]
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
    column: str
    max_age_days: FiniteFloat = Field(gt=0)

    def newest(self, table: Table) -> str:
        column = table.require(self.column)
        if column.kind not in {"date", "timestamp"}:
            raise DataError("wrong_type", self.column, found=column.type, wanted="a date or a time")
        return f"max({quote(self.column)})"


Counted = Missing | Range | OneOf | Unique
Rule = Annotated[Counted | Schema | Freshness, Field(discriminator="rule")]
_RULES: TypeAdapter[tuple[Rule, ...]] = TypeAdapter(Annotated[tuple[Rule, ...], Field(min_length=1)])


def read_rules(path: str | Path) -> tuple[Rule, ...]:
    """Read a YAML or JSON list of rules.

    Raises:
        ParameterError: naming each rule that is wrong, and how.
    """
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8")
        return _RULES.validate_python(json.loads(text) if file.suffix == ".json" else yaml.safe_load(text))
    except ValidationError as error:
        lines = [f"{'.'.join(str(part) for part in each['loc'])}: {each['msg']}" for each in error.errors()]
        raise ParameterError("rules_unreadable", file.name, reason="; ".join(lines)) from error
    except (OSError, UnicodeDecodeError, ValueError, yaml.YAMLError) as error:
        reason = error.strerror if isinstance(error, OSError) else " ".join(str(error).split())
        raise ParameterError("rules_unreadable", file.name, reason=reason) from error


def subject(rule: Rule) -> str:
    """Return whom a rule is about: its column, its columns, or nothing for the whole table."""
    if isinstance(rule, Schema):
        return ""
    if isinstance(rule, Unique) and rule.columns:
        return ", ".join(rule.columns)
    return str(rule.column)


def _matches(found: Column, wanted: str) -> bool:
    kind = wanted.casefold()
    if kind == "number":
        return found.kind in NUMBERS
    return found.kind == kind if kind in KINDS else found.type.casefold() == kind
