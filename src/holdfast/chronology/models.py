"""How the record is kept. Fields and constraints only; `actions` writes, triggers refuse change (migration 0002)."""

from __future__ import annotations

from django.db import models

from holdfast.chronology.moment import Precision


class Chronology(models.Model):
    """One child's chronology and the head of its chain. `ref` is random and can be read aloud: `K7M2-4QXD`."""

    ref = models.CharField(primary_key=True, max_length=9)
    length = models.PositiveIntegerField(default=0)
    head = models.CharField(max_length=64)

    class Meta:
        db_table = "chronology"

    def __str__(self) -> str:
        return self.ref


class EntryRow(models.Model):
    """One entry. `number` is its place in the child's chain, from 1. `details` is canonical JSON, None once erased."""

    id = models.UUIDField(primary_key=True)
    child = models.ForeignKey(Chronology, on_delete=models.PROTECT, related_name="entries")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=60)
    occurred_at = models.DateTimeField()
    precision = models.CharField(max_length=8, choices=[(p.value, p.value) for p in Precision])
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=60, blank=True)
    agency = models.CharField(max_length=20, blank=True)
    source = models.CharField(max_length=60, blank=True)
    reference = models.CharField(max_length=120, blank=True)
    corrects = models.UUIDField(null=True)
    withdraws = models.UUIDField(null=True)
    occasion = models.CharField(max_length=36, blank=True)
    salt = models.CharField(max_length=32, null=True)
    details = models.TextField(null=True)
    details_digest = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        db_table = "chronology_entry"
        constraints = [models.UniqueConstraint(fields=["child", "number"], name="one_entry_in_each_place")]

    def __str__(self) -> str:
        return f"{self.child_id}/{self.number}"
