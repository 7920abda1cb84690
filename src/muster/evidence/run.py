"""The front door: a check by its name, data of any kind, parameters -> a result.

Checks that run together share their scans: what they ask of the same table in the same step is asked once.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from pydantic import ValidationError

from muster.core.canonical import Frozen
from muster.evidence.check import Check, Findings, Statistics, Steps
from muster.evidence.errors import Cancelled, DataError, NotMergeable, ParameterError, nearest
from muster.evidence.plan import Answer, Request
from muster.evidence.registry import load
from muster.evidence.result import CheckResult, Data, describe_data, environment
from muster.evidence.sharing import answer_together
from muster.evidence.source import open_tables
from muster.evidence.table import Table
from muster.evidence.watch import Progress, watch


@dataclass(frozen=True)
class Asked:
    """One check of several that run together: its name (or the check itself) and its parameters."""

    check: str | Check
    parameters: Mapping[str, Any] = field(default_factory=dict)


def run_check(
    name: str | Check,
    data: object,
    *,
    now: datetime,
    clock: Callable[[], datetime] | None = None,
    memory_limit: str = "512MB",
    threads: int | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    **given: Any,
) -> CheckResult:
    """Run the installed check `name` (or a check itself) on `data` and return its result.

    `data`: a path or pattern of Parquet or CSV files, a list of paths, a pandas DataFrame or an Arrow table.
    `given`: the check's parameters, and its other inputs (``reference=``) by their names.
    `now`: when the check starts, with a time zone; `clock`, if given, is asked once more at the end.
    `memory_limit`: what the engine may hold in memory; more is spilled to disk.
    `progress` is called with the share that is done (0 to 1, None where unknown) and a word; `cancelled` is asked
    several times a second and stops the engine.

    Raises:
        EvidenceError: if the check could not run; it says what, where, and the cure.
    """
    check = load(name) if isinstance(name, str) else name
    inputs = {each: given.pop(each) for each in list(given) if each in check.inputs and each != "data"}
    (result,) = run_checks(
        [Asked(check, given)],
        data,
        now=now,
        clock=clock,
        memory_limit=memory_limit,
        threads=threads,
        progress=progress,
        cancelled=cancelled,
        **inputs,
    )
    return result


def run_checks(
    asked: Sequence[Asked],
    data: object,
    *,
    now: datetime,
    clock: Callable[[], datetime] | None = None,
    memory_limit: str = "512MB",
    threads: int | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    **inputs: object,
) -> tuple[CheckResult, ...]:
    """Run several checks on the same data, sharing their scans, and return their results in order.

    Arguments and errors as for `run_check`; `inputs` are the further data sets by name.
    """
    ready = [_prepare(each) for each in asked]
    given = {"data": data, **{name: value for name, value in inputs.items() if value is not None}}
    for check, _ in ready:
        _refuse_inputs(check, given, [other for other, _ in ready])
    with (
        open_tables(given, memory_limit=memory_limit, threads=threads) as tables,
        watch(tables, progress, cancelled),
    ):
        runs = [_Run(check, parameters, tables) for check, parameters in ready]
        _drive(runs, tables)
        results = tuple(run.result(now) for run in runs)
    finished = clock() if clock else now
    return tuple(result.model_copy(update={"finished": finished}) for result in results)


def merge(results: Sequence[CheckResult]) -> CheckResult:
    """Merge the results of one check over several data sets (days, shards) into the result over all of them.

    Raises:
        NotMergeable: if they are of different checks or parameters, of the same file, or their statistics cannot be
            added up.
    """
    first, *rest = results
    check, merged = load(first.check), first
    for other in rest:
        if (other.check, other.version, other.parameters) != (first.check, first.version, first.parameters):
            raise NotMergeable("other_parameters", other.check)
        if other.inputs.keys() != first.inputs.keys():
            raise NotMergeable("other_inputs", other.check)
        if merged.data.shares_files(other.data):
            raise NotMergeable("same_data", other.check)
        together = _statistics(check, merged).merged(_statistics(check, other))
        merged = merged.model_copy(
            update={
                "statistics": together.model_dump(mode="json"),
                "data": merged.data.merged(other.data),
                "inputs": {name: part.beside(other.inputs[name]) for name, part in merged.inputs.items()},
                "started": min(merged.started, other.started),
                "finished": max(merged.finished, other.finished),
            }
        )
    return judge_again(merged)


def judge_again(result: CheckResult, **changed: Any) -> CheckResult:
    """Compute the figures again from the stored statistics, without the data; `changed` parameters are others.

    Only what the check judges by may change (`judged` of its parameters): the statistics were counted with the rest.

    Raises:
        ParameterError: for parameters that the check does not know, and for those that the data were counted with.
        DataError: for statistics of another version of the check, and for those that are none.
    """
    check = load(result.check)
    if result.version != check.version:
        raise DataError("other_version", result.check, made=result.version, installed=check.version)
    before = validate(check, result.parameters)
    parameters = validate(check, {**result.parameters, **changed})
    _refuse_measured(check, before, parameters)
    statistics = _statistics(check, result)
    try:
        with _all_finite(check):
            findings = check.judge(statistics, parameters, now=result.started)
    except (LookupError, ValueError, AssertionError, StopIteration) as error:
        raise DataError("statistics_unusable", result.check) from error
    return result.model_copy(
        update={
            "parameters": parameters.model_dump(mode="json"),
            "figures": findings.figures,
            "groups": findings.groups,
            "definitions": dict(findings.definitions),
            "environment": result.environment | environment(),
        }
    )


def validate(check: Check, parameters: Mapping[str, Any]) -> Frozen:
    """Turn keyword arguments into the check's own parameters; an unknown one is refused by name."""
    known = check.parameters.model_fields
    for given in parameters:
        if given not in known:
            near = nearest(given, [*known, *(name for name in check.inputs if name != "data")])
            raise ParameterError("unknown_parameter", given, check=check.name, nearest=near)
    try:
        return check.parameters.model_validate(dict(parameters))
    except ValidationError as error:
        mistakes = _mistakes(error)
        path, reason = mistakes[0]
        where = ".".join(str(part) for part in path) or check.name
        raise ParameterError("invalid_parameter", where, check=check.name, reason=reason, mistakes=mistakes) from error


