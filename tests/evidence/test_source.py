import subprocess
import sys
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from pyarrow import dataset

from muster.evidence.errors import DataError, EvidenceError
from muster.evidence.plan import Plan, quote
from muster.evidence.source import open_table, open_tables

REFERENCE = Path(__file__).parents[2] / "src/muster/example/data/acs_ma_employment/reference_2015.parquet"
SMALL = pd.DataFrame({"a": ["x", None, "y"], "b": [1, 2, 3], "c": [0.5, float("nan"), 2.0]})


def refusal(data):
    with pytest.raises(DataError) as caught, open_table(data):
        pass
    return caught.value


def opened(data):
    with open_table(data) as source:
        return source


@pytest.mark.spec("F3")
def test_a_parquet_file_is_counted_and_digested_by_its_bytes():
    source = opened(REFERENCE)
    expected = subprocess.run(["sha256sum", REFERENCE], capture_output=True, text=True, check=True)
    assert source.digest == "sha256:" + expected.stdout.split()[0]
    assert (source.rows, source.kind, source.digest_of) == (68_785, "parquet", "bytes")
    assert source.columns["SEX"].type == "VARCHAR"


def test_a_pattern_reads_several_files_as_one_table(tmp_path):
    for i in range(3):
        SMALL.to_csv(tmp_path / f"part-{i}.csv", index=False)
    source = opened(str(tmp_path / "part-*.csv"))
    assert source.rows == 9
    assert source.digest == opened([tmp_path / f"part-{i}.csv" for i in range(3)]).digest


def test_a_file_name_with_pattern_signs_is_taken_as_it_is(tmp_path):
    SMALL.to_csv(tmp_path / "it's [1].csv", index=False)
    assert opened(tmp_path / "it's [1].csv").rows == 3


def test_the_digest_of_a_frame_does_not_depend_on_the_order_of_its_rows():
    assert opened(SMALL).digest == opened(SMALL.iloc[::-1]).digest
    assert opened(SMALL).digest == opened(pa.Table.from_pandas(SMALL)).digest


@pytest.mark.parametrize(
    "other",
    [
        SMALL.assign(b=[1, 2, 4]),
        SMALL.rename(columns={"b": "d"}),
        pd.concat([SMALL, SMALL.iloc[:1]]),
        SMALL.assign(a=["x", "null", "y"]),
        SMALL.assign(b=["1", "2", "3"]),
    ],
    ids=["value", "name", "repeated row", "null against text", "type"],
)
def test_the_digest_of_a_frame_changes_with_its_content(other):
    assert opened(other).digest != opened(SMALL).digest


def test_an_empty_file_is_refused(tmp_path):
    (tmp_path / "empty.parquet").touch()
    assert refusal(tmp_path / "empty.parquet").code == "empty_file"
    (tmp_path / "header.csv").write_text("a,b\n")
    assert refusal(tmp_path / "header.csv").code == "no_rows"
    assert refusal(SMALL.iloc[:0]).code == "no_rows"


def test_a_text_file_called_parquet_is_refused(tmp_path):
    (tmp_path / "log.parquet").write_text("a,b\n1,2\n")
    error = refusal(tmp_path / "log.parquet")
    assert error.code == "not_parquet"
    assert error.where == "log.parquet"


def test_a_cut_off_parquet_file_is_refused(tmp_path):
    (tmp_path / "cut.parquet").write_bytes(REFERENCE.read_bytes()[:5000])
    error = refusal(tmp_path / "cut.parquet")
    assert error.code == "unreadable"
    assert str(tmp_path) not in error.sentence()


@pytest.mark.parametrize(
    "text",
    [b"a,b\n1,2\n1,2,3,4\n", b"a,b\n1,2\n3\n4,5\n", b"a,b\nx,caf\xe9\n"],
    ids=["too many", "too few", "latin-1"],
)
def test_a_csv_that_is_broken_inside_is_refused_without_telling_where_it_lies(tmp_path, text):
    (tmp_path / "log.csv").write_bytes(text)
    error = refusal(tmp_path / "log.csv")
    assert error.code == "unreadable"
    assert str(tmp_path) not in error.sentence()


def test_a_missing_file_and_a_folder_are_refused_without_telling_where_they_lie(tmp_path):
    missing, folder = refusal(tmp_path / "nowhere.parquet"), refusal(tmp_path)
    assert (missing.code, folder.code) == ("missing_file", "is_folder")
    assert str(tmp_path.parent) not in missing.sentence() + folder.sentence()


def test_duplicate_column_names_in_a_csv_are_refused(tmp_path):
    (tmp_path / "twice.csv").write_text("a;b;A\n1;2;3\n4;5;6\n")
    error = refusal(tmp_path / "twice.csv")
    assert error.code == "duplicate_columns"
    assert "a, A" in error.what


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_csv_keeps_every_row_whatever_its_delimiter_and_quoting(tmp_path, delimiter):
    SMALL.assign(a=[f"x{delimiter}y", 'say "no"', "two\nlines"]).to_csv(tmp_path / "log.csv", sep=delimiter)
    with open_table(tmp_path / "log.csv") as source:
        assert source.rows == 3
        assert source.select("select a from muster_data")["a"].tolist() == [
            f"x{delimiter}y",
            'say "no"',
            "two\nlines",
        ]


