from django.apps import AppConfig


class JournalConfig(AppConfig):
    """The ledger on the database."""

    name = "muster.server.journal"
    label = "journal"
