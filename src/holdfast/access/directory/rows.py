"""Agencies' directories, and who is joined to them. The secret of a directory is sealed with the keys of the vault.

Rows are never deleted; of a directory only its seal is ever made anew, and both are ended once and stay ended: the
database itself refuses everything else (migration 0013).
"""

from __future__ import annotations

from uuid import uuid4

from django.db import models

from holdfast.access.models import Agency, Person
from holdfast.access.vault.sealing import Belongs

_STANDS = models.Q(ended_at__isnull=True)


class Directory(models.Model):
    """Where an agency's people sign in. `factor`: what must stand in a token for the directory's second factor to be
    trusted, such as `amr:mfa`; empty: ours is always asked. `only`: who is joined does not sign in with a password.
    Ended, `key` and `sealed` are empty."""

    rotates = ("key", "sealed", "ended_at", "ended_by_id", "reason")  # what an anchor leaves out

    id = models.UUIDField(primary_key=True, default=uuid4)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="directories")
    issuer = models.CharField(max_length=500)
    client = models.CharField(max_length=255)
    key = models.CharField(max_length=20)
    sealed = models.BinaryField()
    factor = models.CharField(max_length=120)
    only = models.BooleanField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, default="")  # why it was ended

    class Meta:
        db_table = "access_directory"
        constraints = [models.UniqueConstraint(fields=["agency"], condition=_STANDS, name="one_directory_of_an_agency")]

    def __str__(self) -> str:
        return f"{self.agency_id}: {self.issuer}"

    @property
    def belongs(self) -> Belongs:
        return Belongs("access_directory", str(self.pk), self.agency_id, "client secret")


class Joined(models.Model):
    """A person said, signed in with our own factor, that this is their account in a directory; or an operator did.
    `subject` is the directory's name for the account (`sub`): nothing else joins anybody."""

    rotates = ("ended_at", "ended_by_id")

    id = models.UUIDField(primary_key=True, default=uuid4)
    directory = models.ForeignKey(Directory, on_delete=models.PROTECT, related_name="joined")
    subject = models.CharField(max_length=255)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="directories")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "access_directory_joined"
        constraints = [
            models.UniqueConstraint(fields=["directory", "subject"], condition=_STANDS, name="one_person_of_account"),
            models.UniqueConstraint(fields=["directory", "person"], condition=_STANDS, name="one_account_of_a_person"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


DIRECTORIES: tuple[type[models.Model], ...] = (Directory, Joined)
