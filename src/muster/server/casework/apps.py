from typing import Any

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """What is known and decided of each use case."""

    name = "muster.server.casework"
    label = "casework"

    def ready(self) -> None:
        """Let replay read the rows of this room, and lists follow a change of roles."""
        from django.db.models.signals import post_save

        from muster.server.casework import replay
        from muster.server.identity.models import RoleGrant

        replay.register()
        post_save.connect(_outdate, sender=RoleGrant, dispatch_uid="standings depend on who holds which role")


def _outdate(instance: Any, **_: Any) -> None:
    """A role that was given or ended changes where use cases stand; the room below cannot know that."""
    from muster.server.casework.actions.standing import outdate

    outdate(instance.use_case)
