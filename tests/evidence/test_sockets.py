"""Files and frames are checked without a socket: nothing is fetched, nothing is told."""

import socket
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from engine_cases import CASES, NOW, make_table
from muster.evidence import installed, run_check

WATCHED = """
import sys
opened = []
sys.addaudithook(lambda event, args: opened.append(event) if event.startswith("socket.") else None)
from engine_cases import CASES, make_table
frames = {"data": make_table(), "reference": make_table(8, 0.1), "parent": make_table(9).slice(0, 4000).select(["id"])}
for case in CASES.values():
    case.run(sys.argv[1], frames)
print(sorted(set(opened)))
"""


@pytest.fixture
def no_sockets(monkeypatch):
    def refused(*_args, **_kwargs):
        raise AssertionError("a check opened a socket")

    monkeypatch.setattr(socket, "socket", refused)
    monkeypatch.setattr(socket, "create_connection", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)


@pytest.mark.spec("F8")
def test_no_check_opens_a_socket(no_sockets):
    """Anomaly reads earlier results only, besides what profile reads of the data."""
    frames = {
        "data": make_table(),
        "reference": make_table(8, 0.1),
        "parent": make_table(9).slice(0, 4000).select(["id"]),
    }
    results = [case.run(frames["data"], frames) for case in CASES.values()]
    history = [run_check("profile", make_table(seed).slice(0, 500), now=NOW) for seed in range(3)]
    past = [each.model_dump(mode="json") for each in history]
    results.append(run_check("anomaly", frames["data"].slice(0, 500), now=NOW, history=past, at_least=3))
    assert {result.check for result in results} == set(installed())


def test_no_python_code_asks_the_system_for_a_socket(tmp_path):
    file = tmp_path / "log.parquet"
    pq.write_table(make_table(), file)
    environment = {"PYTHONPATH": ":".join(p for p in sys.path if p), "PATH": "/usr/bin", "HOME": str(tmp_path)}
    command = [sys.executable, "-c", WATCHED, str(file)]
    shown = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


def test_the_engine_never_fetches_an_extension():
    from muster.evidence.duck import connect

    with connect("256MB", 1) as connection:
        asked = "select name, value from duckdb_settings() where name like 'auto%_known_extensions'"
        assert dict(connection.execute(asked).fetchall()) == {
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }


def test_the_engines_of_warehouses_are_not_loaded_for_files():
    code = (
        "import sys; from engine_cases import CASES, make_table; CASES['fairness'].run(make_table(), {});"
        "print([m for m in ('sqlglot', 'psycopg', 'pyspark', 'ibis', 'polars') if m in sys.modules])"
    )
    path = {"PYTHONPATH": f"{Path(__file__).parents[2] / 'src'}:{Path(__file__).parents[1]}"}
    shown = subprocess.run([sys.executable, "-c", code], env=path, capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
