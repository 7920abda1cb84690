"""What a check hands over: figures, groups, the counts behind them, and all that is needed to repeat it."""

import json
import platform
from collections.abc import Mapping
from datetime import datetime
from importlib.metadata import version
from typing import Any

import numpy as np
from pydantic import Field, JsonValue

from muster.contract.evidence import GroupRow
from muster.core.canonical import Frozen
from muster.core.canonical import digest as canonical_digest
from muster.core.figures import Figure
from muster.evidence.check import Definition
from muster.evidence.plan import quote
from muster.evidence.table import Table

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "urn:passmuster:evidence:1"


class Data(Frozen):
    """Which data were read: never where they lie.

    `digest_of` is ``bytes`` for files, ``rows`` for frames, ``fingerprint`` for tables elsewhere;
    `columns` maps names to types. `parts` holds the
    digests of what was merged, when the figures stand for several data sets together.
    """

    kind: str
    digest: str
    digest_of: str
    rows: int
    columns: dict[str, str]
    parts: tuple[str, ...] = ()

    @property
    def all_parts(self) -> tuple[str, ...]:
        """The digests of what the figures stand for: of the parts, or of these data alone."""
        return self.parts or (self.digest,)

    def merged(self, other: "Data") -> "Data":
        """Return the description of both together: its digest covers the digests of all parts, in any order."""
        parts = tuple(sorted((*self.all_parts, *other.all_parts)))
        return self.model_copy(
            update={
                "parts": parts,
                "digest": canonical_digest(list(parts)),
                "digest_of": "parts",
                "rows": self.rows + other.rows,
            }
        )

    def shares_files(self, other: "Data") -> bool:
        """Say whether a file is in both; frames of the same rows may be those of two quiet days."""
        apart = "rows" in {self.digest_of, other.digest_of}
        return not apart and not {*self.all_parts}.isdisjoint(other.all_parts)

    def beside(self, other: "Data") -> "Data":
        """Return what two results were held against: the same data once, different data together."""
        return self if self.digest == other.digest else self.merged(other)


class CheckResult(Frozen):
    """The result of one check: facts only; whether they are good enough is for the framework to say."""

    check: str
    version: str
    parameters: dict[str, JsonValue]
    data: Data
    inputs: dict[str, Data] = Field(default_factory=dict)
    figures: tuple[Figure, ...]
    groups: tuple[GroupRow, ...]
    statistics: dict[str, Any]  # dumped from a model: values need no second look
    definitions: dict[str, Definition]
    query: str
    seed: int | None
    environment: dict[str, str]
    started: datetime
    finished: datetime

    def figure(self, name: str, group: str | None = None) -> Figure:
        """Return the first figure of that name (and group, if given).

        Raises:
            KeyError: if there is none.
        """
        for figure in self.figures:
            if figure.name == name and group in {None, figure.group}:
                return figure
        raise KeyError(name)

    def to_json(self) -> str:
        """Return the result as indented JSON."""
        return json.dumps(self.model_dump(mode="json"), ensure_ascii=False, indent=2)


def statement(result: CheckResult, *, subjects: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return an in-toto Statement v1 about the data and `subjects` (name -> ``sha256:<hex>``).

    The predicate is the whole result; sign it in a DSSE envelope. Source: in-toto attestation framework, v1.
    """
    inputs = {name: data.digest for name, data in result.inputs.items()}
    named = {"data": result.data.digest, **inputs, **(subjects or {})}
    return {
        "_type": STATEMENT_TYPE,
        "subject": [
            {"name": name, "digest": {"sha256": digest.removeprefix("sha256:")}} for name, digest in named.items()
        ],
        "predicateType": PREDICATE_TYPE,
        "predicate": result.model_dump(mode="json"),
    }


def describe_data(table: Table, asked: str) -> Data:
    """Describe a table as far as a result may tell: digest, size, and the columns that the SQL in `asked` names."""
    read = {name: column for name, column in table.columns.items() if quote(name) in asked}
    return Data(
        kind=table.kind,
        digest=table.digest_over(read),
        digest_of=table.digest_of,
        rows=table.rows,
        columns={name: column.type for name, column in read.items()},
    )


def environment() -> dict[str, str]:
    """Return the versions of what computed the figures; the engine of the data adds its own."""
    return {"python": platform.python_version(), "muster": version("passmuster"), "numpy": np.__version__}
