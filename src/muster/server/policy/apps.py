from django.apps import AppConfig


class PolicyConfig(AppConfig):
    """Published frameworks."""

    name = "muster.server.policy"
    label = "policy"
