"""The ledger: an append-only Merkle log in open formats, as pure functions.

Nothing here reads a clock, the environment, a random number or a file that was not handed in.
Formats: RFC 6962 and RFC 9162 (tree), C2SP signed-note, tlog-checkpoint, tlog-tiles and tlog-proof,
DSSE and in-toto Statement v1 (entries).
"""
