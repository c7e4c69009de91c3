"""Serves Marrowshire from a fresh installation, for the browser tests: `serve_county.py PORT [COPIES]`.

COPIES are further children with the stories of Tuan and Selam, so that each journey has a child of its own.
The folder of the installation is HOLDFAST_HOME. Times of the cast count back from the start.
"""

# ruff: noqa: E402 - Django is set up before anything of the house is imported
from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "holdfast.config.settings")

import django

from holdfast.config.home import mark_as_demo

mark_as_demo()
django.setup()

from django.conf import settings
from django.core.management import call_command

from holdfast.chronology.actions import append, open_chronology
from holdfast.demo.county import scenes
from tests.web.conftest import SELAM, TUAN, tell_the_county


def copy_of(ref: str, copy: str, now: datetime) -> None:
    """Another child with the same story."""
    scene = next(s for s in scenes(now) if s.ref == ref)
    open_chronology(ref=copy)
    for draft in scene.drafts:
        recorded = min(draft.occurred.latest + timedelta(minutes=6), now)
        append(copy, [draft], by="okafor", agency="MAR", at=recorded)


def main() -> None:
    import waitress

    port, copies = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    call_command("migrate", verbosity=0, interactive=False)
    now = datetime.now(UTC)
    tell_the_county(now)
    for number in range(copies):
        copy_of(TUAN, f"TUAN-222{number}", now)
        copy_of(SELAM, f"SELM-222{number}", now)
    from holdfast.config.wsgi import application

    waitress.serve(application, host="127.0.0.1", port=port, threads=6, ident=None, _quiet=True)


if __name__ == "__main__":
    main()
