"""Rules that look at one row at a time: each becomes two conditions, the rows it looks at and those that break it."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, FiniteFloat, model_validator

from muster.core.canonical import Frozen
from muster.evidence.errors import DataError
from muster.evidence.plan import count_if, double, literal, matches, nan, number, quote
from muster.evidence.rules_pattern import portable
from muster.evidence.table import NUMBERS, Table

Share = Annotated[float, Field(ge=0, le=1)]
Value = str | int | FiniteFloat | bool
_EXACT = 2.0**53
_NO_TEXT = ("ENUM", "UUID")
_TIMES = frozenset({"date", "timestamp"})
_LIKE = {
    "number": r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?",
    "integer": r"[+-]?[0-9]+",
    "date": r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])",
}


@dataclass(frozen=True)
class Conditions:
    """`looked`: the rows a rule looks at (empty: every row); `broken`: those of them that break it."""

    looked: str
    broken: str


@dataclass(frozen=True)
class Counts:
    """Two aggregates, the rows looked at and the violations, and the condition that finds the first violation."""

    n: str
    violations: str
    first: str = ""


class Counted(Frozen):
    """What rules that count violations have in common."""

    name: str = Field(default="", description="What the rule is called in the figures, in place of its column.")
    max_share: Share = Field(default=0.0, description="The share of the rows looked at that may break the rule.")
    min_rows: int = Field(default=1, ge=0, description="Looking at fewer rows, the rule is not shown to hold.")


class RowRule(Counted):
    """A rule about the rows of one column, perhaps held against others."""

    column: str

    def conditions(self, table: Table) -> Conditions:
        raise NotImplementedError

    def counts(self, table: Table) -> Counts:
        return count(self.conditions(table))


class Missing(RowRule):
    """At most `max_share` of the rows have no value (NaN counts as none)."""

    rule: Literal["missing"]

    def conditions(self, table: Table) -> Conditions:
        return Conditions("", f"{table.present(self.column)} is null")

    def counts(self, table: Table) -> Counts:
        present = table.present(self.column)
        return Counts("count(*)", f"count(*) - count({present})", f"{present} is null")


class Range(RowRule):
    """Values lie between `min` and `max`, ends included; missing values are not looked at, NaN breaks the rule."""

    rule: Literal["range"]
    min: FiniteFloat | None = None
    max: FiniteFloat | None = None

    @model_validator(mode="after")
    def _bounded(self) -> "Range":
        return _refuse_unbounded(self)

    def conditions(self, table: Table) -> Conditions:
        return Conditions(f"{quote(self.column)} is not null", outside(table, self.column, self.min, self.max))


class OneOf(RowRule):
    """Values are among `values` (numbers compared as numbers, all else as text); missing ones are not looked at."""

    rule: Literal["set"]
    values: tuple[Value, ...] = Field(min_length=1)

    def conditions(self, table: Table) -> Conditions:
        among = within(table, self.column, self.values)
        return Conditions(f"{quote(self.column)} is not null", f"not ({among})")


class Pattern(RowRule):
    """Whole texts match `pattern`, in the subset that every engine reads alike; missing ones are not looked at."""

    rule: Literal["pattern"]
    pattern: str

    def conditions(self, table: Table) -> Conditions:
        text = _text(table, self.column)
        return Conditions(f"{text} is not null", f"not ({matches(text, portable(self.pattern, column=self.column))})")


class Parses(RowRule):
    """Texts can be read as numbers, whole numbers or dates (YYYY-MM-DD); spaces around them do not count as such."""

    rule: Literal["parses"]
    kind: Literal["number", "integer", "date"] = "number"

    def conditions(self, table: Table) -> Conditions:
        text = _text(table, self.column)
        return Conditions(f"{text} is not null", f"not ({matches(text, _LIKE[self.kind])})")


class Mixed(RowRule):
    """A text column holds numbers throughout or nowhere: the rarer of the two kinds breaks the rule."""

    rule: Literal["mixed"]

    def counts(self, table: Table) -> Counts:
        n = f"count({quote(self.column)})"
        if table.require(self.column).kind != "text":
            return Counts(n, "0")
        numbers = count_if(matches(as_text(table, self.column), _LIKE["number"]))
        return Counts(n, f"case when 2 * {numbers} > {n} then {n} - {numbers} else {numbers} end")


class Finite(RowRule):
    """Numbers are not infinite; missing ones and NaN are not looked at."""

    rule: Literal["finite"]

    def conditions(self, table: Table) -> Conditions:
        value = table.value(self.column)
        infinite = f"abs({value}) = cast('Infinity' as double)"
        return Conditions(f"{value} is not null", infinite if table.columns[self.column].floating else "1 = 0")


class Compare(RowRule):
    """`column` stands in the relation `operator` to the column `other`, or to the sum of the columns `sum`.

    Both numbers, both dates or times, or both of one other kind (then only = and !=). Rows that miss one of the values
    are not looked at. `tolerance` is how far numbers may be apart and still count as equal.
    """

    rule: Literal["compare"]
    operator: Literal["<", "<=", "=", "!=", ">=", ">"]
    other: str | None = None
    sum: tuple[str, ...] = ()
    tolerance: FiniteFloat = Field(default=0.0, ge=0)

    @model_validator(mode="after")
    def _against(self) -> "Compare":
        if (self.other is None) == (not self.sum):
            raise ValueError("a compare rule names either other or sum")
        return self

    def conditions(self, table: Table) -> Conditions:
        names = (self.column, *(self.sum or (str(self.other),)))
        looked = " and ".join(f"{table.present(name)} is not null" for name in names)
        numeric = bool(self.sum) or all(table.is_number(name) for name in names)
        holds = self._numbers(table, names) if numeric else self._others(table, *names)
        return Conditions(looked, f"{looked} and not ({holds})")

    def _numbers(self, table: Table, names: tuple[str, ...]) -> str:
        if not self.sum and not self.tolerance and all(table.columns[n].kind == "integer" for n in names):
            return f"{quote(names[0])} {self.operator.replace('!=', '<>')} {quote(names[1])}"
        left, right = table.value(names[0]), " + ".join(table.value(name) for name in names[1:])
        near = f"abs({left} - ({right})) <= {number(self.tolerance)}"
        if self.operator == "=":
            return f"({left}) = ({right}) or {near}"
        if self.operator == "!=":
            return f"({left}) <> ({right}) and not ({near})"
        slack = {"<": "-", ">": "+", "<=": "+", ">=": "-"}[self.operator]
        return f"{left} {self.operator} {right} {slack} {number(self.tolerance)}"

    def _others(self, table: Table, name: str, other: str) -> str:
        one, two = table.require(name), table.require(other)
        if one.zoned != two.zoned and "timestamp" in {one.kind, two.kind}:
            raise DataError("zone_mix", name, other=other)
        times = {one.kind, two.kind} <= _TIMES
        if not times and (one.kind != two.kind or self.operator not in {"=", "!="}):
            raise DataError("not_comparable", name, kind=one.type, other=other, found=two.type, operator=self.operator)
        return f"{quote(name)} {self.operator.replace('!=', '<>')} {quote(other)}"


RowRules = Annotated[
    Missing | Range | OneOf | Pattern | Parses | Finite | Compare,
    Field(discriminator="rule"),
]


class When(Frozen):
    """Which rows a conditional rule is about: those whose `column` is among `values`, in a range, or missing."""

    column: str
    values: tuple[Value, ...] = ()
    min: FiniteFloat | None = None
    max: FiniteFloat | None = None
    missing: bool | None = None

    @model_validator(mode="after")
    def _one_way(self) -> "When":
        ways = (bool(self.values), self.min is not None or self.max is not None, self.missing is not None)
        if sum(ways) != 1:
            raise ValueError("a condition has either values, min and max, or missing")
        return self

    def condition(self, table: Table) -> str:
        present = table.present(self.column)
        if self.missing is not None:
            return f"{present} is {'' if self.missing else 'not '}null"
        if self.values:
            return f"({present} is not null and {within(table, self.column, self.values)})"
        return f"({present} is not null and not ({outside(table, self.column, self.min, self.max)}))"


class Conditional(Counted):
    """Where `when` holds, the rule `then` holds; other rows are not looked at."""

    rule: Literal["conditional"]
    when: When
    then: RowRules

    @model_validator(mode="after")
    def _one_share(self) -> "Conditional":
        if self.then.model_fields_set & set(Counted.model_fields):
            raise ValueError("name, max_share and min_rows belong to the conditional rule, not to the one inside")
        return self

    def counts(self, table: Table) -> Counts:
        when, then = self.when.condition(table), self.then.conditions(table)
        looked = f"{when} and {then.looked}" if then.looked else when
        return count(Conditions(looked, f"{when} and ({then.broken})"))


def count(conditions: Conditions) -> Counts:
    """Return the aggregates that count the rows of the conditions."""
    looked, present = conditions.looked, " is not null"
    if looked.endswith(present) and " and " not in looked:
        n = f"count({looked.removesuffix(present)})"  # the quicker way to say it
    else:
        n = count_if(looked) if looked else "count(*)"
    return Counts(n, count_if(conditions.broken), conditions.broken)


def outside(table: Table, column: str, low: float | None, high: float | None) -> str:
    """Return the condition that a number is NaN or lies outside; unknown where it is missing."""
    table.require_number(column)
    whole = table.columns[column].kind == "integer"
    value = double(quote(column))
    parts = [nan(value)] if table.columns[column].floating else []
    for sign, bound in (("<", low), (">", high)):
        if bound is not None and whole and bound.is_integer() and abs(bound) < _EXACT:
            parts.append(f"{quote(column)} {sign} {int(bound)}")
        elif bound is not None:
            parts.append(f"{value} {sign} {number(bound)}")
    return " or ".join(parts)


def within(table: Table, column: str, values: tuple[Value, ...]) -> str:
    """Return the condition that a value is among `values`; unknown where it is missing."""
    kind = table.require(column).kind
    if kind in NUMBERS:
        numbers = [each for each in map(_number, values) if each is not None]
        exact = kind == "integer" and all(each.is_integer() and abs(each) < _EXACT for each in numbers)
        listed = ", ".join(str(int(each)) if exact else number(each) for each in numbers)
        return (
            f"{quote(column) if exact else double(quote(column))} in ({listed})"
            if numbers
            else f"{quote(column)} is null"
        )
    listed = ", ".join(literal(str(each).lower() if isinstance(each, bool) else each) for each in values)
    return f"{as_text(table, column)} in ({listed})"


def as_text(table: Table, column: str) -> str:
    """Return the expression of a column as a text; enumerations and identifiers are not texts to every engine."""
    name, found = quote(column), table.require(column)
    return name if found.kind == "text" and not found.type.upper().startswith(_NO_TEXT) else f"cast({name} as varchar)"


def _number(value: Value) -> float | None:
    try:
        return float(value)
    except ValueError:  # a text that is no number is never among numbers
        return None


def _text(table: Table, column: str) -> str:
    found = table.require(column)
    if found.kind != "text":
        raise DataError("wrong_type", column, found=found.type, wanted="a text")
    return as_text(table, column)


def _refuse_unbounded(rule: Range) -> Range:
    if rule.min is None and rule.max is None:
        raise ValueError("a range rule needs min, max or both")
    if rule.min is not None and rule.max is not None and rule.min > rule.max:
        raise ValueError("min is above max")
    return rule
