"""The tables of second factors. Secrets are sealed with the keys of the vault; paper codes are kept as digests."""

from __future__ import annotations

from uuid import uuid4

from django.db import models

from holdfast.access.models import Person
from holdfast.access.vault.sealing import Belongs


class CodeGenerator(models.Model):
    """A person's code generator. `last` is the last period whose code was used; not confirmed: it opens nothing."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="code_generator")
    key = models.CharField(max_length=20)
    sealed = models.BinaryField()
    at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    last = models.BigIntegerField(default=0)

    class Meta:
        db_table = "access_code_generator"

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def belongs(self) -> Belongs:
        return Belongs("access_code_generator", str(self.pk), str(self.person_id), "secret")


class PaperCode(models.Model):
    """One code on paper, good once."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="paper_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "access_paper_code"

    def __str__(self) -> str:
        return f"{self.person_id}"
