r"""Patterns that every engine reads alike: a small subset of regular expressions, matched against whole texts.

Literals, ``.``, classes ``[a-z]`` and ``[^a-z]``, ``\d \w \s`` and their opposites, groups, ``|``, and the greedy
``* + ? {m} {m,} {m,n}``. RE2 (DuckDB), PostgreSQL and Java (Spark) differ in everything else: look-around,
back-references, flags, lazy and possessive repetition, named groups, Unicode classes, anchors inside.
"""

from dataclasses import dataclass
from typing import NoReturn

from muster.evidence.errors import ParameterError

# Spelled out, for the engines do not agree on what is a digit or a letter beyond ASCII.
_SHORT = {"d": "0-9", "w": "A-Za-z0-9_", "s": r" \t\n\r\f"}
_CONTROLS = "tnrf"
_SPECIAL = frozenset(r"\.[]{}()*+?|^$-/")
_CODE_OPENS = "(?:"
_MOST_REPEATS = 255  # PostgreSQL's limit, the smallest of the three


def portable(pattern: str, *, column: str) -> str:
    """Return the pattern as every engine reads it alike, for a match of the whole text.

    A leading ``^`` and a closing ``$`` say what is meant anyway, and are dropped.

    Raises:
        ParameterError: ``pattern_not_portable``, with the part that is not and its place.
    """
    start = 1 if pattern.startswith("^") else 0
    bare = pattern.removesuffix("$")
    ends = pattern.endswith("$") and (len(bare) - len(bare.rstrip("\\"))) % 2 == 0
    reader = _Reader(pattern, column, start, len(pattern) - ends)
    written = reader.alternatives()
    if reader.at < reader.end:
        reader.refuse(1)
    return written


@dataclass
class _Reader:
    """Reads a pattern from left to right; `at` is the place of the next sign."""

    pattern: str
    column: str
    at: int
    end: int

    def alternatives(self) -> str:
        branches = [self._sequence()]
        while self._next("|"):
            branches.append(self._sequence())
        return "|".join(branches)

    def refuse(self, length: int) -> NoReturn:
        part = self.pattern[self.at : self.at + length] or self.pattern
        raise ParameterError("pattern_not_portable", self.column, part=part, place=self.at + 1)

    def _sequence(self) -> str:
        written = []
        while self.at < self.end and self.pattern[self.at] not in "|)":
            written.append(self._one() + self._repeat())
        return "".join(written)

    def _one(self) -> str:
        sign = self.pattern[self.at]
        if sign == "(":
            return self._group()
        if sign == "[":
            return self._class()
        if sign == "\\":
            return self._escape(inside=False)
        if sign in "*+?{}]^$":
            self.refuse(1)
        self.at += 1
        return r"[^\n]" if sign == "." else sign

    def _group(self) -> str:
        self.at += len(_CODE_OPENS) if self.pattern.startswith(_CODE_OPENS, self.at) else 1
        if self.at < self.end and self.pattern[self.at] == "?":
            self.refuse(2)
        inner = self.alternatives()
        if not self._next(")"):
            self.refuse(1)
        return f"(?:{inner})"

    def _class(self) -> str:
        self.at += 1
        opposite = "^" if self._next("^") else ""
        items = []
        while self.at < self.end and self.pattern[self.at] != "]":
            items.append(self._item())
        if not items or not self._next("]"):
            self.refuse(1)
        return f"[{opposite}{''.join(items)}]"

    def _item(self) -> str:
        low = self._member()
        if not (self.pattern[self.at : self.at + 1] == "-" and self.pattern[self.at + 1 : self.at + 2] != "]"):
            return low
        self.at += 1
        high = self._member()
        ends = [_plain(low), _plain(high)]
        if max(len(end) for end in ends) > 1 or ends != sorted(ends):
            self.refuse(1)
        return f"{low}-{high}"

    def _member(self) -> str:
        if self.at >= self.end:
            self.refuse(1)
        sign = self.pattern[self.at]
        if sign == "\\":
            return self._escape(inside=True)
        if sign == "[" or self.pattern[self.at : self.at + 2] in {"&&", "--", "~~"}:
            self.refuse(2)
        self.at += 1
        return f"\\{sign}" if sign in "^-" else sign

    def _escape(self, *, inside: bool) -> str:
        sign = self.pattern[self.at + 1 : min(self.at + 2, self.end)]
        if sign in _SHORT and sign:
            written = _SHORT[sign] if inside else f"[{_SHORT[sign]}]"
        elif sign.lower() in _SHORT and sign and not inside:
            written = f"[^{_SHORT[sign.lower()]}]"
        elif sign and (sign in _SPECIAL or sign in _CONTROLS):
            written = sign if sign == "/" else f"\\{sign}"
        else:
            self.refuse(2)
        self.at += 2
        return written

    def _repeat(self) -> str:
        sign = self.pattern[self.at] if self.at < self.end else ""
        if sign and sign in "*+?":
            self.at += 1
            written = sign
        elif sign == "{":
            written = self._bounds()
        else:
            return ""
        if self.at < self.end and self.pattern[self.at] in "*+?{":
            self.refuse(1)
        return written

    def _bounds(self) -> str:
        close = self.pattern.find("}", self.at, self.end)
        low, comma, high = self.pattern[self.at + 1 : max(close, self.at + 1)].partition(",")
        numbers = [int(each) for each in (low, high) if each.isascii() and each.isdigit()]
        wanted = 1 + bool(high)
        if len(numbers) != wanted or numbers != sorted(numbers) or numbers[-1] > _MOST_REPEATS:
            self.refuse(max(close + 1 - self.at, 1))
        self.at = close + 1
        return f"{{{low}{comma}{high}}}"

    def _next(self, sign: str) -> bool:
        found = self.at < self.end and self.pattern[self.at] == sign
        self.at += found
        return found


def _plain(member: str) -> str:
    return member[1] if len(member) == len("\\x") and member[0] == "\\" and member[1] in _SPECIAL else member
