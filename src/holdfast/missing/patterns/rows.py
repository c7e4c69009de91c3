"""Read tables of marks and links, and what must never be compared. Digests only: no number, name or place is here."""

from __future__ import annotations

from django.db import models

from holdfast.chronology.models import Chronology


class MarkRow(models.Model):
    """Read table: one mark that one entry of a child says. `digest` is keyed (`proposals.digest`)."""

    key = models.CharField(primary_key=True, max_length=20)
    child = models.ForeignKey(
        Chronology, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="marks"
    )
    digest = models.CharField(max_length=40)
    sort = models.CharField(max_length=20)
    entry = models.CharField(max_length=36)
    since = models.DateTimeField()

    class Meta:
        db_table = "missing_mark"
        indexes = [
            models.Index(fields=["digest", "child"], name="children_of_a_mark"),
            models.Index(fields=["child"], name="marks_of_a_child"),
        ]

    def __str__(self) -> str:
        return self.key


class LinkRow(models.Model):
    """Read table: the last decision about a link, as one child's chronology has it."""

    key = models.CharField(primary_key=True, max_length=20)
    child = models.ForeignKey(
        Chronology, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="links"
    )
    link = models.CharField(max_length=24)
    decision = models.CharField(max_length=12)
    at = models.DateTimeField()
    occasion = models.CharField(max_length=60)
    entry = models.CharField(max_length=36)

    class Meta:
        db_table = "missing_link"
        indexes = [
            models.Index(fields=["link"], name="ends_of_a_link"),
            models.Index(fields=["child"], name="links_of_a_child"),
        ]

    def __str__(self) -> str:
        return self.key


class NeverCompared(models.Model):
    """A mark that is nobody's pattern, in any record: what a child's vault holds, or a number that an agency answers
    (`agency` is its code, and there is no child)."""

    child = models.ForeignKey(Chronology, null=True, on_delete=models.CASCADE, related_name="never_compared")
    agency = models.CharField(max_length=60, blank=True)
    digest = models.CharField(max_length=40, db_index=True)

    class Meta:
        db_table = "missing_never_compared"

    def __str__(self) -> str:
        return f"{self.pk}"
