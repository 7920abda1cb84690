from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """People, roles, tokens, sign-in."""

    name = "muster.server.identity"
    label = "identity"

    def ready(self) -> None:
        """Let replay read the rows of this room."""
        from muster.server.identity import replay

        replay.register()
