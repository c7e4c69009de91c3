"""Agencies, people, their posts, the ties of children, and who has looked."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac

from holdfast.access.rules import Act, Role, Tie
from holdfast.chronology.kinds import Audience
from holdfast.chronology.models import Chronology


class Agency(models.Model):
    """A council, a police force, a home, a school ... `code` is how entries name it."""

    code = models.CharField(primary_key=True, max_length=60)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=[(a.value, a.value) for a in Audience])

    class Meta:
        constraints = [
            # Nobody of any other kind of organisation can hold a post: immigration enforcement is of none of these.
            models.CheckConstraint(
                condition=models.Q(kind__in=[a.value for a in Audience]), name="an_agency_is_of_a_known_kind"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Person(AbstractUser):
    """Somebody who signs in."""

    email = models.EmailField(blank=True)
    factor_changed = models.DateTimeField(null=True)  # when a second factor was last set up or ended

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def get_session_auth_hash(self) -> str:
        """A session ends when the password or the second factor changes."""
        changed = self.factor_changed.isoformat() if self.factor_changed else ""
        return salted_hmac("holdfast.session", f"{self.password} {changed}", algorithm="sha256").hexdigest()


class Post(models.Model):
    """A role of a person in an agency, from a day until a day. Posts end; they are not deleted.

    `ends_on` is the first day without it: a post ended today is over at once.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="posts")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(max_length=16, choices=[(r.value, r.value) for r in Role])
    begins_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    given_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("begins_on")),
                name="a_post_ends_after_it_begins",
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} at {self.agency_id}"


class PostConfirmed(models.Model):
    """A manager said that a post is still right; `by` is None where an operator did. Never changed (migration 0009)."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="confirmations")
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        db_table = "access_post_confirmed"
        indexes = [models.Index(fields=["post", "at"], name="confirmations_of_a_post")]

    def __str__(self) -> str:
        return f"{self.post_id} at {self.at}"


class TieRow(models.Model):
    """Read table: which agencies are joined to a child, and from when until when."""

    key = models.CharField(primary_key=True, max_length=160)
    child = models.ForeignKey(Chronology, on_delete=models.CASCADE, db_constraint=False, related_name="ties")
    agency = models.CharField(max_length=60)
    tie = models.CharField(max_length=12, choices=[(t.value, t.value) for t in Tie])
    begins = models.DateTimeField()
    ends = models.DateTimeField(null=True)

    class Meta:
        db_table = "access_tie"
        indexes = [models.Index(fields=["agency", "tie", "child"], name="ties_of_an_agency")]

    def __str__(self) -> str:
        return self.key


class ReaderChain(models.Model):
    """The head of one person's reading log. One chain a person, so that readers do not wait for each other."""

    person = models.OneToOneField(Person, primary_key=True, on_delete=models.PROTECT)
    length = models.PositiveIntegerField(default=0)
    head = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.person_id}: {self.length}"


class Reading(models.Model):
    """One page, list or file that carried children's data: who, when, which act, which children. Never changed."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="readings")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    act = models.CharField(max_length=16, choices=[(a.value, a.value) for a in Act])
    page = models.CharField(max_length=40)
    children = models.TextField()
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "number"], name="one_reading_in_each_place")]
        indexes = [
            models.Index(fields=["person", "at"], name="readings_of_a_person"),
            models.Index(fields=["at"], name="readings_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}/{self.number}"


class ReadingOf(models.Model):
    """Which child a reading carried: the way from a child to who has looked."""

    reading = models.ForeignKey(Reading, on_delete=models.PROTECT, related_name="of")
    child = models.ForeignKey(Chronology, on_delete=models.PROTECT, related_name="readings")

    class Meta:
        # With the reading, so that a look at the last days of a child passes over the years before.
        indexes = [models.Index(fields=["child", "reading"], name="readings_of_a_child")]

    def __str__(self) -> str:
        return f"{self.child_id} in {self.reading_id}"
