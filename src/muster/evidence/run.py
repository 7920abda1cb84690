"""The front door: a check by its name, data of any kind, parameters -> a result."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from muster.core.canonical import Frozen
from muster.evidence.check import Check
from muster.evidence.errors import ParameterError, nearest
from muster.evidence.registry import load
from muster.evidence.result import CheckResult
from muster.evidence.source import open_source


def run_check(
    name: str,
    data: object,
    *,
    now: datetime,
    clock: Callable[[], datetime] | None = None,
    memory_limit: str = "512MB",
    **parameters: Any,
) -> CheckResult:
    """Run the installed check `name` on `data` and return its result.

    `data`: a path or pattern of Parquet or CSV files, a list of paths, a pandas DataFrame or an Arrow table.
    `now`: when the check starts, with a time zone; `clock`, if given, is asked once more at the end.
    `memory_limit`: what the engine may hold in memory; more is spilled to disk.

    Raises:
        EvidenceError: if the check could not run; it says what, where, and the cure.
    """
    check = load(name)
    asked = validate(check, parameters)
    with open_source(data, memory_limit=memory_limit) as source:
        result = check.run(source, asked, now=now)
    return result.model_copy(update={"finished": clock()}) if clock else result


def validate(check: Check, parameters: dict[str, Any]) -> Frozen:
    """Turn keyword arguments into the check's own parameters; an unknown one is refused by name."""
    known = check.parameters.model_fields
    for given in parameters:
        if given not in known:
            raise ParameterError("unknown_parameter", given, check=check.name, nearest=nearest(given, known))
    try:
        return check.parameters.model_validate(parameters)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or check.name
        raise ParameterError("invalid_parameter", where, check=check.name, reason=first["msg"]) from error
