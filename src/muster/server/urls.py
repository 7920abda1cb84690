"""Where every address leads; each room brings its own list."""

from django.urls import include, path

from muster.server.api.application import api

urlpatterns = [
    path("", include("muster.server.health")),
    path("api/", api.urls),
    path("accounts/", include("muster.server.identity.urls")),
    path("ledger/", include("muster.server.journal.urls")),
]
