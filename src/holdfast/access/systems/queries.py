"""Whose a key is, and which keys there are. Reads only."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from holdfast.access.models import Person
from holdfast.access.queries import Reader, held_posts, reader_with
from holdfast.access.systems.rows import SystemKey


def digest_of(key: str) -> str:
    """What is kept of a key."""
    return sha256(key.encode("utf-8", "surrogateescape")).hexdigest()


def who_holds(key: str, at: datetime) -> Reader | None:
    """The reader whose key it is, with the posts in the key's agency alone; None for a key that is nobody's, has ended,
    is past its time, or whose account holds no post there any more. Two queries."""
    held = SystemKey.objects.filter(digest=digest_of(key), ended_at__isnull=True, until__gt=at, person__is_active=True)
    found = held.select_related("person").first()
    if found is None:
        return None
    posts = list(held_posts(found.person, at).filter(agency=found.agency_id))
    return reader_with(found.person, posts) if posts else None


def is_a_system(person: Person) -> bool:
    """Whether an account is a system's: nobody ever signs in with it."""
    return SystemKey.objects.filter(person=person).exists()


def keys() -> list[SystemKey]:
    """Every key that has not ended, by account and time."""
    rows = SystemKey.objects.filter(ended_at__isnull=True).select_related("person", "agency")
    return list(rows.order_by("person__username", "at"))
