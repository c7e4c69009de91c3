"""Read tables of this room: the child in one row, and what the law still waits for."""

from __future__ import annotations

from django.db import models

from holdfast.child.names import LONGEST
from holdfast.chronology.models import Chronology


class ChildRow(models.Model):
    """One row a child, for lists and search."""

    child = models.OneToOneField(
        Chronology, primary_key=True, on_delete=models.CASCADE, db_constraint=False, related_name="row"
    )
    first = models.CharField(max_length=80, blank=True)
    name = models.CharField(max_length=160, blank=True)
    born_on = models.DateField(null=True)
    age_standing = models.CharField(max_length=12, blank=True)
    is_age_disputed = models.BooleanField(default=False)
    is_in_care = models.BooleanField(default=False)
    is_unaccompanied = models.BooleanField(default=False)
    trafficking = models.CharField(max_length=24, blank=True)
    authority = models.CharField(max_length=60, blank=True)
    worker = models.CharField(max_length=80, blank=True)
    home = models.CharField(max_length=80, blank=True)
    place = models.CharField(max_length=8, blank=True)

    class Meta:
        db_table = "child"

    def __str__(self) -> str:
        return str(self.child_id)


class Number(models.Model):
    """Read table: the numbers that agencies and returns know a child by. `scheme` says whose."""

    key = models.CharField(primary_key=True, max_length=60)
    child = models.ForeignKey(Chronology, on_delete=models.CASCADE, db_constraint=False, related_name="numbers")
    scheme = models.CharField(max_length=40)
    number = models.CharField(max_length=60)

    class Meta:
        db_table = "child_number"
        indexes = [models.Index(fields=["scheme", "number"], name="child_by_number")]

    def __str__(self) -> str:
        return self.key


class NameWord(models.Model):
    """Read table: the words of every name that the child uses or is written down under (`names.words_of`), so that a
    search looks them up and does not read every child. On PostgreSQL `word` is compared sign by sign (migration
    0002): what begins with "tu" lies between "tu" and the last sign after it."""

    key = models.CharField(primary_key=True, max_length=20)
    child = models.ForeignKey(Chronology, on_delete=models.CASCADE, db_constraint=False, related_name="name_words")
    word = models.CharField(max_length=LONGEST)

    class Meta:
        db_table = "child_name_word"
        indexes = [models.Index(fields=["word"], name="children_by_word")]

    def __str__(self) -> str:
        return self.key


class OpenDuty(models.Model):
    """Read table: an indexed copy of the obligations that nothing has met. Overdue is always computed, never stored.

    `ends_at` may lie ahead: an eighteenth birthday ends what is then still open.
    """

    key = models.CharField(primary_key=True, max_length=20)
    child = models.ForeignKey(Chronology, on_delete=models.CASCADE, db_constraint=False, related_name="open_duties")
    rule = models.CharField(max_length=60)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    late_after = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "open_duty"
        indexes = [
            models.Index(fields=["due_at"], name="open_duties_by_due_time"),
            # Since an episode began: of a child who was missing before, a hundred older ones are not looked at.
            models.Index(fields=["child", "started_at"], name="open_duties_of_a_child"),
        ]

    def __str__(self) -> str:
        return self.key
