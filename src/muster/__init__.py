"""Muster: organisations govern their machine learning.

The few public names of the SDK are loaded when first used, so that ``import muster`` stays quick.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from muster.client import use_case as use_case

    __version__: str

__all__ = ["__version__", "use_case"]


def __getattr__(name: str) -> Any:
    """Load the SDK on first use of one of its names (PEP 562)."""
    if name == "__version__":
        from importlib.metadata import version

        return version("passmuster")
    if name == "use_case":
        from muster.client import use_case

        return use_case
    raise AttributeError(f"module 'muster' has no attribute {name!r}")
