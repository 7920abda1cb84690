"""YAML text as a tree of values that know where they stand.

The tree is built from the event stream of the parser and not by its composer: the composer recurses (deep nesting
kills the process), follows aliases (a few lines can grow to gigabytes) and reads ``no`` as false.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from muster.core.problem import Position, Problem, problem_at

MAX_BYTES = 4_000_000
MAX_DEPTH = 60

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CONSTANTS: dict[str, bool | None] = dict.fromkeys(("", "~", "null", "Null", "NULL"))
_CONSTANTS |= {word: word[0] in "tT" for word in ("true", "True", "TRUE", "false", "False", "FALSE")}
_AMBIGUOUS = re.compile(r"yes|no|on|off", re.IGNORECASE)
_NOT_FINITE = re.compile(r"[-+]?\.?(inf|nan)", re.IGNORECASE)
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]*)(\.[0-9]*)?([eE][-+]?[0-9]{1,3})?")

Path = tuple[str | int, ...]


@dataclass(slots=True)
class Node:
    """A mapping (`value` is a dict of nodes), a list (of nodes) or a scalar, and where it stands."""

    value: Any
    at: Position
    keys: dict[str, Position] = field(default_factory=dict)

    def plain(self) -> Any:
        """Return the value without positions."""
        if isinstance(self.value, dict):
            return {key: child.plain() for key, child in self.value.items()}
        if isinstance(self.value, list):
            return [child.plain() for child in self.value]
        return self.value

    def child(self, part: str | int) -> "Node | None":
        """Return the entry under `part`, or None where there is none."""
        if isinstance(self.value, dict):
            return self.value.get(part)
        if isinstance(self.value, list) and isinstance(part, int) and part < len(self.value):
            return self.value[part]  # type: ignore[no-any-return] # lists hold nodes
        return None

    def find(self, path: Path) -> Position:
        """Return where `path` stands: its value, or the nearest thing around it that exists."""
        here = self
        for part in path:
            following = here.child(part)
            if following is None:
                break
            here = following
        return here.at

    def find_key(self, path: Path) -> Position:
        """Return where the key that `path` ends in stands."""
        here = self
        for part in path[:-1]:
            here = here.child(part) or here
        return here.keys.get(str(path[-1]), here.at) if path else here.at


@dataclass(slots=True)
class Tree:
    """What became of one file: its root (None where it could not be read) and every problem met on the way."""

    root: Node | None
    problems: list[Problem]


def read_tree(path: str, content: bytes | str) -> Tree:
    """Return the tree of one YAML file; whatever the content is, nothing is raised."""
    text = _decode(path, content)
    if isinstance(text, Problem):
        return Tree(None, [text])
    growing = _Growing(path)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            if not growing.take(event):
                break
    except yaml.MarkedYAMLError as error:
        growing.problems.append(_syntax_problem(path, text, error))
        growing.root = None
    except yaml.reader.ReaderError as error:
        growing.say(
            _position_of(path, text, error.position), f"the text holds a character that YAML forbids: {error.reason}"
        )
        growing.root = None
    if growing.root is None and not growing.problems:
        growing.problems.append(
            problem_at(Position(path, 1, 1), "the file is empty", "write its content or leave it out of the folder")
        )
    return Tree(growing.root, growing.problems)


def _decode(path: str, content: bytes | str) -> str | Problem:
    if len(content) > MAX_BYTES:
        message = f"the file has {len(content):,} bytes; at most {MAX_BYTES:,} are read"
        return problem_at(Position(path, 1, 1), message, "split it into parts")
    try:
        raw = content if isinstance(content, bytes) else content.encode()
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[: error.start]
        line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        return problem_at(Position(path, line, column), "the file is not UTF-8 text", "save it as UTF-8")
    except UnicodeEncodeError as error:
        where = _position_of(path, error.object, error.start)
        return problem_at(where, "the text holds half a character (a lone surrogate)", "save it as UTF-8")


def _position_of(path: str, text: str, offset: int) -> Position:
    before = text[:offset]
    return Position(path, before.count("\n") + 1, offset - before.rfind("\n"))


def _syntax_problem(path: str, text: str, error: yaml.MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    position = Position(path, mark.line + 1, mark.column + 1) if mark else Position(path, 1, 1)
    lines = text.splitlines()
    line = lines[position.line - 1] if position.line <= len(lines) else ""
    what = ", ".join(part for part in (error.context, error.problem) if part)
    hint = "a tab stands there: indent with spaces" if "\t" in line else _syntax_hint(what)
    return problem_at(position, f"this is not YAML: {what}", hint)


def _syntax_hint(what: str) -> str:
    if "mapping values are not allowed" in what:
        return "a text with a colon needs quotes"
    if "cannot start any token" in what:
        return "a text that starts with this sign needs quotes"
    return "look at brackets, quotes and indentation just before this place"


class _Growing:
    """The tree while events come in: a stack of open mappings and lists, and the key that waits for its value."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.root: Node | None = None
        self.problems: list[Problem] = []
        self.stack: list[tuple[Node, list[tuple[str, Position]]]] = []

    def say(self, at: Position, message: str, hint: str = "") -> None:
        self.problems.append(problem_at(at, message, hint))

    def take(self, event: yaml.Event) -> bool:
        """Take one event in; False when nothing after it can be understood."""
        mark = event.start_mark
        at = Position(self.path, mark.line + 1, mark.column + 1) if mark else Position(self.path, 1, 1)
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event, at)
        elif isinstance(event, yaml.CollectionStartEvent):
            return self._open(event, at)
        elif isinstance(event, yaml.CollectionEndEvent):
            self.stack.pop()
        elif isinstance(event, yaml.AliasEvent):
            self.say(
                at,
                f"`*{event.anchor}` is an alias; a framework is read by people who see one place at a time",
                "write the value out",
            )
            self._place(Node(None, at))
        elif isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
            self.say(at, "a second document begins here; a file holds one", "remove the line `---`")
            return False
        return True

    def _open(self, event: yaml.CollectionStartEvent, at: Position) -> bool:
        if len(self.stack) >= MAX_DEPTH:
            self.say(at, f"nested more than {MAX_DEPTH} deep")
            self.root = None
            return False
        self._refuse_tag(event.tag, at)
        node = Node({} if isinstance(event, yaml.MappingStartEvent) else [], at)
        self._place(node)
        self.stack.append((node, []))
        return True

    def _scalar(self, event: yaml.ScalarEvent, at: Position) -> None:
        self._refuse_tag(event.tag, at)
        plain = not event.style and event.implicit[0]
        if self._key_is_next():
            if plain and event.value == "<<":
                self.say(at, "`<<` merges mappings unseen", "write the entries out")
            self.stack[-1][1].append((event.value, at))
            return
        self._place(Node(self._resolve(event.value, at) if plain else event.value, at))

    def _refuse_tag(self, tag: str | None, at: Position) -> None:
        if tag is not None:
            self.say(at, f"the tag `{tag}` is not used here", "remove it; quote a text that looks like a number")

    def _resolve(self, text: str, at: Position) -> Any:
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        if _AMBIGUOUS.fullmatch(text):
            self.say(
                at,
                f"`{text}` is true or false to some readers of YAML and a word to others",
                f'write "{text}" in quotes, or true or false',
            )
        elif _NOT_FINITE.fullmatch(text):
            self.say(at, f"`{text}` is not a number that can be compared", "give a finite number")
        elif _INTEGER.fullmatch(text):
            return int(text)
        elif _FLOAT.fullmatch(text):
            return float(text)
        return text

    def _key_is_next(self) -> bool:
        return bool(self.stack) and isinstance(self.stack[-1][0].value, dict) and not self.stack[-1][1]

    def _place(self, node: Node) -> None:
        if not self.stack:
            self.root = node
            return
        parent, waiting = self.stack[-1]
        if isinstance(parent.value, list):
            parent.value.append(node)
        elif not waiting:
            self.say(node.at, "a key is a word here, not a list, a mapping or an alias")
            waiting.append((f"?{node.at.line}:{node.at.column}", node.at))
        else:
            self._enter(parent, *waiting.pop(), node)

    def _enter(self, parent: Node, key: str, at: Position, node: Node) -> None:
        if key in parent.value:
            first = parent.keys[key]
            self.say(at, f"`{key}` stands twice in one mapping (first in line {first.line})", "keep one of them")
            return
        parent.value[key] = node
        parent.keys[key] = at


def as_mapping(node: Node) -> Mapping[str, Node]:
    """Return the entries of a mapping node; none where it is something else."""
    return node.value if isinstance(node.value, dict) else {}
