"""What a lint rule says about one place of a framework."""

from typing import NamedTuple

from muster.core.problem import Severity
from muster.core.tree import Path


class Complaint(NamedTuple):
    """`rule` finds fault with what stands at `path`; `hint` says what to do about it."""

    rule: str
    path: Path
    message: str
    hint: str = ""
    severity: Severity = "error"
