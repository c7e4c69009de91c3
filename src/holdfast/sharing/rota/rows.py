"""Models of rotas. Every row is a deed with who did it and when, never changed and never deleted (migration 0006); who
is on follows from them. No row names a child."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from holdfast.access.models import Person


class RotaDuty(models.Model):
    """A step of an agency's ladder that people take in turns: `name` is the contact's. `key` holds the agency, the name
    in small letters and how often it was ended before, so that no duty is kept twice at once."""

    key = models.CharField(max_length=200, unique=True)
    agency = models.CharField(max_length=60)
    name = models.CharField(max_length=120)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        app_label = "sharing"
        db_table = "sharing_rota_duty"
        indexes = [models.Index(fields=["agency"], name="duties_of_an_agency")]

    def __str__(self) -> str:
        return f"{self.name} at {self.agency}"


class RotaDutyEnded(models.Model):
    """No rota is kept for a duty any more: its step of the ladder is told as before there was one."""

    duty = models.OneToOneField(RotaDuty, primary_key=True, on_delete=models.PROTECT, related_name="ended")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        app_label = "sharing"
        db_table = "sharing_rota_duty_ended"

    def __str__(self) -> str:
        return str(self.duty_id)


class RotaPattern(models.Model):
    """Shifts that repeat (see `shifts.Pattern`). Times are of the UK wall clock; `weekdays` are digits, Monday is 0."""

    duty = models.ForeignKey(RotaDuty, on_delete=models.PROTECT, related_name="patterns")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    weekdays = models.CharField(max_length=7)
    starts = models.TimeField()
    ends = models.TimeField()
    first_day = models.DateField()
    last_day = models.DateField(null=True)
    every = models.PositiveSmallIntegerField(default=1)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        app_label = "sharing"
        db_table = "sharing_rota_pattern"

    def __str__(self) -> str:
        return f"{self.duty_id}/{self.pk}"


class RotaPatternEnded(models.Model):
    """No shift of a pattern begins on this day or later."""

    pattern = models.OneToOneField(RotaPattern, primary_key=True, on_delete=models.PROTECT, related_name="ended")
    on = models.DateField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        app_label = "sharing"
        db_table = "sharing_rota_pattern_ended"

    def __str__(self) -> str:
        return f"{self.pattern_id} on {self.on}"


class RotaChange(models.Model):
    """For these hours `person` is on, or nobody. Made by a manager, by somebody who cannot work, or by the last person
    who accepted a cover or a swap (`asked`)."""

    duty = models.ForeignKey(RotaDuty, on_delete=models.PROTECT, related_name="changes")
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    was = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200, blank=True)
    asked = models.ForeignKey("sharing.CoverAsked", null=True, on_delete=models.PROTECT, related_name="changes")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        app_label = "sharing"
        db_table = "sharing_rota_change"
        indexes = [models.Index(fields=["duty", "ends"], name="changes_of_a_duty")]
        constraints = [
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="a_change_of_a_rota_has_a_length")
        ]

    def __str__(self) -> str:
        return f"{self.duty_id}/{self.pk}"


class CoverAsked(models.Model):
    """A named person is asked to be on for these hours in place of `giver` (None: nobody was on). With the `back` hours
    it is a swap: the giver is on for those in return, and both must accept."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    duty = models.ForeignKey(RotaDuty, on_delete=models.PROTECT, related_name="+")
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    giver = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    to = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    back_duty = models.ForeignKey(RotaDuty, null=True, on_delete=models.PROTECT, related_name="+")
    back_starts = models.DateTimeField(null=True)
    back_ends = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        app_label = "sharing"
        db_table = "sharing_cover_asked"
        constraints = [
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="a_cover_has_a_length"),
            models.CheckConstraint(
                condition=Q(back_duty=None) | Q(back_ends__gt=F("back_starts"), giver__isnull=False),
                name="a_swap_has_two_sides",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class CoverAnswered(models.Model):
    """Somebody who must accept a cover or a swap accepted it, or did not and said why."""

    asked = models.ForeignKey(CoverAsked, on_delete=models.PROTECT, related_name="answers")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    is_accepted = models.BooleanField()
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        app_label = "sharing"
        db_table = "sharing_cover_answered"
        constraints = [
            models.UniqueConstraint(fields=["asked", "by"], name="each_answers_a_cover_once"),
            models.CheckConstraint(
                condition=Q(is_accepted=True) | ~Q(reason=""), name="a_refusal_of_cover_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asked_id}/{self.by_id}"


class RungLookup(models.Model):
    """Whom a rota named at the moment at which a rung was reached (`again`: which repetition). `name` is empty where
    nobody was on."""

    rung = models.ForeignKey("sharing.Rung", on_delete=models.PROTECT, related_name="lookups")
    again = models.PositiveIntegerField(default=0)
    duty = models.ForeignKey(RotaDuty, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()

    class Meta:
        app_label = "sharing"
        db_table = "sharing_rung_lookup"
        constraints = [models.UniqueConstraint(fields=["rung", "again"], name="a_rung_is_looked_up_once_each_time")]

    def __str__(self) -> str:
        return f"{self.rung_id}/{self.again}: {self.name or 'nobody'}"


class GapTold(models.Model):
    """A manager was told of a gap. `version`: the last change in it then; when that is another, it is told again."""

    duty = models.ForeignKey(RotaDuty, on_delete=models.PROTECT, related_name="+")
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    version = models.BigIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        app_label = "sharing"
        db_table = "sharing_gap_told"
        constraints = [models.UniqueConstraint(fields=["duty", "starts", "version"], name="a_gap_is_told_once")]

    def __str__(self) -> str:
        return f"{self.duty_id} from {self.starts}"
