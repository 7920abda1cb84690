"""A relation of somebody else's DuckDB connection: asked there, by the connection that made it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

import duckdb

from muster.core.canonical import digest as canonical_digest
from muster.evidence.duck import column_of, first_line, versions
from muster.evidence.errors import Cancelled, DataError
from muster.evidence.plan import Columns, quote
from muster.evidence.table import Column, Table, number_rows


@dataclass(frozen=True, kw_only=True)
class RelationTable(Table):
    """A DuckDB relation: its connection stays the caller's own."""

    source: Any

    def select(self, sql: str) -> Columns:
        try:
            return cast("Columns", self.source.query(self.relation, sql).fetchnumpy())
        except duckdb.InterruptException as error:
            raise Cancelled("cancelled", self.kind) from error
        except duckdb.Error as error:
            raise DataError("unreadable", self.kind, reason=first_line(error)) from error

    def numbered(self) -> str:
        return number_rows(self.relation)

    def digest_over(self, columns: Mapping[str, Column]) -> str:
        """Return the fingerprint of the columns that a check read (of all, if it read none by name)."""
        types = {name: column.type for name, column in (columns or self.columns).items()}
        halves = ", ".join(
            f"cast(sum(cast(cast('0x' || substr(h, {start}, 16) as ubigint) as hugeint)) as varchar) as s{i}"
            for i, start in enumerate((1, 17))
        )
        row = ", ".join(quote(name) for name in types)
        hashed = f"select md5(cast(to_json(row({row})) as varchar)) as h from {self.relation}"  # noqa: S608
        asked = self.select(f"select count(*) as n, {halves} from ({hashed}) as hashed")  # noqa: S608
        sums = [str(asked[name][0]) for name in ("s0", "s1")]
        return canonical_digest({"columns": types, "rows": int(asked["n"][0]), "sums": sums})


def open_relation(relation: str, source: Any, *, kind: str = "relation") -> Table:
    """Open a DuckDB relation as a table."""
    columns = {str(name): column_of(str(type_)) for name, type_ in zip(source.columns, source.types, strict=True)}
    table = RelationTable(
        kind=kind,
        digest="",
        digest_of="fingerprint",
        rows=0,
        columns=columns,
        engine=versions(),
        relation=relation,
        source=source,
    )
    rows = int(table.select(f"select count(*) as n from {relation}")["n"][0])  # noqa: S608
    if rows == 0:
        raise DataError("no_rows", kind)
    return replace(table, rows=rows)
