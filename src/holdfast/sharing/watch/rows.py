"""What the watch has said. Never changed and never deleted (migration 0002)."""

from __future__ import annotations

from django.db import models

from holdfast.chronology.models import Chronology
from holdfast.sharing.models import Message


class WatchBegan(models.Model):
    """When the watch of this house ran first. What was late before that stands in the lists and is not sent."""

    only = models.BooleanField(primary_key=True, default=True)
    at = models.DateTimeField()

    class Meta:
        app_label = "sharing"
        db_table = "sharing_watch_began"
        constraints = [models.CheckConstraint(condition=models.Q(only=True), name="the_watch_began_once")]

    def __str__(self) -> str:
        return str(self.at)


class Watched(models.Model):
    """A rung of an obligation that was said. `message` is None where it was passed over: a later rung was said in its
    place, or it was late before the watch began."""

    child = models.ForeignKey(Chronology, on_delete=models.PROTECT, related_name="+")
    rule = models.CharField(max_length=60)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    rung = models.CharField(max_length=8)
    at = models.DateTimeField()
    message = models.ForeignKey(Message, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        app_label = "sharing"
        db_table = "sharing_watched"
        constraints = [
            models.UniqueConstraint(
                fields=["child", "rule", "started_at", "due_at", "rung"], name="each_rung_is_said_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.rung}"
