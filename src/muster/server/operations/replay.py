"""How replay reads permits and deployments."""

from muster.server.casework.replay import reader
from muster.server.journal.replay import register_digests
from muster.server.operations.models import Deployment, Permit


def register() -> None:
    """Register both kinds of rows."""
    for model in (Permit, Deployment):
        register_digests(model._meta.label, reader(model))
