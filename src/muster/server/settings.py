"""Django settings."""

SECRET_KEY = "unset"  # noqa: S105 # replaced with the server
INSTALLED_APPS: list[str] = []
