"""What stops a check from running: never a pass, never silence.

EvidenceError
├── DataError        the data cannot be read, or do not hold what the check needs
├── ParameterError   the check was asked for in a way that it does not know
├── UnknownCheck     no check of that name is installed
├── NotMergeable     results that cannot be added up
└── Cancelled        somebody stopped it
"""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Literal

from muster.evidence.words import SENTENCES
from muster.evidence.words.mistakes import in_chinese

Language = Literal["en", "zh"]
_SAID = frozenset({"reason", "wanted"})
"""Details that are words, not names."""


class EvidenceError(Exception):
    """A check could not run: what is wrong, where, and what to do about it.

    `code` is stable; `what` and `cure` are the English sentences, `sentence("zh")` the Chinese ones.
    `where` names a column, a file (without its folder) or a parameter.
    """

    def __init__(self, code: str, where: str, **details: object) -> None:
        self.code = code
        self.where = where
        self.details = details
        super().__init__(self.sentence("en"))

    @property
    def what(self) -> str:
        return self._say(0, "en")

    @property
    def cure(self) -> str:
        return self._say(1, "en")

    def sentence(self, language: Language = "en") -> str:
        """Return one text: what is wrong, where, and the cure, in English or Simplified Chinese."""
        what, cure = self._say(0, language), self._say(1, language)
        if language == "zh":
            return f"{self.where}：{what}{cure}"
        return f"{self.where}: {what} {cure}"

    def _say(self, part: int, language: Language) -> str:
        pair = SENTENCES[self.code][language]
        details = self.details
        if language == "zh":
            details = {name: in_chinese(str(each)) if name in _SAID else each for name, each in details.items()}
        return pair[part].format(where=self.where, **details)


class DataError(EvidenceError):
    """The data cannot be read, or do not hold what the check needs."""


class ParameterError(EvidenceError):
    """The check was asked for in a way that it does not know.

    `mistakes` holds every one of them: where in the parameters it stands, and what is wrong.
    """

    def __init__(
        self, code: str, where: str, *, mistakes: Sequence[tuple[tuple[str | int, ...], str]] = (), **details: object
    ) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__(code, where, **details)


class UnknownCheck(EvidenceError):  # noqa: N818 - the name says the condition, as in the tree above
    """No check of that name is installed."""


class NotMergeable(EvidenceError):  # noqa: N818 - the same
    """Results that cannot be added up."""


class Cancelled(EvidenceError):  # noqa: N818 - the same
    """Somebody stopped the check; there is no result."""


def nearest(name: str, names: Iterable[str]) -> str:
    """Return the names that look most like `name`, or failing that all of them, as one text."""
    known = list(names)
    folded = {other.casefold(): other for other in known}
    close = [folded[match] for match in get_close_matches(name.casefold(), folded, n=3, cutoff=0.6)]
    return ", ".join(close or known[:20]) or "-"
