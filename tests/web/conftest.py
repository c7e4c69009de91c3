"""Marrowshire in a test database, and its people signed in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings as house
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


@pytest.fixture
def county(db: None, settings: Any) -> datetime:
    """Marrowshire as of now."""
    # Five slow hashes for every test would be most of its time; what is tested here is not the hash.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    now = datetime.now(UTC)
    tell_the_county(now)
    return now


@pytest.fixture
def signed_in(county: datetime) -> Callable[[str], Client]:
    """A browser in which somebody of the cast has signed in."""

    def sign_in(username: str, **options: bool) -> Client:
        client = Client(**options)
        client.force_login(Person.objects.get(username=username))
        return client

    return sign_in
