"""What a check is: the protocol that checks of the house and checks of plugins share."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from pydantic import Field

from muster.core.canonical import Frozen

if TYPE_CHECKING:  # the engine is not needed to know which checks there are
    from muster.evidence.result import CheckResult
    from muster.evidence.source import Source


class Parameters(Frozen):
    """What every check takes: the level of the intervals, and how the bootstrap is drawn."""

    level: float = Field(default=0.95, gt=0.5, lt=1)
    replicates: int = Field(default=1000, ge=100, le=100_000)
    seed: int = Field(default=20_260, ge=0, le=2**53 - 1)


@runtime_checkable
class Check(Protocol):
    """A check, registered under the entry point group ``muster.checks`` by its name.

    `title` holds the name for people, by language (``en``, ``zh``); `parameters` is the frozen model of what
    it takes.
    """

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> Mapping[str, str]: ...

    @property
    def parameters(self) -> type[Frozen]: ...

    def run(self, source: "Source", parameters: Any, *, now: datetime) -> "CheckResult":
        """Compute the result. `now` is the time handed in by the caller; no check reads a clock."""
        ...
