"""Django settings: everything comes from the environment, and every default is the safe one."""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from muster.server.database import database_settings
from muster.server.home import find_home, read_or_create
from muster.server.places import read_places

ROOT = Path(__file__).parent
MUSTER_HOME = find_home()
MUSTER_PUBLIC_URL = os.environ.get("MUSTER_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
"""The address at which people reach this server; it decides hosts, cookies and HSTS."""
MUSTER_PUBLIC_LEDGER = os.environ.get("MUSTER_PUBLIC_LEDGER") == "1"
"""Whether anybody may read the ledger's checkpoint and tiles (they hold ids and digests only)."""
MUSTER_ORIGIN = os.environ.get("MUSTER_ORIGIN", "")
"""The name of a ledger that is still to be made; empty: the public host, and a random part."""

MUSTER_DATA = read_places(os.environ.get("MUSTER_DATA", ""))
"""Where Muster may read data for checks that it runs itself: ``name=folder;name=postgresql://…``."""

DEBUG = os.environ.get("MUSTER_DEBUG") == "1"
SECRET_KEY = os.environ.get("MUSTER_SECRET_KEY") or read_or_create(
    MUSTER_HOME / "secret.key", secrets.token_urlsafe(48)
)

_public = urlsplit(MUSTER_PUBLIC_URL)
_LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]
_https = _public.scheme == "https"
_guarded = _https or not (DEBUG or f"[{_public.hostname}]" in _LOOPBACK or _public.hostname in _LOOPBACK)
ALLOWED_HOSTS = [*_LOOPBACK, *([_public.hostname] if _public.hostname and _public.hostname not in _LOOPBACK else [])]
CSRF_TRUSTED_ORIGINS = [f"{_public.scheme}://{_public.netloc}"]

INSTALLED_APPS = [
    "muster.server.journal",
    "muster.server.jobs",
    "muster.server.identity",
    "muster.server.policy",
    "muster.server.registry",
    "muster.server.casework",
    "muster.server.operations",
    "muster.server.web",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "heroicons",
    "ninja",
    "template_partials",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "muster.server.identity.middleware.SignInRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "muster.server.urls"
WSGI_APPLICATION = "muster.server.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "muster.server.web.context.page",
            ],
        },
    },
]
CSRF_FAILURE_VIEW = "muster.server.web.views.errors.csrf_failed"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": database_settings(os.environ.get("MUSTER_DATABASE_URL", ""), MUSTER_HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
"""In memory only: the other caches of Django store pickles, which are never stored here."""
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"

DATA_UPLOAD_MAX_MEMORY_SIZE = 14_500_000
"""Bytes of a body: the largest document (10 MB) in base64, and what stands around it."""

USE_TZ = True
TIME_ZONE = os.environ.get("MUSTER_TIME_ZONE", "UTC")
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [ROOT / "web" / "locale"]
LANGUAGE_COOKIE_SAMESITE = "Lax"

AUTH_USER_MODEL = "identity.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "muster.server.identity.adapter.ClosedAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # one process serves what the packages hold; there is no collecting step to forget
WHITENOISE_AUTOREFRESH = DEBUG
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
_behind_proxy = os.environ.get("MUSTER_BEHIND_PROXY") == "1"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _behind_proxy else None
ALLAUTH_TRUSTED_PROXY_COUNT = int(_behind_proxy)  # the limits on sign-in count per client, not per proxy
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _guarded
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"secrets": {"()": "muster.server.redact.RedactSecrets"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["secrets"]}},
    "root": {"handlers": ["console"], "level": os.environ.get("MUSTER_LOG_LEVEL", "WARNING")},
    "loggers": {"django": {"handlers": [], "level": "WARNING", "propagate": True}},
}
