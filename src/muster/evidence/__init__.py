"""Proof that is computed: a plan, one aggregation where the data lies, figures with intervals.

The names below load DuckDB and numpy when first used, so that ``import muster`` stays quick.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from muster.evidence.errors import EvidenceError as EvidenceError
    from muster.evidence.registry import installed as installed
    from muster.evidence.result import CheckResult as CheckResult
    from muster.evidence.result import statement as statement
    from muster.evidence.run import Asked as Asked
    from muster.evidence.run import judge_again as judge_again
    from muster.evidence.run import merge as merge
    from muster.evidence.run import run_check as run_check
    from muster.evidence.run import run_checks as run_checks
    from muster.evidence.warehouse.address import Postgres as Postgres
    from muster.evidence.warehouse.address import Spark as Spark

__all__ = [
    "Asked",
    "CheckResult",
    "EvidenceError",
    "Postgres",
    "Spark",
    "installed",
    "judge_again",
    "merge",
    "run_check",
    "run_checks",
    "statement",
]

_HOME = {
    "Asked": "run",
    "CheckResult": "result",
    "EvidenceError": "errors",
    "Postgres": "warehouse.address",
    "Spark": "warehouse.address",
    "installed": "registry",
    "judge_again": "run",
    "merge": "run",
    "run_check": "run",
    "run_checks": "run",
    "statement": "result",
}


def __getattr__(name: str) -> Any:
    """Load one of the public names on first use (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module 'muster.evidence' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"muster.evidence.{_HOME[name]}"), name)
