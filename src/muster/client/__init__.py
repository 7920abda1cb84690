"""The SDK: use cases, versions, checks and gates over the REST API.

Who hands in the connection decides where it leads: over HTTP, or into an embedded instance (`muster.embedded`).
"""

from muster.client.connection import Connection, connect
from muster.client.errors import CouldNotAskError, MusterError, NotFoundError, RefusedError
from muster.client.use_case import UseCase
from muster.client.verdict import ToldReason, Verdict
from muster.client.version import Version

__all__ = [
    "Connection",
    "CouldNotAskError",
    "MusterError",
    "NotFoundError",
    "RefusedError",
    "ToldReason",
    "UseCase",
    "Verdict",
    "Version",
    "connect",
]
