from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """People, roles, tokens, sign-in."""

    name = "muster.server.identity"
    label = "identity"
