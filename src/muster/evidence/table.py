"""A table of data that stands ready to be asked, whatever the engine that holds it."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from muster.evidence.errors import DataError, nearest
from muster.evidence.plan import Answer, Columns, Plan, Quantiles, Request, Tallies, double, key_sql, nan, quote

Kind = Literal["integer", "number", "text", "boolean", "date", "timestamp", "other"]
NUMBERS = frozenset({"integer", "number"})


@dataclass(frozen=True)
class Column:
    """A column's kind, the same word on every engine, and the engine's own name of its type.

    `floating`: it may hold NaN. `zoned`: its times carry a time zone.
    """

    kind: Kind
    type: str
    floating: bool = False
    zoned: bool = False


@dataclass(frozen=True, kw_only=True)
class Table(ABC):
    """Data that stand ready to be asked: schema, size, digest, and an engine that answers requests.

    `kind` says what was handed over (``parquet``, ``csv``, ``dataframe``, ``arrow``, ``polars``, ``postgresql``, ...).
    `digest_of` says what was digested: ``bytes`` (the file; of several files, the canonical list of theirs),
    ``rows`` (in any order) or ``fingerprint`` (in any order, of what a check read: `digest_over`).
    `engine` maps the names of what computes to their versions.
    """

    kind: str
    digest: str
    digest_of: str
    rows: int
    columns: Mapping[str, Column]
    engine: Mapping[str, str]
    relation: str

    @abstractmethod
    def select(self, sql: str) -> Columns:
        """Run one SELECT over `relation`, written in the house's subset of SQL."""

    def interrupt(self) -> None:  # noqa: B027 - an engine that cannot be stopped finishes
        """Stop what is being asked, from another thread; the query then fails. Nothing, where an engine cannot."""

    def share_done(self) -> float | None:
        """Return how much of the present query is done, 0 to 1, where the engine tells."""
        return None

    def digest_over(self, columns: Mapping[str, Column]) -> str:
        """Return the digest that says which data a check read, of which `columns` are those that it named."""
        del columns
        return self.digest

    def ask(self, request: Request) -> Answer:
        """Answer a request: see `Plan`, `Tallies` and `Quantiles` for the shapes."""
        if isinstance(request, Plan):
            return self.select(request.sql(self.relation))
        if isinstance(request, Tallies):
            return self.tally(request)
        return self.quantiles(request)

    def tally(self, request: Tallies) -> dict[str, Columns]:
        """Answer many GROUP BYs by one scan with GROUPING SETS."""
        return split_sets(request, self.select(grouping_sets(request, self.relation)))

    def quantiles(self, request: Quantiles) -> dict[str, Any]:
        """Answer exact quantiles."""
        answer = self.select(quantiles_sql(request, self.relation))
        several = range(len(request.probabilities))
        return {
            name: np.array([_float(answer[f"q{c}_{i}"][0]) for i in several]) for c, name in enumerate(request.columns)
        }

    def sql(self, request: Request) -> str:
        """Render a request as the record of it shows it."""
        if isinstance(request, Plan):
            return request.sql(self.relation)
        if isinstance(request, Tallies):
            return grouping_sets(request, self.relation)
        return quantiles_sql(request, self.relation)

    def numbered(self) -> str | None:
        """Return what stands after FROM for all columns and, as ``muster_row``, the number of each row from 0.

        None where rows have no order.
        """
        return None

    def first_row(self, condition: str) -> int | None:
        """Return the number of the first row (from 1) for which `condition` holds; None where rows have no order."""
        del condition
        return None

    def first_rows(self, conditions: Sequence[str]) -> list[int | None]:
        """Return `first_row` of each of the conditions; engines that can, look for all of them in one scan."""
        return [self.first_row(condition) for condition in conditions]

    def require(self, column: str) -> Column:
        """Return the column; raise `DataError` naming the nearest ones if there is none."""
        if column not in self.columns:
            raise DataError("missing_column", column, of=self.input, nearest=nearest(column, self.columns))
        return self.columns[column]

    @property
    def input(self) -> str:
        """The name under which these data were handed over (``data``, ``reference``), else that of their table."""
        return self.relation.removeprefix("muster_")

    def is_number(self, column: str) -> bool:
        """Say whether `column` holds numbers (booleans are not numbers here)."""
        return self.require(column).kind in NUMBERS

    def require_number(self, column: str) -> None:
        """Raise `DataError` unless `column` holds numbers."""
        if not self.is_number(column):
            raise DataError("wrong_type", column, found=self.columns[column].type, wanted="a number")

    def present(self, column: str) -> str:
        """Return the expression of a column in which NaN counts as missing."""
        name = quote(column)
        if not self.require(column).floating:
            return name
        return f"(case when not ({nan(double(name))}) then {name} end)"

    def value(self, column: str) -> str:
        """Return the expression of a number column as a double in which NaN counts as missing."""
        self.require_number(column)
        return double(self.present(column))


