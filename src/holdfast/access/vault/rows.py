"""The tables of the vault. Values are never overwritten and never deleted: a correction is a new version."""

from __future__ import annotations

from uuid import uuid4

from django.db import models

from holdfast.access.models import Person
from holdfast.access.vault.places import Place
from holdfast.access.vault.sealing import Belongs
from holdfast.chronology.models import Chronology


class VaultRow(models.Model):
    """One version of one value. Sealing it anew under another key changes `key` and `sealed`, and nothing else may
    ever change: the database itself refuses (migration 0006). Erased, both are empty (migration 0012)."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    child = models.ForeignKey(Chronology, on_delete=models.PROTECT, related_name="vault")
    place = models.CharField(max_length=12, choices=[(p.value, p.value) for p in Place])
    number = models.PositiveIntegerField()  # the version, from 1
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    key = models.CharField(max_length=20)
    sealed = models.BinaryField()

    rotates = ("key", "sealed")  # what an anchor leaves out

    class Meta:
        db_table = "access_vault"
        constraints = [models.UniqueConstraint(fields=["child", "place", "number"], name="one_version_in_each_place")]
        indexes = [models.Index(fields=["key"], name="vault_by_key")]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def belongs(self) -> Belongs:
        return Belongs("access_vault", str(self.pk), self.child_id, self.place)


class Photograph(models.Model):
    """A child's photograph, made small before it was sealed. Which one is shown is said by the child's chronology.
    Erased, `key` and `sealed` are empty."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    child = models.ForeignKey(Chronology, on_delete=models.PROTECT, related_name="photographs")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    key = models.CharField(max_length=20)
    sealed = models.BinaryField()

    rotates = ("key", "sealed")

    class Meta:
        db_table = "access_photograph"
        indexes = [models.Index(fields=["key"], name="photographs_by_key")]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def belongs(self) -> Belongs:
        return Belongs("access_photograph", str(self.pk), self.child_id, "picture")


class VaultReveal(models.Model):
    """A value was shown to a person, who said why. Written before it is shown."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    value = models.ForeignKey(VaultRow, on_delete=models.PROTECT, related_name="reveals")
    child = models.ForeignKey(Chronology, on_delete=models.PROTECT, related_name="reveals")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="reveals")
    at = models.DateTimeField()
    reason = models.TextField()

    class Meta:
        db_table = "access_vault_reveal"
        indexes = [models.Index(fields=["person", "at"], name="reveals_of_a_person")]

    def __str__(self) -> str:
        return str(self.pk)


# What an anchor covers.
VAULT: tuple[type[models.Model], ...] = (VaultRow, VaultReveal, Photograph)
