"""A real OpenID provider for the tests, as a process of its own: `real_directory.py PORT KEY_FILE DATABASE`.

Django OAuth Toolkit in its smallest form, with one client and one person. KEY_FILE holds its RSA key;
whoever starts it writes into DATABASE which return address the client has registered. Nothing of Holdfast is in it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import ModuleType

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"  # it runs on this machine only, without TLS

import django
from django.conf import settings
from django.core.management import call_command

CLIENT, SECRET, NAME, PASSWORD = "holdfast-client", "a secret that is/long+enough", "n.okafor", "harbour-bench-9"
LOGIN = '<form method="post">{% csrf_token %}{{ form }}<input type="hidden" name="next" value="{{ next }}"></form>'


def main() -> None:
    port, key, database = sys.argv[1:]
    issuer = f"http://127.0.0.1:{port}/o"
    settings.configure(
        SECRET_KEY="x" * 50,
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF="addresses",
        LOGIN_URL="/login",
        USE_TZ=True,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": database}},
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "oauth2_provider",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        SESSION_COOKIE_NAME="provider_session",
        CSRF_COOKIE_NAME="provider_csrf",
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {
                    "context_processors": ["django.template.context_processors.request"],
                    "loaders": [
                        ("django.template.loaders.locmem.Loader", {"registration/login.html": LOGIN}),
                        "django.template.loaders.app_directories.Loader",
                    ],
                },
            }
        ],
        OAUTH2_PROVIDER={
            "OIDC_ENABLED": True,
            "OIDC_ISS_ENDPOINT": issuer,
            "OIDC_RSA_PRIVATE_KEY": Path(key).read_text(),
            "SCOPES": {"openid": "Who you are"},
            "PKCE_REQUIRED": True,
        },
    )
    django.setup()
    addresses = ModuleType("addresses")
    addresses.urlpatterns = _addresses()  # type: ignore[attr-defined]
    sys.modules["addresses"] = addresses
    call_command("migrate", verbosity=0, interactive=False)
    from django.contrib.auth.models import User
    from oauth2_provider.models import Application

    User.objects.create_user(NAME, email="manager@marrowshire.example", password=PASSWORD)
    Application.objects.create(
        name="Holdfast", client_id=CLIENT, client_secret=SECRET, redirect_uris="", algorithm="RS256",
        client_type=Application.CLIENT_CONFIDENTIAL, authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
    )  # fmt: skip
    import waitress
    from django.core.wsgi import get_wsgi_application

    waitress.serve(get_wsgi_application(), host="127.0.0.1", port=int(port), threads=2, _quiet=True)


def _addresses() -> list[object]:
    from django.contrib.auth.views import LoginView
    from django.urls import include, path

    return [path("o/", include("oauth2_provider.urls")), path("login", LoginView.as_view())]


if __name__ == "__main__":
    main()
