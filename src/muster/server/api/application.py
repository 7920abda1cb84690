"""The API put together; its description is served at ``/api/openapi.json`` and kept in ``docs/reference``."""

from ninja import NinjaAPI

from muster.contract.problem import ProblemOut
from muster.server.api import gates, permits, records, runs, use_cases, versions
from muster.server.api.access import TokenOrSession
from muster.server.api.errors import install

api = NinjaAPI(
    title="Muster",
    version="1",
    description="Everything that the web can do. Refusals are problem+json (RFC 9457).",
    auth=TokenOrSession(),
    docs_url=None,
    urls_namespace="api",
    openapi_extra={"components": {"schemas": {"ProblemOut": ProblemOut.model_json_schema()}}},
)
for room in (use_cases, versions, runs, gates, permits, records):
    api.add_router("", room.router)
install(api)
