"""The shipped frameworks, and how a framework folder on disk is opened."""

from pathlib import Path

from muster.core.framework import Framework
from muster.core.load import Broken, load
from muster.core.problem import Problem, did_you_mean

_HERE = Path(__file__).parent
SHIPPED = ("full", "starter")


class BrokenFrameworkError(Exception):
    """The folder is no framework; `problems` says everything that is wrong with it."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


def folder(name_or_dir: str | Path) -> Path:
    """Return the folder of a shipped framework (``full``, ``starter``), or the given directory itself.

    Raises:
        FileNotFoundError: when there is neither; the message names the nearest shipped one.
    """
    if str(name_or_dir) in SHIPPED:
        return _HERE / str(name_or_dir)
    path = Path(name_or_dir)
    if not path.is_dir():
        hint = did_you_mean(name_or_dir, SHIPPED)
        raise FileNotFoundError(f"there is no framework folder {name_or_dir}; {hint}")
    return path


def read_folder(name_or_dir: str | Path) -> dict[str, bytes]:
    """Return every YAML file of the folder by its path inside it; hidden files and folders are left out."""
    root = folder(name_or_dir)
    files = (path for path in sorted(root.rglob("*")) if path.suffix in (".yaml", ".yml") and path.is_file())
    inside = ((path, path.relative_to(root)) for path in files)
    return {
        short.as_posix(): path.read_bytes()
        for path, short in inside
        if not any(part.startswith(".") for part in short.parts)
    }


def open_framework(name_or_dir: str | Path) -> Framework:
    """Return the framework of a shipped name or of a directory.

    Raises:
        FileNotFoundError: when there is no such folder.
        BrokenFrameworkError: when it does not load; it holds every problem.
    """
    outcome = load(read_folder(name_or_dir))
    if isinstance(outcome, Broken):
        raise BrokenFrameworkError(outcome.problems)
    return outcome.framework
