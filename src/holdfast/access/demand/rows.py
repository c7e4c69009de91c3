"""The tables of requests for immigration purposes. Each row is a deed: never changed, never deleted."""

from __future__ import annotations

from uuid import uuid4

from django.db import models

from holdfast.access.demand.words import Purpose, Wants
from holdfast.access.models import Person
from holdfast.access.rules import Role
from holdfast.chronology.models import Chronology


class Demand(models.Model):
    """Somebody asked, for one child. Refused as it is written down."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    child = models.ForeignKey(Chronology, on_delete=models.PROTECT, related_name="demands")
    asked_by = models.CharField(max_length=120)  # the organisation
    asker = models.CharField(max_length=120)  # the person, and how they can be rung back
    purpose = models.CharField(max_length=20, choices=[(p.value, p.value) for p in Purpose])
    wants = models.CharField(max_length=12, choices=[(w.value, w.value) for w in Wants])
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        db_table = "access_demand"
        indexes = [models.Index(fields=["at"], name="demands_by_time")]

    def __str__(self) -> str:
        return str(self.pk)


class DemandApproval(models.Model):
    """One of the two who must both name the law that compels the answer."""

    demand = models.ForeignKey(Demand, on_delete=models.PROTECT, related_name="approvals")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=16, choices=[(r.value, r.value) for r in Role])
    at = models.DateTimeField()
    law = models.CharField(max_length=200)
    reason = models.TextField()

    class Meta:
        db_table = "access_demand_approval"
        constraints = [
            models.UniqueConstraint(fields=["demand", "by"], name="a_person_approves_once"),
            models.UniqueConstraint(fields=["demand", "role"], name="each_role_approves_once"),
        ]

    def __str__(self) -> str:
        return f"{self.demand_id} by {self.role}"


class DemandTold(models.Model):
    """What was told, by whom, after both had approved."""

    demand = models.OneToOneField(Demand, primary_key=True, on_delete=models.PROTECT, related_name="told")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    what = models.TextField()

    class Meta:
        db_table = "access_demand_told"

    def __str__(self) -> str:
        return str(self.demand_id)


# What an anchor covers.
DEMANDS: tuple[type[models.Model], ...] = (Demand, DemandApproval, DemandTold)
