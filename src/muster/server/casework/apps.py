from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """What is known and decided of each use case."""

    name = "muster.server.casework"
    label = "casework"
