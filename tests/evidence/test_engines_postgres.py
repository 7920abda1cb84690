import os
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import psycopg
import pytest

from engine_cases import CASES, NOW, differences, make_table
from muster.evidence import EvidenceError, Postgres, run_check
from muster.evidence.errors import Cancelled
from muster.evidence.source import open_table, open_tables

OWN = f"muster_engines_{os.getpid()}"
TOOL = Path(__file__).parents[2] / "tools/postgres.sh"
TYPES = {
    "bool": "boolean",
    "int64": "bigint",
    "double": "double precision",
    "string": "text",
    "date32[day]": "date",
    "decimal128(10, 2)": "numeric(10, 2)",
    "timestamp[us]": "timestamp",
    "timestamp[us, tz=UTC]": "timestamptz",
}
SLOW = """create view engines.slow as select g.i as prediction, g.i + length(pg_sleep(5)::text) as sex
from generate_series(0, 1) as g(i)"""


@pytest.fixture(scope="module")
def server():
    """The address of a database of these tests, on the PostgreSQL of the whole run or on one that they start."""
    own = "MUSTER_TEST_POSTGRES" not in os.environ
    state = Path(tempfile.gettempdir()) / f"muster-engines-{os.getpid()}"
    env = os.environ | ({"MUSTER_TEST_POSTGRES": str(state)} if own else {})
    url = subprocess.run([TOOL, "start"], env=env, check=True, capture_output=True, text=True).stdout.strip()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"create database {OWN}")
    yield f"{url.rpartition('/')[0]}/{OWN}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"drop database {OWN} with (force)")
        connection.execute(f"drop role if exists {OWN}")
    if own:
        subprocess.run([TOOL, "stop"], env=env, check=True)


@pytest.fixture(scope="module")
def frames():
    return {
        "data": make_table(),
        "reference": make_table(8, 0.1),
        "parent": make_table(9).slice(0, 4000).select(["id"]),
    }


