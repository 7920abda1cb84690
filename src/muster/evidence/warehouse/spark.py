"""Tables of a Spark session: a DataFrame, or a table or view by name.

Spark keeps no snapshot between queries. What changes the number of rows while a check reads them is noticed by the
fingerprint, which counts once more at the end; a versioned table format pins the rest.
"""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pyspark
from pyspark.errors import AnalysisException, PySparkException

from muster.evidence.errors import Cancelled, DataError, nearest
from muster.evidence.plan import Columns
from muster.evidence.table import Column, Kind
from muster.evidence.warehouse.columns import kind_of, to_columns
from muster.evidence.warehouse.dialect import translate
from muster.evidence.warehouse.place import Place, PlacedTable

WHERE = "spark"
_KINDS: dict[str, Kind] = {
    **dict.fromkeys(("tinyint", "smallint", "int", "bigint"), "integer"),
    **dict.fromkeys(("float", "double", "decimal"), "number"),
    **dict.fromkeys(("string", "varchar", "char"), "text"),
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamp",
    "timestamp_ntz": "timestamp",
}
_SINGLE = frozenset({"float"})
# Sums that overflow must fail, not wrap round; the text of a time must not depend on the machine.
_SETTINGS = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.groupByOrdinal": "true",
    "spark.sql.parser.escapedStringLiterals": "false",
}
_BROKEN = {"Py4JNetworkError", "ConnectionRefusedError", "ConnectionResetError"}


@dataclass(frozen=True, kw_only=True)
class SparkTable(PlacedTable):
    """A DataFrame of a Spark session."""

    def digest_over(self, columns: Any) -> str:
        types = {name: column.type for name, column in (columns or self.columns).items()}
        rows, digest = self.place.fingerprint(self.relation, types)
        if rows != self.rows:
            raise DataError("table_changed", WHERE)
        return digest


@contextmanager
def connect(session: Any) -> Iterator["SparkPlace"]:
    """Open a place in a session, with the settings that the house's SQL needs; they are put back afterwards."""
    place = SparkPlace(session)
    before = {name: session.conf.get(name, None) for name in _SETTINGS}
    try:
        for name, value in _SETTINGS.items():
            session.conf.set(name, value)
        yield place
    finally:
        place.leave(before)


class SparkPlace(Place):
    """One session; its jobs run as one group, so that they can be stopped."""

    def __init__(self, session: Any) -> None:
        super().__init__()
        self._session = session
        self._group = f"muster-{uuid.uuid4().hex}"
        self._views: list[str] = []
        self._stopped = False

    def translate(self, sql: str) -> str:
        return translate(sql, "spark")

    def run(self, sql: str) -> Columns:
        with self._saying_what_failed():
            self._session.sparkContext.setJobGroup(self._group, "muster", interruptOnCancel=True)
            answer = self._session.sql(sql)
            columns = {name: _column(kind) for name, kind in answer.dtypes}
            zoned = [
                f"unix_micros({_quoted(n)}) as {_quoted(n)}" if c.zoned else _quoted(n) for n, c in columns.items()
            ]
            rows = answer.selectExpr(*zoned).collect()
        kinds = ["integer" if column.zoned else kind_of(column, _SINGLE) for column in columns.values()]
        found = to_columns(list(columns), kinds, rows)
        return {name: found[name].astype("datetime64[us]") if c.zoned else found[name] for name, c in columns.items()}

    def fingerprint_sql(self, relation: str, columns: Sequence[str]) -> str:
        halves = ", ".join(
            f"cast(coalesce(sum(cast(conv(substr(h, {start}, 16), 16, 10) as decimal(20, 0))), 0) as string) as s{i}"
            for i, start in enumerate((1, 17))
        )
        row = ", ".join(_quoted(name) for name in columns)
        return f"select count(*) as n, {halves} from (select md5(to_json(struct({row}))) as h from {relation}) as rows"  # noqa: S608

    def interrupt(self) -> None:
        self._stopped = True
        self._session.sparkContext.cancelJobGroup(self._group)

    def open_named(self, relation: str, name: str) -> SparkTable:
        """Open a table or view that the session knows by name."""
        try:
            return self.open_frame(relation, self._session.table(name))
        except AnalysisException as error:
            raise DataError("missing_table", name, nearest=self._near(name)) from error

    def open_frame(self, relation: str, frame: Any) -> SparkTable:
        """Open a DataFrame."""
        view = f"{self._group.replace('-', '_')}_{len(self._views)}"
        with self._saying_what_failed():
            frame.createOrReplaceTempView(view)
            self._views.append(view)
            columns = {name: _column(kind) for name, kind in frame.dtypes}
        self.sources[relation] = f"select * from {view}"  # noqa: S608
        rows = int(self.run(self.with_sources(f"select count(*) as n from {relation}"))["n"][0])  # noqa: S608
        if rows == 0:
            raise DataError("no_rows", WHERE)
        return SparkTable(
            kind=WHERE,
            digest="",
            digest_of="fingerprint",
            rows=rows,
            columns=columns,
            engine={WHERE: str(self._session.version), "pyspark": pyspark.__version__},
            relation=relation,
            place=self,
        )

    def leave(self, before: dict[str, str | None]) -> None:
        """Take away the views and put the settings back; a session that is gone has neither."""
        try:
            for view in self._views:
                self._session.catalog.dropTempView(view)
            for name, value in before.items():
                self._session.conf.unset(name) if value is None else self._session.conf.set(name, value)
            self._session.sparkContext.setLocalProperty("spark.jobGroup.id", None)
        except Exception as error:
            if not self._is_gone(error):
                raise

    def _is_gone(self, error: Exception) -> bool:
        """Say whether the cluster is gone: its context ended, or nobody listens any more."""
        context = self._session.sparkContext
        if getattr(context, "_jsc", None) is None or context._jsc.sc().isStopped():  # noqa: SLF001 - nothing public tells
            return True
        return bool({type(error).__name__, type(error.__cause__).__name__} & _BROKEN)

    def _near(self, name: str) -> str:
        return nearest(name, [each.name for each in self._session.catalog.listTables()])

    @contextmanager
    def _saying_what_failed(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            if self._stopped:
                raise Cancelled("cancelled", WHERE) from error
            if self._is_gone(error):
                raise DataError("warehouse_gone", WHERE) from error
            if not isinstance(error, PySparkException) and not type(error).__module__.startswith("py4j"):
                raise
            reason = getattr(error, "getCondition", lambda: None)() or type(error).__name__
            raise DataError("warehouse_refused", WHERE, reason=reason) from error


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _column(kind: str) -> Column:
    plain = kind.partition("(")[0]
    return Column(_KINDS.get(plain, "other"), plain, floating=plain in {"float", "double"}, zoned=plain == "timestamp")
