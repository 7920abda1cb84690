"""The REST API: routers parse, call one action or query, and answer with a contract type."""
