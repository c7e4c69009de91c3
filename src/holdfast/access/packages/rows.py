"""Recipients and packages. Each row is a deed: never changed, never deleted (migration 0010)."""

from __future__ import annotations

from uuid import uuid4

from django.db import models

from holdfast.access.models import Person


class Recipient(models.Model):
    """A partner's public key. `code` is what the command calls it; `confirmed`: how its fingerprint was compared, with
    whom. A second key of one code ends nothing: the first is ended by itself."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    key = models.CharField(max_length=100)
    confirmed = models.CharField(max_length=300)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        db_table = "access_recipient"

    def __str__(self) -> str:
        return self.code


class RecipientEnded(models.Model):
    """Nothing more is encrypted for this key."""

    recipient = models.OneToOneField(Recipient, primary_key=True, on_delete=models.PROTECT, related_name="ended")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField()

    class Meta:
        db_table = "access_recipient_ended"

    def __str__(self) -> str:
        return str(self.recipient_id)


class Package(models.Model):
    """A file was encrypted for a recipient: by whom, for what, its digest (SHA-256) and size before encryption, and how
    many children it is about. Which children stands in the reading of the same person and time."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="packages")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    kind = models.CharField(max_length=8)  # the ending of its name; names of files can name a child
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    children = models.PositiveIntegerField()
    reason = models.TextField()

    class Meta:
        db_table = "access_package"

    def __str__(self) -> str:
        return str(self.pk)


# What the database itself protects, and an anchor covers.
PACKAGES: tuple[type[models.Model], ...] = (Recipient, RecipientEnded, Package)
