import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from muster.server.home import find_home, read_or_create, write_atomically


def test_of_many_who_start_together_all_read_the_same_secret(tmp_path):
    path = tmp_path / "keys" / "secret"
    with ThreadPoolExecutor(16) as pool:
        seen = set(pool.map(lambda number: read_or_create(path, f"secret {number}"), range(64)))
    assert len(seen) == 1
    assert path.stat().st_mode & 0o777 == 0o600
    assert [item.name for item in path.parent.iterdir()] == ["secret"]


def test_a_secret_once_made_stays(tmp_path):
    path = tmp_path / "secret"
    assert read_or_create(path, "first") == read_or_create(path, "second") == "first"


def test_a_crash_while_writing_leaves_the_old_bytes(tmp_path, monkeypatch):
    path = tmp_path / "memory"
    write_atomically(path, b"old")

    def power_cut(descriptor):
        raise OSError("power cut")

    monkeypatch.setattr(os, "fsync", power_cut)
    with pytest.raises(OSError, match="power cut"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"


def test_the_home_is_for_its_owner_only(tmp_path, monkeypatch):
    monkeypatch.setenv("MUSTER_HOME", str(tmp_path / "home"))
    assert find_home().stat().st_mode & 0o777 == 0o700