def test_csv_files_of_different_delimiters_are_not_read_as_one_table(tmp_path):
    SMALL.to_csv(tmp_path / "1.csv")
    SMALL.to_csv(tmp_path / "2.csv", sep=";")
    assert refusal(str(tmp_path / "*.csv")).code == "mixed_formats"


def test_a_missing_column_names_its_neighbours():
    with open_table(REFERENCE) as source, pytest.raises(DataError) as caught:
        source.require("predicton")
    assert "prediction" in caught.value.what


def test_a_missing_column_is_told_with_the_data_that_have_it_not():
    from datetime import UTC, datetime

    from muster.evidence import run_check

    with pytest.raises(DataError) as caught:
        run_check("sampling", SMALL, now=datetime.now(UTC), protected=["a"], reference=SMALL.rename(columns={"a": "h"}))
    assert "reference" in caught.value.what
    assert "reference" in caught.value.sentence("zh")


def test_other_kinds_of_data_are_refused(tmp_path):
    (tmp_path / "book.xlsx").write_text("x")
    assert refusal(tmp_path / "book.xlsx").code == "unknown_format"
    assert refusal({"a": [1]}).code == "unknown_format"


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path):
    SMALL.to_csv(tmp_path / "log.csv", index=False)

    def rewrite(source):
        SMALL.head(2).to_csv(tmp_path / "log.csv", index=False)
        source.select("select count(*) as n from muster_data")

    with pytest.raises(DataError) as caught, open_table(tmp_path / "log.csv") as source:
        rewrite(source)
    assert caught.value.code == "changed"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_refusal_says_what_where_and_the_cure(language):
    error = EvidenceError("missing_column", "SEXX", of="data", nearest="SEX")
    assert "SEXX" in error.sentence(language)
    assert "SEX" in error.sentence(language)
    assert error.what
    assert error.cure


def test_the_evidence_room_does_not_load_its_engine_before_it_is_asked():
    code = "import muster, muster.evidence, sys; print([m for m in ('duckdb', 'numpy') if m in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


@pytest.mark.parametrize("extra", ["", ", 1 as file_row_number"])
def test_the_first_row_is_counted_over_all_files_in_their_order(tmp_path, extra):
    with duckdb.connect() as engine:
        for part, begin in (("a", 0), ("b", 1000), ("c", 2000)):
            rows = f"select range + {begin} as x{extra} from range(1000)"  # noqa: S608
            engine.execute(f"copy ({rows}) to '{tmp_path}/{part}.parquet' (format parquet)")
    with open_table(str(tmp_path / "*.parquet")) as table:
        assert table.first_rows(['"x" >= 1500', '"x" < 0', '"x" >= 0']) == [1501, None, 1]
        assert table.first_row('"x" = 2999') == 3000


def test_every_kind_of_frame_gives_the_same_rows_and_digest():
    table = pa.Table.from_pandas(SMALL)
    frame = pl.from_pandas(SMALL)
    kinds = [frame, frame.lazy(), table.to_reader(), dataset.dataset(table), table.to_batches()[0]]
    sources = [opened(each) for each in kinds]
    assert [each.kind for each in sources] == ["polars", "polars", "arrow", "arrow", "arrow"]
    assert {each.digest for each in sources} == {opened(SMALL).digest}


def test_a_file_and_a_frame_are_opened_side_by_side(tmp_path):
    SMALL.to_csv(tmp_path / "log.csv", index=False)
    with open_tables({"data": tmp_path / "log.csv", "reference": SMALL}) as tables:
        assert [table.rows for table in tables.values()] == [3, 3]


def test_a_polars_frame_is_read_without_pyarrow():
    code = (
        "import sys; sys.modules['pyarrow'] = None\n"
        "import polars as pl\nfrom muster.evidence.source import open_table\n"
        "with open_table(pl.DataFrame({'a': [1, 2]})) as table: print(table.rows)"
    )
    path = {"PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    shown = subprocess.run([sys.executable, "-c", code], env=path, capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "2"


def test_a_duckdb_relation_is_asked_by_its_own_connection():
    with duckdb.connect() as connection:
        connection.register("small", SMALL)
        with open_table(connection.sql("select * from small where b > 1")) as table:
            assert (table.kind, table.rows, table.digest_of) == ("relation", 2, "fingerprint")
            digest = table.digest_over({})
        with open_table(connection.sql("select * from small where b > 1 order by b desc")) as table:
            assert table.digest_over({}) == digest
        with open_table(connection.sql("select * from small")) as table:
            assert table.digest_over({}) != digest
        assert refusal(connection.sql("select * from small where b > 9")).code == "no_rows"
        left = connection.execute("select view_name from duckdb_views() where view_name like 'muster%'").fetchall()
        assert left == []


def test_a_parquet_file_that_is_damaged_in_the_middle_is_refused_by_its_name(tmp_path):
    whole = bytearray(REFERENCE.read_bytes())
    middle = len(whole) // 2
    whole[middle - 20_000 : middle + 20_000] = bytes(40_000)
    (tmp_path / "damaged.parquet").write_bytes(whole)
    with open_table(tmp_path / "damaged.parquet") as table, pytest.raises(DataError) as caught:
        table.ask(Plan({name: f"max({quote(name)})" for name in table.columns}))
    assert caught.value.where == "damaged.parquet"
    assert str(tmp_path) not in caught.value.sentence()


def test_a_pattern_that_finds_nothing_is_refused(tmp_path):
    error = refusal(str(tmp_path / "*.parquet"))
    assert error.code == "missing_file"
    assert str(tmp_path) not in error.sentence()
