"""An instance of Muster inside this process: the same server, asked without a network."""

import logging

from muster.client.connection import TIMEOUT, Connection


def connect_embedded(token: str, language: str = "en") -> Connection:
    """Return a connection to the instance in ``MUSTER_HOME``; its database is brought up to date first.

    Raises:
        CouldNotAskError: the server's part of Muster is not installed.
    """
    import httpx2

    from muster.client.errors import CouldNotAskError

    try:
        from muster.server.boot import boot, migrate
    except ImportError as error:
        raise CouldNotAskError(
            f"The server is not installed here ({error.name} is missing). Install passmuster[server], "
            "or set MUSTER_URL and MUSTER_TOKEN to ask a server elsewhere."
        ) from error
    boot()
    migrate()
    from django.core.wsgi import get_wsgi_application

    app = get_wsgi_application()
    # A refusal reaches the caller as an error with its reason; the server's line about it would only say it twice.
    logging.getLogger("django.request").setLevel(logging.ERROR)
    client = httpx2.Client(
        transport=httpx2.WSGITransport(app=app),
        base_url="http://localhost",
        headers={"Authorization": f"Bearer {token}"},
        timeout=TIMEOUT,
    )
    return Connection(client, language)
