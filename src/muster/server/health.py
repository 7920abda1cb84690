"""Two answers for whoever runs the server: the process lives; it can do its work."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.urls import path


@login_not_required
def show_health(request: HttpRequest) -> JsonResponse:
    """Say that the process answers."""
    del request
    return JsonResponse({"status": "alive"})


@login_not_required
def show_readiness(request: HttpRequest) -> JsonResponse:
    """Say whether the database answers; 503 where it does not."""
    del request
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "the database does not answer"}, status=503)
    return JsonResponse({"status": "ready"})


urlpatterns = [path("healthz", show_health, name="healthz"), path("readyz", show_readiness, name="readyz")]