def number_rows(relation: str) -> str:
    """Return `Table.numbered` for an engine that keeps the order of rows; it reads them one after the other."""
    return f"(select row_number() over () - 1 as muster_row, * from {relation}) as muster_numbered"  # noqa: S608


def grouping_sets(request: Tallies, relation: str) -> str:
    """Render tallies as one SELECT; ``g0``, ``g1``, ... are 0 where a key takes part in the set of a row."""
    keys = distinct_keys(request)
    inner = ", ".join(f"{sql} as muster_k{i}" for i, sql in enumerate(keys))
    where = f" where {request.where}" if request.where and not request.columns else ""
    relation = request.source(relation)
    sets = ", ".join(
        dict.fromkeys(
            "(" + ", ".join(f"muster_k{place}" for place in sorted({keys.index(key_sql(key)) for key in each})) + ")"
            for each in request.sets.values()
        )
    )
    shown = [f"grouping(muster_k{i}) as g{i}, muster_k{i} as v{i}" for i in range(len(keys))]
    shown += [f"{expression} as {quote(name)}" for name, expression in request.aggregates.items()]
    return (
        "select " + ",\n  ".join(shown) + f"\nfrom (select *, {inner} from {relation}{where}) as muster_keyed"  # noqa: S608
        f"\ngroup by grouping sets ({sets})"
    )


def split_sets(request: Tallies, answer: Columns) -> dict[str, Columns]:
    """Take the answer to `grouping_sets` apart, set by set."""
    keys = distinct_keys(request)
    taking = np.stack([np.asarray(answer[f"g{i}"], dtype=np.int64) == 0 for i in range(len(keys))], axis=1)
    found = {}
    for name, each in request.sets.items():
        at = [keys.index(key_sql(key)) for key in each]
        wanted = np.zeros(len(keys), dtype=bool)
        wanted[at] = True
        rows = np.flatnonzero((taking == wanted).all(axis=1))
        columns = {f"k{i}": answer[f"v{place}"][rows] for i, place in enumerate(at)}
        found[name] = columns | {alias: answer[alias][rows] for alias in request.aggregates}
    return found


def distinct_keys(request: Tallies) -> list[str]:
    """Return the SQL of all keys of all sets, each once."""
    return list(dict.fromkeys(key_sql(key) for each in request.sets.values() for key in each))


def quantiles_sql(request: Quantiles, relation: str) -> str:
    """Render quantiles as one SELECT of ordered-set aggregates."""
    chosen = [
        f"percentile_disc({probability!r}) within group (order by case when not ({nan(value)}) then {value} end)"
        f" as q{c}_{i}"
        for c, value in enumerate(request.columns.values())
        for i, probability in enumerate(request.probabilities)
    ]
    where = f"\nwhere {request.where}" if request.where else ""
    return "select " + ",\n  ".join(chosen) + f"\nfrom {relation}{where}"


def _float(value: object) -> float:
    return float("nan") if value is None or value is np.ma.masked else float(value)  # type: ignore[arg-type]
