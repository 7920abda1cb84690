"""A place that holds tables: one connection or session, which answers for all tables opened in it."""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from muster.core.canonical import digest as canonical_digest
from muster.evidence.plan import Columns
from muster.evidence.table import Column, Table


class Place(ABC):
    """One connection; `sources` says for each relation what SELECT, in the engine's own words, it stands for."""

    with_words = "as"

    def __init__(self) -> None:
        self.sources: dict[str, str] = {}

    @abstractmethod
    def translate(self, sql: str) -> str:
        """Render the house's SQL for this engine."""

    @abstractmethod
    def run(self, sql: str) -> Columns:
        """Run SQL in the engine's own words."""

    @abstractmethod
    def fingerprint_sql(self, relation: str, columns: Sequence[str]) -> str:
        """Return a SELECT of ``n`` and of the sums ``s0`` and ``s1`` of two halves of each row's digest."""

    @abstractmethod
    def interrupt(self) -> None:
        """Stop the present query, from another thread."""

    def with_sources(self, sql: str) -> str:
        """Put before a query what the relations that it names stand for."""
        named = [name for name in self.sources if re.search(rf"\b{name}\b", sql)]
        if not named:
            return sql
        return "with " + ", ".join(f"{name} {self.with_words} ({self.sources[name]})" for name in named) + "\n" + sql

    def select(self, sql: str) -> Columns:
        """Run a SELECT of the house."""
        return self.run(self.with_sources(self.translate(sql)))

    def fingerprint(self, relation: str, columns: Mapping[str, str]) -> tuple[int, str]:
        """Return the rows and the digest of `columns` (name -> type), whatever the order of the rows."""
        asked = self.run(self.with_sources(self.fingerprint_sql(relation, list(columns))))
        n, *sums = (int(asked[name][0] or 0) for name in ("n", "s0", "s1"))
        return n, canonical_digest({"columns": dict(columns), "rows": n, "sums": [str(each) for each in sums]})


@dataclass(frozen=True, kw_only=True)
class PlacedTable(Table):
    """A table of a place."""

    place: Place

    def select(self, sql: str) -> Columns:
        return self.place.select(sql)

    def interrupt(self) -> None:
        self.place.interrupt()

    def digest_over(self, columns: Mapping[str, Column]) -> str:
        """Return the fingerprint of the columns that a check read (of all, if it read none by name)."""
        types = {name: column.type for name, column in (columns or self.columns).items()}
        return self.place.fingerprint(self.relation, types)[1]
