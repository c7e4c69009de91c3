"""Models of what people decided about access: emergencies and their reviews, shields, conflicts, limits reached.

Every row is a deed. None is ever changed or deleted (migration 0004): what ends a deed is another row.
"""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from holdfast.access.limits import LONGEST_EMERGENCY, Limit
from holdfast.access.models import Person
from holdfast.access.rules import Outcome
from holdfast.chronology.models import Chronology


def _names(words: type[Limit] | type[Outcome]) -> list[tuple[str, str]]:
    return [(word.value, word.value) for word in words]


class EmergencyOpening(models.Model):
    """Break-glass: a person opened one child without a tie, for this reason, from then until then."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    child = models.ForeignKey(Chronology, on_delete=models.PROTECT, related_name="emergencies")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="emergencies")
    reason = models.TextField()
    begins = models.DateTimeField()
    ends = models.DateTimeField()

    class Meta:
        db_table = "access_emergency"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gt=F("begins")) & Q(ends__lte=F("begins") + LONGEST_EMERGENCY),
                name="an_emergency_is_short",
            )
        ]
        indexes = [models.Index(fields=["person", "ends"], name="emergencies_of_a_person")]

    def __str__(self) -> str:
        return str(self.pk)


class EmergencyReview(models.Model):
    """Somebody else looked at an emergency opening. Not justified: it opens nothing from then on."""

    opening = models.OneToOneField(EmergencyOpening, primary_key=True, on_delete=models.PROTECT, related_name="review")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=16, choices=_names(Outcome))
    note = models.TextField()

    class Meta:
        db_table = "access_emergency_review"

    def __str__(self) -> str:
        return f"{self.opening_id}: {self.outcome}"


class Shield(models.Model):
    """Only the people named may open this child. To change who is named, the shield is lifted and another put."""

    child = models.ForeignKey(Chronology, on_delete=models.PROTECT, related_name="shields")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField()

    class Meta:
        db_table = "access_shield"

    def __str__(self) -> str:
        return f"{self.child_id} from {self.at}"


class ShieldNamed(models.Model):
    """Somebody whom a shield lets through."""

    shield = models.ForeignKey(Shield, on_delete=models.PROTECT, related_name="named")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "access_shield_named"
        constraints = [models.UniqueConstraint(fields=["shield", "person"], name="named_once_on_a_shield")]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.shield_id}"


class ShieldLifted(models.Model):
    """The end of a shield."""

    shield = models.OneToOneField(Shield, primary_key=True, on_delete=models.PROTECT, related_name="lifted")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField()

    class Meta:
        db_table = "access_shield_lifted"

    def __str__(self) -> str:
        return f"{self.shield_id} until {self.at}"


class Conflict(models.Model):
    """A person who must never open this child: their own family, a neighbour, a colleague's child."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="conflicts")
    child = models.ForeignKey(Chronology, on_delete=models.PROTECT, related_name="conflicts")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField()

    class Meta:
        db_table = "access_conflict"
        indexes = [models.Index(fields=["person", "child"], name="conflicts_of_a_person")]

    def __str__(self) -> str:
        return f"{self.person_id} and {self.child_id}"


class ConflictEnded(models.Model):
    """A conflict that was declared in error. Never by the person whom it names."""

    conflict = models.OneToOneField(Conflict, primary_key=True, on_delete=models.PROTECT, related_name="ended")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField()

    class Meta:
        db_table = "access_conflict_ended"

    def __str__(self) -> str:
        return str(self.conflict_id)


class ReachedLimit(models.Model):
    """A person came to a limit on opening children: waits for somebody else's review."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="limits_reached")
    limit = models.CharField(max_length=16, choices=_names(Limit))
    at = models.DateTimeField()

    class Meta:
        db_table = "access_reached_limit"
        indexes = [models.Index(fields=["person", "at"], name="limits_of_a_person")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.limit}"


class LimitReview(models.Model):
    """Somebody else looked at why a limit was reached."""

    reached = models.OneToOneField(ReachedLimit, primary_key=True, on_delete=models.PROTECT, related_name="review")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=16, choices=_names(Outcome))
    note = models.TextField()

    class Meta:
        db_table = "access_limit_review"

    def __str__(self) -> str:
        return f"{self.reached_id}: {self.outcome}"


class Miss(models.Model):
    """A person asked for a child and was given none: there is no such child, or not for them. What they asked for is
    not kept; guessing is seen by its number."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="misses")
    at = models.DateTimeField()

    class Meta:
        db_table = "access_miss"
        indexes = [models.Index(fields=["person", "at"], name="misses_of_a_person")]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.at}"


class SignInTry(models.Model):
    """A try to sign in that failed. Name and address are keyed digests: people type passwords into the wrong box."""

    name = models.CharField(max_length=64)
    address = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        db_table = "access_sign_in_try"
        indexes = [
            models.Index(fields=["name", "at"], name="tries_of_a_name"),
            models.Index(fields=["address", "at"], name="tries_from_an_address"),
        ]

    def __str__(self) -> str:
        return str(self.at)


# The deeds that the database itself protects, and that an anchor covers. Tries to sign in are cleared away.
DEEDS: tuple[type[models.Model], ...] = (
    EmergencyOpening,
    EmergencyReview,
    Shield,
    ShieldNamed,
    ShieldLifted,
    Conflict,
    ConflictEnded,
    ReachedLimit,
    LimitReview,
    Miss,
)
