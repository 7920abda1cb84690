"""Which framework is in force, and any published one by its digest."""

from functools import lru_cache

from muster.core.canonical import digest
from muster.core.framework import Framework
from muster.server.policy.models import FrameworkVersion


def current(framework_id: str = "") -> Framework | None:
    """Return the framework in force (of that id, if given; else the one published last), or None before the first."""
    row = current_row(framework_id)
    return None if row is None else by_digest(row.digest)


def current_row(framework_id: str = "") -> FrameworkVersion | None:
    """Return the row of the framework in force, without its content."""
    found = FrameworkVersion.objects.filter(current=True).defer("content").order_by("-published_at", "-id")
    return (found.filter(framework_id=framework_id) if framework_id else found).first()


@lru_cache(maxsize=64)
def by_digest(name: str) -> Framework:
    """Return the published framework with this digest; parsed once in a process, because it never changes.

    Raises:
        FrameworkVersion.DoesNotExist: when none of that digest was published.
        RuntimeError: when the stored text is not what its digest says: somebody changed it behind our back.
    """
    content = FrameworkVersion.objects.values_list("content", flat=True).get(digest=name)
    framework = Framework.model_validate_json(content)
    if digest(framework) != name:
        raise RuntimeError(f"the stored text of framework {name} was changed; restore it from a backup")
    return framework


def published() -> list[FrameworkVersion]:
    """Return every published version, newest first, without contents."""
    return list(FrameworkVersion.objects.defer("content").order_by("-published_at", "-id"))
