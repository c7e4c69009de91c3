"""Marrowshire in a test database, and its people signed in."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.apps import apps
from django.conf import settings as house
from django.db.models import Model
from django.test import Client

from holdfast.access.actions import add_person, give_post, open_agency
from holdfast.access.models import Person
from holdfast.chronology import actions
from holdfast.chronology.actions import append, open_chronology, rebuild
from holdfast.demo.county import AGENCIES, PLAYERS, scenes

TUAN, AMINA, SELAM = "TRN2-6K4H", "AMQ7-2X9B", "SLM9-4CWN"
PASSWORD = "lantern-harbour-carr-lane"


def tell_the_county(now: datetime) -> None:
    """The agencies, the people and the four children of the cast. The read tables are folded once, at the end, and not
    after each of a hundred entries: `rebuild` gives the same rows (tests/chronology), and every test of a page waits.
    """
    agencies = {code: open_agency(code=code, name=name, kind=kind) for code, name, kind in AGENCIES}
    for player in PLAYERS:
        person = add_person(username=player.username, first_name=player.first, last_name=player.last, password=PASSWORD)
        began = (now - timedelta(days=400)).date()
        give_post(person=person, agency=agencies[player.agency], role=player.role, begins_on=began)
    with (
        patch.object(actions, "fold", lambda stories: []),
        patch.object(actions, "replace_rows", lambda *_, **__: None),
    ):
        for scene in scenes(now):
            ref = open_chronology(ref=scene.ref)
            for draft in scene.drafts:
                recorded = min(draft.occurred.latest + timedelta(minutes=6), now)
                append(ref, [draft], by="okafor", agency="MAR", at=recorded)
    rebuild()


@pytest.fixture(autouse=True)
def static_folder() -> None:
    Path(house.STATIC_ROOT).mkdir(exist_ok=True)


@dataclass(frozen=True, slots=True)
class Told:
    """The county as it was told once, row by row."""

    at: datetime
    rows: tuple[tuple[Model, ...], ...]

    def put_back(self) -> None:
        """The same rows into an empty database."""
        for rows in self.rows:
            type(rows[0])._base_manager.bulk_create(copy(row) for row in rows)


def _rows() -> tuple[tuple[Model, ...], ...]:
    ours = (model for model in apps.get_models() if model.__module__.startswith("holdfast."))
    return tuple(rows for model in ours if (rows := tuple(model._base_manager.order_by("pk"))))


_TOLD_AGAIN_AFTER = timedelta(seconds=20)
_told: list[Told] = []


@pytest.fixture
def county(db: None, settings: Any) -> datetime:
    """Marrowshire as of a moment within the last 20 seconds. Hundreds of tests begin with it: told once, it is put back
    row by row for those that come soon after (told anew it is half of the time of a page's test)."""
    # Five slow hashes for every telling would be most of its time; what is tested here is not the hash.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    now = datetime.now(UTC)
    if _rows():  # a test that has told something before tells the county beside it
        tell_the_county(now)
        return now
    if _told and now - _told[0].at < _TOLD_AGAIN_AFTER:
        _told[0].put_back()
    else:
        tell_the_county(now)
        _told[:] = [Told(now, _rows())]
    return _told[0].at


@pytest.fixture
def signed_in(county: datetime) -> Callable[[str], Client]:
    """A browser in which somebody of the cast has signed in."""

    def sign_in(username: str, **options: bool) -> Client:
        client = Client(**options)
        client.force_login(Person.objects.get(username=username))
        return client

    return sign_in
