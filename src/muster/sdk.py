"""The top of the SDK: finds Muster (by address, or embedded in this process) and hands out use cases."""

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from muster.client.errors import CouldNotAskError

if TYPE_CHECKING:
    from muster.client import Connection, UseCase

TOKEN_FILE = "token"  # noqa: S105 # the name of a file


def use_case(slug: str) -> "UseCase":
    """Return the use case of that short name (or ``UC-7``).

    Muster is found at ``MUSTER_URL`` with ``MUSTER_TOKEN``; without an address, the instance in ``MUSTER_HOME`` runs
    inside this process.

    Raises:
        NotFoundError: there is no such use case for these eyes.
        CouldNotAskError: Muster was not found.
    """
    from muster.client import UseCase
    from muster.contract.use_cases import UseCaseOut

    told = connection().get(f"/use-cases/{slug}")
    return UseCase(connection(), UseCaseOut.model_validate(told), artifacts=_artifacts(), language=language())


def open_use_case(
    name: str, *, purpose: str = "", owner: str = "", slug: str = "", protected: tuple[str, ...] = ()
) -> "UseCase":
    """Open a use case and return it; `owner` is a user name (default: whoever holds the token)."""
    from muster.client import UseCase
    from muster.contract.use_cases import UseCaseIn, UseCaseOut

    body = UseCaseIn(name=name, purpose=purpose, owner=owner, slug=slug, protected=protected)
    told = connection().send("POST", "/use-cases", body.model_dump(mode="json"))
    return UseCase(connection(), UseCaseOut.model_validate(told), artifacts=_artifacts(), language=language())


def connection() -> "Connection":
    """Return the connection that the environment asks for; made once for each address and home."""
    return _connection(os.environ.get("MUSTER_URL", ""), os.environ.get("MUSTER_TOKEN", ""), _home(), language())


def language() -> str:
    """Return the language of sentences: ``zh-Hans`` where ``MUSTER_LANG`` begins with zh, else ``en``."""
    return "zh-Hans" if os.environ.get("MUSTER_LANG", "").lower().startswith("zh") else "en"


@cache
def _connection(url: str, token: str, home: str, spoken: str) -> "Connection":
    from muster.client import connect

    if url:
        if not token:
            raise CouldNotAskError("MUSTER_URL is set but MUSTER_TOKEN is not: make a token on your account page.")
        return connect(url, token, spoken)
    from muster.embedded import connect_embedded

    return connect_embedded(token or _read_token(Path(home)), spoken)


def _read_token(home: Path) -> str:
    file = home / TOKEN_FILE
    if file.is_file():
        return file.read_text(encoding="utf-8").strip()
    raise CouldNotAskError(
        f"No token in {file} and none in MUSTER_TOKEN. "
        "Make one: muster token issue USERNAME --act see (again for each act), "
        "and set MUSTER_TOKEN to the key that it prints; or set MUSTER_URL and MUSTER_TOKEN to ask a server."
    )


def _home() -> str:
    return os.environ.get("MUSTER_HOME") or str(Path.home() / ".muster")


def _artifacts() -> Path:
    return Path(_home()).expanduser() / "artifacts"
