"""Models of work that is passed on when somebody leaves. Never changed or deleted (migration 0004)."""

from __future__ import annotations

from enum import StrEnum
from uuid import uuid4

from django.db import models
from django.db.models import Q

from holdfast.access.models import Person
from holdfast.chronology.models import Chronology


class Work(StrEnum):
    """What somebody leaves behind."""

    WORKER = "worker"  # they are the child's worker
    SEARCH = "search"  # they accepted a search that goes on
    ACTION = "action"  # they were to do something that was agreed
    REPORT = "report"  # they began a report and did not record it


class WorkOffered(models.Model):
    """A manager asks a named person to take one thing over. `entry` is the agreed action, where it is one."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    work = models.CharField(max_length=8, choices=[(w.value, w.value) for w in Work])
    child = models.ForeignKey(Chronology, on_delete=models.PROTECT, related_name="+")
    entry = models.CharField(max_length=36, blank=True)
    leaver = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    to = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        app_label = "sharing"
        db_table = "sharing_work_offered"
        indexes = [models.Index(fields=["to", "at"], name="work_offered_to_a_person")]

    def __str__(self) -> str:
        return str(self.pk)


class WorkAnswered(models.Model):
    """The named person took it, or did not and said why."""

    offer = models.OneToOneField(WorkOffered, primary_key=True, on_delete=models.PROTECT, related_name="answer")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    is_accepted = models.BooleanField()
    reason = models.TextField(blank=True)

    class Meta:
        app_label = "sharing"
        db_table = "sharing_work_answered"
        constraints = [
            models.CheckConstraint(condition=Q(is_accepted=True) | ~Q(reason=""), name="a_refusal_of_work_has_a_reason")
        ]

    def __str__(self) -> str:
        return str(self.offer_id)
