"""Results of other tools: read as they are, marked as imported, never as proof that was computed here."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from muster.core.canonical import Frozen
from muster.core.figures import Figure
from muster.evidence.check import Definition
from muster.evidence.errors import DataError
from muster.evidence.result import CheckResult, Data, environment

CHECK = "imported_quality"
NOT_TOLD = "not told"
_MOST_PLACES = 80


class ImportedRule(Frozen):
    """One rule as its tool reports it: violations of `n` rows, where the tool says so."""

    rule: str
    column: str
    failed: bool
    violations: int | None = None
    n: int | None = None
    not_estimable: str = ""


class Imported(Frozen):
    """The rules of one file of results; `only_failed`: the tool lists no rule that held."""

    tool: str
    tool_version: str
    only_failed: bool
    rules: tuple[ImportedRule, ...]


def read_results(path: str | Path, *, now: datetime, tool_version: str = NOT_TOLD) -> CheckResult:
    """Read a result file of pandera, Great Expectations or pointblank as a result of the check ``imported_quality``.

    Its data are the file itself: the digest of its bytes. pandera and pointblank do not write their version into the
    file: hand it over as `tool_version`. pandera lists only the rules that failed.

    Raises:
        DataError: if the file cannot be read (with line and column), or none of the three has written it.
    """
    file = Path(path)
    try:
        content = file.read_bytes()
    except OSError as error:
        raise DataError("missing_file", file.name) from error
    try:
        found = json.loads(content)
    except ValueError as error:
        raise DataError("results_unreadable", file.name, reason=str(error)) from error
    try:
        imported = recognise(found)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        reason = f"{type(error).__name__} {error}"[:_MOST_PLACES]
        raise DataError("results_unknown", file.name, reason=reason) from error
    if imported.tool_version == NOT_TOLD:
        imported = imported.model_copy(update={"tool_version": tool_version})
    return _result(imported, content, now)


def recognise(found: Any) -> Imported:
    """Tell by its shape which tool wrote a result, and read it. Raises an ordinary error if it was none."""
    if isinstance(found, Mapping) and "results" in found:
        return _great_expectations(found)
    if isinstance(found, Mapping) and found and set(found) <= {"SCHEMA", "DATA"}:
        return _pandera_report(found)
    if isinstance(found, Sequence) and found and all(isinstance(each, Mapping) for each in found):
        if all("failure_case" in each for each in found):
            return _pandera_cases(found)
        return _pointblank(found)
    raise ValueError("no list of rules")


def _great_expectations(found: Mapping[str, Any]) -> Imported:
    rules = tuple(_expectation(each) for each in found["results"])
    if not rules:
        raise ValueError("no list of rules")
    version = str(found.get("meta", {}).get("great_expectations_version", NOT_TOLD))
    return Imported(tool="great_expectations", tool_version=version, only_failed=False, rules=rules)


def _expectation(each: Mapping[str, Any]) -> ImportedRule:
    config, result = each["expectation_config"], each.get("result") or {}
    told: dict[str, Any] = {
        "rule": str(config.get("type") or config["expectation_type"]),
        "column": _columns(config["kwargs"].get("column") or config["kwargs"].get("column_list")),
        "failed": not _boolean(each["success"]),
    }
    if (each.get("exception_info") or {}).get("raised_exception"):
        return ImportedRule(**{**told, "failed": True}, not_estimable="tool_failed")
    if result.get("unexpected_count") is None:
        return ImportedRule(**told, violations=int(told["failed"]), n=1)  # about the table: it holds or it does not
    looked = int(result["element_count"]) - int(result.get("missing_count") or 0)
    return ImportedRule(**told, violations=int(result["unexpected_count"]), n=looked)


def _pandera_cases(found: Sequence[Mapping[str, Any]]) -> Imported:
    counted = Counter((str(each["check"]), _columns(each["column"])) for each in found)
    rules = (ImportedRule(rule=rule, column=column, failed=True, violations=n) for (rule, column), n in counted.items())
    return Imported(tool="pandera", tool_version=NOT_TOLD, only_failed=True, rules=tuple(rules))


def _pandera_report(found: Mapping[str, Any]) -> Imported:
    entries = [entry for kind in found.values() for reasons in kind.values() for entry in reasons]
    rules = tuple(
        ImportedRule(
            rule=str(each["check"]), column=_columns(each["column"]), failed=True, not_estimable="rows_not_told"
        )
        for each in entries
    )
    if not rules:
        raise ValueError("no list of rules")
    return Imported(tool="pandera", tool_version=NOT_TOLD, only_failed=True, rules=rules)


def _pointblank(found: Sequence[Mapping[str, Any]]) -> Imported:
    rules = tuple(_step(each) for each in found)
    return Imported(tool="pointblank", tool_version=NOT_TOLD, only_failed=False, rules=rules)


def _step(each: Mapping[str, Any]) -> ImportedRule:
    rule, column = str(each["assertion_type"]), _columns(each["column"])
    if each.get("eval_error") or each["n"] is None:
        return ImportedRule(rule=rule, column=column, failed=True, not_estimable="tool_failed")
    failed = not _boolean(each["all_passed"])
    return ImportedRule(rule=rule, column=column, failed=failed, violations=int(each["n_failed"]), n=int(each["n"]))


def _result(imported: Imported, content: bytes, now: datetime) -> CheckResult:
    rules = imported.rules
    failed = sum(rule.failed for rule in rules)
    total = Figure(name="rules_total", value=float(len(rules)), n=len(rules))
    return CheckResult(
        check=CHECK,
        version="1",
        parameters={"kind": "imported", "tool": imported.tool, "tool_version": imported.tool_version,
                    "only_failed": imported.only_failed},
        data=Data(
            kind=f"imported from {imported.tool}",
            digest="sha256:" + sha256(content).hexdigest(),
            digest_of="bytes",
            rows=max((rule.n or 0 for rule in rules), default=0),
            columns={},
        ),
        figures=(
            Figure(name="rules_failed", value=float(failed), n=len(rules)),
            *(() if imported.only_failed else (total,)),
            *(_violations(rule) for rule in rules),
        ),
        groups=(),
        statistics=imported.model_dump(mode="json"),
        definitions=_definitions(imported),
        query="",
        seed=None,
        environment={**environment(), imported.tool: imported.tool_version},
        started=now,
        finished=now,
    )  # fmt: skip


def _violations(rule: ImportedRule) -> Figure:
    value = None if rule.violations is None else float(rule.violations)
    return Figure(
        name=f"violations.{rule.rule}", value=value, n=rule.n or 0, group=rule.column,
        not_estimable=rule.not_estimable if value is None else "",
    )  # fmt: skip


def _definitions(imported: Imported) -> dict[str, Definition]:
    source = f"{imported.tool} {imported.tool_version}, imported: not computed by Muster"
    names = ["rules_failed", "rules_total", *(f"violations.{rule.rule}" for rule in imported.rules)]
    formula = "as the tool reports it" + ("; it lists only rules that failed" if imported.only_failed else "")
    return {name: Definition(formula=formula, source=source) for name in names}


def _columns(named: Any) -> str:
    if named is None:
        return ""
    return named if isinstance(named, str) else ", ".join(str(each) for each in named)


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError("success is neither true nor false")
    return value
