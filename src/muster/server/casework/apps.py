from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """What is known and decided of each use case."""

    name = "muster.server.casework"
    label = "casework"

    def ready(self) -> None:
        """Let replay read the rows of this room."""
        from muster.server.casework import replay

        replay.register()
