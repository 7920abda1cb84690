"""Texts in the languages of the framework."""

from collections.abc import Mapping
from typing import TypeAlias

Language: TypeAlias = str
Text: TypeAlias = Mapping[Language, str]
"""A text by language tag: ``{"en": "...", "zh-Hans": "..."}``. The lint asks for every declared language."""


def say(text: Text, language: Language) -> str:
    """Return `text` in `language`, else in English, else in whatever language there is.

    >>> say({"en": "High", "zh-Hans": "高"}, "zh-Hans")
    '高'
    """
    return text.get(language) or text.get("en") or next(iter(text.values()), "")
