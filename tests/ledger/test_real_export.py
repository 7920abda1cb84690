"""The ledger of the living example, taken away and damaged: whichever of 10,000 bits was flipped, it is located."""

import functools
import random
from pathlib import Path

import pytest

from muster.ledger import verify
from muster.ledger.keys import VerifierKey

pytestmark = [pytest.mark.spec("J1")]
BITS = 10_000


@pytest.fixture(scope="module")
def export(living, tmp_path_factory):
    folder = tmp_path_factory.mktemp("export") / "history"
    assert living.muster("ledger", "export", str(folder)).returncode == 0
    key = VerifierKey.from_text(living.muster("ledger", "key").stdout.strip())
    return {str(p.relative_to(folder)): p.read_bytes() for p in Path(folder).rglob("*") if p.is_file()}, key


def judge(files, key):
    def read(path):
        if path not in files:
            raise FileNotFoundError(path)
        return files[path]

    return verify.verify_export(read, [key], names=files)


def test_as_exported_it_verifies(export):
    files, key = export
    assert not judge(files, key).found


def test_a_flipped_bit_anywhere_is_refused_with_its_file_named(export, monkeypatch):
    files, key = export
    plain = verify.verify_entry
    known = functools.lru_cache(maxsize=4_000)(lambda raw, keys: plain(raw, list(keys)))
    monkeypatch.setattr(verify, "verify_entry", lambda raw, keys: known(raw, tuple(keys)))
    places = [(path, bit) for path, raw in sorted(files.items()) for bit in range(8 * len(raw))]
    for path, bit in random.Random(20_260).sample(places, BITS):  # noqa: S311 # seeded, to be repeated
        damaged = bytearray(files[path])
        damaged[bit // 8] ^= 1 << bit % 8
        problems = judge({**files, path: bytes(damaged)}, key).problems
        assert problems, f"{path}: flipped bit {bit} was not noticed"
        assert problems[0].file == path
