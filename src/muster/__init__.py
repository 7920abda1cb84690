"""Muster: organisations govern their machine learning.

The few public names of the SDK are loaded when first used, so that ``import muster`` stays quick.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from muster.sdk import open_use_case as open_use_case
    from muster.sdk import use_case as use_case

    __version__: str

__all__ = ["__version__", "open_use_case", "use_case"]


def __getattr__(name: str) -> Any:
    """Load a public name on first use (PEP 562)."""
    if name == "__version__":
        from importlib.metadata import version

        return version("passmuster")
    if name in __all__:
        from muster import sdk

        return getattr(sdk, name)
    raise AttributeError(f"module 'muster' has no attribute {name!r}")
