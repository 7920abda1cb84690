"""YAML and JSON files that hold a parameter: read with the place of everything in them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from muster.cli.embedded import stop
from muster.cli.language import say
from muster.core.tree import Node, read_tree


@dataclass(frozen=True)
class Structured:
    """The content of a file, and where each part of it stands."""

    value: Any
    root: Node

    def place(self, location: tuple[str | int, ...]) -> str:
        """Return ``file:line:column`` of the part at `location`; names that are not in the file are passed over."""
        path: tuple[str | int, ...] = ()
        here = self.root
        for part in location:
            following = here.child(part)
            if following is not None:
                here, path = following, (*path, part)
        at = self.root.find(path)
        return f"{at.path}:{at.line}:{at.column}"


def read_structured(path: Path) -> Structured:
    """Read a file; leaves with 2, naming every place, where it cannot be read."""
    try:
        content = path.read_bytes()
    except OSError as error:
        stop(
            say(
                f"{path}: the file cannot be read ({error.strerror}). Name a YAML or JSON file.",
                f"{path}：无法读取该文件（{error.strerror}）。请指定一个 YAML 或 JSON 文件。",
            )
        )
    tree = read_tree(path.name, content)
    if tree.root is None or tree.problems:
        stop("\n".join(str(problem) for problem in tree.problems) or say(f"{path}: empty.", f"{path}：文件为空。"))
    return Structured(tree.root.plain(), tree.root)
