"""Which of these records are made up, and which openings wait for a review. Reads only."""

from __future__ import annotations

import hmac
from collections.abc import Collection, Iterable
from hashlib import sha256

from django.conf import settings
from django.db.models import Exists

from holdfast.access.canaries.rows import Canary, CanaryOpening, CanaryWatcher
from holdfast.access.models import Person


def digest_of(ref: str) -> str:
    """The keyed name of a reference."""
    return hmac.new(settings.SECRET_KEY.encode(), f"canary {ref}".encode(), sha256).hexdigest()


def among(digests: Collection[str]) -> Exists:
    """The condition that one of these (`digest_of`) is made up: stands in another query, so that no page asks one
    more."""
    return Exists(Canary.objects.filter(digest__in=digests))


def made_up(refs: Iterable[str]) -> frozenset[str]:
    """Those of these records that are made up. One query, however many they are."""
    known = set(Canary.objects.values_list("digest", flat=True))
    return frozenset(ref for ref in refs if digest_of(ref) in known) if known else frozenset()


def watchers() -> list[Person]:
    """Who is told, in the order in which they were named."""
    rows = CanaryWatcher.objects.filter(ended_at__isnull=True, person__is_active=True).select_related("person")
    return [row.person for row in rows.order_by("since", "pk")]


def openings_for(person: Person) -> list[CanaryOpening]:
    """What waits for this person's review, oldest first: nothing for whoever is not named, never their own."""
    if not CanaryWatcher.objects.filter(person=person, ended_at__isnull=True).exists():
        return []
    rows = CanaryOpening.objects.filter(review__isnull=True).exclude(person=person)
    return list(rows.select_related("person").order_by("at"))
