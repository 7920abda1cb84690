"""What a check is: the protocol that checks of the house and checks of plugins share."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self, TypeAlias, runtime_checkable

from pydantic import Field

from muster.contract.evidence import GroupRow
from muster.core.canonical import Frozen
from muster.core.figures import Figure

if TYPE_CHECKING:  # the engine is not needed to know which checks there are
    from muster.evidence.plan import Answer, Request
    from muster.evidence.table import Table


class Parameters(Frozen):
    """What every check takes that draws a bootstrap: the level of the intervals, how many draws, the seed."""

    judged: ClassVar[Mapping[str, Any]] = {"level": True, "replicates": True, "seed": True}
    """What may change when stored statistics are judged again, as pydantic's ``exclude`` names it."""

    level: float = Field(default=0.95, gt=0.5, lt=1, description="The level of the intervals.")
    replicates: int = Field(
        default=1000, ge=0, le=100_000, description="How many times the bootstrap draws; 0 for none."
    )
    seed: int = Field(default=20_260, ge=0, le=2**53 - 1, description="The seed of the bootstrap.")


class Statistics(Frozen):
    """What a check keeps of the data: small, stored with the proof, enough to judge again without the data."""

    def merged(self, other: Self) -> Self:
        """Return the statistics of both data together: of two days, or of two shards.

        Raises:
            NotMergeable: if these two cannot be added up (another set of edges, for example); it says why.
        """
        raise NotImplementedError


class Definition(Frozen):
    """How a figure is computed, and where the definition comes from."""

    formula: str
    source: str


@dataclass(frozen=True)
class Findings:
    """What a check makes of its statistics."""

    figures: tuple[Figure, ...]
    groups: tuple[GroupRow, ...] = ()
    definitions: Mapping[str, Definition] = field(default_factory=dict)


Steps: TypeAlias = "Generator[Request | tuple[Request, ...], Answer, Any]"
"""Yields one request, or a tuple of them that are answered together; returns the `Statistics`."""


@runtime_checkable
class Check(Protocol):
    """A check, registered under the entry point group ``muster.checks`` by its name.

    `title` holds the name for people, by language (``en``, ``zh``). `inputs` names the data it takes, the first of
    them ``data``, and says whether each is needed. `parameters` and `statistics` are frozen models.
    """

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    @property
    def title(self) -> Mapping[str, str]: ...

    @property
    def inputs(self) -> Mapping[str, bool]: ...

    @property
    def parameters(self) -> type[Frozen]: ...

    @property
    def statistics(self) -> type[Statistics]: ...

    def measure(self, tables: "Mapping[str, Table]", parameters: Any) -> Steps:
        """Ask the data, and return the statistics. Nothing else of a check sees data."""
        ...

    def judge(self, statistics: Any, parameters: Any, *, now: datetime) -> Findings:
        """Turn statistics into figures: a pure function. `now` is when the check started; no check reads a clock."""
        ...
