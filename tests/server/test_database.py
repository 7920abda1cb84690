from pathlib import Path

import pytest

from muster.server.database import database_settings

HOME = Path("/home/of/muster")


@pytest.mark.spec("L1")
@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("", "/home/of/muster/db.sqlite3"),
        ("/data/muster.sqlite3", "/data/muster.sqlite3"),
        ("sqlite:///data/muster.sqlite3", "/data/muster.sqlite3"),
    ],
)
def test_sqlite_commits_are_on_disk_and_writers_take_their_turn(url, name):
    found = database_settings(url, HOME)
    assert found["NAME"] == name
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "synchronous=FULL" in found["OPTIONS"]["init_command"]
    assert found["OPTIONS"]["timeout"] == 20


@pytest.mark.spec("L1")
def test_one_setting_names_a_postgresql_database():
    found = database_settings("postgres://mu%40s:p%2Fw@db.example:5433/muster?sslmode=require", HOME)
    named = [found[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")]
    assert named == ["muster", "mu@s", "p/w", "db.example", "5433"]
    assert found["OPTIONS"]["sslmode"] == "require"


def test_another_database_is_refused_with_what_is_possible():
    with pytest.raises(ValueError, match="use postgres://"):
        database_settings("mysql://db.example/muster", HOME)
