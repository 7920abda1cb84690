"""Where a ledger is read from: a folder or an address."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx2

MAX_FILE_BYTES = 256 * (2 + 65_535)  # the largest file that a ledger has: a full bundle of longest entries
_TIMEOUT = 30.0
_NOT_FOUND = (404, 410)


class Folder:
    """A ledger in a folder."""

    def __init__(self, path: Path) -> None:
        if not path.is_dir():
            raise NotADirectoryError(f"{path} is not a folder")
        self._path = path

    def read(self, name: str) -> bytes:
        """Return a file's bytes, at most one more than the longest that a ledger has."""
        try:
            with (self._path / name).open("rb") as file:
                return file.read(MAX_FILE_BYTES + 1)
        except NotADirectoryError as error:  # a file lies where a folder belongs
            raise FileNotFoundError(name) from error

    def names(self) -> Iterator[str]:
        """Yield the path of everything in the folder that is not itself a folder."""
        for path in self._path.rglob("*"):
            if path.is_symlink() or not path.is_dir():
                yield path.relative_to(self._path).as_posix()


class Address:
    """A ledger behind an http(s) address. Its files cannot be listed, so that extra ones do not show."""

    def __init__(self, url: str, transport: "httpx2.BaseTransport | None" = None) -> None:
        import httpx2

        self._errors = (httpx2.HTTPError, httpx2.InvalidURL)
        self._url = url.rstrip("/")
        self._client = httpx2.Client(timeout=_TIMEOUT, transport=transport)

    def read(self, name: str) -> bytes:
        """Return a file's bytes; never follows a redirect, never reads more than a ledger's file can have."""
        url = f"{self._url}/{name}"
        try:
            with self._client.stream("GET", url) as response:
                if response.status_code in _NOT_FOUND:
                    raise FileNotFoundError(url)
                if response.status_code != 200:  # noqa: PLR2004
                    raise OSError(f"{url} answered with status {response.status_code}")
                return self._collect(response)
        except self._errors as error:
            raise OSError(f"{url}: {error}") from error

    @staticmethod
    def _collect(response: "httpx2.Response") -> bytes:
        parts = bytearray()
        for part in response.iter_bytes():
            parts += part
            if len(parts) > MAX_FILE_BYTES:
                break
        return bytes(parts)

    def names(self) -> None:
        """Say that nothing can be listed."""


def open_source(place: str) -> Folder | Address:
    """Return the ledger at `place`, an http(s) address or a folder.

    Raises:
        OSError: when it is neither.
    """
    if place.startswith(("https://", "http://")):
        return Address(place)
    return Folder(Path(place))