@pytest.fixture(scope="module")
def tables(server, frames):
    """The addresses of the same tables, in a schema of these tests."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("create schema engines")
        for name, frame in frames.items():
            columns = ", ".join(f'"{each.name}" {TYPES[str(each.type)]}' for each in frame.schema)
            connection.execute(f"create table engines.{name} ({columns})")
            with connection.cursor().copy(f"copy engines.{name} from stdin") as copy:
                for row in zip(*(column.to_pylist() for column in frame.columns), strict=True):
                    copy.write_row(row)
        connection.execute("create table engines.nothing (a integer)")
        connection.execute(SLOW)
        connection.execute(f"create role {OWN} login")
        connection.execute(f"grant usage on schema engines to {OWN}")
    return {name: f"{server}?table=engines.{name}" for name in frames}


def refusal(data, **asked):
    with pytest.raises(EvidenceError) as caught:
        run_check("fairness", data, now=NOW, **({"prediction": "prediction", "protected": ["sex"]} | asked))
    return caught.value


@pytest.mark.spec("F8")
@pytest.mark.parametrize("name", CASES)
def test_each_check_gives_the_same_figures_in_postgresql_as_in_duckdb(name, frames, tables):
    here, there = CASES[name].run(frames["data"], frames), CASES[name].run(tables["data"], tables)
    assert here.figures
    assert differences(here, there) == []


def test_a_table_of_postgresql_is_held_against_a_reference_in_a_file(frames, tables, tmp_path):
    here = CASES["drift"].run(frames["data"], frames)
    assert differences(here, CASES["drift"].run(tables["data"], frames)) == []


def test_the_result_says_what_computed_it_and_not_where_the_data_lie(tables, server):
    result = CASES["fairness"].run(tables["data"], tables)
    assert (result.data.kind, result.data.digest_of, result.data.rows) == ("postgresql", "fingerprint", 5_000)
    assert {"postgresql", "psycopg"} <= result.environment.keys()
    text = result.to_json()
    assert "127.0.0.1" not in text
    assert "engines." not in text


def test_the_fingerprint_is_of_the_rows_in_any_order(server, tables):
    def fingerprint(table, columns=("a", "b")):
        with open_table(f"{server}?table=engines.{table}") as opened:
            return opened.digest_over({name: opened.columns[name] for name in columns})

    with psycopg.connect(server, autocommit=True) as connection:
        for name, rows in {
            "f1": "(1, 'x'), (2, null)",
            "f2": "(2, null), (1, 'x')",
            "f3": "(1, 'x'), (2, '')",
            "f4": "(1, 'x'), (2, null), (2, null)",
            "f5": "(2, 'x'), (1, null)",
        }.items():
            connection.execute(f"create table engines.{name} as select * from (values {rows}) as t(a, b)")  # noqa: S608
    first = fingerprint("f1")
    assert fingerprint("f2") == first
    assert len({first, *(fingerprint(other) for other in ("f3", "f4", "f5"))}) == 4
    assert fingerprint("f1", ("a",)) == fingerprint("f3", ("a",))


def test_all_requests_of_a_run_see_the_same_rows(server, tables):
    with psycopg.connect(server, autocommit=True) as other:
        other.execute("create table engines.moving as select 1 as a")
        with open_tables({"data": f"{server}?table=engines.moving"}) as opened:
            before = opened["data"].digest_over({})
            other.execute("insert into engines.moving values (2)")
            assert opened["data"].select("select count(*) as n from muster_data")["n"].tolist() == [1]
            assert opened["data"].digest_over({}) == before


def test_the_transaction_of_a_check_cannot_write(server, tables):
    place = Postgres(server, "engines.data")
    with open_table(place) as opened, pytest.raises(EvidenceError) as caught:
        opened.place.run("delete from engines.data")
    assert caught.value.code == "warehouse_refused"


def test_a_connection_is_handed_back_as_it_was(server, tables):
    rules = CASES["quality"].asked["rules"][:2]
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("set timezone to 'Asia/Shanghai'")
        result = run_check("quality", Postgres(connection, "engines.data"), now=NOW, rules=rules)
        assert result.data.rows == 5_000
        assert (connection.autocommit, connection.read_only, connection.isolation_level) == (True, None, None)
        assert connection.execute("show timezone").fetchone() == ("Asia/Shanghai",)
        assert connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE


def test_a_connection_inside_a_transaction_is_refused(server, tables):
    with psycopg.connect(server) as busy:
        busy.execute("select 1")
        assert refusal(Postgres(busy, "engines.data")).code == "busy_connection"
        assert busy.info.transaction_status == psycopg.pq.TransactionStatus.INTRANS


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("table=engines.data", "table=engines.dat"), "missing_table"),
        (("table=engines.data", "table=engines.nothing"), "no_rows"),
        (("?table=engines.data", ""), "no_table_named"),
        (("muster@", "nobody@"), "warehouse_login"),
        (("muster@", f"{OWN}@"), "not_permitted"),
        (("muster@", "muster:s3cret@"), "password_in_url"),
        ((f"/{OWN}?", "/elsewhere?"), "warehouse_unreachable"),
        (("?table", "?nonsense=1&table"), "warehouse_address"),
    ],
)
def test_what_cannot_be_asked_is_refused_without_a_host_or_a_secret(tables, change, code):
    error = refusal(tables["data"].replace(*change))
    assert error.code == code
    for language in ("en", "zh"):
        said = error.sentence(language)
        assert "127.0.0.1" not in said
        assert "s3cret" not in said
    if code == "missing_table":
        assert "engines.data" in error.what


def test_an_address_is_not_shown_by_what_holds_it():
    assert "s3cret" not in repr(Postgres("postgresql://me:s3cret@host/db", "t"))


def test_a_host_that_does_not_answer_is_refused(tables):
    assert refusal("postgresql://me@127.0.0.1:1/db?table=t").code == "warehouse_unreachable"


def test_a_query_that_takes_longer_than_the_database_allows_is_refused(server, tables):
    at = f"{server}?options=-c%20statement_timeout%3D200"
    assert refusal(Postgres(at, "engines.slow")).code == "statement_timeout"


def test_a_database_that_goes_away_half_way_gives_no_result(server, tables):
    def end_it():
        with psycopg.connect(server, autocommit=True) as other:
            ending = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'muster'"
            deadline = time.monotonic() + 5
            while time.monotonic() < deadline and not other.execute(ending + " and state = 'active'").fetchall():
                time.sleep(0.05)

    killer = threading.Thread(target=end_it)
    killer.start()
    error = refusal(f"{server}?table=engines.slow")
    killer.join()
    assert error.code == "warehouse_gone"


def test_a_query_in_postgresql_can_be_stopped(tables):
    with open_table(tables["data"]) as opened:
        stop = threading.Timer(0.3, opened.interrupt)
        stop.start()
        started = time.monotonic()
        with pytest.raises(Cancelled):
            opened.place.run("select length(pg_sleep(10)::text) as a")
        stop.join()
    assert time.monotonic() - started < 5
