"""Read table of this room: every missing episode in one row. And reports that somebody has begun."""

from __future__ import annotations

from django.db import models

from holdfast.access.models import Person
from holdfast.chronology.models import Chronology
from holdfast.chronology.moment import Moment, Precision
from holdfast.missing.conversations import InTime
from holdfast.missing.kinds import Category, Risk
from holdfast.missing.numbers import Length


class EpisodeRow(models.Model):
    """One episode. `ended_at` is None while the child is missing; `returned_at` until a return is recorded.

    The last five are what is counted: how long, from which kind of place (the return's code), and the return
    conversation, where `held` says whether in time and is empty when none was held.
    """

    key = models.CharField(primary_key=True, max_length=16)
    child = models.ForeignKey(Chronology, on_delete=models.CASCADE, db_constraint=False, related_name="episodes")
    number = models.PositiveIntegerField()
    category = models.CharField(max_length=8, choices=[(c.value, c.value) for c in Category])
    noticed_at = models.DateTimeField()
    precision = models.CharField(max_length=8)
    ended_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    risk = models.CharField(max_length=10, blank=True, choices=[(r.value, r.value) for r in Risk])
    graded_by = models.CharField(max_length=80, blank=True)
    graded_at = models.DateTimeField(null=True)
    accepted_by = models.CharField(max_length=80, blank=True)
    last_contact_at = models.DateTimeField(null=True)
    police_reference = models.CharField(max_length=40, blank=True)
    length = models.CharField(max_length=16, blank=True, choices=[(n.value, n.value) for n in Length])
    place = models.CharField(max_length=8, blank=True)
    is_offered = models.BooleanField(default=False)
    is_accepted = models.BooleanField(default=False)
    held = models.CharField(max_length=20, blank=True, choices=[(t.value, t.value) for t in InTime])

    class Meta:
        db_table = "missing_episode"
        indexes = [
            models.Index(fields=["noticed_at"], name="open_episodes", condition=models.Q(ended_at__isnull=True)),
            models.Index(fields=["child"], name="episodes_of_a_child"),
            models.Index(fields=["noticed_at"], name="episodes_by_time"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def noticed(self) -> Moment:
        """When somebody noticed, with what is known of it."""
        return Moment(self.noticed_at, Precision(self.precision))


class ReportDraft(models.Model):
    """A report that somebody has begun: their answers so far, as typed, until they are recorded or too old.

    Not part of the record. It lies in the same encrypted database, belongs to one person, and is deleted when too old.
    `answers` is JSON. `occasion` is the token of the report that this one goes with (two children together).
    """

    token = models.CharField(primary_key=True, max_length=24)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="report_drafts")
    child = models.ForeignKey(Chronology, on_delete=models.CASCADE, related_name="report_drafts")
    answers = models.TextField()
    occasion = models.CharField(max_length=24, blank=True)
    begun_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "missing_report_draft"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "child"], name="one_report_begun", condition=models.Q(finished_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return self.token


class PaperPack(models.Model):
    """A named person printed the list of missing children, for a reason. The readings have the same person and time."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="paper_packs")
    at = models.DateTimeField()
    reason = models.TextField()
    children = models.PositiveIntegerField()

    class Meta:
        db_table = "missing_paper_pack"
        indexes = [models.Index(fields=["person", "at"], name="paper_packs_of_a_person")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.at}"
