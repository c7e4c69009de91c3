"""The outbox: what was said to whom and why, and what became of it.

A message and its events are never changed and never deleted (migration 0002). How a message stands is folded from
its events. What is still to be carried is an errand: a row that comes, changes and goes.
"""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import Q

from holdfast.access.models import Person
from holdfast.chronology.models import Chronology
from holdfast.sharing.rules import BY_NAME, ONCE, Channel, What


class Message(models.Model):
    """One telling, made in the transaction of what caused it: of an agency about one child, or (`to_person`) of one
    person about something that is no child's, such as an alarm; nobody else reads that.

    `id` is also the provider's reference. `notice` is what the agency reads after signing in, reads off paper or
    hears; `sent_subject` and `sent_text` are what an e-mail or a text says. `told_kind` and `told_details` are the
    entries (canonical JSON, one kind a line) that are stored in the transaction in which it was sent.
    """

    id = models.UUIDField(primary_key=True, default=uuid4)
    reference = models.CharField(max_length=9, unique=True)
    key = models.CharField(max_length=200, unique=True)
    child = models.ForeignKey(Chronology, null=True, on_delete=models.PROTECT, related_name="messages")
    to_person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    to_agency = models.CharField(max_length=60)
    to_name = models.CharField(max_length=120)
    channel = models.CharField(max_length=10, choices=[(c.value, c.value) for c in Channel])
    address = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    template = models.CharField(max_length=40)
    subject = models.CharField(max_length=200)
    notice = models.TextField()
    sent_subject = models.CharField(max_length=200, blank=True)
    sent_text = models.TextField(blank=True)
    why = models.TextField()
    basis = models.TextField()
    told = models.TextField(blank=True)
    entry = models.UUIDField(null=True)
    handover = models.ForeignKey("sharing.Handover", null=True, on_delete=models.PROTECT, related_name="messages")
    rung = models.PositiveSmallIntegerField(null=True)
    about = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="alarms")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=60)
    from_agency = models.CharField(max_length=60)

    class Meta:
        db_table = "sharing_message"
        indexes = [
            models.Index(fields=["to_agency", "made_at"], name="messages_to_an_agency"),
            models.Index(fields=["from_agency", "made_at"], name="messages_from_an_agency"),
        ]

    def __str__(self) -> str:
        return self.reference


class MessageEvent(models.Model):
    """Something that happened to a message. `name` is the person who says so; `provider` the provider's own number;
    `words` a reason, or what the provider says that it sent."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="events")
    number = models.PositiveIntegerField()
    what = models.CharField(max_length=10, choices=[(w.value, w.value) for w in What])
    at = models.DateTimeField()
    name = models.CharField(max_length=120, blank=True)
    by = models.CharField(max_length=150, blank=True)
    agency = models.CharField(max_length=60, blank=True)
    provider = models.CharField(max_length=100, blank=True)
    words = models.TextField(blank=True)

    class Meta:
        db_table = "sharing_message_event"
        constraints = [
            models.UniqueConstraint(fields=["message", "number"], name="one_message_event_in_each_place"),
            models.UniqueConstraint(
                fields=["message", "what"],
                condition=Q(what__in=sorted(w.value for w in ONCE)),
                name="happens_to_a_message_once",
            ),
            models.CheckConstraint(
                condition=~Q(what__in=sorted(w.value for w in BY_NAME)) | ~Q(name=""), name="an_answer_has_a_name"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} {self.what}"


class Errand(models.Model):
    """What a worker still has to do for a message: carry it, or (`is_sent`) ask whether it arrived."""

    message = models.OneToOneField(Message, primary_key=True, on_delete=models.PROTECT, related_name="errand")
    next_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    is_sent = models.BooleanField(default=False)
    leased_until = models.DateTimeField(null=True)
    lease = models.CharField(max_length=32, blank=True)

    class Meta:
        db_table = "sharing_errand"
        indexes = [models.Index(fields=["next_at"], name="errands_by_time")]

    def __str__(self) -> str:
        return str(self.message_id)


class Contact(models.Model):
    """Whom an agency wants told, in order: the rungs of its ladder. Never changed but to be ended.

    `after` is how many minutes after the start this one is told, if nobody has accepted.
    """

    agency = models.CharField(max_length=60)
    name = models.CharField(max_length=120)
    channel = models.CharField(max_length=10, choices=[(c.value, c.value) for c in Channel])
    address = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    after = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "sharing_contact"
        indexes = [models.Index(fields=["agency", "after"], name="contacts_of_an_agency")]

    def __str__(self) -> str:
        return f"{self.name} at {self.agency}"
