"""The table of passkeys. Public keys open nothing, so they are not sealed."""

from __future__ import annotations

from uuid import uuid4

from django.db import models

from holdfast.access.models import Person


class Passkey(models.Model):
    """One passkey of a person at one host. `data` is its id with its public key; `count` how often its device says that
    it was used; `ended_at`: it opens nothing any more."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="passkeys")
    host = models.CharField(max_length=253)
    name = models.CharField(max_length=60)
    credential = models.BinaryField(unique=True, max_length=1023)
    data = models.BinaryField()
    count = models.BigIntegerField(default=0)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "access_passkey"

    def __str__(self) -> str:
        return str(self.pk)
