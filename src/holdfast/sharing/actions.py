"""The outbox: the only writes of messages, of what becomes of them, and of the worker's errands."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from holdfast.access.models import Agency
from holdfast.access.queries import Reader
from holdfast.chronology import chain
from holdfast.chronology.actions import append, new_reference
from holdfast.chronology.draft import Draft
from holdfast.chronology.installed import vocabulary
from holdfast.chronology.moment import Moment
from holdfast.chronology.rows import utc
from holdfast.missing.patterns.actions import never_compare_numbers
from holdfast.sharing.handover.rows import Handover
from holdfast.sharing.kinds import Disclosed
from holdfast.sharing.models import Contact, Errand, Message, MessageEvent
from holdfast.sharing.picture import Standing, standing
from holdfast.sharing.queries import milestones_of
from holdfast.sharing.rules import (
    BY_HAND,
    BY_WORKER,
    ONCE,
    CannotTell,
    Channel,
    Recipient,
    What,
    checked,
    envelope,
)

SOURCE = "outbox"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who tells: user name, name as it is said, and the agency (code) for which they do."""

    by: str
    name: str
    agency: str

    @classmethod
    def of(cls, reader: Reader) -> Sender:
        return cls(reader.person.username, str(reader.person), reader.posts[0].agency if reader.posts else "")


@dataclass(frozen=True, slots=True)
class Notice:
    """What is said, and why it may be. `text` is kept exactly. `what` names the facts in it (never their values): it
    goes into the entry `sharing.disclosed`."""

    template: str
    subject: str
    text: str
    why: str
    basis: str
    what: tuple[str, ...] = ()


@transaction.atomic
def tell(
    child: str | None,
    to: Recipient,
    notice: Notice,
    *,
    sender: Sender,
    key: str,
    at: datetime,
    entry: str | None = None,
    told: Sequence[Any] = (),
    handover: Handover | None = None,
    rung: int | None = None,
    about: Message | None = None,
) -> Message:
    """Put a message in the outbox. Call it in the transaction that stores the entry which causes it (`entry`: its id).

    `key` names what is told to whom for what reason: a second call with it returns the first message and does nothing.
    `told` are details of further entries, such as `missing.kinds.Told(who="parent")`, stored when it has been sent and
    not before; `sharing.disclosed` is stored by itself when it goes to another agency. `child` is None for what is told
    to one person and is no child's. Raises CannotTell.
    """
    if (before := Message.objects.filter(key=key).first()) is not None:
        return before
    to, at = checked(to), utc(at)
    if to.agency and not Agency.objects.filter(code=to.agency).exists():
        raise CannotTell("agency", f"There is no agency {to.agency} in Holdfast")
    for field in ("text", "why", "basis", "subject"):
        if not getattr(notice, field).strip():
            raise CannotTell(field, f"A message needs its {field}")
    reference = new_reference()
    words = envelope(reference, link_to(reference)) if to.channel in (Channel.EMAIL, Channel.SMS) else None
    try:
        with transaction.atomic():
            message = Message.objects.create(
                reference=reference, key=key, child_id=child, to_person_id=to.person, to_agency=to.agency,
                to_name=to.name, channel=to.channel.value, address=to.address, phone=to.phone, template=notice.template,
                subject=notice.subject, notice=notice.text, sent_subject=words.subject if words else "",
                sent_text=words.text if words else "", why=notice.why, basis=notice.basis,
                told=_entries(to, notice, sender, told) if child else "", entry=UUID(entry) if entry else None,
                handover=handover, rung=rung, about=about, made_at=at, made_by=sender.by, from_agency=sender.agency,
            )  # fmt: skip
    except IntegrityError:
        # Somebody told the same at the same moment: theirs is the one.
        if (theirs := Message.objects.filter(key=key).first()) is not None:
            return theirs
        raise
    note(message, What.QUEUED, at, name=sender.name, by=sender.by, agency=sender.agency)
    if to.channel in BY_WORKER:
        Errand.objects.create(message=message, next_at=at)
    return message


def link_to(reference: str) -> str:
    """The address at which a notice is read after signing in. It names a reference and nothing else."""
    return f"{settings.ADDRESS}/notices/{reference}"


def _entries(to: Recipient, notice: Notice, sender: Sender, told: Iterable[Any]) -> str:
    words = vocabulary()
    details = list(told)
    if to.agency != sender.agency:
        whom = f"{to.name}, {to.agency}" if to.agency and to.agency != to.name else to.name
        details.insert(0, Disclosed(to=whom, what=notice.what or (notice.subject,), basis=notice.basis))
    return chain.canonical({"entries": [{"kind": words.name_of(d), "details": words.write(d)} for d in details]})


