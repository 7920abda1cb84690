"""The language of the command line: MUSTER_LANG, else that of the locale; English or Simplified Chinese."""

import os

_SOURCES = ("MUSTER_LANG", "LC_ALL", "LC_MESSAGES", "LANG")


def is_chinese() -> bool:
    """Tell whether the person at this terminal reads Chinese."""
    wanted = next((os.environ[name] for name in _SOURCES if os.environ.get(name)), "")
    return wanted.lower().startswith("zh")


def say(english: str, chinese: str) -> str:
    """Return the text in the person's language."""
    return chinese if is_chinese() else english


def tag() -> str:
    """Return the tag of the person's language, as texts of frameworks and reasons carry it."""
    return "zh-Hans" if is_chinese() else "en"
