"""What was handed over -> a table in its place; what lies in the same place shares one connection."""

from contextlib import ExitStack
from importlib import import_module
from typing import Any

from muster.evidence.errors import DataError
from muster.evidence.table import Table
from muster.evidence.warehouse.address import Postgres, Spark, postgres_at

_NEEDS = {"postgres": "psycopg, sqlglot", "spark": "pyspark, sqlglot"}


class Opening:
    """The places of one run: opened when first named, closed with `stack`."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._places: dict[Any, Any] = {}

    def open(self, relation: str, data: Any) -> Table:
        """Open what lies in PostgreSQL or Spark, or an Ibis table, as `relation`."""
        data = postgres_at(data) if isinstance(data, str) else data
        if isinstance(data, Postgres):
            return self._place("postgres", data.at).open_table(relation, data.table)  # type: ignore[no-any-return]
        if isinstance(data, Spark):
            return self._place("spark", data.session).open_named(relation, data.table)  # type: ignore[no-any-return]
        if type(data).__module__.startswith("pyspark."):
            return self._place("spark", data.sparkSession).open_frame(relation, data)  # type: ignore[no-any-return]
        return self._open_ibis(relation, data)

    def _place(self, engine: str, at: Any) -> Any:
        key = engine, at if isinstance(at, str) else id(at)
        if key not in self._places:
            self._places[key] = self._stack.enter_context(_module(engine).connect(at))
        return self._places[key]

    def _open_ibis(self, relation: str, data: Any) -> Table:
        backend = data.get_backend()
        compiled = str(backend.compile(data))
        if backend.name == "postgres":
            return self._place("postgres", backend.con).open_query(relation, compiled)  # type: ignore[no-any-return]
        if backend.name == "pyspark":
            session = backend._session  # noqa: SLF001 - ibis names its session nowhere else
            return self._place("spark", session).open_frame(relation, session.sql(compiled))  # type: ignore[no-any-return]
        if backend.name == "duckdb":
            from muster.evidence.relations import open_relation

            return open_relation(relation, backend.con.sql(compiled), kind="ibis")
        raise DataError("unknown_format", "data", kind=f"ibis ({backend.name})")


def _module(engine: str) -> Any:
    try:
        return import_module(f"muster.evidence.warehouse.{engine}")
    except ModuleNotFoundError as error:
        extra = "spark" if engine == "spark" else "warehouse"
        raise DataError("missing_warehouse", engine, package=_NEEDS[engine], extra=extra) from error