def note(message: Message, what: What, at: datetime, **said: str) -> bool:
    """Write an event; False when this happens once only and has happened. Whoever calls holds the message's row."""
    events = MessageEvent.objects.filter(message=message)
    if what in ONCE and events.filter(what=what.value).exists():
        return False
    number = events.count() + 1
    MessageEvent.objects.create(message=message, number=number, what=what.value, at=utc(at), **said)
    return True


def hold(pk: UUID) -> tuple[Message, Standing]:
    """A message, held until the transaction ends, and how it stands (without its tries)."""
    return _with_standing(Message.objects.select_for_update().get(pk=pk))


def hold_notice(reference: str) -> tuple[Message, Standing] | None:
    """The same by the reference in a link; None where nothing has it."""
    message = Message.objects.select_for_update().filter(reference=reference).first()
    return _with_standing(message) if message else None


def _with_standing(message: Message) -> tuple[Message, Standing]:
    return message, standing(milestones_of(message))


def record_told(message: Message, known: Standing, at: datetime, *, is_answer: bool = False) -> None:
    """Store the entries that say what was disclosed and who was told: in the transaction of the first sending or
    opening, and only then. What merely lies ready in Holdfast has told nobody: who was told is stored when a named
    person answers (`is_answer`)."""
    if not message.told or message.child_id is None:
        return
    is_first = not (known.sent or known.opened or known.received)
    words, drafts = vocabulary(), []
    for n, one in enumerate(json.loads(message.told)["entries"]):
        waits = Channel(message.channel) is Channel.LINK and one["kind"] != words.name_of(Disclosed())
        if (is_answer and not known.received) if waits else is_first:
            details = words.read(one["kind"], one["details"])
            drafts.append(Draft(one["kind"], Moment(utc(at)), details, source=SOURCE, reference=f"{message.pk}/{n}"))
    if drafts:
        append(message.child_id, drafts, by=message.made_by, agency=message.from_agency, at=at)


@transaction.atomic
def opened(message: Message, known: Standing, who: Sender, at: datetime) -> bool:
    """Write that somebody of the receiving agency opened a notice that is held (`hold`): once for each person; False
    when they had. What was read has left the house, so the entries that say so are stored even where the e-mail is
    still on its way."""
    if any(e.by == who.by for e in known.opened):
        return False
    record_told(message, known, at)
    return note(message, What.OPENED, at, name=who.name, by=who.by, agency=who.agency)


@transaction.atomic
def answered(message: Message, what: What, who: Sender, at: datetime, *, name: str = "", words: str = "") -> bool:
    """Write that a named person received, accepted or refused. `name` is theirs when somebody else writes it down (a
    call-taker). False when it was said before: a second answer is harmless. Raises CannotTell."""
    name = " ".join((name or who.name).split())
    if not name:
        raise CannotTell("name", "Enter the name of the person")
    if what is What.REFUSED and not words.strip():
        raise CannotTell("reason", "Enter the reason")
    held, known = hold(message.pk)
    if what is What.REFUSED and known.accepted:
        return False
    record_told(held, known, at, is_answer=True)
    if what is not What.RECEIVED and not known.received:
        note(held, What.RECEIVED, at, name=name, by=who.by, agency=who.agency)
    return note(held, what, at, name=name, by=who.by, agency=who.agency, words=" ".join(words.split()))


@transaction.atomic
def carried_by_hand(message: Message, who: Sender, at: datetime, *, to_name: str) -> bool:
    """Write that the sender read a message out, or handed it over on paper, and who took it (the call-taker's name).
    False when that is written already. Raises CannotTell."""
    if Channel(message.channel) not in BY_HAND:
        raise CannotTell("name", "This message goes out by itself")
    if not (taken_by := " ".join(to_name.split())):
        raise CannotTell("name", "Enter the name of the person who took it")
    held, known = hold(message.pk)
    if known.sent:
        return False
    record_told(held, known, at)
    note(held, What.SENT, at, name=who.name, by=who.by, agency=who.agency)
    return note(held, What.RECEIVED, at, name=taken_by, by=who.by, agency=who.agency)


@transaction.atomic
def set_contacts(agency: str, contacts: Sequence[tuple[Recipient, int]], at: datetime) -> None:
    """Replace whom an agency wants told, in order: each with the minutes after the start. Handovers that have begun
    keep the ladder that they began with. Raises CannotTell."""
    found = [(checked(to), after) for to, after in contacts]
    if not found or found[0][1] != 0:
        raise CannotTell("after", "The first contact is told at once: after 0 minutes")
    if any(later <= before for (_, before), (_, later) in pairwise(found)):
        raise CannotTell("after", "Each contact is told later than the one before")
    Contact.objects.filter(agency=agency, ended_at__isnull=True).update(ended_at=utc(at))
    Contact.objects.bulk_create(
        Contact(agency=agency, name=to.name, channel=to.channel.value, address=to.address, phone=to.phone, after=after)
        for to, after in found
    )
    never_compare_numbers(agency, [number for to, _ in found for number in (to.phone, to.address)])
