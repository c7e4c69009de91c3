"""Models of handovers. None is ever changed or deleted (migration 0002); who accepted follows from the answers."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import Q

from holdfast.chronology.models import Chronology
from holdfast.sharing.rules import Channel


class Handover(models.Model):
    """Somebody was asked to take something over for a child. `of` says what: the search, the visit, the case."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    key = models.CharField(max_length=160, unique=True)
    child = models.ForeignKey(Chronology, on_delete=models.PROTECT, related_name="handovers")
    of = models.CharField(max_length=120)
    notice = models.TextField()
    why = models.TextField()
    basis = models.TextField()
    to_agency = models.CharField(max_length=60)
    at = models.DateTimeField()
    by = models.CharField(max_length=150)
    by_name = models.CharField(max_length=120)
    from_agency = models.CharField(max_length=60)
    again_every = models.PositiveIntegerField()  # minutes between tellings of the last rung

    class Meta:
        app_label = "sharing"
        db_table = "sharing_handover"
        indexes = [
            models.Index(fields=["to_agency", "at"], name="handovers_to_an_agency"),
            models.Index(fields=["from_agency", "at"], name="handovers_from_an_agency"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Rung(models.Model):
    """One step of a handover's ladder, with its time: who is told then, and the number to ring."""

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="rungs")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    agency = models.CharField(max_length=60)
    name = models.CharField(max_length=120)
    channel = models.CharField(max_length=10, choices=[(c.value, c.value) for c in Channel])
    address = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=40, blank=True)

    class Meta:
        app_label = "sharing"
        db_table = "sharing_rung"
        constraints = [models.UniqueConstraint(fields=["handover", "number"], name="one_rung_in_each_place")]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.handover_id}/{self.number}"


class Answer(models.Model):
    """A named person accepted, or refused with a reason. `rung` is the step that was told when they answered."""

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="answers")
    rung = models.PositiveSmallIntegerField()
    is_accepted = models.BooleanField()
    at = models.DateTimeField()
    name = models.CharField(max_length=120)
    by = models.CharField(max_length=150)
    agency = models.CharField(max_length=60)
    reason = models.TextField(blank=True)

    class Meta:
        app_label = "sharing"
        db_table = "sharing_answer"
        constraints = [
            models.UniqueConstraint(
                fields=["handover"], condition=Q(is_accepted=True), name="a_handover_is_accepted_once"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="a_handover_answer_has_a_name"),
            models.CheckConstraint(
                condition=Q(is_accepted=True) | ~Q(reason=""), name="a_refused_handover_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handover_id} {'accepted' if self.is_accepted else 'refused'} by {self.name}"
