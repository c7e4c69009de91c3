"""The application, for any WSGI server. It does not start as a role of PostgreSQL that can change the record."""

import os

from django.core.wsgi import get_wsgi_application

from holdfast.config.second_wall import SERVE_AS_OWNER, refuse_strong_role

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "holdfast.config.settings")
application = get_wsgi_application()
refuse_strong_role(os.environ.get(SERVE_AS_OWNER, ""))
