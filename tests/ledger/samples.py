"""Keys, statements and exported ledgers that several tests use."""

import functools
import hashlib

from muster.ledger.checkpoint import Checkpoint, sign_checkpoint
from muster.ledger.entry import PredicateType, make_statement, sign_statement
from muster.ledger.keys import SigningKey
from muster.ledger.log import export_files
from muster.ledger.merkle import leaf_hash, root

ORIGIN = "ledger.example/decisions"
KEY = SigningKey(ORIGIN, bytes(range(32)))
OTHER_KEY = SigningKey(ORIGIN, bytes(32))


@functools.cache
def entry(number, key=KEY):
    digest = hashlib.sha256(b"%d" % number).hexdigest()
    return sign_statement(make_statement({"s": digest}, PredicateType.ACT, {"n": number}), [key])


def sign(entries, key=KEY):
    tree = root([leaf_hash(item) for item in entries])
    return sign_checkpoint(Checkpoint(key.name, len(entries), tree), key)


def export(entries, key=KEY):
    return dict(export_files(entries, sign(entries, key)))


def reader(files):
    def read(path):
        if path not in files:
            raise FileNotFoundError(path)
        return files[path]

    return read


def plain(size):
    """The entries of the golden logs: ``entry 0\\n``, ``entry 1\\n``, ..."""
    return [b"entry %d\n" % number for number in range(size)]
