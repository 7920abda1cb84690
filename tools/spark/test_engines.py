"""The same check on a real Spark cluster of two workers, and through Ibis, as in DuckDB: `make test-spark`."""

import threading
import time

import ibis
import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

from engine_cases import CASES, NOW, differences, make_table
from muster.evidence import EvidenceError, Spark, run_check
from muster.evidence.errors import Cancelled
from muster.evidence.source import open_table

SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.sql.shuffle.partitions": "2",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
}


@pytest.fixture(scope="session")
def spark():
    builder = SparkSession.builder.master("local[2]").appName("muster-tests")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


@pytest.fixture(scope="session")
def here():
    return {
        "data": make_table(),
        "reference": make_table(8, 0.1),
        "parent": make_table(9).slice(0, 4000).select(["id"]),
    }


@pytest.fixture(scope="session")
def files(here, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    for name, table in here.items():
        pq.write_table(table, folder / f"{name}.parquet")
    return {name: str(folder / f"{name}.parquet") for name in here}


@pytest.fixture(scope="session")
def there(spark, files):
    return {name: spark.read.parquet(file).repartition(3) for name, file in files.items()}


@pytest.mark.spec("F8")
@pytest.mark.parametrize("name", CASES)
def test_each_check_gives_the_same_figures_on_spark_as_in_duckdb(name, here, there):
    one, other = CASES[name].run(here["data"], here), CASES[name].run(there["data"], there)
    assert one.figures
    assert differences(one, other) == []
    assert (other.data.kind, other.data.digest_of) == ("spark", "fingerprint")


@pytest.mark.parametrize("backend", ["duckdb", "pyspark"])
def test_an_ibis_table_is_asked_by_its_own_engine(backend, spark, here, there, files):
    if backend == "duckdb":
        connection = ibis.duckdb.connect()
        table = connection.read_parquet(files["data"])
    else:
        there["data"].createOrReplaceTempView("of_ibis")
        table = ibis.pyspark.connect(spark).table("of_ibis")
    kept = table.filter(table.age_band.notnull())
    expected = here["data"].filter(here["data"]["age_band"].is_valid())
    assert differences(CASES["fairness"].run(expected, here), CASES["fairness"].run(kept, here)) == []


def test_the_fingerprint_does_not_depend_on_the_order_of_rows(there):
    digests = []
    for frame in (there["parent"], there["parent"].orderBy("id", ascending=False), there["parent"].limit(3999)):
        with open_table(frame) as table:
            digests.append(table.digest_over({}))
    assert digests[0] == digests[1] != digests[2]


def test_a_sum_that_overflows_is_refused_and_never_wraps_round(spark):
    frame = spark.createDataFrame([(2**62,), (2**62,)], "a bigint")
    with open_table(frame) as table, pytest.raises(EvidenceError) as caught:
        table.select('select sum("a") as s from muster_data')
    assert caught.value.code == "warehouse_refused"


def test_settings_and_views_of_the_session_are_put_back(spark, there):
    spark.conf.set("spark.sql.session.timeZone", "Asia/Shanghai")
    views = {each.name for each in spark.catalog.listTables()}
    CASES["fairness"].run(there["data"], there)
    assert spark.conf.get("spark.sql.session.timeZone") == "Asia/Shanghai"
    assert {each.name for each in spark.catalog.listTables()} == views
    spark.conf.set("spark.sql.session.timeZone", "UTC")


def test_a_table_is_opened_by_its_name_and_one_that_is_not_there_names_its_neighbours(spark, there):
    there["data"].createOrReplaceTempView("decisions")
    asked = {"prediction": "prediction", "protected": ["Sex"]}
    assert run_check("fairness", Spark(spark, "decisions"), now=NOW, **asked).data.rows == 5_000
    with pytest.raises(EvidenceError) as caught:
        run_check("fairness", Spark(spark, "decision"), now=NOW, **asked)
    assert caught.value.code == "missing_table"
    assert "decisions" in caught.value.what


def test_a_frame_without_rows_is_refused(there):
    with pytest.raises(EvidenceError) as caught:
        run_check("fairness", there["data"].limit(0), now=NOW, prediction="prediction", protected=["Sex"])
    assert caught.value.code == "no_rows"


def test_a_job_on_spark_can_be_stopped(spark):
    with open_table(spark.range(10)) as table:
        stop = threading.Timer(1.0, table.interrupt)
        stop.start()
        started = time.monotonic()
        with pytest.raises(Cancelled):
            table.place.run("select sum(a.id * b.id) as s from range(3000000) a cross join range(3000000) b")
        stop.join()
    assert time.monotonic() - started < 60


def test_a_session_that_goes_away_half_way_gives_no_result():
    """Last of all: it ends the session that the others share."""
    session = SparkSession.builder.getOrCreate()
    with pytest.raises(EvidenceError) as caught, open_table(session.range(10)) as table:
        session.stop()
        table.select('select count(*) as "n" from muster_data')
    assert caught.value.code == "warehouse_gone"
