"""The keys of partners' systems. Of a key only its digest is kept: it has 256 bits by chance, and cannot be tried out.

Rows are never deleted, ended once and otherwise never changed: the database itself refuses it (migration 0016).
"""

from __future__ import annotations

from uuid import uuid4

from django.db import models

from holdfast.access.models import Agency, Person


class SystemKey(models.Model):
    """With this key a system of that agency asks, as this account, until that time."""

    rotates = ("ended_at", "ended_by_id")  # what an anchor leaves out

    id = models.UUIDField(primary_key=True, default=uuid4)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="system_keys")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="system_keys")
    digest = models.CharField(max_length=64, unique=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "access_system_key"

    def __str__(self) -> str:
        return f"{self.person_id} until {self.until}"


SYSTEMS: tuple[type[models.Model], ...] = (SystemKey,)
