"""Where every address leads; each room brings its own list."""

from django.urls import include, path

urlpatterns = [
    path("", include("muster.server.health")),
    path("accounts/", include("muster.server.identity.urls")),
    path("ledger/", include("muster.server.journal.urls")),
]
