from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """Permits and deployments."""

    name = "muster.server.operations"
    label = "operations"
