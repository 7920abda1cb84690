from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Use cases, models, versions."""

    name = "muster.server.registry"
    label = "registry"
