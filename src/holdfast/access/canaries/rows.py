"""Which records are made up, who is told when one is opened, and what was found.

A made-up record stands in the chronology like any other. That it is one is kept as a keyed digest of its reference:
whoever reads the tables, but does not hold the installation's key, cannot tell which records are made up. Nothing here
names a reference, and openings and reviews are never changed or deleted (migration 0008).
"""

from __future__ import annotations

from uuid import uuid4

from django.db import models

from holdfast.access.models import Person
from holdfast.access.rules import Act, Outcome


class Canary(models.Model):
    """One made-up record."""

    digest = models.CharField(primary_key=True, max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "access_canary"

    def __str__(self) -> str:
        return self.digest[:8]


class CanaryWatcher(models.Model):
    """Somebody who is told, from then until then. Only these people learn of an opening and review it."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "access_canary_watcher"

    def __str__(self) -> str:
        return f"{self.person_id} from {self.since}"


class CanaryOpening(models.Model):
    """A person opened a made-up record: waits for somebody else's review."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    digest = models.CharField(max_length=64)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    act = models.CharField(max_length=16, choices=[(a.value, a.value) for a in Act])
    page = models.CharField(max_length=40)

    class Meta:
        db_table = "access_canary_opening"
        indexes = [models.Index(fields=["person", "at"], name="canaries_of_a_person")]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.at}"


class CanaryReview(models.Model):
    """What somebody else found."""

    opening = models.OneToOneField(CanaryOpening, primary_key=True, on_delete=models.PROTECT, related_name="review")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=16, choices=[(o.value, o.value) for o in Outcome])
    note = models.TextField()

    class Meta:
        db_table = "access_canary_review"

    def __str__(self) -> str:
        return f"{self.opening_id}: {self.outcome}"


# What the database itself protects, and an anchor covers.
CANARIES: tuple[type[models.Model], ...] = (Canary, CanaryOpening, CanaryReview)
