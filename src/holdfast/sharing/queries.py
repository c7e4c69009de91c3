"""Messages as they stand, and what waits for whom. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from holdfast.access.deeds import Conflict, Shield
from holdfast.access.queries import Reader, children_visible, door
from holdfast.access.rules import Act, may
from holdfast.child.models import ChildRow
from holdfast.sharing.models import Contact, Message, MessageEvent
from holdfast.sharing.picture import Happened, Standing, standing
from holdfast.sharing.rules import Channel, Recipient, What, may_read_notice, opens_children


def happened(event: MessageEvent) -> Happened:
    """An event out of its row."""
    return Happened(What(event.what), event.at, event.name, event.by, event.agency, event.provider, event.words)


def events_of(message: Message) -> list[Happened]:
    """What happened to a message, in order."""
    return [happened(e) for e in MessageEvent.objects.filter(message=message).order_by("number")]


def milestones_of(message: Message) -> list[Happened]:
    """What happened to a message without the tries, of which a long silence makes hundreds."""
    tries = (What.ATTEMPT.value, What.TROUBLE.value)
    rows = MessageEvent.objects.filter(message=message).exclude(what__in=tries)
    return [happened(e) for e in rows.order_by("number")]


@dataclass(frozen=True, slots=True)
class Told:
    """A message and how it stands."""

    message: Message
    standing: Standing


def as_they_stand(messages: Iterable[Message]) -> list[Told]:
    """Messages with their standing. One query for all."""
    found = list(messages)
    events: dict[object, list[Happened]] = defaultdict(list)
    for row in MessageEvent.objects.filter(message__in=[m.pk for m in found]).order_by("message", "number"):
        events[row.message_id].append(happened(row))
    return [Told(m, standing(events[m.pk])) for m in found]


def told_about(ref: str) -> list[Told]:
    """Everything that was put in the outbox about a child, latest first."""
    return as_they_stand(Message.objects.filter(child_id=ref).order_by("-made_at", "-pk"))


def reading_agencies(who: Reader) -> frozenset[str]:
    """The agencies for which this reader may read notices."""
    return frozenset(p.agency for p in who.posts if opens_children(p.role))


def waiting_notices(who: Reader, at: datetime, *, at_most: int = 50) -> list[Told]:
    """Notices to this reader's agencies, and to this reader alone, that nobody has said they received, oldest first.
    Handovers have a list of their own. One query: every message has an event."""
    said = MessageEvent.objects.filter(message=OuterRef("pk"), what__in=[What.RECEIVED.value, What.ACCEPTED.value])
    theirs = Q(to_agency__in=reading_agencies(who), to_person__isnull=True) | Q(to_person=who.person)
    rows = guarded(who, Message.objects.filter(theirs, handover__isnull=True))
    first = rows.filter(~Exists(said)).order_by("made_at", "pk").values("pk")[:at_most]
    return as_told(MessageEvent.objects.filter(message__in=first))


def as_told(events: QuerySet[MessageEvent]) -> list[Told]:
    """The messages of these events with their standing, in order of time. One query."""
    messages: dict[object, Message] = {}
    found: dict[object, list[Happened]] = defaultdict(list)
    for row in events.select_related("message").order_by("message__made_at", "message", "number"):
        messages.setdefault(row.message_id, row.message)
        found[row.message_id].append(happened(row))
    return [Told(message, standing(found[key])) for key, message in messages.items()]


_Rows = TypeVar("_Rows", bound=Model)


def guarded(who: Reader, rows: QuerySet[_Rows]) -> QuerySet[_Rows]:
    """Without those of children whom a conflict of interest or a shield keeps from this reader."""
    conflicts, shields = keeping_away(who)
    return rows.exclude(child_id__in=conflicts.values("child_id")).exclude(child_id__in=shields.values("child_id"))


def keeping_away(who: Reader) -> tuple[QuerySet[Conflict], QuerySet[Shield]]:
    """The conflicts of interest and the shields that keep a child from this reader."""
    conflicts = Conflict.objects.filter(person=who.person, ended__isnull=True)
    return conflicts, Shield.objects.filter(lifted__isnull=True).exclude(named__person=who.person)


@dataclass(frozen=True, slots=True)
class Access:
    """What a reader may do with a notice or a handover: read and answer it as one whom it is for, see it as the
    giver, write down for somebody on the telephone what they answered."""

    as_recipient: bool
    as_sender: bool
    may_write_down: bool

    @property
    def is_any(self) -> bool:
        return self.as_recipient or self.as_sender


def access_to(who: Reader, child: str, to_agencies: Collection[str], from_agency: str, at: datetime) -> Access:
    """One query. The giver's side needs what opening the child needs, and to be of the agency that sent it."""
    found = door(who.person, child, at)
    is_giver = from_agency in who.agencies
    return Access(
        any(may_read_notice(who.posts, agency, found.guard) for agency in to_agencies),
        is_giver and may(who.posts, Act.OPEN, found.ties, at, found.guard),
        is_giver and may(who.posts, Act.RECORD, found.ties, at, found.guard),
    )


def contacts_of(agency: str) -> list[tuple[Recipient, int]]:
    """Whom an agency wants told, in order, each with the minutes after the start."""
    rows = Contact.objects.filter(agency=agency, ended_at__isnull=True).order_by("after", "pk")
    return [(Recipient(r.agency, r.name, Channel(r.channel), r.address, r.phone), r.after) for r in rows]


def telephone_numbers(names: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Agency, who answers there, and the number: every contact that has one, agency by agency in the order in which
    they are told. `names`: of agencies by code. One query."""
    rows = Contact.objects.filter(ended_at__isnull=True).exclude(phone="").order_by("agency", "after", "pk")
    return [(names.get(row.agency, row.agency), row.name, row.phone) for row in rows]


def visible_refs(who: Reader, refs: Collection[str], at: datetime) -> frozenset[str]:
    """Those of these children whom this reader may open. One query."""
    rows = ChildRow.objects.filter(children_visible(who, Act.OPEN, at), child_id__in=refs)
    return frozenset(rows.values_list("child_id", flat=True))
