"""A folder of YAML becomes a `Framework`, or every problem in it at once, each with file, line and column."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from pydantic import ValidationError

from muster.core.framework import Framework
from muster.core.problem import Position, Problem, did_you_mean, in_order, problem_at
from muster.core.references import check_references
from muster.core.shape import enclosing_item, problems_of, shape
from muster.core.tree import MAX_BYTES, Node, Path, read_tree

HEAD = "framework.yaml"
SCENARIOS = "scenarios/"
Files: TypeAlias = Mapping[str, bytes | str]


@dataclass(frozen=True, slots=True)
class Positions:
    """Where each part of a loaded framework stands, by its path in the model: ``("measures", 3, "name")``."""

    root: Node

    def at(self, *path: str | int) -> Position:
        """Return where the value at `path` stands, or the nearest thing around it."""
        return self.root.find(path)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A framework whose every reference holds, and where its parts stand."""

    framework: Framework
    positions: Positions


@dataclass(frozen=True, slots=True)
class Broken:
    """Everything that keeps a folder from being a framework, in reading order."""

    problems: tuple[Problem, ...]


def load(files: Files) -> Loaded | Broken:
    """Return the framework in `files` (path inside the folder to content), or all problems at once.

    Nothing is raised, whatever the content. Files under ``scenarios/`` are not looked at here.
    """
    folder = _Folder(files)
    root = folder.read()
    outcome = shape(Framework, root) if root is not None else None
    if isinstance(outcome, Framework) and root is not None:
        folder.problems += check_references(outcome, root)
    elif isinstance(outcome, ValidationError) and root is not None:
        folder.problems += _without_shadows(problems_of(Framework, root, outcome), folder)
        folder.problems += _references_of_the_rest(root, outcome)
    if folder.problems or root is None or not isinstance(outcome, Framework):
        return Broken(in_order(folder.problems))
    return Loaded(outcome, Positions(root))


class _Folder:
    """The files of a folder on their way into one tree."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.problems: list[Problem] = []
        self.unreadable = False
        self.entries: dict[str, Node] = {}
        self.keys: dict[str, Position] = {}

    def read(self) -> Node | None:
        """Return head and parts joined into one mapping; None where there is no head."""
        if HEAD not in self.files:
            near = did_you_mean(HEAD, self.files)
            self.problems.append(
                problem_at(
                    Position(HEAD, 1, 1),
                    "the folder has no framework.yaml",
                    near or "it holds the head and names the parts",
                )
            )
            return None
        if sum(len(content) for content in self.files.values()) > 4 * MAX_BYTES:
            self.problems.append(problem_at(Position(HEAD, 1, 1), f"the folder has more than {4 * MAX_BYTES:,} bytes"))
            return None
        head = self._mapping(HEAD)
        if head is None:
            return None
        parts = head.value.pop("parts", None)
        self._join(head)
        for name in self._part_names(parts):
            part = self._mapping(name)
            if part is not None:
                self._join(part)
        return Node(self.entries, head.at, self.keys)

    def _mapping(self, path: str) -> Node | None:
        tree = read_tree(path, self.files[path])
        self.problems += tree.problems
        if tree.root is not None and not isinstance(tree.root.value, dict):
            self.problems.append(problem_at(tree.root.at, "expected a mapping of section → value"))
            tree.root = None
        self.unreadable |= tree.root is None
        return tree.root

    def _part_names(self, parts: Node | None) -> list[str]:
        """Return the parts to read, in order; report those that do not exist and files that are no part."""
        named: dict[str, Position] = {}
        for node in parts.value if parts is not None and isinstance(parts.value, list) else []:
            self._name_part(node, named)
        if parts is not None and not isinstance(parts.value, list):
            self.problems.append(problem_at(parts.at, "expected a list of file names"))
        for path in self.files:
            is_yaml = path.endswith((".yaml", ".yml"))
            if is_yaml and path != HEAD and path not in named and not path.startswith(SCENARIOS):
                self.problems.append(
                    problem_at(
                        Position(path, 1, 1),
                        "this file is no part of the framework",
                        "name it under `parts` in framework.yaml, or remove it",
                    )
                )
        return [name for name in named if name in self.files]

    def _name_part(self, node: Node, named: dict[str, Position]) -> None:
        name = node.value if isinstance(node.value, str) else ""
        if name in named:
            self.problems.append(problem_at(node.at, f"`{name}` is named twice"))
        elif name == HEAD or name not in self.files:
            others = [path for path in self.files if path != HEAD and not path.startswith(SCENARIOS)]
            self.problems.append(
                problem_at(node.at, f"there is no part `{name}` in the folder", did_you_mean(name, others))
            )
            self.unreadable = True
        else:
            named[name] = node.at

    def _join(self, tree: Node) -> None:
        """Add the sections of one file: lists go behind what is there, anything else may stand only once."""
        for section, node in tree.value.items():
            here = self.entries.get(section)
            if here is None:
                self.entries[section] = (
                    Node(list(node.value), node.at, node.keys) if isinstance(node.value, list) else node
                )
                self.keys[section] = tree.keys[section]
            elif isinstance(here.value, list) and isinstance(node.value, list):
                here.value.extend(node.value)
            else:
                first = self.keys[section]
                self.problems.append(
                    problem_at(
                        tree.keys[section],
                        f"`{section}` stands already in {first.path}:{first.line}",
                        "only lists may be spread over several parts",
                    )
                )


def _without_shadows(problems: Iterable[Problem], folder: _Folder) -> Iterator[Problem]:
    """A section is not called missing while the file that may hold it could not be read."""
    for problem in problems:
        top_level = problem.path == HEAD and problem.message.endswith("is missing")
        if not (folder.unreadable and top_level):
            yield problem


def _references_of_the_rest(root: Node, error: ValidationError) -> list[Problem]:
    """Check the references of everything but the items that have the wrong shape, so that all is said at once."""
    left_out = set(enclosing_item(root, error))
    outcome = shape(Framework, _pruned(root, left_out))
    if not isinstance(outcome, Framework):
        return []
    known = {name for path in left_out for name in _names_in(_node_at(root, path))}
    return check_references(outcome, _pruned(root, left_out), also_known=known)


def _pruned(node: Node, left_out: set[Path], path: Path = ()) -> Node:
    if isinstance(node.value, dict):
        return Node(
            {key: _pruned(child, left_out, (*path, key)) for key, child in node.value.items()}, node.at, node.keys
        )
    if isinstance(node.value, list):
        kept = [_pruned(c, left_out, (*path, n)) for n, c in enumerate(node.value) if (*path, n) not in left_out]
        return Node(kept, node.at, node.keys)
    return node


def _node_at(root: Node, path: Path) -> Node:
    for part in path:
        root = root.child(part) or root
    return root


def _names_in(node: Node) -> Iterator[str]:
    """Yield every scalar inside a left-out item: any of them may be an id that others refer to."""
    children = (
        node.value.values() if isinstance(node.value, dict) else node.value if isinstance(node.value, list) else ()
    )
    for child in children:
        yield from _names_in(child)
    if isinstance(node.value, str):
        yield node.value
