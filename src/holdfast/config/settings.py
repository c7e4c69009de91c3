"""Django's settings. What an installation may change is an environment variable: docs/reference/settings.md."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from holdfast.config import home

SOURCE = Path(__file__).resolve().parent.parent

DEBUG = False
SECRET_KEY = home.key("secret_key")
# Of the digests of what is shared between children: apart from the key of sessions, which may be changed at any time.
MARK_KEY = home.key("mark_key")
ALLOWED_HOSTS = os.environ.get("HOLDFAST_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
IS_HTTPS = os.environ.get("HOLDFAST_HTTPS", "") == "1"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "holdfast.chronology",
    "holdfast.access",
    "holdfast.child",
    "holdfast.missing",
    "holdfast.returns",
    "holdfast.sharing",
    "holdfast.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    # A file that holds more than it shows does not leave.
    "holdfast.web.outgoing.ScanOutgoing",
    "holdfast.web.nul.NoNul",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Ends sessions, and writes down limits that were reached.
    "holdfast.web.watch.Watch",
    # Tells PostgreSQL for whom each transaction reads: the second wall asks.
    "holdfast.config.reading_as.SayWhoReads",
    # Nothing is open by default: a page that anyone may see says so itself.
    # What was typed when a session ended is kept.
    "holdfast.web.session.KeepWhatWasTyped",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "holdfast.config.urls"
WSGI_APPLICATION = "holdfast.config.wsgi.application"
AUTH_USER_MODEL = "access.Person"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "/"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [SOURCE / "web" / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {"environment": "holdfast.web.jinja.environment"},
    },
]


def _database(url: str) -> dict[str, Any]:
    """The embedded encrypted file, or `postgresql://user:password@host:port/name`.

    ATOMIC_REQUESTS: what a page read and the reading log row commit together, before any byte leaves.
    """
    if not url:
        return {
            "ENGINE": "holdfast.config.sqlcipher",
            "NAME": home.home() / "holdfast.db",
            "ATOMIC_REQUESTS": True,
            "TEST": {"NAME": ":memory:"},
            "OPTIONS": {
                "key": home.key("database_key"),
                # The write lock is taken at the start, so a transaction never fails halfway for want of it.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                # FULL: an acknowledged entry survives a power cut; NORMAL can lose it.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ValueError("DATABASE_URL must be empty or begin with postgresql://")
    return {
        "ENGINE": "holdfast.config.postgres",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": parts.port or "",
        "ATOMIC_REQUESTS": True,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # An acknowledged entry survives a power cut, whatever the server's own setting says.
        "OPTIONS": {"options": "-c synchronous_commit=on"},
    }


DATABASES = {"default": _database(os.environ.get("DATABASE_URL", ""))}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# A file that somebody sends is a child's photograph: it is read in memory and never lies on the disk in clear. A larger
# one is not read at all.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 12_500_000

SESSION_COOKIE_AGE = 60 * 60 * 10  # a shift
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "holdfast_session"
CSRF_COOKIE_NAME = "holdfast_csrf"
CSRF_FAILURE_VIEW = "holdfast.web.errors.csrf_failure"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
# Not "no-referrer": browsers then send "Origin: null" with a form, which the forgery check must refuse.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False

STATIC_URL = "/static/"
STATIC_ROOT = home.home() / "static"
STATIC_ROOT.mkdir(exist_ok=True)  # whitenoise warns about a folder that is not there
STATICFILES_DIRS = [SOURCE / "web" / "static"]
# Served from the source folder too, so that nothing has to be collected before the first page.
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

# Addresses and bodies of pages can name a child: what is logged is the status and the route, never the path.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "holdfast.config.logs.WithoutPersonalData", "format": "%(levelname)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}

# Everybody gives a second factor. Only an installation that `holdfast demo` made can do without: nobody in it is real.
SECOND_FACTOR = not (os.environ.get("HOLDFAST_SECOND_FACTOR") == "off" and home.is_demo())

# A directory of an agency that runs on this machine, without TLS: only where nobody is real, to try it.
DIRECTORY_ON_THIS_MACHINE = home.is_demo()

# The house
NATION = os.environ.get("HOLDFAST_NATION", "england")
LOCAL_PROTOCOLS = os.environ.get("HOLDFAST_LOCAL_PROTOCOLS", "")  # a file of the authority's own settings
MORATORIA = os.environ.get("HOLDFAST_MORATORIA", "")  # a file of holds over kinds of records: erasing/moratoria.py
# How many days copies of the database are kept: said after an erasure.
BACKUPS_KEPT = os.environ.get("HOLDFAST_BACKUPS_KEPT", "")
COUNCIL_NAME = os.environ.get("HOLDFAST_COUNCIL", "Marrowshire County Council")
HELP_PHONE = os.environ.get("HOLDFAST_HELP_PHONE", "01632 960 116")
# The keys that open where a child lives: a file outside the database, on another disk in production.
VAULT_KEYS = os.environ.get("HOLDFAST_VAULT_KEYS") or str(home.home() / "vault.keys")
ADDRESS = os.environ.get("HOLDFAST_ADDRESS", "http://127.0.0.1:8000").rstrip("/")
# GOV.UK Notify. Without a key, e-mails and texts become files in the house's outbox folder.
NOTIFY = {
    "key": os.environ.get("HOLDFAST_NOTIFY_KEY", ""),
    "address": os.environ.get("HOLDFAST_NOTIFY_ADDRESS", "https://api.notifications.service.gov.uk"),
    "email": os.environ.get("HOLDFAST_NOTIFY_EMAIL_TEMPLATE", ""),
    "sms": os.environ.get("HOLDFAST_NOTIFY_SMS_TEMPLATE", ""),
}
# Where the worker leaves an anchor every hour, and the key that signs it.
ANCHOR = {
    "folder": os.environ.get("HOLDFAST_ANCHOR_FOLDER", ""),
    "email": os.environ.get("HOLDFAST_ANCHOR_EMAIL", ""),
    "key": home.key("anchor_key"),
}
VOCABULARY = "holdfast.config.vocabulary.vocabulary"
READ_TABLES = [
    "holdfast.child.tables.children",
    "holdfast.child.tables.numbers",
    "holdfast.child.tables.name_words",
    "holdfast.child.tables.open_duties",
    "holdfast.missing.tables.episodes",
    "holdfast.missing.patterns.tables.marks",
    "holdfast.missing.patterns.tables.links",
    # Last: an entry that ends the writer's own tie must not hide, behind the second wall, the rows to be replaced.
    "holdfast.access.tables.ties",
]
