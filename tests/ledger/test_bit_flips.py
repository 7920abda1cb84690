"""Every single bit of an export of 300 entries, flipped one at a time, is refused with the place named.

Each flip is judged by a whole `verify_export`. Only one thing is remembered between flips: that the bytes of
an entry were verified before (a pure function of those bytes). All bits take about twenty minutes of CPU and
run in `make test-long`; every run takes all bits of the checkpoint and 3,000 seeded ones.
"""

import functools
import random

import pytest

from ledger.samples import KEY, entry, export, reader
from muster.ledger import verify

FILES = export([entry(number) for number in range(300)])
SHARDS = 16
SAMPLE = 3_000


@pytest.fixture
def remembered(monkeypatch):
    """Verify each entry's bytes once; failures are not remembered."""
    check = functools.lru_cache(maxsize=2_000)(lambda raw, keys: _verify_entry(raw, list(keys)))
    monkeypatch.setattr(verify, "verify_entry", lambda raw, keys: check(raw, tuple(keys)))


_verify_entry = verify.verify_entry


def entry_at(path, byte):
    """The index of the entry that the byte of a bundle belongs to (its length prefix is part of it)."""
    raw, at, number = FILES[path], 0, 256 if path.endswith(".p/44") else 0
    while True:
        at += 2 + int.from_bytes(raw[at : at + 2], "big")
        if byte < at:
            return number
        number += 1


def judge(path, bit):
    raw = bytearray(FILES[path])
    raw[bit // 8] ^= 1 << bit % 8
    files = FILES | {path: bytes(raw)}
    result = verify.verify_export(reader(files), [KEY.verifier], names=files)
    assert result.found, f"{path}: flipped bit {bit} was not noticed"
    first = result.problems[0]
    assert first.file == path
    if path.startswith("tile/entries"):
        assert first.entry == entry_at(path, bit // 8)
    elif path.startswith("tile/0"):
        assert first.entry == bit // 256 + (256 if path.endswith(".p/44") else 0)
    assert {item.file for item in result.problems} == {path}


def test_every_bit_of_the_checkpoint_counts():
    for bit in range(8 * len(FILES["checkpoint"])):
        judge("checkpoint", bit)


@pytest.mark.spec("J1")
@pytest.mark.usefixtures("remembered")
def test_three_thousand_bits_anywhere_count():
    chance = random.Random(300)  # noqa: S311 (a seed, so that a failure can be repeated)
    paths = sorted(FILES)
    sizes = [len(FILES[path]) for path in paths]
    for path in chance.choices(paths, sizes, k=SAMPLE):
        judge(path, chance.randrange(8 * len(FILES[path])))


@pytest.mark.long
@pytest.mark.usefixtures("remembered")
@pytest.mark.parametrize("shard", range(SHARDS))
def test_every_bit_counts(shard):
    bits = [(path, bit) for path in sorted(FILES) for bit in range(8 * len(FILES[path]))]
    for path, bit in bits[shard::SHARDS]:
        judge(path, bit)
