"""The entry point of the web server."""

from muster.server.boot import boot

boot()

from django.core.wsgi import get_wsgi_application  # noqa: E402 # the settings are chosen first

application = get_wsgi_application()
