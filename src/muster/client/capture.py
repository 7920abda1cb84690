"""What a version was made from, captured where it was made: code, environment, data, artifact."""

import hashlib
import pickle  # nosec # written here, in the builder's own process; nothing in Muster ever reads one
import platform
import subprocess
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from muster.core.canonical import Frozen

CHUNK = 1 << 20


class Artifact(Frozen):
    """A model on disk: the SHA-256 of its bytes, and the place that was told."""

    digest: str
    place: str


def artifact_of(model: Any, store: Path) -> Artifact:
    """Return the artifact of `model`: the file or folder of that path, or the object, pickled into `store`.

    A folder's digest is taken over the sorted list of its files' names and digests. Objects are stored under their
    digest, so that the same bytes are stored once.
    """
    if isinstance(model, str | Path):
        path = Path(model)
        if not path.exists():
            raise FileNotFoundError(
                f"{path}: there is no such model file; give a path that exists, or the object itself"
            )
        return Artifact(digest=digest_of_path(path), place=path.name)
    data = pickle.dumps(model)
    name = hashlib.sha256(data).hexdigest()
    store.mkdir(parents=True, exist_ok=True)
    target = store / f"{name}.pickle"
    if not target.exists():
        partial = target.with_suffix(".partial")
        partial.write_bytes(data)
        partial.replace(target)
    return Artifact(digest=f"sha256:{name}", place=target.name)


def digest_of_path(path: Path) -> str:
    """Return ``sha256:<hex>`` of a file, or of the list of files in a folder."""
    if path.is_file():
        digest = hashlib.sha256()
        with path.open("rb") as stream:
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
        return f"sha256:{digest.hexdigest()}"
    listing = "".join(
        f"{digest_of_path(file)}  {file.relative_to(path).as_posix()}\n"
        for file in sorted(path.rglob("*"))
        if file.is_file()
    )
    return f"sha256:{hashlib.sha256(listing.encode()).hexdigest()}"


def environment_lock() -> str:
    """Return the interpreter, the platform and every installed distribution, one a line, sorted."""
    installed = {
        f"{dist.metadata['Name'].lower()}=={dist.version}" for dist in distributions() if dist.metadata["Name"]
    }
    head = [f"python=={platform.python_version()}", f"platform=={platform.system().lower()}-{platform.machine()}"]
    return "\n".join([*head, *sorted(installed)]) + "\n"


def code_commit(folder: Path) -> str:
    """Return the commit that `folder` is at, with ``+changes`` when files differ from it; empty outside git."""
    commit = _git(folder, "rev-parse", "HEAD")
    if not commit:
        return ""
    return commit + ("+changes" if _git(folder, "status", "--porcelain", "--untracked-files=no") else "")


def _git(folder: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 # fixed words, no shell
            ["git", "-C", str(folder), *arguments],  # noqa: S607 # the git that the builder works with
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
