from django.apps import AppConfig


class JobsConfig(AppConfig):
    """The queue and its workers."""

    name = "muster.server.jobs"
    label = "jobs"
