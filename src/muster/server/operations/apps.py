from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """Permits and deployments."""

    name = "muster.server.operations"
    label = "operations"

    def ready(self) -> None:
        """Let replay read the rows of this room."""
        from muster.server.operations import replay

        replay.register()
