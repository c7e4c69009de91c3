"""The tables of holds and erasures. Each row is a deed: never changed, never deleted (migration 0012)."""

from __future__ import annotations

from enum import StrEnum
from uuid import uuid4

from django.db import models

from holdfast.access.models import Person
from holdfast.access.rules import Role
from holdfast.chronology.models import Chronology


class Source(StrEnum):
    """What obliges somebody to keep a record longer."""

    INQUIRY = "inquiry"
    COURT = "court"
    REVIEW = "review"
    POLICE = "police"
    CLAIM = "claim"
    OTHER = "other"


SAID_SOURCE = {
    Source.INQUIRY: "An instruction of a public inquiry",
    Source.COURT: "An order of a court",
    Source.REVIEW: "A child safeguarding practice review, or a serious case review",
    Source.POLICE: "A criminal investigation",
    Source.CLAIM: "A legal claim, or one that is to be expected",
    Source.OTHER: "Something else",
}


class Hold(models.Model):
    """Nothing of this child is erased while this stands. `reference`: the number of the order or instruction."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    child = models.ForeignKey(Chronology, on_delete=models.PROTECT, related_name="holds")
    source = models.CharField(max_length=8, choices=[(s.value, s.value) for s in Source])
    reference = models.CharField(max_length=200)
    reason = models.TextField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        db_table = "access_hold"

    def __str__(self) -> str:
        return f"{self.child_id}: {self.reference}"


class HoldEnded(models.Model):
    """The end of a hold. Never by the person who put it."""

    hold = models.OneToOneField(Hold, primary_key=True, on_delete=models.PROTECT, related_name="ended")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField()

    class Meta:
        db_table = "access_hold_ended"

    def __str__(self) -> str:
        return str(self.hold_id)


class Erasure(models.Model):
    """Somebody asks that a record be erased. `until` and `law`: the day to which it had to be kept, and by which rule,
    as it was reckoned then."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    child = models.ForeignKey(Chronology, on_delete=models.PROTECT, related_name="erasures")
    until = models.DateField()
    law = models.CharField(max_length=300)
    reason = models.TextField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=16, choices=[(r.value, r.value) for r in Role])
    at = models.DateTimeField()

    class Meta:
        db_table = "access_erasure"

    def __str__(self) -> str:
        return str(self.pk)


class ErasureAnswer(models.Model):
    """Somebody else approved it, or did not."""

    erasure = models.OneToOneField(Erasure, primary_key=True, on_delete=models.PROTECT, related_name="answer")
    is_approved = models.BooleanField()
    reason = models.TextField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=16, choices=[(r.value, r.value) for r in Role])
    at = models.DateTimeField()

    class Meta:
        db_table = "access_erasure_answer"

    def __str__(self) -> str:
        return f"{self.erasure_id}: {'approved' if self.is_approved else 'not approved'}"


class Erased(models.Model):
    """It was erased: when, run by which user of the machine, and how much of each kind (JSON). Written in the
    transaction that erased it."""

    erasure = models.OneToOneField(Erasure, primary_key=True, on_delete=models.PROTECT, related_name="erased")
    at = models.DateTimeField()
    operator = models.CharField(max_length=60)
    counts = models.TextField()

    class Meta:
        db_table = "access_erased"

    def __str__(self) -> str:
        return str(self.erasure_id)


class ErasedSwept(models.Model):
    """Afterwards the database file was written anew, so that nothing lies in its free pages, and copies outside the
    database were removed."""

    erased = models.OneToOneField(Erased, primary_key=True, on_delete=models.PROTECT, related_name="swept")
    at = models.DateTimeField()

    class Meta:
        db_table = "access_erased_swept"

    def __str__(self) -> str:
        return str(self.erased_id)


# What the database itself protects, and an anchor covers.
KEEPING: tuple[type[models.Model], ...] = (Hold, HoldEnded, Erasure, ErasureAnswer, Erased, ErasedSwept)
