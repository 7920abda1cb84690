import json
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from typer.testing import CliRunner

from ledger.samples import KEY, OTHER_KEY, entry, export
from muster.cli.nouns import build_app

VKEY = KEY.verifier.to_text()
FILES = export([entry(number) for number in range(300)])


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("MUSTER_LANG", "en")


@pytest.fixture
def folder(tmp_path):
    for name, raw in FILES.items():
        path = tmp_path / "export" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
    return tmp_path / "export"


@pytest.fixture
def address(folder):
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_args):
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def verify(place, *options, key=VKEY):
    return CliRunner().invoke(build_app(), ["ledger", "verify", str(place), "--key", str(key), *options])


@pytest.mark.spec("J1")
def test_a_folder_is_verified_with_the_key_as_text_or_file(folder, tmp_path):
    (tmp_path / "key").write_text(VKEY + "\n")
    for key in (VKEY, tmp_path / "key"):
        result = verify(folder, key=key)
        assert result.exit_code == 0
        assert result.output.startswith(f"Verified: {KEY.name}, 300 entries, 300 entry signatures")


def test_an_address_is_verified_and_says_what_it_cannot_see(address):
    result = verify(address)
    assert result.exit_code == 0
    assert "files that do not belong would not show" in result.output


def test_a_changed_byte_is_refused_with_its_place_and_a_cure(folder, address):
    path = folder / "tile/entries/001.p/44"
    raw = bytearray(path.read_bytes())
    raw[5] ^= 1
    path.write_bytes(raw)
    for place in (folder, address):
        result = verify(place)
        assert result.exit_code == 1
        assert "tile/entries/001.p/44, entry 256: the entry is not the one that was recorded" in result.output
        assert "ask for a fresh export" in result.output


def test_missing_and_extra_files_are_refused(folder):
    (folder / "tile/0/000").unlink()
    (folder / "notes.txt").write_text("hello")
    result = verify(folder, "--json")
    found = [(item["flaw"], item["file"]) for item in json.loads(result.output)["problems"]]
    assert result.exit_code == 1
    assert found == [("missing", "tile/0/000"), ("extra", "notes.txt")]


def test_a_file_where_a_folder_belongs_counts_as_missing(folder):
    (folder / "tile/entries/001.p/44").unlink()
    (folder / "tile/entries/001.p").rmdir()
    (folder / "tile/entries/001.p").write_text("")
    result = verify(folder, "--json")
    assert [item["flaw"] for item in json.loads(result.output)["problems"]] == ["missing", "extra"]


def test_json_tells_the_same(folder):
    answer = json.loads(verify(folder, "--json").output)
    assert answer["verified"] is True
    assert (answer["size"], answer["signatures"], answer["problems"]) == (300, 300, [])


def test_another_key_is_refused(folder):
    result = verify(folder, key=OTHER_KEY.verifier.to_text())
    assert result.exit_code == 1
    assert "compare the key" in result.output


def test_many_problems_are_shortened(folder):
    (folder / "tile/entries/000").write_bytes(FILES["tile/entries/000"].replace(b'"sig":"', b'"sig": '))
    result = verify(folder)
    assert "Refused: 256 problem(s)." in result.output
    assert "and 236 more" in result.output


def test_what_cannot_be_read_is_not_called_refused(folder, tmp_path):
    (folder / "checkpoint").unlink()
    (folder / "checkpoint").mkdir()
    for place in (tmp_path / "nowhere", folder, "http://127.0.0.1:9", "http://[broken"):
        result = verify(place)
        assert result.exit_code == 2
        assert "could not be read" in result.output


@pytest.mark.parametrize("key", ["no-such-file", "a+b+c", VKEY[:-4]])
def test_what_is_not_a_key_ends_with_status_2_and_the_cure(folder, key):
    result = verify(folder, key=key)
    assert result.exit_code == 2
    assert "not a verifier key" in result.output
    assert "name+id+base64" in result.output


def test_the_same_is_said_in_chinese(folder, monkeypatch):
    monkeypatch.setenv("MUSTER_LANG", "zh_CN.UTF-8")
    assert verify(folder).output.startswith("验证通过：")
    (folder / "tile/0/000").unlink()
    result = verify(folder)
    assert "缺少该文件" in result.output
    assert "请勿依赖此副本" in result.output
