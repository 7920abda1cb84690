"""Which checks are installed: entry points of the group ``muster.checks``."""

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING

from muster.evidence.errors import UnknownCheck, nearest

if TYPE_CHECKING:
    from muster.evidence.check import Check

GROUP = "muster.checks"


@cache
def installed() -> tuple[str, ...]:
    """Return the names of the installed checks, without importing any of them; looked up once in a process."""
    return tuple(sorted(point.name for point in entry_points(group=GROUP)))


def origins() -> dict[str, str]:
    """Return the installed checks and the package that brings each, without importing any of them."""
    points = sorted(entry_points(group=GROUP), key=lambda point: point.name)
    return {point.name: point.dist.name if point.dist else "?" for point in points}


def load(name: str) -> "Check":
    """Import the check called `name`.

    Raises:
        UnknownCheck: if none of that name is installed, or what is installed is not a check of that name.
    """
    from muster.evidence.check import Check

    points: list[EntryPoint] = list(entry_points(group=GROUP, name=name))
    if not points:
        raise UnknownCheck("unknown_check", name, nearest=nearest(name, installed()))
    check = points[0].load()
    if not isinstance(check, Check) or check.name != name:
        raise UnknownCheck("not_a_check", name, object=points[0].value)
    return check
