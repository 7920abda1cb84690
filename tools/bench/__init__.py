"""The measuring bench, ``make bench``: each job beside its limit by hand and, with ``PEERS=1``, beside other tools."""
