"""Where every address leads; each room brings its own list."""

from django.urls import include, path

from muster.server.api.application import api
from muster.server.web.views.log import show_bundle

urlpatterns = [
    path("", include("muster.server.health")),
    path("", include("muster.server.web.urls")),
    path("api/", api.urls),
    path("accounts/", include("muster.server.identity.urls")),
    path("ledger/tile/entries/<path:place>", show_bundle),  # what entries say is for readers of the ledger only
    path("ledger/", include("muster.server.journal.urls")),
]

handler403 = "muster.server.web.views.errors.forbidden"
handler404 = "muster.server.web.views.errors.not_found"
handler500 = "muster.server.web.views.errors.server_error"
