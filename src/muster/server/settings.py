"""Django settings."""

SECRET_KEY = "unset"  # noqa: S105 # replaced with the server
USE_TZ = True
INSTALLED_APPS: list[str] = ["django.contrib.contenttypes", "django.contrib.auth"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
