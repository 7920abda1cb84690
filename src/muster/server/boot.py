"""Make Django ready in a process that is not a web server: a command, a worker, an embedded instance."""

import os

import django
from django.apps import apps


def boot() -> None:
    """Choose the settings and load the rooms; a second call does nothing."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muster.server.settings")
    if not apps.ready:
        django.setup()


def migrate() -> None:
    """Bring the database to the schema of this release."""
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
