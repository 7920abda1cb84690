"""What a check hands over: figures, groups, the counts behind them, and all that is needed to repeat it."""

import json
import platform
from collections.abc import Mapping
from datetime import datetime
from importlib.metadata import version
from typing import Any, Literal

import duckdb
import numpy as np
from pydantic import JsonValue

from muster.contract.evidence import GroupRow
from muster.core.canonical import Frozen
from muster.core.figures import Figure
from muster.evidence.source import Source

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "urn:passmuster:evidence:1"


class Data(Frozen):
    """Which data were read: never where they lie.

    `digest_of` is ``bytes`` for files and ``rows`` for frames; `columns` maps columns used to types.
    """

    kind: Literal["parquet", "csv", "dataframe", "arrow"]
    digest: str
    digest_of: Literal["bytes", "rows"]
    rows: int
    columns: dict[str, str]


class Definition(Frozen):
    """How a figure is computed, and where the definition comes from."""

    formula: str
    source: str


class CheckResult(Frozen):
    """The result of one check: facts only; whether they are good enough is for the framework to say."""

    check: str
    version: str
    parameters: dict[str, JsonValue]
    data: Data
    figures: tuple[Figure, ...]
    groups: tuple[GroupRow, ...]
    statistics: dict[str, JsonValue]
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
    named = {"data": result.data.digest, **(subjects or {})}
    return {
        "_type": STATEMENT_TYPE,
        "subject": [
            {"name": name, "digest": {"sha256": digest.removeprefix("sha256:")}} for name, digest in named.items()
        ],
        "predicateType": PREDICATE_TYPE,
        "predicate": result.model_dump(mode="json"),
    }


def describe_data(source: Source, used: tuple[str, ...]) -> Data:
    """Describe the source as far as a result may tell: digest, size and the columns that were used."""
    return Data(
        kind=source.kind,
        digest=source.digest,
        digest_of=source.digest_of,
        rows=source.rows,
        columns={name: source.columns[name] for name in used},
    )


def environment() -> dict[str, str]:
    """Return the versions of what computed the figures."""
    return {
        "python": platform.python_version(),
        "muster": version("passmuster"),
        "duckdb": duckdb.__version__,
        "numpy": np.__version__,
    }
