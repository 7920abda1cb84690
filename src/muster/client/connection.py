"""One connection to Muster: over HTTP, or to an embedded instance through a transport that is handed in."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from muster.client.errors import CouldNotAskError, NotFoundError, RefusedError
from muster.contract.problem import ProblemOut
from muster.core.framework import Framework

if TYPE_CHECKING:
    import httpx2

TIMEOUT = 30.0
_NOT_FOUND = 404
_REFUSED_FROM = 400


class Connection:
    """Asks the REST API and turns every refusal into an error with its reason."""

    def __init__(self, client: "httpx2.Client", language: str = "en") -> None:
        self._client = client
        self._language = language
        self._frameworks: dict[str, Framework] = {}

    def get(self, path: str, **query: str | int | None) -> Any:
        """Return the JSON answer to a question."""
        given = {name: value for name, value in query.items() if value not in (None, "")}
        return self.ask("GET", path, params=given)

    def send(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Send a JSON body and return the JSON answer."""
        return self.ask(method, path, json=dict(body or {}))

    def ask(self, method: str, path: str, **options: Any) -> Any:
        """Send one request and return its JSON.

        Raises:
            CouldNotAskError: there was no answer, or not one of Muster's.
            RefusedError: Muster said no.
        """
        import httpx2

        try:
            answer = self._client.request(method, f"/api{path}", headers={"Accept-Language": self._language}, **options)
        except httpx2.HTTPError as error:
            raise CouldNotAskError(
                f"Muster does not answer ({error}). Is it running, and is MUSTER_URL right?"
            ) from error
        try:
            told = answer.json()
        except ValueError as error:
            raise CouldNotAskError(
                f"{method} {path} was answered with status {answer.status_code} and no JSON: is MUSTER_URL a Muster?"
            ) from error
        if answer.status_code >= _REFUSED_FROM:
            raise _refusal(told, answer.status_code)
        return told

    def framework(self, digest: str) -> Framework:
        """Return the published framework of that digest; asked for once."""
        if digest not in self._frameworks:
            self._frameworks[digest] = Framework.model_validate(self.get(f"/frameworks/{digest}"))
        return self._frameworks[digest]


def connect(url: str, token: str, language: str = "en") -> Connection:
    """Return a connection to the server at `url`, asking as the holder of `token`."""
    import httpx2

    client = httpx2.Client(base_url=url.rstrip("/"), headers={"Authorization": f"Bearer {token}"}, timeout=TIMEOUT)
    return Connection(client, language)


def _refusal(told: Any, status: int) -> RefusedError | CouldNotAskError:
    try:
        problem = ProblemOut.model_validate(told)
    except ValidationError:
        return CouldNotAskError(f"The answer has status {status} and is not one of Muster's: {str(told)[:200]}")
    return NotFoundError(problem) if status == _NOT_FOUND else RefusedError(problem)
