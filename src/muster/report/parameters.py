"""What fills a sentence: the parameters of a reason, put in words."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from muster.core.figures import Figure
from muster.core.framework import Framework
from muster.core.reasons import Reason
from muster.core.text import Language, say
from muster.report import dates, numbers
from muster.report.words import CHINESE, figure_name, join, name_measure, name_role, why_not, word

Words = dict[str, str]
Names = Mapping[str, str]

_FIGURE_FIELDS = ("value", "n", "group", "reference", "low", "high", "level", "interval")


def words_of(reason: Reason, framework: Framework | None, language: Language, names: Names | None = None) -> Words:
    """Return every parameter of a reason and its cure in words; `names` maps ids of people to names."""
    told = {**reason.cure.parameters, **reason.parameters}
    said = {name: _plain(value, language) for name, value in told.items()}
    said |= {
        "measure": name_measure(framework, reason.measure, language),
        "gate": str(told.get("gate") or reason.gate),
        "roles": join((name_role(framework, r, language) for r in reason.cure.roles), language, last="or") or "—",
        "proof": _proof(told, framework, language),
        "count": str(len(told.get("questions", ()))),
        "reasons": str(told.get("reasons", "")),
    }
    for name, put in _TRANSLATORS.items():
        if name in told:
            said[name] = put(told[name], framework, language)
    if "person" in told:
        said["person"] = (names or {}).get(str(told["person"]), str(told["person"])[:8])
    if "figure" in told:
        said |= _figure(told, language)
    return said


def _plain(value: Any, language: Language) -> str:
    if isinstance(value, list | tuple):
        return join(map(str, value), language)
    return str(value)


def _proof(told: Mapping[str, Any], framework: Framework | None, language: Language) -> str:
    kind = str(told.get("kind", ""))
    if kind == "computed" and told.get("check"):
        check = _check(told["check"], framework, language)
        return f"“{check}”检查结果" if language == CHINESE else f"result of the check {check}"
    return word("evidence_kind", kind, language)


def _check(value: Any, framework: Framework | None, language: Language) -> str:
    del framework, language
    return str(value)


def _role(value: Any, framework: Framework | None, language: Language) -> str:
    return name_role(framework, str(value), language)


def _floors(value: Any, framework: Framework | None, language: Language) -> str:
    floors = framework.floor_by_id if framework else {}
    return join((say(floors[f].reason, language) if f in floors else str(f) for f in value), language)


def _rule(value: Any, framework: Framework | None, language: Language) -> str:
    rules = {duty.id: duty for duty in framework.duties} if framework else {}
    return say(rules[value].rule, language) if value in rules else str(value)


def _activity(value: Any, framework: Framework | None, language: Language) -> str:
    rows = {row.id: row for row in framework.raci} if framework else {}
    return say(rows[value].name, language) if value in rows else str(value)


def _missing(value: Any, framework: Framework | None, language: Language) -> str:
    return join((_missing_one(str(item), framework, language) for item in value), language)


def _missing_one(item: str, framework: Framework | None, language: Language) -> str:
    if framework and item in framework.question_by_id:
        return say(framework.question_by_id[item].label, language)
    if framework and item in framework.role_by_id:
        return name_role(framework, item, language)
    return word("missing", item, language)


def _when(value: Any, framework: Framework | None, language: Language) -> str:
    del framework
    return dates.day(datetime.fromisoformat(str(value)), language)


def _of(section: str) -> Callable[[Any, Framework | None, Language], str]:
    return lambda value, _framework, language: word(section, str(value), language)


def _changed(value: Any, framework: Framework | None, language: Language) -> str:
    del framework
    if not value:
        return "内容" if language == CHINESE else "its content"
    return join((word("content", str(item), language) for item in value), language)


_TRANSLATORS: Mapping[str, Callable[[Any, Framework | None, Language], str]] = {
    "activity": _activity,
    "act": _of("permission"),
    "assurance": _of("assurance"),
    "assurance_asked": _of("assurance"),
    "at": _when,
    "changed": _changed,
    "check": _check,
    "floors": _floors,
    "kind": _of("evidence_kind"),
    "meaning": _of("meaning"),
    "missing": _missing,
    "role": _role,
    "rule": _rule,
    "until": _when,
}


def _figure(told: Mapping[str, Any], language: Language) -> Words:
    """The figure, whom it is about with n and interval, and the line it is held against."""
    given = {name: told[name] for name in _FIGURE_FIELDS if name in told}
    why = str(told.get("not_estimable", ""))
    said = {"figure": figure_name(str(told["figure"]), language), "about": _about(given, language)}
    said["why"] = why_not(why, language) if why else ""
    if given.get("value") is not None:
        shown = Figure.model_validate({"name": str(told["figure"]), "n": 0, **given})
        said["value"] = numbers.figure_value(shown)
    if "limit" in told:
        said["limit"] = numbers.limit(str(told["figure"]), float(told["limit"]))
        said["line"] = _line(told, language)
    return said


def _about(given: Mapping[str, Any], language: Language) -> str:
    group, reference, n = given.get("group", ""), given.get("reference", ""), given.get("n")
    size = "" if n is None else f"n = {numbers.count(n)}"
    if language == CHINESE:
        whom = f"{group}，对比 {reference}" if group and reference else group
        inside = "；".join(part for part in (whom, size) if part)
        return f"（{inside}）" if inside else ""
    whom = f"{group} against {reference}" if group and reference else group
    inside = "; ".join(part for part in (whom, size) if part)
    return f" ({inside})" if inside else ""


_ENDS: Mapping[str, tuple[str, str]] = {
    "low": ("low end of the interval", "以区间下限计"),
    "high": ("high end of the interval", "以区间上限计"),
}


def _line(told: Mapping[str, Any], language: Language) -> str:
    """Say which end of the interval is held against the line, where it is not the value itself."""
    end = _ENDS.get(str(told.get("use")))
    if end is None:
        return ""
    return f"（{end[1]}）" if language == CHINESE else f" ({end[0]})"