def _mistakes(error: ValidationError) -> list[tuple[tuple[str | int, ...], str]]:
    """Return where each mistake is, and what; a list is not also too short for the wrong items in it."""
    found = [(tuple(each["loc"]), each["msg"], each["type"]) for each in error.errors()]
    inner = [path for path, _, _ in found]
    return [
        (path, message.removeprefix("Value error, ").replace("valid tuple", "valid list"))
        for path, message, kind in found
        if kind != "too_short" or not any(len(other) > len(path) and other[: len(path)] == path for other in inner)
    ]


class _Run:
    """One check under way: what it asked, what it waits for, its statistics in the end."""

    def __init__(self, check: Check, parameters: Frozen, tables: Mapping[str, Table]) -> None:
        self.check = check
        self.parameters = parameters
        self.tables = {name: table for name, table in tables.items() if name in check.inputs}
        self.queries: list[str] = []
        self.statistics: Statistics | None = None
        self.waiting: tuple[Request, ...] = ()
        self._single = False
        self._steps: Steps = check.measure(self.tables, parameters)
        self.go_on(None)

    def go_on(self, answer: Answer) -> None:
        """Hand over the answers of a step and take the next requests, or the statistics."""
        try:
            with _all_finite(self.check):
                asked = self._steps.send(answer)
                while asked == ():  # a step that has nothing to ask
                    asked = self._steps.send(())
        except StopIteration as stop:
            self.waiting, self.statistics = (), stop.value
            return
        self._single = not isinstance(asked, tuple)
        self.waiting = asked if isinstance(asked, tuple) else (asked,)
        self.queries += [self.tables[request.table].sql(request) for request in self.waiting]

    def receive(self, answers: tuple[Answer, ...]) -> None:
        """Hand over the answers in the shape in which they were asked for."""
        self.go_on(answers[0] if self._single else answers)

    def result(self, now: datetime) -> CheckResult:
        """Return the result: the judgement of the statistics, and all that is needed to repeat it."""
        assert self.statistics is not None
        with _all_finite(self.check):
            findings = self.check.judge(self.statistics, self.parameters, now=now)
        asked = "".join(self.queries)
        data: dict[str, Data] = {name: describe_data(table, asked) for name, table in self.tables.items()}
        engine = {name: version for table in self.tables.values() for name, version in table.engine.items()}
        return CheckResult(
            check=self.check.name,
            version=self.check.version,
            parameters=self.parameters.model_dump(mode="json"),
            data=data.pop("data"),
            inputs=data,
            figures=findings.figures,
            groups=findings.groups,
            statistics=self.statistics.model_dump(mode="json"),
            definitions=dict(findings.definitions),
            query=";\n\n".join(self.queries),
            seed=getattr(self.parameters, "seed", None) if _is_drawn(findings) else None,
            environment=environment() | engine,
            started=now,
            finished=now,
        )


def _drive(runs: Sequence[_Run], tables: Mapping[str, Table]) -> None:
    while waiting := [run for run in runs if run.waiting]:
        answers = answer_together(tables, [request for run in waiting for request in run.waiting])
        for run in waiting:
            several = len(run.waiting)
            run.receive(tuple(answers[:several]))
            del answers[:several]


@contextmanager
def _all_finite(check: Check) -> Iterator[None]:
    """Refuse data whose sums or figures are beyond what a double holds."""
    try:
        with np.errstate(over="ignore", invalid="ignore"):  # refused below, once
            yield
    except OverflowError as error:
        raise DataError("overflow", check.name) from error
    except ValidationError as error:
        if all(each["type"] == "finite_number" for each in error.errors()):
            raise DataError("overflow", check.name) from error
        raise


def _prepare(asked: Asked) -> tuple[Check, Frozen]:
    check = load(asked.check) if isinstance(asked.check, str) else asked.check
    return check, validate(check, asked.parameters)


def _refuse_inputs(check: Check, given: Mapping[str, object], together: Sequence[Check]) -> None:
    for name, needed in check.inputs.items():
        if needed and given.get(name) is None:
            raise DataError("missing_input", name, check=check.name)
    for name in given:
        if not any(name in other.inputs for other in together):
            raise ParameterError("unknown_parameter", name, check=check.name, nearest=nearest(name, check.inputs))


def _refuse_measured(check: Check, before: Frozen, after: Frozen) -> None:
    """Refuse to state a parameter that the stored counts were not made with."""
    judged = getattr(check.parameters, "judged", None) or {}
    counted, asked = (each.model_dump(mode="json", exclude=dict(judged)) for each in (before, after))
    for name, value in counted.items():
        if asked[name] != value:
            free = ", ".join(judged) or "-"
            raise ParameterError("measured_parameter", name, check=check.name, free=free)


def _is_drawn(findings: Findings) -> bool:
    return any("bootstrap" in figure.interval for figure in findings.figures)


def _statistics(check: Check, result: CheckResult) -> Statistics:
    try:
        return check.statistics.model_validate(result.statistics)
    except ValidationError as error:
        raise DataError("statistics_unusable", result.check) from error


__all__ = ["Asked", "Cancelled", "judge_again", "merge", "run_check", "run_checks", "validate"]
