"""Words for what the core knows by code, and the house's way of joining them."""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from muster.core.framework import Framework
from muster.core.text import Language, say
from muster.evidence.words import REASONS

CHINESE: Language = "zh-Hans"
LANGUAGES: tuple[Language, ...] = ("en", CHINESE)
_OF_ANOTHER = ("p_value", "p_adjusted_holm", "p_adjusted_bh", "groups_below_minimum", "today")
_INTERSECTION = ".intersection"


@cache
def load_texts(name: str) -> Mapping[str, Mapping[str, Mapping[Language, str]]]:
    """Return the sections of one of this room's YAML files."""
    content: dict[str, Any] = yaml.safe_load(files("muster.report").joinpath(name).read_text(encoding="utf-8"))
    return content


def word(section: str, code: str, language: Language) -> str:
    """Return the word for `code` of a section of ``words.yaml``; a code without a word stands for itself.

    >>> word("outcome", "reject", "zh-Hans")
    '拒绝'
    """
    text = load_texts("words.yaml")[section].get(code)
    return say(text, language) if text else code


def figure_name(name: str, language: Language) -> str:
    """Return the words for a figure; ``selection_rate_ratio.intersection`` says that it is about intersections."""
    whole = name.removesuffix(_INTERSECTION)
    if whole != name:
        said = figure_name(whole, language)
        return f"{said}（交叉群体）" if language == CHINESE else f"{said} (intersections)"
    stem, _, rest = name.partition(".")
    said = word("figure", stem, language)
    if said == stem:  # of a check that is not ours
        said = stem.replace("_", " ")
    if not rest:
        return said
    # What follows is the name of another figure, or says of what kind or where.
    more = figure_name(rest, language) if stem in _OF_ANOTHER else word("qualifier", rest, language)
    return f"{said}：{more}" if language == CHINESE else f"{said}: {more}"


def why_not(code: str, language: Language) -> str:
    """Return why a figure has no value, in words."""
    told = REASONS.get(code)
    if told:
        return told["zh" if language == CHINESE else "en"]
    return word("not_estimable", code, language)


def name_role(framework: Framework | None, role: str, language: Language) -> str:
    """Return the name of a role; one that the framework does not know stands for itself."""
    known = framework.role_by_id.get(role) if framework else None
    return say(known.name, language) if known else role


def name_measure(framework: Framework | None, measure: str, language: Language) -> str:
    """Return the name of a measure."""
    known = framework.measure_by_id.get(measure) if framework else None
    return say(known.name, language) if known else measure


def join(items: Iterable[str], language: Language, *, last: str = "and") -> str:
    """Return the items as a list in a sentence, joined by ``and`` or ``or``.

    >>> join(["a", "b", "c"], "en")
    'a, b and c'
    """
    listed = list(items)
    if language == CHINESE:
        return _either(listed) if last == "or" else "、".join(listed)
    return f"{', '.join(listed[:-1])} {last} {listed[-1]}" if len(listed) > 1 else "".join(listed)


def spaced(left: str, right: str) -> str:
    """Return both texts with a space between Chinese and Latin letters or digits, and none between Chinese."""
    return f"{left} {right}" if left[-1:].isascii() or right[:1].isascii() else left + right


def _either(items: list[str]) -> str:
    said = items[0] if items else ""
    for item in items[1:]:
        said = spaced(spaced(said, "或"), item)
    return said
